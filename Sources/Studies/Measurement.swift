/// A named group of arrays that was measured: numbers over named dimensions, each with its unit and meaning.
public struct Measurement: Hashable, Sendable {
  /// Its name, letters, digits and underscores: `hessian_epoch_0`.
  public var name: String
  /// What it was measured on and how, as text by name: `samples`, `batch_norm`, `numbers`, …
  public var facts: [String: String]
  public var dimensions: [Dimension]
  public var variables: [Variable]

  /// An axis, with the coordinate of each of its places.
  public struct Dimension: Hashable, Sendable {
    public var name: String
    /// The unit of the coordinates in the UDUNITS manner; `1` for none.
    public var unit: String
    /// What it is, in one line.
    public var meaning: String
    public var coordinates: [Double]

    public init(name: String, unit: String = "1", meaning: String, coordinates: [Double]) {
      (self.name, self.unit, self.meaning) = (name, unit, meaning)
      self.coordinates = coordinates
    }
  }

  /// An array in row-major order; NaN where there is no number.
  public struct Variable: Hashable, Sendable {
    public var name: String
    public var unit: String
    public var meaning: String
    /// The names of its dimensions, the slowest first; none for a single number.
    public var dimensions: [String]
    public var values: [Double]

    public init(
      name: String, unit: String = "1", meaning: String, dimensions: [String] = [],
      values: [Double]
    ) {
      (self.name, self.unit, self.meaning) = (name, unit, meaning)
      (self.dimensions, self.values) = (dimensions, values)
    }
  }

  /// - Precondition: each variable has as many values as its dimensions have places, and no name is given twice.
  public init(
    name: String, facts: [String: String] = [:], dimensions: [Dimension], variables: [Variable]
  ) {
    let names = dimensions.map(\.name) + variables.map(\.name)
    precondition(Set(names).count == names.count, "names of one measurement differ")
    for variable in variables {
      let count = variable.dimensions.reduce(1) { product, name in
        guard let dimension = dimensions.first(where: { $0.name == name }) else {
          preconditionFailure("the variable \(variable.name) has a dimension of the measurement")
        }
        return product * dimension.coordinates.count
      }
      precondition(variable.values.count == count, "\(variable.name) has a value for each place")
    }
    (self.name, self.facts) = (name, facts)
    (self.dimensions, self.variables) = (dimensions, variables)
  }

  /// The values of a variable; `nil` if it has none of this name.
  public subscript(variable name: String) -> [Double]? {
    variables.first { $0.name == name }?.values
  }

  /// The coordinates of a dimension; `nil` if it has none of this name.
  public subscript(dimension name: String) -> [Double]? {
    dimensions.first { $0.name == name }?.coordinates
  }
}
