require_relative "rounding"

def gross(net, rate)
  rounded(net * (100 + rate) / 100.0)
end
