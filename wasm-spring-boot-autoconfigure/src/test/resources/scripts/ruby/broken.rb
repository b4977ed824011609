rates = nil
rate = rates["standard"]

def handle(input)
  rate
end
