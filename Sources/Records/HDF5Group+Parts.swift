import HDF5
import Studies

/// The parts that records and checkpoints share.
extension HDF5Group {
  /// Writes curves to a group `curves`, in their order.
  func write(curves: [Curve]) throws(HDF5Error) {
    let group = try createGroup("curves")
    for curve in curves {
      let attributes = try group.write(curve.values, to: curve.name).attributes()
      try attributes.write(curve.unit, "units")
      try attributes.write(curve.meaning, "description")
    }
  }

  func readCurves() throws(HDF5Error) -> [Curve] {
    let group = try group("curves")
    var curves: [Curve] = []
    for name in try group.names {
      let attributes = try group.attributes(of: name)
      curves.append(
        Curve(
          name: name, unit: try attributes.text("units"),
          meaning: try attributes.text("description"),
          values: try group.read(name, as: Double.self).values))
    }
    return curves
  }

  /// Writes tensors to a group, `layer1.0.conv1.weight` as `layer1.0.conv1/weight`.
  func write(tensors: [Tensor], to name: String) throws(HDF5Error) {
    let group = try createGroup(name)
    try group.attributes().write(tensors.map(\.name), "tensors")
    for tensor in tensors {
      let (module, parameter) = split(tensor.name)
      let exists = try group.contains(module)
      let child = exists ? try group.group(module) : try group.createGroup(module)
      try child.write(tensor.values, shape: tensor.shape, to: parameter)
    }
  }

  /// Reads tensors in the order in which they were written.
  func readTensors(_ name: String) throws(HDF5Error) -> [Tensor] {
    let group = try group(name)
    var tensors: [Tensor] = []
    for name in try group.attributes().texts("tensors") {
      let (module, parameter) = split(name)
      let array = try group.group(module).read(parameter, as: Float.self)
      tensors.append(Tensor(name: name, shape: array.shape, values: array.values))
    }
    return tensors
  }
}

/// A tensor's module path and its name there; one without a module is in the module `parameters`.
private func split(_ name: String) -> (module: String, parameter: String) {
  guard let dot = name.lastIndex(of: "."), dot != name.startIndex else {
    return ("parameters", name)
  }
  return (String(name[..<dot]), String(name[name.index(after: dot)...]))
}
