# The lines of this script stand in the tests.
class Shortage < StandardError
end


def inner(amount)
  # Types of exceptions are the script's own
  raise Shortage, "only #{amount} left"
end

def handle(input)
  inner(input["amount"])
end
