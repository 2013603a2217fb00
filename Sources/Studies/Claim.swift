/// A statement that a study is meant to test, out of a small vocabulary; never part of a cell.
public struct Claim: Hashable, Sendable {
  public var kind: Kind
  /// What is compared: `final_test_error`, or another of ``metrics``.
  public var metric: String
  /// The label of the sweep it is about.
  public var subject: String
  /// The labels of the sweeps it is held against; the claim is that it holds against each.
  public var rivals: [String]

  /// What is claimed.
  public enum Kind: Hashable, Sendable {
    /// A lower mean at its best point.
    case lowerMean
    /// A standard deviation over seeds at its best point that is no larger.
    case noLargerDeviation
    /// A larger area of learning rate and weight decay that is good by this bar.
    case largerArea(Bar)

    /// Its word in study files.
    public var name: String {
      switch self {
      case .lowerMean: "lower_mean"
      case .noLargerDeviation: "no_larger_deviation"
      case .largerArea: "larger_area"
      }
    }

    /// The words of all kinds.
    public static let names = ["lower_mean", "no_larger_deviation", "larger_area"]
  }

  /// What counts as good.
  public enum Bar: Hashable, Sendable {
    /// The smallest mean of all optimizers plus so much, in the metric's unit.
    case within(Double)
    /// At most this, in the metric's unit.
    case atMost(Double)
  }

  /// The metrics a claim can be about.
  public static let metrics = [
    "final_test_error", "best_test_error", "validated_test_error", "train_loss", "train_error",
    "test_loss", "test_error", "validation_loss", "validation_error",
  ]

  public init(kind: Kind, metric: String, subject: String, rivals: [String]) {
    (self.kind, self.metric, self.subject, self.rivals) = (kind, metric, subject, rivals)
  }
}
