# What Ruby's own classes have and mruby leaves out

class SystemStackError
  def message = "stack level too deep"
  alias to_s message
end

class NoMemoryError
  def message = "failed to allocate memory"
  alias to_s message
end

class Numeric
  def integer? = is_a?(Integer)
  def real? = true
  def real = self
  def imaginary = 0
  alias imag imaginary
  def abs2 = self * self
  def conj = self
  def to_int = to_i
  def quo(other) = self.to_f / other
  def remainder(other) = self - other * (self / other).truncate
end

class Integer
  def even? = self & 1 == 0
  def odd? = self & 1 == 1
  def pred = self - 1
  def magnitude = abs
  def integer? = true
  def ord = self
  def size = 8
  def fdiv(other) = to_f / other
  def numerator = self
  def denominator = 1
  def bit_length = (self < 0 ? ~self : self).then { |n| n == 0 ? 0 : n.to_s(2).size }
  def [](n) = (self >> n) & 1
  def coerce(other) = other.is_a?(Integer) ? [other, self] : [other.to_f, to_f]

  def gcd(other)
    a, b = abs, other.abs
    a, b = b, a % b while b != 0
    a
  end

  def lcm(other) = self == 0 || other == 0 ? 0 : (self / gcd(other) * other).abs
  def gcdlcm(other) = [gcd(other), lcm(other)]
end

class Float
  def magnitude = abs
  def to_int = to_i
  def fdiv(other) = self / other
  def coerce(other) = [other.to_f, self]
end

class String
  def ascii_only? = bytes.all? { |b| b < 128 }
  def unicode_normalize!(*) = self
  def unicode_normalized?(*) = true
  def b = dup
  def dedup = frozen? ? self : dup.freeze
  def to_r = Rational(self[/\A\s*[-+]?\d+/].to_i)
  def sum(bits = 16) = bytes.sum & ((1 << bits) - 1)
  def scrub!(with = "\uFFFD") = replace(scrub(with))
  def encode!(*) = self
  def grapheme_clusters = chars
  def each_grapheme_cluster(&block) = chars.each(&block)
end

class Symbol
  def id2name = to_s
  def next = to_s.succ.to_sym
  alias succ next
  def [](*args) = to_s[*args]
  alias slice []
  def start_with?(*args) = to_s.start_with?(*args)
  def end_with?(*args) = to_s.end_with?(*args)
  def swapcase = to_s.swapcase.to_sym
  def encoding = "UTF-8"
end

class Array
  def sort_by!(&block) = replace(sort_by(&block))
  def deconstruct = self
  def to_ary = self
end

class Hash
  def deconstruct_keys(keys) = self
  def to_hash = self
  def assoc(key) = key?(key) ? [key, self[key]] : nil
  def rassoc(value) = find { |_, v| v == value }
end

class Range
  def step(n = 1)
    return to_enum(:step, n) unless block_given?
    x = self.begin
    i = 0
    while self.end.nil? || (exclude_end? ? x < self.end : x <= self.end)
      yield x
      i += 1
      x = self.begin + n * i
    end
    self
  end
  def %(n) = step(n)

  def bsearch
    low, high = self.begin, exclude_end? ? self.end - 1 : self.end
    found = nil
    while low <= high
      mid = (low + high).div(2)
      if yield mid
        found = mid
        high = mid - 1
      else
        low = mid + 1
      end
    end
    found
  end
end

module Enumerable
  def chunk
    groups = []
    each do |x|
      key = yield x
      groups.last && groups.last[0] == key ? groups.last[1] << x : groups << [key, [x]]
    end
    groups.each
  end

  def slice_when
    groups = []
    last = nil
    each do |x|
      groups.empty? || yield(last, x) ? groups << [x] : groups.last << x
      last = x
    end
    groups.each
  end

  def chunk_while(&block) = slice_when { |a, b| !block.call(a, b) }
  def slice_before(pattern = nil, &block) = slice_when { |_, b| block ? block.call(b) : pattern === b }
  def slice_after(pattern = nil, &block) = slice_when { |a, _| block ? block.call(a) : pattern === a }
  def compact = reject { |x| x.nil? }
  def each_entry(&block) = (each(&block); self)

  def grep_v(pattern, &block)
    found = reject { |x| pattern === x }
    block ? found.map(&block) : found
  end
end

class MatchData
  def match(n) = self[n]
  def match_length(n) = self[n]&.size
end

class Regexp
  def named_captures = names.each_with_index.to_h { |n, i| [n, [i + 1]] }
  def encoding = "UTF-8"
  def fixed_encoding? = false
  def timeout = nil
end

class Time
  def floor(*) = Time.at(to_i).utc
  def ceil(*) = usec == 0 ? self : Time.at(to_i + 1).utc
  def isdst = false
  def gmtoff = 0
  def subsec = Rational(usec, 1_000_000)
  def tv_sec = to_i
  def tv_usec = usec
  def tv_nsec = nsec
  def httpdate = strftime("%a, %d %b %Y %H:%M:%S GMT")
  def rfc2822 = strftime("%a, %d %b %Y %H:%M:%S -0000")
  alias rfc822 rfc2822
  def deconstruct_keys(keys) = { year: year, month: mon, day: day, yday: yday, wday: wday, hour: hour, min: min, sec: sec, subsec: subsec, dst: false, zone: "UTC" }
end

class Struct
  def deconstruct = to_a
  def deconstruct_keys(keys) = to_h
end

class Method
  def curry(n = nil) = to_proc.curry(*n)
end

class Module
  # There is nothing private in mruby
  def private_constant(*) = nil
  def public_constant(*) = nil
  def private_class_method(*) = nil
  def public_class_method(*) = nil
  def public_method_defined?(name) = method_defined?(name)
  def private_method_defined?(name) = false
  def public_instance_methods(all = true) = instance_methods(all)
  def public_instance_method(name) = instance_method(name)
end

module Kernel
  def public_send(name, *args, **options, &block) = options.empty? ? __send__(name, *args, &block) : __send__(name, *args, **options, &block)
  def public_method(name) = method(name)
  def display = (print(self); nil)
end

class Integer
  # mruby's own is wrong for negative digits
  def round(digits = 0, half: :up)
    return self if digits >= 0
    unit = 10 ** -digits
    down, rest = abs.divmod(unit)
    down += 1 if rest * 2 > unit || (rest * 2 == unit && (half.to_s == "even" ? down.odd? : half.to_s != "down"))
    negative? ? -down * unit : down * unit
  end

  def floor(digits = 0) = digits >= 0 ? self : self - self % 10 ** -digits
  def ceil(digits = 0) = digits >= 0 ? self : -(-self).floor(digits)
  def truncate(digits = 0) = negative? ? ceil(digits) : floor(digits)
end

module Enumerable
  alias __max max
  alias __min min
  alias __max_by max_by
  alias __min_by min_by
  def max(n = nil, &block) = n ? sort(&block).reverse.first(n) : __max(&block)
  def min(n = nil, &block) = n ? sort(&block).first(n) : __min(&block)
  def max_by(n = nil, &block) = n ? sort_by(&block).reverse.first(n) : __max_by(&block)
  def min_by(n = nil, &block) = n ? sort_by(&block).first(n) : __min_by(&block)
end

class Range
  alias __max max
  alias __min min
  def max(n = nil, &block) = n ? to_a.max(n, &block) : __max(&block)
  def min(n = nil, &block) = n ? to_a.min(n, &block) : __min(&block)

  alias __step step
  def step(n = 1, &block)
    return __step(n, &block) unless self.begin.is_a?(String)
    steps = each_slice(n).map(&:first)
    block ? (steps.each(&block); self) : steps.each
  end
end

module Kernel
  # mruby evaluates what is asked for, as an argument
  define_method(:defined?) { |*| "expression" }
end
