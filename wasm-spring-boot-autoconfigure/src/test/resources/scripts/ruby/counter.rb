$count = 0
SEEN = []

class Array
  class << self
    attr_accessor :kept
  end
end

def handle(input)
  $count += 1
  SEEN << input
  @kept = (@kept || 0) + 1
  # What belongs to the language is the call's as well
  Array.kept = (Array.kept || 0) + 1
  { "count" => $count, "seen" => SEEN.size, "kept" => [@kept, Array.kept].max }
end
