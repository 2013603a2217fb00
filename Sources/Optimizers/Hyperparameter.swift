/// A hyperparameter: its key in a study file, its meaning and its range.
///
/// Every value is a number: of a choice, the index of its word; of a switch, 0 or 1.
public struct Hyperparameter<Root: Sendable>: Sendable {
  /// The key in a study file.
  public let key: String
  /// What it is, in one line.
  public let meaning: String
  /// The values it may take.
  public let range: HyperparameterRange
  /// Whether a cell's identity has it only where it differs from its default: the optimizer was there before it.
  public let isAddition: Bool
  private let read: @Sendable (Root) -> Double
  private let write: @Sendable (inout Root, Double) -> Void

  private init(
    _ key: String, _ range: HyperparameterRange, _ meaning: String, isAddition: Bool,
    read: @escaping @Sendable (Root) -> Double,
    write: @escaping @Sendable (inout Root, Double) -> Void
  ) {
    (self.key, self.range, self.meaning, self.isAddition) = (key, range, meaning, isAddition)
    (self.read, self.write) = (read, write)
  }

  /// A number.
  init(
    _ key: String, _ path: WritableKeyPath<Root, Double> & Sendable, _ range: HyperparameterRange,
    _ meaning: String, isAddition: Bool = false
  ) {
    self.init(
      key, range, meaning, isAddition: isAddition, read: { $0[keyPath: path] },
      write: { $0[keyPath: path] = $1 })
  }

  /// A switch.
  init(
    _ key: String, _ path: WritableKeyPath<Root, Bool> & Sendable, _ meaning: String,
    isAddition: Bool = false
  ) {
    self.init(
      key, .flag, meaning, isAddition: isAddition, read: { $0[keyPath: path] ? 1 : 0 },
      write: { $0[keyPath: path] = $1 == 1 })
  }

  /// The choice among some meanings of weight decay.
  init(
    _ path: WritableKeyPath<Root, WeightDecayKind> & Sendable, among kinds: [WeightDecayKind]
  ) {
    self.init(
      "weight_decay_kind", .choice(kinds.map(\.rawValue)), "how λ acts", isAddition: false,
      read: { Double(kinds.firstIndex(of: $0[keyPath: path]) ?? 0) },
      write: { $0[keyPath: path] = kinds[Int($1)] })
  }

  /// Its value in an optimizer.
  public func value(in optimizer: Root) -> Double { read(optimizer) }

  /// Gives it a value, which must be in its range.
  func set(_ value: Double, in optimizer: inout Root) {
    precondition(range.contains(value))
    write(&optimizer, value)
  }
}

/// The values a hyperparameter may take; all of them are finite.
public enum HyperparameterRange: Hashable, Sendable {
  case positive
  case nonNegative
  /// [0, 1)
  case fraction
  /// (0, 1)
  case openFraction
  /// [least, 1)
  case halfOpen(from: Double)
  /// [0, bound]
  case atMost(Double)
  case atLeast(Double)
  /// False and true, as 0 and 1.
  case flag
  /// One of these words, as its index.
  case choice([String])

  public func contains(_ value: Double) -> Bool {
    switch self {
    case .positive: value > 0 && value.isFinite
    case .nonNegative: value >= 0 && value.isFinite
    case .fraction: value >= 0 && value < 1
    case .openFraction: value > 0 && value < 1
    case .halfOpen(let least): value >= least && value < 1
    case .atMost(let bound): value >= 0 && value <= bound
    case .atLeast(let bound): value >= bound && value.isFinite
    case .flag, .choice: words.indices.contains { Double($0) == value }
    }
  }

  /// The words that stand for 0, 1 and so on, if its values are written as words.
  public var words: [String] {
    switch self {
    case .flag: ["false", "true"]
    case .choice(let words): words
    default: []
    }
  }

  /// The value of a word, if the range has it.
  public func value(of word: String) -> Double? { words.firstIndex(of: word).map { Double($0) } }

  /// The word of a value, if the range's values are words.
  public func word(of value: Double) -> String? {
    words.indices.first { Double($0) == value }.map { words[$0] }
  }
}

extension HyperparameterRange: CustomStringConvertible {
  public var description: String {
    switch self {
    case .positive: "greater than 0"
    case .nonNegative: "0 or greater"
    case .fraction: "in [0, 1)"
    case .openFraction: "in (0, 1)"
    case .halfOpen(let least): "in [\(least), 1)"
    case .atMost(let bound): "in [0, \(bound == 1 ? "1" : "\(bound)")]"
    case .atLeast(let bound): "\(Int(bound)) or greater"
    case .flag, .choice: words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
    }
  }
}
