/// Colours for numbers, from small to large.
public enum ColorMap: String, CaseIterable, Hashable, Sendable {
  /// Dark blue over green to pale yellow, evenly lighter all the way: readable with any colour vision
  /// and in grey.
  case tide
  /// Blue over grey to red, as in the figures of Xie et al. (2022).
  case coolwarm

  /// Evenly spaced sRGB colours, between which the map is linear.
  private var stops: [UInt32] {
    switch self {
    case .tide:
      [
        0x272c6c, 0x0b4a86, 0x006897, 0x00879d, 0x00a399, 0x3cbb8f, 0x87ce86, 0xc5df86, 0xfced95,
      ]
    case .coolwarm:
      [
        0x3b4cc0, 0x688aef, 0x99baff, 0xc9d8ef, 0xdddddd, 0xedd1c2, 0xf7a889, 0xe26952, 0xb40426,
      ]
    }
  }

  /// The colour at a position in [0, 1]; positions beyond are moved to the nearer end.
  func color(at position: Double) -> Color {
    let stops = stops
    let place = min(max(position, 0), 1) * Double(stops.count - 1)
    let index = min(Int(place), stops.count - 2)
    let (from, to) = (Color(hex: stops[index]), Color(hex: stops[index + 1]))
    let share = place - Double(index)
    func mix(_ path: KeyPath<Color, Int>) -> Int {
      Int((Double(from[keyPath: path]) * (1 - share) + Double(to[keyPath: path]) * share).rounded())
    }
    return Color(red: mix(\.red), green: mix(\.green), blue: mix(\.blue))
  }
}

/// An sRGB colour, components in 0…255.
struct Color: Hashable {
  var red: Int
  var green: Int
  var blue: Int

  init(red: Int, green: Int, blue: Int) { (self.red, self.green, self.blue) = (red, green, blue) }

  init(hex: UInt32) {
    self.init(red: Int(hex >> 16), green: Int(hex >> 8 & 255), blue: Int(hex & 255))
  }

  /// `#00879d`.
  var hex: String {
    let digits = String(red << 16 | green << 8 | blue, radix: 16)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }

  /// Black or white, whichever is easier to read on it.
  var ink: String {
    // Perceived brightness with the weights of ITU-R BT.601, on gamma-encoded components.
    299 * red + 587 * green + 114 * blue > 128_000 ? "#111111" : "#ffffff"
  }
}
