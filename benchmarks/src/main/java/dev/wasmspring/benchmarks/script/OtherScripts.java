package dev.wasmspring.benchmarks.script;

import java.nio.charset.StandardCharsets;
import java.util.List;

import dev.wasmspring.function.ScriptFunction;
import dev.wasmspring.function.WasmScripts;

/**
 * Scripts in JavaScript that are nothing like an order, so that the profile that the JVM
 * keeps of the interpreter is that of every kind of script. Confined to one thread.
 */
final class OtherScripts {

	/** Times that each is called: enough for the JVM to take note of it. */
	private static final int CALLS = 50;

	/** {@code $N} is another number in each script. */
	private static final List<String> BODIES = List.of("let t = 0; for (let i = 0; i < $N; i++) t += i % 7; return t;",
			"function* g() { for (let i = 0; i < $N; i++) yield i * i; } return [...g()].length;",
			"const s = new Set(); for (let i = 0; i < $N; i++) s.add('k' + (i % 50)); return s.size;",
			"let b = 1n; for (let i = 1n; i < 60n; i++) b *= i + $Nn; return b.toString().length;",
			"class A { x = $N; get y() { return this.x + 1; } static z = 3; } return new A().y + A.z;",
			"try { null.f(); } catch (e) { return e instanceof TypeError ? $N : 0; }",
			"const { a, ...rest } = { a: 1, b: [$N, 2], c: { d: 3 } }; return Object.entries(rest).flat(Infinity).length;",
			"let n = 0; outer: for (let i = 0; i < $N; i++) for (let j = 0; j < 9; j++) { if (j > i % 5) continue outer; n++; } return n;",
			"const a = new Float64Array($N); a.fill(1.5); return a.reduce((x, y) => x + y * Math.sqrt(2), 0);",
			"const p = new Proxy({}, { get: (t, k) => k.length + $N }); return p.hello + p.you;",
			"switch ($N % 5) { case 0: return 'a'; case 1: return 'b'; case 2: case 3: return 'c'; default: return 'd'; }",
			"return Array.from({ length: $N }, (_, i) => i.toString(36)).sort().reverse().join('').length;",
			"const f = (n) => (n < 2 ? n : f(n - 1) + f(n - 2)); return f(10 + ($N % 4));",
			"return `${'x'.repeat($N)}`.replace(/x{3}/g, (m, o) => o % 2 ? 'y' : m).length;",
			"const d = new Date(86400000 * $N); return d.toISOString() + d.getUTCMonth();",
			"let x = $N; do { x = x & 1 ? 3 * x + 1 : x >>> 1; } while (x > 1); return x;",
			"const m = new WeakMap(), k = {}; m.set(k, $N); return Reflect.ownKeys({ [Symbol.iterator]: 1, q: m.get(k) }).length;",
			"return JSON.parse(JSON.stringify({ a: Array($N).fill({ b: null, c: [true, 1.25, 'ü'] }) })).a.length;",
			"var o = {}; for (var i = 0; i < $N; i++) o['p' + i] = i; var s = 0; for (var q in o) s += o[q]; delete o.p1; return s;",
			"const it = { i: 0, next() { return { done: this.i >= $N, value: this.i++ }; }, [Symbol.iterator]() { return this; } }; return Math.max(...it);");

	private final WasmScripts scripts;

	OtherScripts(WasmScripts scripts) {
		this.scripts = scripts;
	}

	void call(int count) {
		byte[] input = "{\"name\":\"Ada\"}".getBytes(StandardCharsets.UTF_8);
		for (int i = 0; i < count; i++) {
			String body = BODIES.get(i % BODIES.size()).replace("$N", String.valueOf(40 + i));
			try (ScriptFunction function = this.scripts.compile("javascript",
					"export function handle(input) { " + body + " }")) {
				for (int call = 0; call < CALLS; call++) {
					function.apply(input);
				}
			}
		}
	}

}
