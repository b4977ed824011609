loop do
end

def handle(input)
  1
end
