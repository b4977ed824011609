package dev.wasmspring.benchmarks.script;

import dev.wasmspring.script.ScriptLanguage;

/**
 * What a script does that never ends. A closed set, shared by all threads.
 */
enum Endless {

	/**
	 * Counts in a loop.
	 */
	LOOP,

	/**
	 * Tries a regular expression that backtracks for years, as a loop within the runtime.
	 */
	EXPRESSION,

	/**
	 * Makes texts and throws them away.
	 */
	GARBAGE;

	String source(ScriptLanguage language) {
		return switch (language) {
			case JAVASCRIPT -> "export function handle(input) { " + switch (this) {
				case LOOP -> "for (let i = 0; ; i++) {}";
				case EXPRESSION -> "for (;;) /^(a+)+$/.test('a'.repeat(40) + 'b');";
				case GARBAGE -> "for (;;) 'a'.repeat(1000) + input;";
			} + " }";
			case PYTHON -> "import re\ndef handle(input):\n    " + switch (this) {
				case LOOP -> "while True: pass";
				case EXPRESSION -> "while True: re.match(r'^(a+)+$', 'a' * 40 + 'b')";
				case GARBAGE -> "while True: 'a' * 1000 + str(input)";
			};
			case RUBY -> "def handle(input)\n  " + switch (this) {
				case LOOP -> "i = 0\n  while true\n    i += 1\n  end";
				case EXPRESSION -> "loop { /^(a+)+$/ =~ 'a' * 40 + 'b' }";
				case GARBAGE -> "loop { 'a' * 1000 + input.to_s }";
			} + "\nend";
			case PHP -> "<?php function handle($input) { " + switch (this) {
				case LOOP -> "for ($i = 0; ; $i++) {}";
				case EXPRESSION -> "for (;;) preg_match('/^(a+)+$/', str_repeat('a', 40) . 'b');";
				case GARBAGE -> "for (;;) $text = str_repeat('a', 1000) . $input;";
			} + " }";
			case DOTNET -> throw new IllegalArgumentException("C# is compiled before");
		};
	}

}
