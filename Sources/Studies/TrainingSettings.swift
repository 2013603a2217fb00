/// How a cell is trained, apart from its optimizer.
public struct TrainingSettings: Hashable, Sendable {
  /// The number of passes over the training images; at least 1.
  public var epochs: Int
  public var batch: BatchSize
  public var schedule = Schedule()
  public var clip: GradientClip?
  public var augmentation: Augmentation?
  /// How many of the last training images are held out for selection; 0 for none.
  public var validation = 0
  /// By how many units in the last place one weight is moved after initialisation; 0 for none.
  public var perturbation = 0

  public init(epochs: Int, batch: BatchSize) { (self.epochs, self.batch) = (epochs, batch) }
}

/// How many images a step sees.
public enum BatchSize: Hashable, Sendable {
  /// So many; the last batch of an epoch may be smaller.
  case images(Int)
  /// All training images at once.
  case all
}

/// How the learning rate changes over a run: its multiplier ηₜ.
public struct Schedule: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// ηₜ = 1.
    case constant
    /// ηₜ is multiplied by `factor` after each of these numbers of epochs, as PyTorch's MultiStepLR.
    case steps(at: [Int], factor: Double)
    /// ηₜ = (1 + cos(π (epoch − 1) / epochs)) / 2, constant within an epoch.
    case cosine
  }

  public var kind = Kind.constant
  /// Over how many epochs ηₜ first rises linearly, step by step, up to its value; 0 for none.
  ///
  /// In step s (from 1) of the W steps of these epochs the multiplier is s/W times the kind's.
  public var warmup = 0

  public init(kind: Kind = .constant, warmup: Int = 0) { (self.kind, self.warmup) = (kind, warmup) }
}

/// How gradients are bounded before the optimizer, and its weight decay, see them.
public enum GradientClip: Hashable, Sendable {
  /// All are scaled so that their Euclidean norm is at most this, as PyTorch's `clip_grad_norm_`.
  case norm(Double)
  /// Each element is moved into [−value, value].
  case value(Double)
}

/// How training images are varied.
public struct Augmentation: Hashable, Sendable {
  /// By how many pixels images are padded with zeros before a random crop to their size; 0 for none.
  public var crop = 0
  /// Whether half of the images are mirrored left to right.
  public var flip = false

  public init(crop: Int = 0, flip: Bool = false) { (self.crop, self.flip) = (crop, flip) }
}
