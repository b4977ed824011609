@file:JvmName("Guest")

package guest

import org.teavm.backend.wasm.wasi.IOVec
import org.teavm.backend.wasm.wasi.SizeResult
import org.teavm.backend.wasm.wasi.Wasi
import org.teavm.interop.Address
import org.teavm.interop.Export
import org.teavm.interop.Import

/*
 * What a function needs of its host: bytes come in, bytes go out, an exception becomes an error. The main function
 * hands over the function: to export for a module of exported functions, where it runs once, before the first call;
 * to run for a command, where it runs in each.
 */

private lateinit var handler: (ByteArray) -> ByteArray

private var input = ByteArray(0)

private var output = ByteArray(0)

private var error: ByteArray? = null

/**
 * Hands over the function that a module of exported functions has, and calls it once with each example: what classes do
 * the first time is then done before the first call.
 */
fun export(function: (ByteArray) -> ByteArray, vararg examples: String) {
    handler = function
    examples.forEach { call(it.encodeToByteArray()) }
    error = null
}

/** Calls the function as a command does: standard input to standard output, an error to standard error. */
fun run(function: (ByteArray) -> ByteArray) {
    handler = function
    val answer = call(readAll())
    error?.let {
        write(2, it)
        write(2, byteArrayOf(10))
        exit(1)
    }
    write(1, answer)
}

/** Writes a line into the function's log. */
fun log(line: String) = write(2, (line + "\n").encodeToByteArray())

private fun call(bytes: ByteArray): ByteArray =
    try {
        handler(bytes)
    } catch (thrown: Throwable) {
        error = (thrown.message ?: thrown.toString()).encodeToByteArray()
        ByteArray(0)
    }

@Export(name = "alloc")
fun alloc(size: Int): Int {
    input = ByteArray(size)
    return Address.ofData(input).toInt()
}

@Export(name = "handle")
fun handle(@Suppress("UNUSED_PARAMETER") address: Int, length: Int): Long {
    output = call(if (input.size == length) input else input.copyOf(length))
    return packed(output)
}

@Export(name = "_error")
fun lastError(): Long = error?.let { packed(it) } ?: 0

private fun packed(bytes: ByteArray): Long = (Address.ofData(bytes).toInt().toLong() shl 32) or bytes.size.toLong()

@Import(module = "wasi_snapshot_preview1", name = "proc_exit")
private external fun exit(code: Int)

private fun readAll(): ByteArray {
    var all = ByteArray(4096)
    var length = 0
    while (true) {
        val got = read(all, length)
        if (got <= 0) return all.copyOf(length)
        length += got
        if (length == all.size) all = all.copyOf(2 * length)
    }
}

/** TeaVM's System.in reads nothing. */
private fun read(bytes: ByteArray, offset: Int): Int {
    val space = Address.align(Address.ofData(ByteArray(64)), 16)
    val vector = space.toStructure<IOVec>()
    vector.buffer = Address.ofData(bytes).add(offset)
    vector.bufferLength = bytes.size - offset
    val result = space.add(16).toStructure<SizeResult>()
    return if (Wasi.fdRead(0, vector, 1, result) == 0.toShort()) result.value.toInt() else -1
}

private fun write(descriptor: Int, bytes: ByteArray) {
    val space = Address.align(Address.ofData(ByteArray(64)), 16)
    var offset = 0
    while (offset < bytes.size) {
        val vector = space.toStructure<IOVec>()
        vector.buffer = Address.ofData(bytes).add(offset)
        vector.bufferLength = bytes.size - offset
        val result = space.add(16).toStructure<SizeResult>()
        if (Wasi.fdWrite(descriptor, vector, 1, result) != 0.toShort()) return
        offset += result.value.toInt()
    }
}
