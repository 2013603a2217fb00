import Diffusion

/// A statement that a study is meant to test, out of a small vocabulary; never part of a cell.
public struct Claim: Hashable, Sendable {
  public var kind: Kind
  /// What is compared: one of ``metrics``, or what the kind of claim is about, `log_top_eigenvalue` or `log_escape_time`.
  public var metric: String
  /// The label of the sweep it is about.
  public var subject: String
  /// What it is held against, labels of sweeps or what else log τ could be linear in; the claim is that it holds against
  /// each. Empty for a claim about the subject alone.
  public var rivals: [String]

  /// What is claimed.
  public enum Kind: Hashable, Sendable {
    /// A lower mean at its best point.
    case lowerMean
    /// A standard deviation over seeds at its best point that is no larger.
    case noLargerDeviation
    /// A larger area of learning rate and weight decay that is good by this bar.
    case largerArea(Bar)
    /// A smaller largest eigenvalue of the Hessian after the last epoch it is measured at.
    case smallerTopEigenvalue
    /// The logarithm of its mean escape time is more nearly linear in this than in the other.
    case logTimeMoreLinear(in: SharpnessScale)
    /// Pearson's correlation of the logarithm of its mean escape time with this is at least so large.
    case pearson(in: SharpnessScale, atLeast: Double)

    /// Its word in study files.
    public var name: String {
      switch self {
      case .lowerMean: "lower_mean"
      case .noLargerDeviation: "no_larger_deviation"
      case .largerArea: "larger_area"
      case .smallerTopEigenvalue: "smaller_top_eigenvalue"
      case .logTimeMoreLinear: "log_time_more_linear"
      case .pearson: "pearson"
      }
    }

    /// The words of the claims that studies of each kind can make.
    static let names = [
      "train": ["lower_mean", "no_larger_deviation", "larger_area", "smaller_top_eigenvalue"],
      "escape": ["log_time_more_linear", "pearson"],
    ]
  }

  /// What counts as good.
  public enum Bar: Hashable, Sendable {
    /// The smallest mean of all optimizers plus so much, in the metric's unit.
    case within(Double)
    /// At most this, in the metric's unit.
    case atMost(Double)
  }

  /// The metrics of trained cells that a claim can be about.
  public static let metrics = [
    "final_test_error", "best_test_error", "validated_test_error", "train_loss", "train_error",
    "test_loss", "test_error", "validation_loss", "validation_error",
  ]

  public init(kind: Kind, metric: String, subject: String, rivals: [String]) {
    (self.kind, self.metric, self.subject, self.rivals) = (kind, metric, subject, rivals)
  }
}
