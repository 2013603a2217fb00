import Figures
import Optimizers
import Studies

/// A hyperparameter's value as people write it: a number, or the word that it stands for.
func settingText(_ setting: OptimizerSetting) -> String {
  setting.range.word(of: setting.value) ?? setting.value.setting
}

extension Sweep {
  /// A value of a hyperparameter as the study file gives it: a number, or a word.
  func text(of value: Double, for key: String) -> String {
    word(for: value, of: key) ?? value.setting
  }
}

/// A share in percent with so many decimals.
func percentText(_ value: Double, decimals: Int = 2) -> String {
  value.isNaN ? "–" : "\(fixed(100 * value, decimals)) %"
}

/// A number with so many decimals.
func fixed(_ value: Double, _ decimals: Int) -> String {
  guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
  let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
  let whole = Int((abs(value) * scale).rounded())
  let digits = String(whole)
  let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
  let sign = value < 0 && whole != 0 ? "-" : ""
  if decimals == 0 { return sign + padded }
  return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
}

/// A time: `0.8 s`, `42 s`, `3:07 min`, `2:05 h`.
func durationText(_ seconds: Double) -> String {
  guard seconds.isFinite, seconds >= 0 else { return "–" }
  if seconds < 10 { return "\(fixed(seconds, 1)) s" }
  if seconds < 100 { return "\(fixed(seconds, 0)) s" }
  let total = Int(seconds.rounded())
  let (large, small, unit) =
    total < 6000 ? (total / 60, total % 60, "min") : (total / 3600, total / 60 % 60, "h")
  return "\(large):\(small < 10 ? "0" : "")\(small) \(unit)"
}

/// A quantity with a decimal prefix: `2.5 GB`, `417 kFLOP`.
func quantityText(_ value: Double, unit: String) -> String {
  var (value, prefix) = (value, "")
  for next in ["k", "M", "G", "T", "P"] where value >= 1000 {
    value /= 1000
    prefix = next
  }
  return "\(fixed(value, prefix.isEmpty || value >= 100 ? 0 : 1)) \(prefix)\(unit)"
}

/// `1 cell`, `2 cells`.
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

extension String {
  /// The text with spaces after it up to this width.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }

  /// The text with spaces before it up to this width.
  func aligned(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}
