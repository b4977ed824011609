// How large an image is, of its first bytes: PNG, JPEG, GIF, WebP and BMP give {"format":"png","width":640,"height":480}.
// What is none of them, and what ends too early, is an error.

func answer(_ input: [UInt8]) throws(Failure) -> [UInt8] {
  let image = Image(data: input)
  let size: Size
  if image.begins(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) {
    size = try image.png()
  } else if image.begins(with: [0xff, 0xd8, 0xff]) {
    size = try image.jpeg()
  } else if image.begins(with: bytes("GIF87a")) || image.begins(with: bytes("GIF89a")) {
    size = Size(format: "gif", width: try image.little(6, 2), height: try image.little(8, 2))
  } else if image.begins(with: bytes("RIFF")) && image.has(bytes("WEBP"), at: 8) {
    size = try image.webp()
  } else if image.begins(with: bytes("BM")) {
    size = try image.bmp()
  } else {
    throw Failure("this is no PNG, JPEG, GIF, WebP or BMP")
  }
  if size.width == 0 || size.height == 0 { throw Failure("the image has no size") }
  return bytes("{\"format\":\"") + bytes(size.format) + bytes("\",\"width\":") + bytes(size.width)
    + bytes(",\"height\":") + bytes(size.height) + bytes("}")
}

struct Size {
  let format: StaticString
  let width: Int
  let height: Int
}

struct Image {
  let data: [UInt8]

  func begins(with magic: [UInt8]) -> Bool { has(magic, at: 0) }

  func has(_ magic: [UInt8], at index: Int) -> Bool {
    if index + magic.count > data.count { return false }
    for i in 0..<magic.count where data[index + i] != magic[i] { return false }
    return true
  }

  func byte(_ index: Int) throws(Failure) -> Int {
    if index >= data.count { throw Failure("the image ends at byte ", bytes(data.count)) }
    return Int(data[index])
  }

  func big(_ index: Int, _ count: Int) throws(Failure) -> Int {
    var number = 0
    for i in 0..<count { number = number << 8 | (try byte(index + i)) }
    return number
  }

  func little(_ index: Int, _ count: Int) throws(Failure) -> Int {
    var number = 0
    for i in 0..<count { number |= (try byte(index + i)) << (8 * i) }
    return number
  }

  func png() throws(Failure) -> Size {
    let width = try big(16, 4)
    let height = try big(20, 4)
    if !has([0x49, 0x48, 0x44, 0x52], at: 12) || width < 0 || height < 0 { throw Failure("the PNG has no header") }
    return Size(format: "png", width: width, height: height)
  }

  /// Segments, up to the one that begins a frame.
  func jpeg() throws(Failure) -> Size {
    var at = 2
    while true {
      if try byte(at) != 0xff { throw Failure("the JPEG has no segment at byte ", bytes(at)) }
      var marker = try byte(at + 1)
      while marker == 0xff {
        at += 1
        marker = try byte(at + 1)
      }
      if marker == 0x01 || (0xd0...0xd8).contains(marker) {
        at += 2
      } else if (0xc0...0xcf).contains(marker) && marker != 0xc4 && marker != 0xc8 && marker != 0xcc {
        return Size(format: "jpeg", width: try big(at + 7, 2), height: try big(at + 5, 2))
      } else if marker == 0xd9 || marker == 0xda {
        throw Failure("the JPEG has no frame before its data")
      } else {
        at += 2 + (try big(at + 2, 2))
      }
    }
  }

  func webp() throws(Failure) -> Size {
    if has(bytes("VP8 "), at: 12) {
      return Size(format: "webp", width: (try little(26, 2)) & 0x3fff, height: (try little(28, 2)) & 0x3fff)
    }
    if has(bytes("VP8L"), at: 12) {
      let low = try little(21, 2)
      let high = try little(23, 2)
      return Size(format: "webp", width: (low & 0x3fff) + 1, height: (low >> 14 | (high & 0xfff) << 2) + 1)
    }
    if has(bytes("VP8X"), at: 12) {
      return Size(format: "webp", width: (try little(24, 3)) + 1, height: (try little(27, 3)) + 1)
    }
    throw Failure("the WebP has no image")
  }

  /// The height of a BMP that begins with its first line is negative.
  func bmp() throws(Failure) -> Size {
    if try little(14, 4) == 12 {
      return Size(format: "bmp", width: try little(18, 2), height: try little(20, 2))
    }
    let height = Int(Int32(truncatingIfNeeded: try little(22, 4)).magnitude)
    return Size(format: "bmp", width: Int(Int32(truncatingIfNeeded: try little(18, 4)).magnitude), height: height)
  }
}
