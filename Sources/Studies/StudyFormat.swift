import Optimizers

/// The keys of a study file, level by level.
///
/// The reader refuses every other key, and `studies/study.schema.json` describes the same levels under the
/// same names; a test holds the two together.
public enum StudyFormat {
  /// The keys of each level in the order they are usually written. The file itself is the level `study`;
  /// an entry of `optimizers` is the level `optimizer_` with the name of the optimizer.
  public static let levels: [String: [String]] = {
    var levels = [
      "study": [
        "study", "about", "kind", "saddle", "escape", "convergence", "dataset", "network",
        "training", "seeds", "optimizers", "record", "confirm", "measure", "claims", "published",
      ],
      "dataset": ["name", "file", "train", "test"],
      "network": ["name", "hidden", "width"],
      "training": [
        "epochs", "batch", "schedule", "clip", "augment", "validation", "perturb",
      ],
      "schedule": ["kind", "at", "factor", "warmup"],
      "clip": ["norm", "value"],
      "augment": ["crop", "flip"],
      "perturb": ["ulps"],
      "seeds": ["init", "order", "augmentation"],
      "record": ["weights", "optimizer_state"],
      "confirm": ["seeds"],
      "saddle": [
        "loss", "curvatures", "hidden", "pool", "l2", "descent", "directions",
        "batch", "times", "warmup", "replicas",
      ],
      "escape": [
        "valley", "sharpness", "beside", "batch", "rate_per_batch", "rate_per_root_batch",
        "covariance", "limit", "replicas", "hidden", "pool", "l2", "descent", "threshold", "every",
      ],
      "convergence": ["dimensions", "noise", "start", "horizons", "replicas"],
      "measure": ["hessian", "noise"],
      "hessian": ["top", "samples", "batch_norm", "l2", "trace", "tolerance", "at"],
      "noise": ["batches", "draws", "samples", "parameters", "top", "at"],
      "claim": ["claim", "of", "than", "metric", "within", "at_most", "in", "at_least"],
      "published": ["file", "row", "labels", "metric", "note"],
      "published_label": ["ours", "theirs"],
      "range": ["per_decade", "from", "to"],
    ]
    for type in OptimizerChoice.types {
      levels["optimizer_\(type.name)"] = ["name", "label"] + keys(of: type)
    }
    return levels
  }()

  /// The keys that a study cannot do without.
  static let needed = "study, dataset, network, training, seeds, optimizers"

  /// The largest study file in bytes.
  public static let largestFile = 1 << 20
  /// The most cells in a study.
  public static let mostCells = 100_000
  /// The largest seed.
  public static let largestSeed = 1 << 32 - 1
}

private func keys<Choice: Optimizer>(of type: Choice.Type) -> [String] {
  type.hyperparameters.map(\.key)
}
