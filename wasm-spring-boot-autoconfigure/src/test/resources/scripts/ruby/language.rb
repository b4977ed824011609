# What people expect of the language and of its library: each library that the documentation names does something.
require "bigdecimal"
require "bigdecimal/util"
require "date"
require "forwardable"
require "json"
require "logger"
require "ostruct"
require "securerandom"
require "set"
require "time"

Point = Struct.new(:x, :y)
Pair = Data.define(:left, :right)

class Version
  include Comparable
  attr_reader :parts

  def initialize(text)
    @parts = text.split(".").map(&:to_i)
  end

  def <=>(other) = parts <=> other.parts
  def to_json(*) = parts.join(".").to_json
end

class Basket
  extend Forwardable
  include Enumerable
  def_delegators :@lines, :size, :<<

  def initialize(*lines) = @lines = lines
  def each(&block) = @lines.each(&block)
end

def keywords(first, second: 2, **rest) = [first, second, rest]

class Loud
  def to_s = "loud"
end

class Quiet < Loud
  def to_s = "not " + super
end

def again
  begin
    Integer("zz")
  rescue ArgumentError
    raise
  end
rescue => e
  e.class.to_s
end

def handle(input)
  day = Time.utc(2026, 1, 2, 3, 4, 5)
  price = BigDecimal("1.10")
  date = Date.new(2026, 1, 31)
  written = /(?<year>\d{4})-(?<month>\d\d)/.match("on 2026-05")
  Logger.new($stdout).info("priced")
  {
    "json" => [JSON.parse('{"a": [1, 2.5, null]}'), JSON.generate({ b: nil, "a" => "ü" }), JSON.parse('{"a":1}', symbolize_names: true).keys[0].inspect, [1, "a"].to_json],
    "regexp" => [written[:year], written["month"], "ab 12".gsub(/\d/) { |d| "<#{d}>" }, "a,b;c".split(/[,;]/), "k=v;q=w".scan(/(\w)=(\w)/), "größe" =~ /ß/, "GRÖSSE".match?(/größe/i),
                 "a1b2".sub(/(\w)(\d)/, '\2\1'), "x" !~ /y/, "2026" =~ /(\d\d)(\d\d)/ ? [$1, $2, $~[0]] : nil, "cat"[/(?<=c)a/]],
    "time" => [day, day.strftime("%d.%m.%y %H:%M:%S"), (day + 86_400).iso8601, Time.parse("2026-07-01T12:00:00+02:00").utc.iso8601, Time.at(0).utc.year],
    "date" => [date, date >> 1, (Date.parse("2026-03-01") - Date.parse("2026-02-01")).to_i, Date.strptime("02.01.2026", "%d.%m.%Y"), Date.valid_date?(2026, 2, 29)],
    "bigdecimal" => [price * 3, (price + 2).to_s("F"), (BigDecimal("10") / 3).round(4).to_s("F"), BigDecimal("2.675").round(2).to_s("F"), price == BigDecimal("1.1"), "3.14".to_d.to_s("F"),
                     BigDecimal("99999999999999999999.99") + BigDecimal("0.01")],
    "set" => [Set.new([1, 2, 2]), Set[1, 2] | [3], Set[1].subset?(Set[1, 2]), [3, 3].to_set.size],
    "structs" => [Point.new(1, 2), Pair.new(left: 1, right: "r"), OpenStruct.new(a: 1).a, Point.new(1, 2) == Point.new(1, 2)],
    "securerandom" => [SecureRandom.uuid.match?(/\A\h{8}-\h{4}-4\h{3}-[89ab]\h{3}-\h{12}\z/), SecureRandom.hex(4).size],
    "classes" => [Version.new("1.10") > Version.new("1.9"), Version.new("1.2"), Basket.new(3, 1).sort, Basket.new(1, 2).size, Basket.new(1).include?(1)],
    "enumerable" => [%w[b a].sort, (1..6).each_slice(4).to_a, [1, 2, 3, 4].partition(&:even?), %w[a b a].tally, %w[a bb].group_by(&:size), [1, 2, 3].sum, [3, 1].minmax, (1..Float::INFINITY).lazy.map { |n| n * 2 }.first(2),
                     { a: 1 }.transform_values { |v| v + 1 }, [1, [2, [3]]].flatten, [1, 2, 3].each_cons(2).to_a, %w[a b].each_with_index.to_h, [1, 2].zip([3, 4])],
    "strings" => ["grüße".upcase, "größe".length, "größe".bytesize, "abc".center(7, "*"), "a-b".tr("-", "_"), format("%05.1f|%s|%+d", 3.14159, :sym, 5), "x".ljust(3) + "|", "title case".capitalize, "%.2f" % 2.5],
    "numbers" => [2**100, 7.divmod(-2), 10.digits, 3.7.floor, 255.to_s(16), 17.gcd(51), 1_000.5.round, Integer("12"), 10.clamp(1, 5)],
    "language" => [keywords(1, third: 3), [1, 2, 3].then { |a, *| a }, (begin; Integer("x"); rescue ArgumentError => e; e.class.to_s; ensure; nil; end), nil&.size.inspect, catch(:done) { throw :done, 7 }, [[1, 2]].map { |a, b| a + b }, [1, 2].map { _1 * 2 },
                   <<~TEXT, :a.to_proc.call({ a: 1 }.keys[0].to_s.then { |s| Struct.new(:a).new(s) })],
                     heredoc
                   TEXT
    # What the language that this is made from does otherwise
    "mended" => [15.round(-1), -15.floor(-1), [5, 3, 9].max(2), (1..5).min(2), ("a".."e").step(2).to_a, Set["x"], [1, 2].each, Quiet.new.to_s, again,
                 (Integer("zz") rescue $!.class.to_s)]
  }
end
