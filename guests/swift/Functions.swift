// The module of exported functions.

nonisolated(unsafe) private var failure: UInt64 = 0

@_expose(wasm, "alloc") @_cdecl("guest_alloc")
public func alloc(_ size: Int) -> UnsafeMutableRawPointer {
  UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 8)
}

@_expose(wasm, "handle") @_cdecl("guest_handle")
public func handle(_ input: UnsafeRawPointer, _ length: Int) -> UInt64 {
  do throws(Failure) {
    return packed(try answer(Array(UnsafeRawBufferPointer(start: input, count: length))))
  } catch {
    failure = packed(error.message)
    return 0
  }
}

@_expose(wasm, "_error") @_cdecl("guest_error")
public func lastError() -> UInt64 { failure }

/// A copy that stays, since the array is gone when the host reads it.
private func packed(_ output: [UInt8]) -> UInt64 {
  let copy = UnsafeMutableRawPointer.allocate(byteCount: output.count + 1, alignment: 8)
  output.withUnsafeBytes { copy.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
  return UInt64(UInt(bitPattern: copy)) << 32 | UInt64(output.count)
}
