package dev.wasmspring.sandbox.module;

import java.time.Duration;
import java.util.HexFormat;

import dev.wasmspring.Fixtures;
import dev.wasmspring.sandbox.CraftedModule;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.Template;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.wasi.Capabilities;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class ModuleParserTests {

	private static final Limits LIMITS = new Limits(Duration.ofSeconds(30), 64 << 20, 1 << 20, 1 << 20);

	/** A type {@code () -> i32} and a function of it. */
	private static final String FUNCTION = "01050160 00017f 03020100 ";

	private static final String EXPORT = "0707 01 0372756e 0000 ";

	private static final String CODE = "0a06 01 04 00 412a 0b";

	private final Engine engine = new Engine();

	@AfterEach
	void closeEngine() {
		this.engine.close();
	}

	@Test
	void aReferenceToAFunctionThatAnythingDeclaresIsValid() {
		assertThat(CraftedModule.answer(load(Fixtures.module("reference_by_export")), LIMITS)).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "reference_undeclared,undeclared function reference 0", "segment_undeclared,unknown elem segment 0" })
	void aReferenceToWhatNothingDeclaresIsNot(String module, String defect) {
		ModuleException exception = catchThrowableOfType(ModuleException.class, () -> load(Fixtures.module(module)));
		assertThat(exception).isNotNull();
		assertThat(exception.reason()).isEqualTo("It is not a valid module: " + defect + ".");
	}

	@Test
	void aMemorySectionMayBeEmpty() {
		Template template = load(Fixtures.module("empty_memory_section"));
		assertThat(CraftedModule.answer(template, LIMITS)).isEqualTo(42);
		assertThat(template.memory()).isZero();
	}

	@Test
	void constantsMayBeAddedSubtractedAndMultiplied() {
		// i32.const 2, i32.const 3, i32.add, i32.const 4, i32.mul
		assertThatNoException().isThrownBy(() -> parse("060d 01 7f00 4102 4103 6a 4104 6c 0b".replace("060d", "060c")));
		assertThatNoException().isThrownBy(() -> parse("060a 01 7e00 4202 4203 7d 0b".replace("060a", "0609")));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "0605 01 7f00 6a 0b | type mismatch in a constant expression",
					"0607 01 7f00 4102 6a 0b | type mismatch in a constant expression",
					"0609 01 7f00 4102 4203 6a 0b | type mismatch in a constant expression",
					"0608 01 7f00 4102 4103 0b | a constant expression leaves 2 values instead of one",
					"0604 01 7f00 0b | a constant expression leaves 0 values instead of one",
					"0607 01 7f00 4102 67 0b | constant expression required, but there is the instruction i32.clz",
					"0606 01 7f00 2300 0b | unknown global 0", "0606 01 7000 d205 0b | unknown function 5",
					"0606 01 7e00 4102 0b | type mismatch" })
	void aConstantThatIsNoneIsNamed(String global, String defect) {
		assertThat(defect(global)).contains(defect);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "0904 01 01 00 01 05 | unknown function 5",
			"0908 01 05 70 01 4100 0b | type mismatch in an element segment" })
	void thePassiveSegmentsOfTablesAreLookedAtAsWell(String segment, String defect) {
		byte[] bytes = HexFormat.of().parseHex(segment.replace(" ", ""));
		bytes[1] = (byte) (bytes.length - 2);
		assertThat(defectOf(FUNCTION + EXPORT + HexFormat.of().formatHex(bytes) + CODE)).contains(defect);
	}

	private static String defect(String global) {
		return defectOf(FUNCTION + global + EXPORT + CODE);
	}

	private static void parse(String global) {
		Module.parse("constants", "memory", module(FUNCTION + global + EXPORT + CODE));
	}

	private static String defectOf(String sections) {
		ModuleException exception = catchThrowableOfType(ModuleException.class,
				() -> Module.parse("broken", "memory", module(sections)));
		assertThat(exception).as(sections).isNotNull();
		assertThat(exception.reason()).startsWith("It is not a valid module: ").doesNotContain("internal error");
		return exception.reason();
	}

	private static byte[] module(String sections) {
		return HexFormat.of().parseHex("0061736d01000000" + sections.replace(" ", ""));
	}

	private Template load(Module module) {
		return this.engine.load(module, LIMITS, Capabilities.NONE);
	}

}
