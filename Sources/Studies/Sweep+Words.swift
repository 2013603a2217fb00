import Optimizers

extension Sweep {
  /// The word that stands for a value of a hyperparameter: `decoupled`, `true`; `nil` where values are numbers.
  public func word(for value: Double, of key: String) -> String? {
    OptimizerChoice.settings(of: optimizer)?.first { $0.key == key }?.range.word(of: value)
  }

  /// The value that a word stands for; `nil` where it stands for none.
  public func value(of word: String, of key: String) -> Double? {
    OptimizerChoice.settings(of: optimizer)?.first { $0.key == key }?.range.value(of: word)
  }
}
