// What a function needs of its host: bytes come in, bytes go out, an error has a message.
//
//   func answer(_ input: [UInt8]) throws(Failure) -> [UInt8] {
//     if input.isEmpty { throw Failure("there is nothing to greet") }
//     return bytes("Hello, ") + input
//   }
//
// A module of exported functions is built of Guest.swift and Functions.swift, a command of Guest.swift and
// Command.swift. Nothing needs to be freed: every call has memory of its own, which is thrown away after it.
//
// Embedded Swift has no String that knows Unicode, and no Foundation: text is bytes.

/// What is wrong.
struct Failure: Error {
  let message: [UInt8]

  init(_ message: StaticString, _ detail: [UInt8] = []) {
    self.message = bytes(message) + detail
  }
}

/// Text as bytes in UTF-8.
func bytes(_ text: StaticString) -> [UInt8] {
  Array(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
}

/// A number as text.
func bytes(_ number: Int) -> [UInt8] {
  var digits: [UInt8] = []
  var left = number.magnitude
  repeat {
    digits.append(UInt8(48 + left % 10))
    left /= 10
  } while left > 0
  if number < 0 { digits.append(45) }
  return digits.reversed()
}

#if arch(wasm32)

import Platform

/// A line of the function's log.
func log(_ line: [UInt8]) {
  write(line + bytes("\n"), to: 2)
}

func write(_ all: [UInt8], to descriptor: Int32) {
  all.withUnsafeBytes { part in
    var done = 0
    while done < part.count {
      let wrote = platform_write(descriptor, part.baseAddress! + done, UInt(part.count - done))
      if wrote <= 0 { return }
      done += wrote
    }
  }
}

func readAll() -> [UInt8] {
  var all: [UInt8] = []
  var part = [UInt8](repeating: 0, count: 4096)
  while true {
    let got = part.withUnsafeMutableBytes { platform_read(0, $0.baseAddress!, UInt($0.count)) }
    if got <= 0 { return all }
    all.append(contentsOf: part[..<got])
  }
}

#endif
