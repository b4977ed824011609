require "json"

class Endless
  def to_s = "again #{self}"
end

def deep(n)
  n + deep(n + 1)
end

def nested(levels)
  value = []
  levels.times { value = [value] }
  value
end

def handle(input)
  case input
  when "recursion" then deep(0)
  when "json" then JSON.parse("[" * 100_000)
  when "inspect" then nested(100_000).inspect
  when "to_s" then Endless.new.to_s
  when "allocation" then ("x" * (1 << 30)).size
  end
rescue SystemStackError, NoMemoryError, JSON::NestingError => e
  e.class.to_s
end
