// The function's own tests.

func expect(_ input: [UInt8], _ expected: String, line: Int = #line) {
  var actual: [UInt8]
  do throws(Failure) { actual = try answer(input) } catch { actual = error.message }
  if String(decoding: actual, as: UTF8.self) != expected {
    fatalError("line \(line): expected \(expected), but was \(String(decoding: actual, as: UTF8.self))")
  }
}

let png: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 2, 0x80, 0, 0, 1, 0xe0]
expect(png, #"{"format":"png","width":640,"height":480}"#)
expect(Array(png[..<20]), "the image ends at byte 20")
expect(bytes("GIF89a") + [10, 0, 0, 1, 0], #"{"format":"gif","width":10,"height":256}"#)
expect([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc2, 0, 11, 8, 0, 100, 0, 200], #"{"format":"jpeg","width":200,"height":100}"#)
expect([0xff, 0xd8, 0xff, 0xda], "the JPEG has no frame before its data")
expect(bytes("RIFF....WEBPVP8X........") + [0x7f, 2, 0, 0xdf, 1, 0], #"{"format":"webp","width":640,"height":480}"#)
expect(bytes("RIFF....WEBPVP8L....") + [0x2f, 0x7f, 0xc2, 0x77, 0], #"{"format":"webp","width":640,"height":480}"#)
expect(bytes("BM") + [UInt8](repeating: 0, count: 12) + [40, 0, 0, 0, 3, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff], #"{"format":"bmp","width":3,"height":2}"#)
expect(bytes("GIF89a") + [0, 0, 1, 0], "the image has no size")
expect([], "this is no PNG, JPEG, GIF, WebP or BMP")
print("imagesize: all tests passed")
