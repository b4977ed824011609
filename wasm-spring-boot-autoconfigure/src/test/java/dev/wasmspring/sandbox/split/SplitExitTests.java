package dev.wasmspring.sandbox.split;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.Instruction;
import com.dylibso.chicory.wasm.types.OpCode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a part leaves in globals must still be there when its caller reads it: nothing may
 * write to them again behind the first write, itself or by a call.
 */
class SplitExitTests {

	@ParameterizedTest
	@CsvSource({ "javascript, 300", "javascript, 1000", "ruby, 300" })
	void whatAPartLeavesIsNotOverwritten(String runtime, int limit) throws IOException {
		byte[] original = read(runtime);
		SplitModule split = FunctionSplitter.split(original, SplitSettings.ofLimit(limit));
		// What else it is made of need not be validated once more
		WasmModule module = Parser.builder().withValidation(false).build().parse(split.binary());
		int registers = Parser.builder().withValidation(false).build().parse(original).globalSection().globalCount();
		int imported = module.importSection().importCount();
		List<String> overwritten = new ArrayList<>();
		int writing = 0;
		for (int i = split.report().firstPart() - imported; i < module.codeSection().functionBodyCount(); i++) {
			BitSet written = new BitSet();
			for (Instruction instruction : module.codeSection().getFunctionBody(i).instructions()) {
				if (instruction.opcode() == OpCode.GLOBAL_SET && instruction.operand(0) >= registers) {
					int global = (int) instruction.operand(0);
					if (written.get(global)) {
						overwritten.add("function " + (i + imported) + " writes twice to global " + global);
					}
					written.set(global);
				}
				else if (instruction.opcode() == OpCode.CALL && !written.isEmpty()) {
					overwritten.add("function " + (i + imported) + " calls what may write to a global again");
				}
			}
			writing += written.isEmpty() ? 0 : 1;
		}
		assertThat(overwritten).isEmpty();
		// Otherwise there was nothing to look at
		assertThat(writing).isGreaterThan(100);
	}

	private static byte[] read(String runtime) throws IOException {
		try (InputStream stream = SplitExitTests.class
			.getResourceAsStream("/META-INF/wasm-runtimes/" + runtime + ".wasm")) {
			return stream.readAllBytes();
		}
	}

}
