import HDF5
import Studies

/// Measurements as `/measurements/<name>/<variable>`, float64 on netCDF-4 dimension scales.
///
/// Attributes of a measurement's group: `variables` (their names in order) and a text for each fact. A variable
/// has `units`, `long_name` and `dimensions`, the names of its own; a single number has none.
extension HDF5Group {
  func write(measurements: [Measurement]) throws(HDF5Error) {
    let parent = try createGroup("measurements")
    try parent.attributes().write(measurements.map(\.name), "names")
    var number = 0
    for measurement in measurements {
      try parent.createGroup(measurement.name).write(measurement, firstDimension: &number)
    }
  }

  /// - Parameter firstDimension: the first free number of a dimension in the file; moved on.
  private func write(
    _ measurement: Measurement, firstDimension: inout Int
  ) throws(HDF5Error) {
    let own = try attributes()
    try own.write(measurement.dimensions.map(\.name), "dimensions")
    try own.write(measurement.variables.map(\.name), "variables")
    for (name, value) in measurement.facts.sorted(by: { $0.key < $1.key }) {
      try own.write(value, "fact_\(name)")
    }
    var lengths: [String: Int] = [:]
    for dimension in measurement.dimensions {
      try write(dimension.coordinates, to: dimension.name)
      try makeScale(dimension.name)
      let attributes = try attributes(of: dimension.name)
      try attributes.write(Int32(firstDimension), "_Netcdf4Dimid")
      try attributes.write(dimension.unit, "units")
      try attributes.write(dimension.meaning, "long_name")
      lengths[dimension.name] = dimension.coordinates.count
      firstDimension += 1
    }
    var uses: [HDF5DimensionUse] = []
    for variable in measurement.variables {
      let attributes = try write(
        variable.values, shape: variable.dimensions.map { lengths[$0] ?? 0 }, to: variable.name
      ).attributes()
      try attributes.write(variable.unit, "units")
      try attributes.write(variable.meaning, "long_name")
      try attributes.write(variable.dimensions, "dimensions")
      guard !variable.dimensions.isEmpty else { continue }
      uses.append(
        HDF5DimensionUse(
          dataset: variable.name, scales: variable.dimensions.map { "\(path)/\($0)" }))
    }
    try attachScales(uses)
  }

  /// Reads the measurements in the order in which they were written.
  func readMeasurements() throws(HDF5Error) -> [Measurement] {
    let parent = try group("measurements")
    var measurements: [Measurement] = []
    for name in try parent.attributes().texts("names") {
      measurements.append(try parent.group(name).readMeasurement(name))
    }
    return measurements
  }

  private func readMeasurement(_ name: String) throws(HDF5Error) -> Measurement {
    let own = try attributes()
    var facts: [String: String] = [:]
    for name in try own.names where name.hasPrefix("fact_") {
      facts[String(name.dropFirst(5))] = try own.text(name)
    }
    var dimensions: [Measurement.Dimension] = []
    for name in try own.texts("dimensions") {
      let attributes = try attributes(of: name)
      dimensions.append(
        Measurement.Dimension(
          name: name, unit: try attributes.text("units"),
          meaning: try attributes.text("long_name"),
          coordinates: try read(name, as: Double.self).values))
    }
    var variables: [Measurement.Variable] = []
    for name in try own.texts("variables") {
      let attributes = try attributes(of: name)
      variables.append(
        Measurement.Variable(
          name: name, unit: try attributes.text("units"),
          meaning: try attributes.text("long_name"),
          dimensions: try attributes.texts("dimensions"),
          values: try read(name, as: Double.self).values))
    }
    return Measurement(
      name: name, facts: facts, dimensions: dimensions, variables: variables)
  }
}
