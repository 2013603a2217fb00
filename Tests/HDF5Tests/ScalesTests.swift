import HDF5
import Testing

@Suite struct ScalesTests {
  @Test func aScaleIsMarkedAndReferredTo() throws {
    let file = try HDF5File(inMemoryWithUserBlock: 0)
    let root = try file.root()
    try root.write([0.1, 0.3], to: "learning_rate")
    try root.write([Int64(0)], to: "seed")
    try root.write([1.0, 2], shape: [2, 1], to: "error")
    try root.write([1.0, 2], shape: [1, 2], to: "other")
    for scale in ["learning_rate", "seed"] { try root.makeScale(scale) }
    try root.attachScales([
      HDF5DimensionUse(dataset: "error", scales: ["/learning_rate", "/seed"]),
      HDF5DimensionUse(dataset: "other", scales: ["/seed", "/learning_rate"]),
    ])
    let scale = try root.attributes(of: "seed")
    #expect(try scale.text("CLASS") == "DIMENSION_SCALE")
    #expect(try scale.text("NAME") == "seed")
    #expect(try scale.names == ["CLASS", "NAME", "REFERENCE_LIST"])
    #expect(try root.attributes(of: "error").names == ["DIMENSION_LIST"])
    #expect(throws: HDF5Error.self) {
      try root.attachScales([HDF5DimensionUse(dataset: "error", scales: ["/absent"])])
    }
  }
}
