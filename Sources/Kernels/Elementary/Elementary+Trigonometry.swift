extension Elementary {
  /// The sine of x radians, with an error below 1 unit in the last place; NaN if |x| > 10⁵.
  @inlinable
  public static func sin(_ x: Double) -> Double { wave(x, quarterTurns: 0) }

  /// The cosine of x radians, with an error below 1 unit in the last place; NaN if |x| > 10⁵.
  @inlinable
  public static func cos(_ x: Double) -> Double { wave(x, quarterTurns: 1) }

  /// sin(x), moved on by so many quarter turns.
  ///
  /// Cody and Waite's reduction: π/2 is split into two parts of 33 bits, whose products with the number of
  /// quarter turns n < 2¹⁷ are exact, and a rest. What is left, r = high + low with |r| ≤ π/4, goes into the
  /// polynomial of sine or cosine.
  @inlinable
  static func wave(_ x: Double, quarterTurns: Int) -> Double {
    guard x.magnitude <= 1e5 else { return .nan }
    let n = (x * 0x1.45f306dc9c883p-1).rounded(.toNearestOrEven)
    let first = x.addingProduct(n, -0x1.921fb544p0)
    let high = first.addingProduct(n, -0x1.0b4611a6p-34)
    let middle = (first - high).addingProduct(n, -0x1.0b4611a6p-34)
    let low = middle.addingProduct(n, -0x1.3198a2e037073p-69)
    let r = high + low
    let rest = (high - r) + low
    let turns = Int(n) &+ quarterTurns
    let value = turns & 1 == 0 ? sine(r, rest) : cosine(r, rest)
    return turns & 2 == 0 ? value : -value
  }

  /// sin(r + rest) for |r| ≤ π/4.
  @inlinable @inline(__always)
  static func sine(_ r: Double, _ rest: Double) -> Double {
    let z = r * r
    var p = 0x1.5e0b2d1aac9ddp-33
    p = (-0x1.ae600b3db9701p-26).addingProduct(p, z)
    p = 0x1.71de3796c9c52p-19.addingProduct(p, z)
    p = (-0x1.a01a019e83e31p-13).addingProduct(p, z)
    p = 0x1.1111111110bb3p-7.addingProduct(p, z)
    p = (-0x1.5555555555555p-3).addingProduct(p, z)
    // sin(r + rest) = sin r + rest cos r, and cos r is near enough 1 − r²/2.
    let correction = rest.addingProduct(rest * z, -0.5)
    return r + correction.addingProduct(z * r, p)
  }

  /// cos(r + rest) for |r| ≤ π/4.
  @inlinable @inline(__always)
  static func cosine(_ r: Double, _ rest: Double) -> Double {
    let z = r * r
    var p = -0x1.907db46c8b3eep-37
    p = 0x1.1eeb69037a8fdp-29.addingProduct(p, z)
    p = (-0x1.27e4fa17f65f8p-22).addingProduct(p, z)
    p = 0x1.a01a019f4ec90p-16.addingProduct(p, z)
    p = (-0x1.6c16c16c16967p-10).addingProduct(p, z)
    p = 0x1.5555555555555p-5.addingProduct(p, z)
    // 1 − z/2 is rounded; what the rounding lost is added with the small terms.
    let half = 0.5 * z
    let near = 1 - half
    let lost = (1 - near) - half
    return near + lost.addingProduct(-r, rest).addingProduct(z * z, p)
  }
}
