package dev.wasmspring.sandbox.binary;

import java.util.HexFormat;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class BinaryReaderTests {

	private static BinaryReader reader(String hex) {
		byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
		return new BinaryReader(bytes, 0, bytes.length);
	}

	private static String defect(ThrowingCallable call) {
		return catchThrowableOfType(MalformedException.class, call).defect();
	}

	@Test
	void anUnsignedNumberHasAtMost32Bits() {
		assertThat(reader("00").unsigned()).isZero();
		assertThat(reader("7f").unsigned()).isEqualTo(127);
		assertThat(reader("8001").unsigned()).isEqualTo(128);
		assertThat(reader("80808080 00").unsigned()).isZero();
		assertThat(reader("ffffffff 0f").unsigned()).isEqualTo(0xffff_ffffL);
		assertThat(defect(() -> reader("ffffffff 1f").unsigned())).isEqualTo("has a number that is too long");
		assertThat(defect(() -> reader("80808080 8000").unsigned())).isEqualTo("has a number that is too long");
		assertThat(defect(() -> reader("80").unsigned())).isEqualTo("ends too early");
		assertThat(defect(() -> reader("").unsigned())).isEqualTo("ends too early");
	}

	@Test
	void anUnsignedNumberOf64BitsTakesTenBytesAtMost() {
		assertThat(reader("ffffffffffffffffff 01").unsigned64()).isEqualTo(-1);
		assertThat(defect(() -> reader("80808080808080808080 00").unsigned64()))
			.isEqualTo("has a number that is too long");
	}

	@Test
	void theSeventhBitOfASignedNumberIsItsSign() {
		assertThat(reader("3f").signed()).isEqualTo(63);
		assertThat(reader("40").signed()).isEqualTo(-64);
		assertThat(reader("7f").signed()).isEqualTo(-1);
		assertThat(reader("8001").signed()).isEqualTo(128);
		assertThat(reader("ff7e").signed()).isEqualTo(-129);
		assertThat(reader("80808080 78").signed()).isEqualTo(Integer.MIN_VALUE);
		assertThat(reader("808080808080808080 7f").signed64()).isEqualTo(Long.MIN_VALUE);
		assertThat(reader("ffffffffffffffffff 00").signed64()).isEqualTo(Long.MAX_VALUE);
		assertThat(defect(() -> reader("80808080 8000").signed())).isEqualTo("has a number that is too long");
		assertThat(defect(() -> reader("").signed())).isEqualTo("ends too early");
	}

	@Test
	void aNumberOfAFixedSizeBeginsWithItsLeastByte() {
		assertThat(reader("0102").fixed(2)).isEqualTo(0x201);
		assertThat(reader("ffffffff").fixed(4)).isEqualTo(0xffff_ffffL);
		assertThat(reader("0000000000000080").fixed(8)).isEqualTo(Long.MIN_VALUE);
		assertThat(defect(() -> reader("01").fixed(2))).isEqualTo("ends too early");
	}

	@Test
	void aCountIsNoGreaterThanTheBytesLeft() {
		assertThat(reader("020000").count()).isEqualTo(2);
		assertThat(defect(() -> reader("0300 00").count()))
			.isEqualTo("announces 3 bytes or entries, with 2 bytes left");
		assertThat(defect(() -> reader("ffffffff 0f").count()))
			.isEqualTo("announces 4294967295 bytes or entries, with 0 bytes left");
	}

	@Test
	void whatWasEnteredOrCutOutIsNotLeftByReading() {
		BinaryReader reader = reader("01 02 03 04 05");
		int outer = reader.enter(2);
		assertThat(reader.next()).isEqualTo(1);
		assertThat(reader.left()).isEqualTo(1);
		assertThat(defect(() -> reader.skip(2))).isEqualTo("ends too early");
		reader.leave(outer);
		assertThat(reader.peek()).isEqualTo(3);
		BinaryReader slice = reader.slice(1);
		assertThat(slice.next()).isEqualTo(3);
		assertThat(defect(slice::next)).isEqualTo("ends too early");
		assertThat(defect(slice::peek)).isEqualTo("ends too early");
		assertThat(reader.position()).isEqualTo(3);
		assertThat(reader.rest().left()).isEqualTo(2);
		assertThat(defect(() -> reader.skip(-1))).isEqualTo("ends too early");
		reader.skip(2);
		assertThat(reader.hasMore()).isFalse();
	}

	@Test
	void aTextIsReadWithAReplacementForWhatIsNone() {
		BinaryReader reader = reader("c3a9 ff 61");
		assertThat(reader.text(3)).isEqualTo("\u00e9\ufffd");
		assertThat(reader.text(1)).isEqualTo("a");
		assertThat(defect(() -> reader.text(1))).isEqualTo("ends too early");
	}

}
