package dev.wasmspring.sandbox.module;

import java.io.ByteArrayInputStream;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

import com.dylibso.chicory.wasm.InvalidException;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ActiveDataSegment;
import com.dylibso.chicory.wasm.types.ActiveElement;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.DataSegment;
import com.dylibso.chicory.wasm.types.DeclarativeElement;
import com.dylibso.chicory.wasm.types.Element;
import com.dylibso.chicory.wasm.types.ElementSection;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.Global;
import com.dylibso.chicory.wasm.types.Instruction;
import com.dylibso.chicory.wasm.types.OpCode;
import com.dylibso.chicory.wasm.types.Table;
import com.dylibso.chicory.wasm.types.ValType;
import dev.wasmspring.sandbox.module.preflight.Preflight;

/**
 * Parses and validates a module: with the engine's validator, and with the rules of the
 * specification that it misses, or silently breaks off at. Lives for one module and is
 * confined to its thread.
 */
public final class ModuleParser {

	private static final ValType FUNCTIONS = ValType.builder()
		.withOpcode(ValType.ID.Ref)
		.withTypeIdx(ValType.TypeIdxCode.FUNC.code())
		.build();

	private final WasmModule module;

	private final int functions;

	/** What may be referred to by {@code ref.func} in the code of functions. */
	private final BitSet declared = new BitSet();

	/** What is. */
	private final BitSet referenced = new BitSet();

	private ModuleParser(WasmModule module) {
		this.module = module;
		this.functions = module.importSection().count(ExternalType.FUNCTION) + module.functionSection().functionCount();
	}

	/**
	 * Parses and validates a module.
	 * @param bytes the module, which passed {@link Preflight}
	 */
	public static WasmModule parse(byte[] bytes) {
		WasmModule parsed = Parser.builder().withValidation(false).build().parse(() -> new ByteArrayInputStream(bytes));
		return new ModuleParser(parsed).validated();
	}

	/**
	 * A module that is like another, to be changed.
	 */
	public static WasmModule.Builder copyOf(WasmModule module) {
		return WasmModule.builder()
			.withDigest(module.digest())
			.setTypeSection(module.typeSection())
			.setImportSection(module.importSection())
			.setFunctionSection(module.functionSection())
			.setTableSection(module.tableSection())
			.setMemorySection(module.memorySection().orElse(null))
			.setGlobalSection(module.globalSection())
			.setExportSection(module.exportSection())
			.setStartSection(module.startSection().orElse(null))
			.setElementSection(module.elementSection())
			.setCodeSection(module.codeSection())
			.setDataSection(module.dataSection())
			.setDataCountSection(module.dataCountSection().orElse(null))
			.setTagSection(module.tagSection().orElse(null));
	}

	private WasmModule validated() {
		for (Global global : this.module.globalSection().globals()) {
			constant(global.initInstructions());
		}
		for (int i = 0; i < this.module.tableSection().tableCount(); i++) {
			Table table = this.module.tableSection().getTable(i);
			constant(table.initialize());
		}
		for (Element element : this.module.elementSection().elements()) {
			if (element instanceof ActiveElement active) {
				constant(active.offset());
			}
			for (List<Instruction> initializer : element.initializers()) {
				requireElement(constant(initializer), element.type());
			}
		}
		for (DataSegment segment : this.module.dataSection().dataSegments()) {
			if (segment instanceof ActiveDataSegment active) {
				constant(active.offsetInstructions());
			}
		}
		for (int i = 0; i < this.module.exportSection().exportCount(); i++) {
			if (this.module.exportSection().getExport(i).exportType() == ExternalType.FUNCTION) {
				this.declared.set(this.module.exportSection().getExport(i).index());
			}
		}
		for (FunctionBody function : this.module.codeSection().functionBodies()) {
			function.instructions().forEach(this::code);
		}
		requireDeclared();
		return copyOf(this.module).setElementSection(withDeclarations()).build();
	}

	/**
	 * Follows a constant expression, of which the engine's validator looks at the result
	 * alone, and takes more operands than there are.
	 * @return the type of the result, or {@code null} if it is for the engine's validator
	 * to refuse
	 */
	private ValType constant(List<? extends Instruction> expression) {
		Deque<ValType> operands = new ArrayDeque<>();
		for (Instruction instruction : expression) {
			switch (instruction.opcode()) {
				case I32_CONST -> operands.push(ValType.I32);
				case I64_CONST -> operands.push(ValType.I64);
				case F32_CONST -> operands.push(ValType.F32);
				case F64_CONST -> operands.push(ValType.F64);
				case I32_ADD, I32_SUB, I32_MUL -> arithmetic(operands, ValType.I32);
				case I64_ADD, I64_SUB, I64_MUL -> arithmetic(operands, ValType.I64);
				case REF_NULL -> operands.push(ValType.builder()
					.withOpcode(ValType.ID.RefNull)
					.withTypeIdx((int) instruction.operand(0))
					.build());
				case REF_FUNC -> {
					this.declared.set(function(instruction));
					operands.push(FUNCTIONS);
				}
				case GLOBAL_GET -> operands.push(global(instruction));
				case END -> {
				}
				default -> throw new InvalidException("constant expression required, but there is the instruction "
						+ instruction.opcode().name().toLowerCase(Locale.ROOT).replaceFirst("_", "."));
			}
		}
		if (operands.size() != 1) {
			throw new InvalidException("a constant expression leaves " + operands.size() + " values instead of one");
		}
		return operands.pop();
	}

	private static void arithmetic(Deque<ValType> operands, ValType type) {
		for (int i = 0; i < 2; i++) {
			if (!type.equals(operands.poll())) {
				throw new InvalidException("type mismatch in a constant expression");
			}
		}
		operands.push(type);
	}

	private int function(Instruction reference) {
		long index = reference.operand(0);
		if (index < 0 || index >= this.functions) {
			throw new InvalidException("unknown function " + index);
		}
		return (int) index;
	}

	private ValType global(Instruction reference) {
		long index = reference.operand(0);
		if (index < 0 || index >= this.module.globalSection().globalCount()) {
			throw new InvalidException("unknown global " + index);
		}
		return this.module.globalSection().getGlobal((int) index).valueType();
	}

	/**
	 * The engine's validator looks at active segments alone.
	 */
	private void requireElement(ValType initializer, ValType type) {
		if (!ValType.matches(initializer, type, this.module.typeSection())) {
			throw new InvalidException("type mismatch in an element segment");
		}
	}

	private void code(AnnotatedInstruction instruction) {
		switch (instruction.opcode()) {
			case REF_FUNC -> this.referenced.set(function(instruction));
			case TABLE_INIT, ELEM_DROP -> requireElementSegment(instruction.operand(0));
			default -> {
			}
		}
	}

	/**
	 * Looked at here since there is one segment more when the engine's validator looks.
	 */
	private void requireElementSegment(long index) {
		if (index < 0 || index >= this.module.elementSection().elementCount()) {
			throw new InvalidException("unknown elem segment " + index);
		}
	}

	private void requireDeclared() {
		for (int function = this.referenced.nextSetBit(0); function >= 0; function = this.referenced
			.nextSetBit(function + 1)) {
			if (!this.declared.get(function)) {
				throw new InvalidException("undeclared function reference " + function);
			}
		}
	}

	/**
	 * The module's segments and another, which declares what the module declares
	 * otherwise: the engine's validator knows such segments alone. No code can name it,
	 * and no instance has it.
	 */
	private ElementSection withDeclarations() {
		if (this.referenced.isEmpty()) {
			return this.module.elementSection();
		}
		ElementSection.Builder segments = ElementSection.builder();
		this.module.elementSection().stream().forEach(segments::addElement);
		List<List<Instruction>> functions = this.referenced.stream()
			.mapToObj((function) -> List.of(new Instruction(-1, OpCode.REF_FUNC, new long[] { function }),
					new Instruction(-1, OpCode.END, Instruction.EMPTY_OPERANDS)))
			.toList();
		return segments.addElement(new DeclarativeElement(FUNCTIONS, functions)).build();
	}

}
