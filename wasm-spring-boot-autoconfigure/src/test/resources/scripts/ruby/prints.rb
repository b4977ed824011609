puts "ready"

def handle(input)
  "done"
end
