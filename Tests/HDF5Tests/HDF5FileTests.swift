import Foundation
import HDF5
import Testing

@Suite struct HDF5FileTests {
  /// A file with everything in it.
  private func everything() throws -> [UInt8] {
    let file = try HDF5File(inMemoryWithUserBlock: 512)
    do {
      let root = try file.root()
      try root.attributes().write("Adaïnertia: λ = 0", "title")
      try root.attributes().write("", "nothing")
      try root.attributes().write(0.1, "number")
      try root.attributes().write(Int64(-3), "whole")
      try root.attributes().write([0, 1, 2] as [Int8], "flags")
      try root.attributes().write(["one", "", "drei"], "names")
      try root.attributes().write([] as [String], "none")
      try root.attributes().write(fixed: "DIMENSION_SCALE", "CLASS")
      let group = try root.createGroup("layer1.0.conv1")
      try group.write([1, -0.0, .infinity, .nan, 5, 6] as [Float], shape: [2, 1, 3], to: "weight")
      let inner = try group.createGroup("inner")
      try inner.write([0.1, .nan], to: "double").attributes().write("s", "units")
      try root.write([Int64.min, 0, .max], to: "int64")
      try root.write([Int32.min, 7], shape: [1, 2], to: "int32", fill: 7)
      try root.write([Int8(-1), 2], to: "int8")
      try root.write([UInt8(255), 2], to: "uint8")
      try root.write(["α", "", "gamma"], shape: [3], to: "texts")
      try root.write([] as [Double], to: "empty")
      try root.write(
        (0..<10_000).map { Double($0 / 100) }, shape: [100, 100], to: "packed",
        layout: .compressed(chunk: [50, 100]), fill: .nan)
    }
    let bytes = try file.image()
    try file.close()
    return bytes
  }

  @Test func rowsAreWrittenAndRead() throws {
    let file = try HDF5File(inMemoryWithUserBlock: 512)
    do {
      let root = try file.root()
      let rows = try root.createRows("rows", count: 3, length: 2, as: Float.self)
      for row in [2, 0, 1] { try rows.write([Float(row), 0.5], to: row) }
      try root.write([1, 2, 3] as [Float], to: "list")
    }
    let root = try HDF5File(image: try file.image(), name: "memory").root()
    #expect(try root.read("rows", as: Float.self).values == [0, 0.5, 1, 0.5, 2, 0.5])
    guard let rows = try root.rows("rows", as: Float.self) else {
      Issue.record("two dimensions are rows")
      return
    }
    let (count, length, second) = (rows.count, rows.length, try rows.read(1))
    #expect(count == 3 && length == 2 && second == [1, 0.5])
    #expect(try root.holds(Float.self, in: "rows"))
    #expect(try !root.holds(Double.self, in: "rows"))
    #expect(throws: HDF5Error.self) { _ = try root.rows("rows", as: Double.self) }
    if case .some = try root.rows("list", as: Float.self) { Issue.record("a list has no rows") }
  }

  @Test func everythingIsReadAsItWasWritten() throws {
    let image = try everything()
    #expect(image.prefix(512).allSatisfy { $0 == 0 })
    #expect(image[512..<516].elementsEqual([0x89, 0x48, 0x44, 0x46]))
    let root = try HDF5File(image: image, name: "memory").root()
    let attributes = try root.attributes()
    #expect(try attributes.text("title") == "Adaïnertia: λ = 0")
    #expect(try attributes.text("nothing") == "")
    #expect(try attributes.number("number", as: Double.self) == 0.1)
    #expect(try attributes.number("whole", as: Int64.self) == -3)
    #expect(try attributes.numbers("flags", as: Int8.self) == [0, 1, 2])
    #expect(try attributes.texts("names") == ["one", "", "drei"])
    #expect(try attributes.texts("none") == [])
    #expect(try attributes.text("CLASS") == "DIMENSION_SCALE")
    #expect(try attributes.contains("title"))
    #expect(try !attributes.contains("absent"))
    #expect(
      try attributes.names
        == ["CLASS", "flags", "names", "none", "nothing", "number", "title", "whole"])
    let names = [
      "layer1.0.conv1", "int64", "int32", "int8", "uint8", "texts", "empty", "packed",
    ]
    #expect(try root.names == names, "in the order they were made")
    let group = try root.group("layer1.0.conv1")
    let weight = try group.read("weight", as: Float.self)
    #expect(weight.shape == [2, 1, 3])
    let expected: [Float] = [1, -0.0, .infinity, .nan, 5, 6]
    #expect(weight.values.map(\.bitPattern) == expected.map(\.bitPattern))
    let inner = try group.group("inner")
    let double = try inner.read("double", as: Double.self).values
    #expect(double[0] == 0.1 && double[1].bitPattern == Double.nan.bitPattern)
    #expect(try inner.attributes(of: "double").text("units") == "s")
    #expect(try root.read("int64", as: Int64.self).values == [.min, 0, .max])
    #expect(try root.read("int32", as: Int32.self).values == [.min, 7])
    #expect(try root.read("int8", as: Int8.self).values == [-1, 2])
    #expect(try root.read("uint8", as: UInt8.self).values == [255, 2])
    #expect(try root.readTexts("texts").values == ["α", "", "gamma"])
    #expect(try root.read("empty", as: Double.self).shape == [0])
    let steps = (0..<10_000).map { Double($0 / 100) }
    #expect(try root.read("packed", as: Double.self).values == steps)
    #expect(try root.contains("packed"))
    #expect(try !root.contains("absent"))
    #expect(image.count < 30_000, "80,000 bytes of steps compress")
  }

  @Test func theSameContentGivesTheSameBytes() throws {
    let first = try everything()
    // A second apart, so that a time kept anywhere would show.
    Thread.sleep(forTimeInterval: 1.1)
    #expect(try everything() == first)
  }

  @Test func aFileOnDiskIsMadeOnceAndRead() throws {
    let path = NSTemporaryDirectory() + "/inertia-hdf5-\(UInt64.random(in: 0 ... .max)).h5"
    defer {
      #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: path) }
    }
    let file = try HDF5File(creating: path)
    try file.root().write([1.5], to: "x")
    try file.close()
    #expect(try HDF5File(opening: path).root().read("x", as: Double.self).values == [1.5])
    let error = #expect(throws: HDF5Error.self) { _ = try HDF5File(creating: path) }
    #expect(error?.function == "H5Fcreate")
  }

  @Test func failuresNameTheCallItsSubjectAndTheLibrarysReason() throws {
    let missing = #expect(throws: HDF5Error.self) { _ = try HDF5File(opening: "/no/such.h5") }
    let text = missing?.description ?? ""
    #expect(text.hasPrefix("H5Fopen failed on '/no/such.h5': unable to open file"))
    #expect(text.contains("No such file or directory"))
    let root = try HDF5File(image: try everything(), name: "memory").root()
    let child = #expect(throws: HDF5Error.self) { _ = try root.group("absent") }
    #expect(child?.description.hasPrefix("H5Gopen2 failed on '/absent': unable to open") == true)
    let type = #expect(throws: HDF5Error.self) { try root.read("int64", as: Double.self) }
    #expect(
      type?.description == "H5Tequal failed on '/int64': it does not hold float64 values")
    #expect(throws: HDF5Error.self) { try root.attributes().text("number") }
    #expect(throws: HDF5Error.self) { try root.attributes().number("flags", as: Int8.self) }
    #expect(throws: HDF5Error.self) { _ = try HDF5File(image: [1, 2, 3], name: "bytes") }
    #expect(throws: HDF5Error.self) { _ = try HDF5File(image: [], name: "bytes") }
  }

  @Test func failuresAreWholeOnEveryThread() async throws {
    await withTaskGroup(of: String.self) { group in
      for index in 0..<8 {
        group.addTask {
          do {
            _ = try HDF5File(opening: "/no/such-\(index).h5")
            return ""
          } catch {
            return "\(error)"
          }
        }
      }
      for await text in group {
        #expect(text.contains("/no/such-") && text.contains("No such file or directory"))
      }
    }
  }
}
