import CPlatform
import Foundation

/// The terminal that standard error is on.
enum Terminal {
  /// How many columns it has; `nil` if there is none, or one that cannot move its cursor.
  static var columns: Int? {
    let kind = ProcessInfo.processInfo.environment["TERM"] ?? "dumb"
    let columns = Int(platform_terminal_columns(2))
    return columns > 0 && kind != "dumb" ? columns : nil
  }

  /// A bar of so many columns, filled as far as a fraction in [0, 1] goes.
  static func bar(_ fraction: Double, width: Int) -> String {
    let full = Int((Double(width) * min(1, max(0, fraction))).rounded(.down))
    return String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
  }
}
