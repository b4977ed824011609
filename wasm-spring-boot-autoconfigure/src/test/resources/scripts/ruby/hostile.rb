$held = []

def deep(n)
  n + deep(n + 1)
end

def handle(input)
  case input
  when "loop" then loop { }
  when "recursion" then return deep(0)
  when "allocation" then loop { $held << Array.new(1000, $held.size) }
  when "one-allocation" then return ("x" * (1 << 30)).size
  when "output" then return "x" * 2_000_000
  when "printing" then loop { puts "and again" }
  when "regular-expression" then return ("a" * 40 + "!").match?(/^(a+)+$/)
  when "sleep" then sleep 60
  end
  "well"
end
