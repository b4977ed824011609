class Regexp
  attr_reader :source, :options

  def self.union(*patterns)
    patterns = patterns[0] if patterns.size == 1 && patterns[0].is_a?(Array)
    return new("(?!)") if patterns.empty?
    new(patterns.map { |p| p.is_a?(Regexp) ? p.to_s : escape(p) }.join("|"))
  end

  def self.last_match(n = nil) = n ? ($~ && $~[n]) : $~

  def self.===(other) = other.is_a?(Regexp)

  def casefold? = @options & IGNORECASE != 0

  def to_s
    on = (@options & MULTILINE != 0 ? "m" : "") + (@options & IGNORECASE != 0 ? "i" : "") + (@options & EXTENDED != 0 ? "x" : "")
    off = (@options & MULTILINE == 0 ? "m" : "") + (@options & IGNORECASE == 0 ? "i" : "") + (@options & EXTENDED == 0 ? "x" : "")
    "(?#{on}#{off.empty? ? '' : '-' + off}:#{@source})"
  end

  def inspect
    "/#{@source}/" + (@options & MULTILINE != 0 ? "m" : "") + (@options & IGNORECASE != 0 ? "i" : "") + (@options & EXTENDED != 0 ? "x" : "")
  end

  def ==(other) = other.is_a?(Regexp) && @source == other.source && @options == other.options
  alias eql? ==
  def hash = @source.hash ^ @options
end

class MatchData
  attr_reader :regexp, :string

  def captures = to_a[1..-1]
  def named_captures(symbolize_names: false) = names.to_h { |n| [symbolize_names ? n.to_sym : n, self[n]] }
  def values_at(*indices) = indices.map { |i| self[i] }
  def offset(n) = [self.begin(n), self.end(n)]
  def to_s = self[0]
  def deconstruct = captures
  def deconstruct_keys(keys) = named_captures(symbolize_names: true)
  def ==(other) = other.is_a?(MatchData) && regexp == other.regexp && string == other.string && offset(0) == other.offset(0)

  def inspect
    names = self.names
    rest = captures.each_with_index.map { |c, i| " #{names[i] || i + 1}:#{c.inspect}" }.join
    "#<MatchData #{self[0].inspect}#{rest}>"
  end

  def __group(n) = n < size ? self[n] : nil

  def __back(c)
    case c
    when "&" then self[0]
    when "`" then pre_match
    when "'" then post_match
    else captures.reverse.find { |x| x }
    end
  end
end

class NilClass
  def __group(n) = nil
  def __back(c) = nil
  def =~(other) = nil
end

class Symbol
  def =~(other) = to_s =~ other
  def match(*args, &block) = to_s.match(*args, &block)
  def match?(*args) = to_s.match?(*args)
end

class String
  alias __split_plain split
  def split(pattern = nil, limit = 0, &block)
    parts = if pattern.is_a?(Regexp)
      __split(pattern, limit)
    elsif limit == 0
      pattern.nil? ? __split_plain : __split_plain(pattern)
    else
      __split_plain(pattern || " ", limit)
    end
    return parts unless block
    parts.each(&block)
    self
  end

  alias __aref []
  def [](a, b = (one = true; nil))
    if a.is_a?(Regexp)
      m = a.match(self)
      return m && m[one ? 0 : b]
    end
    one ? __aref(a) : __aref(a, b)
  end
  alias slice []

  alias __aset []=
  def []=(a, b, c = (two = true; nil))
    if a.is_a?(Regexp)
      m = a.match(self)
      raise IndexError, "regexp not matched" unless m
      n = two ? 0 : b
      start = m.begin(n)
      return __aset(start, m.end(n) - start, two ? b : c)
    end
    two ? __aset(a, b) : __aset(a, b, c)
  end

  alias __slice_bang slice!
  def slice!(a, b = (one = true; nil))
    if a.is_a?(Regexp)
      m = a.match(self)
      return nil unless m
      n = one ? 0 : b
      found = m[n]
      start = m.begin(n)
      __aset(start, m.end(n) - start, "")
      return found
    end
    one ? __slice_bang(a) : __slice_bang(a, b)
  end

  alias __index_plain index
  def index(pattern, at = 0) = pattern.is_a?(Regexp) ? __index(pattern, at) : __index_plain(pattern, at)

  alias __rindex_plain rindex
  def rindex(pattern, at = (none = true; nil))
    return none ? __rindex(pattern) : __rindex(pattern, at) if pattern.is_a?(Regexp)
    none ? __rindex_plain(pattern) : __rindex_plain(pattern, at)
  end

  alias __starts start_with?
  def start_with?(*prefixes) = prefixes.any? { |p| p.is_a?(Regexp) ? __begins(p) : __starts(p) }

  alias __partition_plain partition
  def partition(pattern)
    return __partition_plain(pattern) unless pattern.is_a?(Regexp)
    m = pattern.match(self)
    m ? [m.pre_match, m[0], m.post_match] : [dup, "", ""]
  end

  alias __rpartition_plain rpartition
  def rpartition(pattern)
    return __rpartition_plain(pattern) unless pattern.is_a?(Regexp)
    return ["", "", dup] unless rindex(pattern)
    m = $~
    [m.pre_match, m[0], m.post_match]
  end

  def upcase(*) = __cased(0)
  def downcase(*) = __cased(1)
  def swapcase(*) = __cased(2)
  def capitalize(*) = __cased(3)
  def upcase!(*) = __changed(upcase)
  def downcase!(*) = __changed(downcase)
  def swapcase!(*) = __changed(swapcase)
  def capitalize!(*) = __changed(capitalize)
  def __changed(other) = other == self ? nil : replace(other)

  def unicode_normalize(form = :nfc) = self
  def encoding = "UTF-8"
  def force_encoding(*) = self
  def encode(*) = self
  def unpack1(format) = unpack(format)[0]
  def valid_encoding? = !!__valid_utf8
  def scrub(with = "\uFFFD") = JSON.parse(JSON.generate(self))
  def __valid_utf8 = JSON.parse(JSON.generate(self)) == self
end

module Enumerable
  def to_set(&block) = Set.new(self, &block)
  def sum(init = 0, &block) = block ? inject(init) { |s, x| s + block.call(x) } : inject(init) { |s, x| s + x } unless method_defined?(:sum)
  def tally = each_with_object({}) { |x, h| h[x] = (h[x] || 0) + 1 } unless method_defined?(:tally)
  def filter_map(&block) = each_with_object([]) { |x, a| (v = block.call(x)) && a << v } unless method_defined?(:filter_map)
  def each_with_object(memo) = (each { |x| yield x, memo }; memo) unless method_defined?(:each_with_object)
end

module Kernel
  # Of the libraries that are part of Ruby, these are here already; all others are the script's own
  HERE = %w[json set time date bigdecimal bigdecimal/util securerandom logger English pp forwardable ostruct].freeze

  def require(name)
    return false if HERE.include?(name)
    __require(name)
  end

  def require_relative(name) = __require(name)
  def load(name) = __require(name)

  def print(*args) = (args.each { |a| __log(a.to_s) }; nil)

  def puts(*args)
    return __log("\n") if args.empty?
    args.each do |a|
      if a.is_a?(Array)
        a.empty? ? nil : puts(*a)
      else
        s = a.to_s
        __log(s.end_with?("\n") ? s : s + "\n")
      end
    end
    nil
  end

  def p(*args)
    args.each { |a| __log(a.inspect + "\n") }
    args.size > 1 ? args : args[0]
  end

  def pp(*args) = p(*args)
  def printf(*args) = print(sprintf(*args))
  def putc(c) = print(c.is_a?(Integer) ? c.chr : c[0])
  def warn(*args) = puts(*args)
  def exit(status = 0) = raise(SystemExit, "exit")
  def abort(message = nil) = (warn(message) if message; raise(SystemExit, message || "exit"))
  def sleep(seconds = 0) = __sleep(seconds.to_f)

  alias __rand rand
  def rand(max = 0) = Random.__ranged(max) { |n| __rand(n) }

  def BigDecimal(value, digits = 0, exception: true)
    BigDecimal.__from(value)
  rescue ArgumentError, TypeError => e
    raise e if exception
    nil
  end
end

class SystemExit < Exception; end
class LoadError < ScriptError; end

class Random
  def self.__ranged(max)
    case max
    when Range
      first, last = max.begin, max.end
      return first + Random.__unit * (last - first) if first.is_a?(Float) || last.is_a?(Float)
      size = last - first + (max.exclude_end? ? 0 : 1)
      size > 0 ? first + yield(size) : nil
    when Float then Random.__unit * max
    when nil then yield 0
    else yield max.abs
    end
  end

  def self.__unit = Kernel.rand
  class << self
    alias __rand rand
    def rand(max = 0) = __ranged(max) { |n| __rand(n) }
    def __unit = __rand(0)
    def new_seed = SecureRandom.random_number(1 << 62)
  end

  alias __rand rand
  def rand(max = 0) = Random.__ranged(max) { |n| __rand(n) }
end

module SecureRandom
  def self.random_bytes(n = 16) = __bytes(n)
  def self.bytes(n) = __bytes(n)
  def self.hex(n = 16) = __bytes(n).bytes.map { |b| sprintf("%02x", b) }.join
  def self.alphanumeric(n = 16) = Array.new(n) { "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"[random_number(62)] }.join
  def self.base64(n = 16) = [__bytes(n)].pack("m0")
  def self.urlsafe_base64(n = 16) = base64(n).tr("+/", "-_").delete("=")

  def self.uuid
    h = hex(16)
    "#{h[0, 8]}-#{h[8, 4]}-4#{h[13, 3]}-#{'89ab'[h[16].to_i(16) & 3]}#{h[17, 3]}-#{h[20, 12]}"
  end

  def self.random_number(n = 0)
    v = __bytes(7).bytes.inject(0) { |a, b| (a << 8) | b }
    return (v >> 3) * (1.0 / (1 << 53)) if n.nil? || n == 0
    n.is_a?(Range) ? n.begin + v % (n.end - n.begin + (n.exclude_end? ? 0 : 1)) : n.is_a?(Float) ? random_number * n : v % n
  end

  class << self
    alias rand random_number
  end
end

# --- JSON ---

module JSON
  class JSONError < StandardError; end
  class ParserError < JSONError; end
  class NestingError < ParserError; end
  class GeneratorError < JSONError; end

  def self.parse(source, symbolize_names: false, max_nesting: 100, **) = __parse(source.to_str, symbolize_names ? 1 : 0, max_nesting || 100)
  def self.parse!(source, **options) = parse(source, **options)
  def self.load(source, *) = source && parse(source)
  def self.generate(value, *) = __generate(value)
  def self.dump(value, *) = __generate(value)
  def self.pretty_generate(value, *) = __generate(value, 1)
end

class Object
  def to_json(*) = JSON.generate(self)

  # How JSON writes what is none of its types: a value that it knows, or what is JSON already
  def __json
    return JSON::Written.new(to_json) if JSON.__own_json?(self)
    return to_a if is_a?(Enumerator)
    return to_h if respond_to?(:to_h) && !is_a?(NilClass)
    return to_a if is_a?(Enumerable)
    to_s
  end
end

module JSON
  class Written
    def initialize(text) = @text = text
  end

  OBJECT_TO_JSON = Object.instance_method(:to_json)
  def self.__own_json?(value) = value.method(:to_json).owner != Object && value.method(:to_json).owner != Kernel
end

class Set
  def __json = to_a
end

class Range
  def __json = to_s
end

class Exception
  def full_message(highlight: false, order: :top) = "#{(backtrace || [])[0]}: #{message} (#{self.class})"
  def detailed_message(highlight: false) = "#{message} (#{self.class})"
end

# --- Time ---

class Time
  include Comparable
  MONTHS = %w[January February March April May June July August September October November December].freeze
  DAYS = %w[Sunday Monday Tuesday Wednesday Thursday Friday Saturday].freeze

  def nsec = usec * 1000
  def utc_offset = 0
  alias gmt_offset utc_offset
  def to_r = Rational(to_i * 1_000_000 + usec, 1_000_000)
  def to_a = [sec, min, hour, day, mon, year, wday, yday, dst?, zone]
  def round(*) = Time.at(to_f.round).utc
  def iso8601(digits = 0) = strftime("%Y-%m-%dT%H:%M:%S") + (digits > 0 ? "." + sprintf("%09d", nsec)[0, digits] : "") + "Z"
  alias xmlschema iso8601
  def to_time = self
  def to_date = Date.new(year, mon, day)
  def to_s = strftime("%Y-%m-%d %H:%M:%S UTC")
  def inspect = to_s
  def __json = iso8601(usec == 0 ? 0 : usec % 1000 == 0 ? 3 : 6)

  def strftime(format)
    format.gsub(/%([-0^#_]*)(\d*)(:*)([a-zA-Z%+])/) do
      m = $~
      __field(m[4], m[1], m[2], m[3]) || m[0]
    end
  end

  def __number(n, width, flags, given, pad = "0")
    return n.to_s if flags.include?("-")
    pad = " " if flags.include?("_")
    pad = "0" if flags.include?("0")
    n.to_s.rjust(given.empty? ? width : given.to_i, pad)
  end

  def __text(s, flags, given)
    s = s.upcase if flags.include?("^")
    s = s.swapcase if flags.include?("#")
    given.empty? ? s : s.rjust(given.to_i)
  end

  def __field(c, flags, given, colons)
    case c
    when "Y" then __number(year, 1, flags, given)
    when "C" then __number(year.div(100), 2, flags, given)
    when "y" then __number(year % 100, 2, flags, given)
    when "m" then __number(mon, 2, flags, given)
    when "B" then __text(MONTHS[mon - 1], flags, given)
    when "b", "h" then __text(MONTHS[mon - 1][0, 3], flags, given)
    when "d" then __number(day, 2, flags, given)
    when "e" then __number(day, 2, flags, given, " ")
    when "j" then __number(yday, 3, flags, given)
    when "H" then __number(hour, 2, flags, given)
    when "k" then __number(hour, 2, flags, given, " ")
    when "I" then __number((hour + 11) % 12 + 1, 2, flags, given)
    when "l" then __number((hour + 11) % 12 + 1, 2, flags, given, " ")
    when "P" then hour < 12 ? "am" : "pm"
    when "p" then flags.include?("#") ? (hour < 12 ? "am" : "pm") : (hour < 12 ? "AM" : "PM")
    when "M" then __number(min, 2, flags, given)
    when "S" then __number(sec, 2, flags, given)
    when "L" then sprintf("%03d", usec.div(1000))
    when "N" then sprintf("%09d", nsec)[0, given.empty? ? 9 : given.to_i]
    when "z" then colons.empty? ? "+0000" : "+00:00"
    when "Z" then "UTC"
    when "A" then __text(DAYS[wday], flags, given)
    when "a" then __text(DAYS[wday][0, 3], flags, given)
    when "u" then (wday == 0 ? 7 : wday).to_s
    when "w" then wday.to_s
    when "G" then __week[0].to_s
    when "V" then __number(__week[1], 2, flags, given)
    when "U" then __number((yday + 6 - wday).div(7), 2, flags, given)
    when "W" then __number((yday + 6 - (wday + 6) % 7).div(7), 2, flags, given)
    when "s" then to_i.to_s
    when "F" then strftime("%Y-%m-%d")
    when "T", "X" then strftime("%H:%M:%S")
    when "D", "x" then strftime("%m/%d/%y")
    when "R" then strftime("%H:%M")
    when "r" then strftime("%I:%M:%S %p")
    when "c" then strftime("%a %b %e %H:%M:%S %Y")
    when "n" then "\n"
    when "t" then "\t"
    when "%" then "%"
    end
  end

  # The year and the number of the week of ISO 8601
  def __week
    thursday = self + (4 - (wday == 0 ? 7 : wday)) * 86400
    [thursday.year, (thursday.yday - 1).div(7) + 1]
  end

  class << self
    def iso8601(text)
      parse(text) if text =~ /\A\s*[-+]?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d/ or raise ArgumentError, "invalid xmlschema date: #{text.inspect}"
      parse(text)
    end
    alias xmlschema iso8601

    def parse(text, now = nil)
      m = /(\d{4,})-(\d\d?)-(\d\d?)(?:[T\s]+(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?\s*(Z|UTC|GMT|[-+]\d\d:?\d\d)?/i.match(text)
      if m
        year, mon, day = m[1].to_i, m[2].to_i, m[3].to_i
        hour, min, sec, part, zone = m[4].to_i, m[5].to_i, m[6].to_i, m[7], m[8]
      elsif (m = /(\d\d?)\s+(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\s+(\d{4})(?:\s+(\d\d?):(\d\d)(?::(\d\d))?)?\s*(Z|UTC|GMT|[-+]\d\d:?\d\d)?/i.match(text))
        year, mon, day = m[3].to_i, MONTHS.index { |n| n.start_with?(m[2].capitalize) } + 1, m[1].to_i
        hour, min, sec, part, zone = m[4].to_i, m[5].to_i, m[6].to_i, nil, m[7]
      else
        raise ArgumentError, "no time information in #{text.inspect}"
      end
      raise ArgumentError, "argument out of range" unless Date.valid_date?(year, mon, day) && hour <= 24 && min < 60 && sec <= 60
      t = gm(year, mon, day, hour, min, sec, part ? (part + "000000")[0, 6].to_i : 0)
      return t unless zone =~ /([-+])(\d\d):?(\d\d)/
      away = ($2.to_i * 60 + $3.to_i) * 60
      ($1 == "+" ? t - away : t + away).utc
    end

    def strptime(text, format)
      names = { "Y" => '(?<Y>\d{4})', "m" => '(?<m>\d\d?)', "d" => '(?<d>\d\d?)', "H" => '(?<H>\d\d?)', "M" => '(?<M>\d\d?)', "S" => '(?<S>\d\d?)',
                "y" => '(?<y>\d\d)', "b" => '(?<b>[A-Za-z]{3})', "B" => '(?<B>[A-Za-z]+)', "z" => '(?<z>Z|[-+]\d\d:?\d\d)', "%" => "%" }
      format = format.gsub("%F", "%Y-%m-%d").gsub("%T", "%H:%M:%S")
      pattern = Regexp.escape(format).gsub(/%(.)/) { names[$1] or raise ArgumentError, "%#{$1} is not supported" }
      m = Regexp.new("\\A" + pattern + "\\z").match(text) or raise ArgumentError, "invalid date or strptime format - `#{text}' `#{format}'"
      v = m.named_captures
      mon = v["m"] ? v["m"].to_i : (n = v["b"] || v["B"]) ? (MONTHS.index { |x| x[0, 3] == n[0, 3].capitalize } || raise(ArgumentError, "invalid month")) + 1 : 1
      year = v["Y"] ? v["Y"].to_i : v["y"] ? (v["y"].to_i < 69 ? 2000 : 1900) + v["y"].to_i : now.year
      parse(sprintf("%04d-%02d-%02d %02d:%02d:%02d %s", year, mon, (v["d"] || 1).to_i, v["H"].to_i, v["M"].to_i, v["S"].to_i, v["z"]))
    end
  end
end

# The calendar days of the Gregorian calendar
class Date
  include Comparable
  Error = ArgumentError
  MONTHNAMES = [nil, *Time::MONTHS].freeze
  DAYNAMES = Time::DAYS
  ABBR_DAYNAMES = DAYNAMES.map { |n| n[0, 3] }.freeze
  ABBR_MONTHNAMES = [nil, *Time::MONTHS.map { |n| n[0, 3] }].freeze

  attr_reader :year, :mon, :day
  alias month mon
  alias mday day

  def self.leap?(y) = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0
  def self.__days(y, m) = m == 2 ? (leap?(y) ? 29 : 28) : [4, 6, 9, 11].include?(m) ? 30 : 31
  def self.valid_date?(y, m, d) = m.between?(1, 12) && d.between?(1, __days(y, m))
  def self.today = Time.now.utc.to_date
  def self.parse(text) = Time.parse(text[/\d{4,}-\d\d?-\d\d?|\d\d?\s+[A-Za-z]{3,}\s+\d{4}/] || raise(ArgumentError, "invalid date")).to_date
  def self.iso8601(text) = parse(text)
  def self.strptime(text, format = "%F") = Time.strptime(text, format).to_date

  def self.__of(days)
    t = Time.at(days * 86400).utc
    new(t.year, t.mon, t.day)
  end

  def initialize(year = -4712, mon = 1, day = 1)
    mon += 13 if mon < 0
    day = Date.__days(year, mon) + day + 1 if day < 0 && mon.between?(1, 12)
    raise ArgumentError, "invalid date" unless Date.valid_date?(year, mon, day)
    @year, @mon, @day = year, mon, day
  end

  def to_time = Time.gm(@year, @mon, @day)
  def to_date = self
  def __days = to_time.to_i.div(86400)
  def jd = __days + 2440588
  def wday = to_time.wday
  def yday = to_time.yday
  def cwday = wday == 0 ? 7 : wday
  def cweek = to_time.__week[1]
  def cwyear = to_time.__week[0]
  def leap? = Date.leap?(@year)
  def +(n) = Date.__of(__days + n.to_i)
  def -(other) = other.is_a?(Date) ? __days - other.__days : Date.__of(__days - other.to_i)
  def <=>(other) = other.is_a?(Date) ? __days <=> other.__days : nil
  def ==(other) = other.is_a?(Date) && __days == other.__days
  alias eql? ==
  def hash = __days.hash
  def succ = self + 1
  alias next succ
  def next_day(n = 1) = self + n
  def prev_day(n = 1) = self - n
  def >>(n)
    months = @year * 12 + @mon - 1 + n
    y, m = months.div(12), months % 12 + 1
    Date.new(y, m, [@day, Date.__days(y, m)].min)
  end
  def <<(n) = self >> -n
  def next_month(n = 1) = self >> n
  def prev_month(n = 1) = self << n
  def next_year(n = 1) = self >> n * 12
  def prev_year(n = 1) = self << n * 12
  def saturday? = wday == 6
  def sunday? = wday == 0
  def monday? = wday == 1
  def strftime(format = "%F") = to_time.strftime(format)
  def iso8601 = strftime("%F")
  def to_s = iso8601
  def inspect = "#<Date: #{iso8601}>"
  def __json = iso8601
end

# --- BigDecimal: a whole number and how many of its digits stand behind the point ---

class BigDecimal < Numeric
  include Comparable
  ROUND_MODE = 256
  ROUND_UP = 1
  ROUND_DOWN = 2
  ROUND_HALF_UP = 3
  ROUND_HALF_DOWN = 4
  ROUND_CEILING = 5
  ROUND_FLOOR = 6
  ROUND_HALF_EVEN = 7
  # Digits of a quotient that does not end
  DIVISION_DIGITS = 20

  class << self
    def __make(unscaled, scale)
      d = allocate
      d.__set(unscaled, scale)
      d
    end

    def __from(value)
      case value
      when BigDecimal then value
      when Integer then __make(value, 0)
      when Float
        raise FloatDomainError, value.to_s if value.nan? || value.infinite?
        __from(JSON.generate(value))
      when Rational then __from(value.numerator) / __from(value.denominator)
      when String
        m = /\A\s*([-+]?)(\d[\d_]*)?(?:\.(\d[\d_]*)?)?(?:[eEdD]([-+]?\d+))?\s*\z/.match(value)
        raise ArgumentError, "invalid value for BigDecimal(): #{value.inspect}" unless m && (m[2] || m[3])
        fraction = (m[3] || "").delete("_")
        n = ((m[2] || "").delete("_") + fraction).to_i
        exponent = m[4].to_i
        raise ArgumentError, "exponent too large: #{value.inspect}" if exponent.abs > 10_000
        scale = fraction.size - exponent
        n *= 10**-scale if scale < 0
        __make(m[1] == "-" ? -n : n, scale < 0 ? 0 : scale)
      else
        raise TypeError, "can't convert #{value.class} into BigDecimal"
      end
    end

    def mode(what, value = nil) = (@mode = value if value; @mode || ROUND_HALF_UP)
    def limit(*) = 0
  end

  def __set(unscaled, scale)
    while scale > 0 && unscaled % 10 == 0
      unscaled = unscaled.div(10)
      scale -= 1
    end
    @unscaled, @scale = unscaled, scale
  end

  def unscaled = @unscaled
  attr_reader :scale
  def __at(scale) = @unscaled * 10**(scale - @scale)
  def __other(value) = value.is_a?(BigDecimal) ? value : value.is_a?(Numeric) ? BigDecimal.__from(value) : raise(TypeError, "#{value.class} can't be coerced into BigDecimal")
  def coerce(other) = [BigDecimal.__from(other), self]

  def +(other)
    o = __other(other)
    s = [@scale, o.scale].max
    BigDecimal.__make(__at(s) + o.__at(s), s)
  end

  def -(other)
    o = __other(other)
    s = [@scale, o.scale].max
    BigDecimal.__make(__at(s) - o.__at(s), s)
  end

  def *(other)
    o = __other(other)
    BigDecimal.__make(@unscaled * o.unscaled, @scale + o.scale)
  end

  def /(other)
    o = __other(other)
    raise ZeroDivisionError, "divided by 0" if o.zero?
    digits = DIVISION_DIGITS + [@scale, o.scale, precision, o.precision].max
    n = @unscaled * 10**(digits + o.scale)
    d = o.unscaled * 10**@scale
    q = n.abs.div(d.abs)
    BigDecimal.__make((n < 0) == (d < 0) ? q : -q, digits)
  end
  alias quo /

  def div(other, digits = nil)
    return (self / other).floor if digits.nil?
    q = self / other
    digits == 0 ? q : q.round([digits - q.exponent, 0].max)
  end

  def %(other) = self - __other(other) * (self / other).floor
  alias modulo %
  def divmod(other) = [div(other), self % other]
  def **(n)
    raise ArgumentError, "only whole exponents" unless n.is_a?(Integer)
    n < 0 ? BigDecimal.__make(1, 0) / self**-n : BigDecimal.__make(@unscaled**n, @scale * n)
  end
  alias power **

  def sqrt(digits = 16)
    raise FloatDomainError, "sqrt of negative value" if @unscaled < 0
    return self if zero?
    scale = digits + 2
    n = __at([@scale, 0].max) * 10**(2 * scale)
    n = n.div(10**@scale)
    x = 10**((n.to_s.size + 1).div(2))
    loop do
      y = (x + n.div(x)).div(2)
      break if y >= x
      x = y
    end
    BigDecimal.__make(x, scale)
  end

  def -@ = BigDecimal.__make(-@unscaled, @scale)
  def +@ = self
  def abs = @unscaled < 0 ? -self : self
  def zero? = @unscaled == 0
  def nonzero? = zero? ? nil : self
  def negative? = @unscaled < 0
  def positive? = @unscaled > 0
  def nan? = false
  def infinite? = nil
  def finite? = true
  def sign = @unscaled <=> 0
  def precision = @unscaled.abs.to_s.size
  def exponent = zero? ? 0 : precision - @scale

  def <=>(other)
    return nil unless other.is_a?(Numeric)
    o = __other(other)
    s = [@scale, o.scale].max
    __at(s) <=> o.__at(s)
  end

  def ==(other) = other.is_a?(Numeric) && (self <=> other) == 0
  def <(other) = (self <=> other) < 0
  def >(other) = (self <=> other) > 0
  def <=(other) = (self <=> other) <= 0
  def >=(other) = (self <=> other) >= 0
  alias === ==
  def eql?(other) = other.is_a?(BigDecimal) && self == other
  def hash = [@unscaled, @scale].hash

  MODES = { up: 1, down: 2, truncate: 2, half_up: 3, default: 3, half_down: 4, ceiling: 5, ceil: 5, floor: 6, half_even: 7, banker: 7 }.freeze

  def __rounded(digits, mode)
    return self if digits >= @scale
    unit = 10**(@scale - digits)
    q, r = @unscaled.abs.divmod(unit)
    up = case mode
    when ROUND_UP then r > 0
    when ROUND_DOWN then false
    when ROUND_HALF_UP then r * 2 >= unit
    when ROUND_HALF_DOWN then r * 2 > unit
    when ROUND_CEILING then r > 0 && @unscaled > 0
    when ROUND_FLOOR then r > 0 && @unscaled < 0
    when ROUND_HALF_EVEN then r * 2 > unit || (r * 2 == unit && q % 2 == 1)
    else raise ArgumentError, "invalid rounding mode"
    end
    q += 1 if up
    q = -q if @unscaled < 0
    digits < 0 ? BigDecimal.__make(q * 10**-digits, 0) : BigDecimal.__make(q, digits)
  end

  def round(digits = nil, mode = nil, half: nil)
    mode = half ? MODES[:"half_#{half}"] : mode.nil? ? BigDecimal.mode(ROUND_MODE) : mode.is_a?(Symbol) ? (MODES[mode] || raise(ArgumentError, "invalid rounding mode")) : mode
    r = __rounded(digits || 0, mode)
    digits.nil? ? r.to_i : r
  end

  def floor(digits = nil) = (r = __rounded(digits || 0, ROUND_FLOOR); digits.nil? ? r.to_i : r)
  def ceil(digits = nil) = (r = __rounded(digits || 0, ROUND_CEILING); digits.nil? ? r.to_i : r)
  def truncate(digits = nil) = (r = __rounded(digits || 0, ROUND_DOWN); digits.nil? ? r.to_i : r)
  def fix = __rounded(0, ROUND_DOWN)
  def frac = self - fix
  def to_i = @unscaled < 0 ? -(@unscaled.abs.div(10**@scale)) : @unscaled.div(10**@scale)
  alias to_int to_i
  def to_f = to_s("F").to_f
  def to_d = self
  def to_r = Rational(@unscaled, 10**@scale)
  def to_digits = to_s("F")

  def to_s(format = nil)
    digits = @unscaled.abs.to_s
    sign = @unscaled < 0 ? "-" : ""
    if format && format.to_s.upcase.include?("F")
      digits = digits.rjust(@scale + 1, "0")
      return sign + (@scale == 0 ? digits + ".0" : digits[0, digits.size - @scale] + "." + digits[digits.size - @scale, @scale])
    end
    return "0.0" if zero?
    e = exponent
    digits = digits[0, digits.size - 1] while digits.size > 1 && digits.end_with?("0")
    "#{sign}0.#{digits}e#{e}"
  end

  def inspect = to_s

  # Without a zero that only stands for there being a point
  def __json = @scale == 0 ? to_i.to_s : to_s("F")
  def to_json(*) = JSON.generate(__json)
end

# What mruby's own numbers do with each other the VM does by itself; they do not ask others by coerce
[Integer, Float].each do |numbers|
  numbers.class_eval do
    %i[+ - * / % ** <=> == < > <= >=].each do |name|
      plain = instance_method(name)
      define_method(name) { |other| other.is_a?(BigDecimal) ? BigDecimal.__from(self).__send__(name, other) : plain.bind(self).call(other) }
    end
    def to_d(*) = BigDecimal.__from(self)
  end
end

class String
  def to_d = BigDecimal.__from(self[/\A\s*[-+]?\d*(?:\.\d+)?(?:[eE][-+]?\d+)?/].then { |s| s.strip.empty? || s.strip =~ /\A[-+]?\z/ ? "0" : s })
end

class FloatDomainError < RangeError; end unless Object.const_defined?(:FloatDomainError)

# --- what is logged ---

class Logger
  DEBUG, INFO, WARN, ERROR, FATAL, UNKNOWN = 0, 1, 2, 3, 4, 5
  NAMES = %w[DEBUG INFO WARN ERROR FATAL ANY].freeze

  module Severity
    DEBUG, INFO, WARN, ERROR, FATAL, UNKNOWN = 0, 1, 2, 3, 4, 5
  end

  attr_accessor :progname, :formatter
  attr_reader :level

  def initialize(*, level: INFO, progname: nil, formatter: nil, **)
    self.level = level
    @progname, @formatter = progname, formatter
  end

  def level=(value)
    @level = value.is_a?(Integer) ? value : NAMES.index(value.to_s.upcase) || raise(ArgumentError, "invalid log level: #{value}")
  end

  def add(severity, message = nil, progname = nil)
    return true if severity < @level
    message = block_given? ? yield : progname if message.nil?
    message = message.is_a?(Exception) ? "#{message.message} (#{message.class})" : message.is_a?(String) ? message : message.inspect
    if @formatter
      print @formatter.call(NAMES[severity], Time.now, @progname, message)
    else
      puts "#{NAMES[severity]}#{@progname ? ' ' + @progname.to_s : ''}: #{message}"
    end
    true
  end
  alias log add

  def debug(message = nil, &block) = add(DEBUG, message, nil, &block)
  def info(message = nil, &block) = add(INFO, message, nil, &block)
  def warn(message = nil, &block) = add(WARN, message, nil, &block)
  def error(message = nil, &block) = add(ERROR, message, nil, &block)
  def fatal(message = nil, &block) = add(FATAL, message, nil, &block)
  def unknown(message = nil, &block) = add(UNKNOWN, message, nil, &block)
  def <<(message) = (print(message); self)
  def debug? = @level <= DEBUG
  def info? = @level <= INFO
end

class LogStream
  def initialize(number) = @number = number
  def puts(*args) = Kernel.instance_method(:puts).bind(self).call(*args)
  def write(*args) = (args.each { |a| __log(a.to_s) }; args.sum { |a| a.to_s.bytesize })
  def <<(value) = (__log(value.to_s); self)
  def flush = self
  def sync = true
  def sync=(value)
  end
  def fileno = @number
  def tty? = false
  alias isatty tty?
end

STDOUT = $stdout = LogStream.new(1)
STDERR = $stderr = LogStream.new(2)

class OpenStruct
  def initialize(values = {}) = @table = values.to_h { |k, v| [k.to_sym, v] }
  def [](name) = @table[name.to_sym]
  def []=(name, value)
    @table[name.to_sym] = value
  end
  def to_h = @table.dup
  def respond_to_missing?(name, all = false) = @table.key?(name.to_s.delete("=").to_sym)
  def method_missing(name, *args) = name.to_s.end_with?("=") ? @table[name.to_s[0..-2].to_sym] = args[0] : @table[name]
  def dig(name, *rest) = rest.empty? ? self[name] : self[name]&.dig(*rest)
  def ==(other) = other.is_a?(OpenStruct) && to_h == other.to_h
end

module Forwardable
  def def_delegators(to, *names) = names.each { |n| def_delegator(to, n) }
  def def_delegator(to, name, as = name)
    define_method(as) do |*args, &block|
      target = to.to_s.start_with?("@") ? instance_variable_get(to) : __send__(to)
      target.__send__(name, *args, &block)
    end
  end
end
