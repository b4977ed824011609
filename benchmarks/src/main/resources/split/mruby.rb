def fib(n) n < 2 ? n : fib(n - 1) + fib(n - 2) end
class Shape
  attr_reader :side
  def initialize(side) @side = side end
  def area() 0 end
end
class Square < Shape
  def area() side * side end
end
seed = 42
numbers = Array.new(1000) { seed = (seed * 1103 + 12345) % 65537 }
numbers = numbers.sort { |a, b| a <=> b }
counts = {}
numbers.each { |n| counts[n % 97] = (counts[n % 97] || 0) + 1 }
caught = 0
300.times do |i|
  begin
    raise ArgumentError, "r#{i}" if i % 3 == 0
  rescue => e
    caught += e.message.size
  ensure
    caught += 1
  end
end
area = 0
2000.times { |i| area += Square.new(i % 10).area }
words = ("lorem ipsum dolor " * 50).split(" ").map { |w| w.upcase }.join("-")
puts [fib(18), numbers[500], counts.size, caught, area, words.size].inspect
