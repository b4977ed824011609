package dev.wasmspring.script;

import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Writes a script of random statements, most of which keep an interpreter busy in a way
 * of their own: sorting, text, patterns, numbers, exceptions, classes, closures. Each
 * seed gives one script. Stateless.
 */
final class RandomScript {

	private static final List<String> JAVASCRIPT = List.of(
			"out.push([$, $, $, $].sort((a, b) => a - b).map((x) => x * $ % 97));",
			"out.push(JSON.stringify({ a: $, b: [$, '$', null, true], c: { d: $ / 3 } }));",
			"out.push('abc$def$'.replace(/[a-c]+(\\d+)/g, (m, n) => n * 2).split('').reverse().join(''));",
			"{ const m = new Map(); for (let i = 0; i < $ % 20; i++) m.set('k' + i % 5, i * $); out.push([...m]); }",
			"{ const f = (n) => n < 2 ? n : f(n - 1) + f(n - 2); out.push(f($ % 13)); }",
			"{ class A { #x = $; get x() { return this.#x; } static s(...a) { return a.length; } } class B extends A { get x() {"
					+ " return super.x + $; } } out.push(new B().x, A.s(1, 2, $)); }",
			"try { if ($ % 3) null.x; throw new RangeError('$'); } catch (e) { out.push(e.name, e.message); } finally { out.push($); }",
			"{ function* g(n) { for (let i = 0; i < n; i++) { const r = yield i * i; if (r) return; } } out.push([...g($ % 9)]); }",
			"a: for (let i = 0; i < 9; i++) { for (let j = 0; j < 9; j++) { if (i * j === $ % 30) break a; if (j > i) continue a; out.push(i * j); } }",
			"switch ($ % 5) { case 0: out.push('z'); case 1: out.push('o'); break; case 2: { out.push('t'); } default: out.push('d'); }",
			"out.push($ / $, $ % ($ || 1), $ ** 3, $ >>> 1, ~$, $ << $ % 33, ($ / 7).toFixed(3), parseInt('$', 8), ($.5e10).toString(36));",
			"out.push(new Date($ * 1e9).toISOString(), Math.round(Math.sin($) * 1e6), Math.hypot($, $));",
			"out.push(String(BigInt($) ** BigInt($ % 20)), String(-$n / 7n), String(BigInt.asIntN(9, $n)));",
			"{ const [a, ...b] = [$, $, $]; const { c = $, ...d } = { e: a, f: b }; out.push(c, d, `${a}-${b}`); }",
			"out.push([...'$\u00e9\ud83d\ude00'].length, encodeURIComponent('$ \u00e9'), /(?<y>\\d+)-(?<m>\\d+)/.exec('$-$').groups.y);",
			"out.push(new Uint8Array([$, $, $]).reduce((a, b) => a * 31 + b >>> 0, 7), Object.entries({ x: $ }).flat());",
			"{ const seen = new Set(); const p = new Proxy({}, { get: (t, k) => (seen.add(k), $) }); out.push(p.a + p.b, [...seen]); }",
			"out.push([$, $, $].reduceRight((a, b) => [b, a], []), 'x'.padStart($ % 9, 'ab'), '$,$'.split(',').map(Number));");

	private static final List<String> PYTHON = List.of("out.append(sorted([$, $, $, $], key=lambda x: x * $ % 97))",
			"out.append(json.dumps({'a': $, 'b': [$, '$', None, True], 'c': {'d': $ / 3}}, sort_keys=True))",
			"out.append(re.sub(r'[a-c]+(\\d+)', lambda m: str(int(m[1]) * 2), 'abc$def$')[::-1])",
			"m = collections.Counter(i % 5 for i in range($ % 40)); out.append(sorted(m.items()))",
			"out.append([f(n) for n in range($ % 9)])", "out.append([a.x, a.y(), str(a)] if (a := A($)) else 0)",
			"out.append(attempt($, $))", "out.append([x * y for x in range($ % 5) for y in range($ % 5) if x != y])",
			"out.append({str(k): v for k, v in zip('abcdef', [$, $, $])})",
			"out.append([$ / 7, $ // 7, $ % 7, $ ** 3, $ >> 1, ~$, hex($), f'{$:08.3f}', round($ / 3, 4), divmod($, 9)])",
			"out.append(str($ ** ($ % 30)) + str(-$ // 7))",
			"a, *b = [$, $, $]; out.append([a, b, '%05d|%s' % ($, 'x')])",
			"out.append(['$\u00e9'.encode().hex(), 'a,b;$'.split(','), ' x$ '.strip().zfill(9), 'abc'.join(['$', '$'])])",
			"out.append(list(itertools.islice(itertools.accumulate(itertools.count($), lambda a, b: a * b % 101), 8)))",
			"out.append([bytes([$ % 256, $ % 256]).hex(), int.from_bytes(b'\\x01\\x02', 'big') * $])",
			"out.append(functools.reduce(lambda a, b: a * 31 + b, [$, $, $]) % 1000003)",
			"out.append([list(gen($ % 7)), sum(gen($ % 20)), max([$, $]), min(($, $))])",
			"out.append([str(decimal.Decimal($) / 7), math.gcd($, $), math.isqrt($), statistics.mean([$, $])])");

	private static final List<String> RUBY = List.of("out << [$, $, $, $].sort_by { |x| x * $ % 97 }",
			"out << { 'a' => $, 'b' => [$, '$', nil, true], 'c' => { 'd' => $ / 3.0 } }",
			"out << 'abc$def$'.reverse.upcase.tr('A-C', 'x')",
			"m = Hash.new(0); ($ % 40).times { |i| m[(i % 5).to_s] += i }; out << m",
			"out << (0..($ % 9)).map { |n| fib(n) }", "a = A.new($); out << [a.x, a.y, a.respond_to?(:z)]",
			"out << attempt($, $)", "out << (1..($ % 5)).to_a.map { |x| [x, x * $] }.flatten",
			"out << [$, $, $].each_with_index.map { |x, i| x * i }",
			"out << [$ / 7, $ % 7, $ ** 2, $ >> 1, ~$, $.to_s(16), ($ / 7.0).round(3), $ <=> $, -$ / 7]",
			"a, *b = [$, $, $]; out << [a, b, \"#{a}-#{b.length}\"]",
			"out << ['a,b,$'.split(','), ' x$ '.strip, 'abc' * ($ % 4), 'hello'.index('l'), '$'.to_i + $]",
			"out << [$, $, $].inject { |a, b| (a * 31 + b) % 1000003 }",
			"out << case $ % 5 when 0 then 'z' when 1, 2 then 'o' else 'd' end",
			"i = 0; while i < $ % 50; i += 1; next if i % 3 == 0; break if i > 30; out << i; end",
			"out << [[$, $].max, [$, $].min, [$, $, $].sum, [3, nil, $].compact, [1, [2, [$]]].flatten]",
			"c = 0; add = ->(n) { c += n }; [$, $].each(&add); out << c");

	private static final List<String> PHP = List.of(
			"$a = [#, #, #, #]; usort($a, fn($x, $y) => $x * # % 97 <=> $y * # % 97); $out[] = $a;",
			"$out[] = json_encode(['a' => #, 'b' => [#, '#', null, true], 'c' => ['d' => # / 3]]);",
			"$out[] = strrev(preg_replace_callback('/[a-c]+(\\d+)/', fn($m) => $m[1] * 2, 'abc#def#'));",
			"$m = []; for ($i = 0; $i < # % 40; $i++) { $m['k' . $i % 5] = ($m['k' . $i % 5] ?? 0) + $i; } $out[] = $m;",
			"$out[] = array_map('fib', range(0, # % 9));",
			"$a = new A(#); $out[] = [$a->x(), (string) $a, $a instanceof Countable];", "$out[] = attempt(#, #);",
			"foreach ([#, #] as $k => $v) { if ($v % 3 === 0) continue; $out[] = $k * $v; }",
			"$out[] = [intdiv(#, 7), # % 7, # ** 2, # >> 1, ~#, dechex(#), round(# / 7, 3), # <=> #, sprintf('%05d|%08.3f', #, #)];",
			"[$a, $b] = [#, #]; $out[] = \"$a-{$b}\" . str_repeat('x', # % 5);",
			"$out[] = [explode(',', 'a,b,#'), trim(' x# '), ucwords('hello w#'), substr('abcdef', # % 4), strlen('#\u00e9')];",
			"$out[] = array_reduce([#, #, #], fn($a, $b) => ($a * 31 + $b) % 1000003, 7);",
			"switch (# % 5) { case 0: $out[] = 'z'; case 1: $out[] = 'o'; break; default: $out[] = 'd'; }",
			"$out[] = match (true) { # > # => 'more', # % 2 === 0 => 'even', default => 'odd' };",
			"$out[] = iterator_to_array((function () { for ($i = 0; $i < # % 7; $i++) yield $i * #; })());",
			"$out[] = [md5('#'), crc32('#'), bin2hex(pack('N', #)), base64_encode('#'), array_slice([1, 2, #], 1)];",
			"$out[] = [date('Y-m-d', # * 1000000), number_format(# * 1234.5, 2), max(#, #), array_sum([#, #])];");

	private static final Map<ScriptLanguage, String> FRAMES = Map.of(ScriptLanguage.JAVASCRIPT, """
			function handle(input) {
			  const out = [];
			%s
			  return out.map((o) => typeof o === "bigint" ? String(o) : o);
			}
			""", ScriptLanguage.PYTHON, """
			import collections, decimal, functools, itertools, json, math, re, statistics
			class A:
			    def __init__(self, x): self.x = x
			    def y(self): return self.x * 2
			    def __str__(self): return f"A{self.x}"
			def f(n): return n if n < 2 else f(n - 1) + f(n - 2)
			def gen(n):
			    for i in range(n): yield i * i
			def attempt(a, b):
			    try:
			        if a %% 3 == 0: raise KeyError(a)
			        return [a // (b %% 3)]
			    except KeyError as e: return ["key", str(e)]
			    except ZeroDivisionError as e: return ["zero", str(e)]
			    finally: a += 1
			def handle(input):
			    out = []
			%s
			    return out
			""", ScriptLanguage.RUBY, """
			class A
			  attr_reader :x
			  def initialize(x); @x = x; end
			  def y; @x * 2; end
			end
			def fib(n); n < 2 ? n : fib(n - 1) + fib(n - 2); end
			def attempt(a, b)
			  raise ArgumentError, a.to_s if a %% 3 == 0
			  [a / (b %% 3)]
			rescue ZeroDivisionError => e
			  ["zero", e.message]
			rescue ArgumentError => e
			  ["argument", e.message]
			ensure
			  a += 1
			end
			def handle(input)
			  out = []
			%s
			  out
			end
			""", ScriptLanguage.PHP,
			"""
					<?php
					class A { function __construct(private int $x) {} function x() { return $this->x; } function __toString() { return "A" . $this->x; } }
					function fib($n) { return $n < 2 ? $n : fib($n - 1) + fib($n - 2); }
					function attempt($a, $b) {
					    try {
					        if ($a %% 3 === 0) throw new RuntimeException("m$a");
					        return [intdiv($a, $b %% 3)];
					    } catch (DivisionByZeroError $e) { return ["zero", $e->getMessage()]; }
					    catch (RuntimeException $e) { return ["runtime", $e->getMessage()]; }
					    finally { $a++; }
					}
					function handle($input) {
					    $out = [];
					%s
					    return $out;
					}
					""");

	private RandomScript() {
	}

	/**
	 * Writes a script.
	 * @param seed what it is made of
	 */
	static String write(ScriptLanguage language, long seed) {
		Random random = new Random(seed);
		List<String> statements = switch (language) {
			case JAVASCRIPT -> JAVASCRIPT;
			case PYTHON -> PYTHON;
			case RUBY -> RUBY;
			case PHP -> PHP;
			default -> throw new IllegalArgumentException("There are no statements in " + language);
		};
		// A number goes where this sign stands
		char sign = (language == ScriptLanguage.PHP) ? '#' : '$';
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < 12; i++) {
			text.append((language == ScriptLanguage.PYTHON) ? "    " : "  ");
			String statement = statements.get(random.nextInt(statements.size()));
			for (int j = 0; j < statement.length(); j++) {
				char next = statement.charAt(j);
				boolean isTemplate = j + 1 < statement.length() && statement.charAt(j + 1) == '{';
				if (next == sign && !isTemplate) {
					text.append(1 + random.nextInt(random.nextBoolean() ? 12 : 1000));
				}
				else {
					text.append(next);
				}
			}
			text.append('\n');
		}
		return FRAMES.getOrDefault(language, "").formatted(text);
	}

}
