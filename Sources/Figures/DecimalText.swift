/// A finite number as decimal digits, for text that is the same on every system.
///
/// It starts from the shortest decimal that reads back as the number, so 0.1 is 0.1; rounding is half
/// away from zero on those digits, and a share becomes percent by moving the point.
struct DecimalText {
  private var negative = false
  /// The significant digits, without leading or trailing zeros; empty for 0.
  private var digits: [UInt8] = []
  /// The power of ten of the first digit.
  private var exponent = 0

  /// - Precondition: `value` is finite.
  init(_ value: Double) {
    precondition(value.isFinite, "only a finite number has digits")
    var text = Substring(value.description)
    if text.first == "-" {
      negative = true
      text = text.dropFirst()
    }
    let parts = text.split(separator: "e")
    if parts.count == 2 { exponent = Int(parts[1]) ?? 0 }
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    exponent += mantissa[0].count - 1
    digits = mantissa.joined().utf8.map { $0 - UInt8(ascii: "0") }
    normalize()
  }

  private mutating func normalize() {
    let zeros = digits.prefix { $0 == 0 }.count
    digits.removeFirst(zeros)
    exponent -= zeros
    while digits.last == 0 { digits.removeLast() }
    if digits.isEmpty { (negative, exponent) = (false, 0) }
  }

  /// The number times a power of ten.
  func shifted(by places: Int) -> DecimalText {
    var result = self
    if !digits.isEmpty { result.exponent += places }
    return result
  }

  /// The number rounded to so many significant digits.
  func rounded(significant count: Int) -> DecimalText {
    guard digits.count > count else { return self }
    var result = self
    let up = count >= 0 && digits[max(count, 0)] >= 5
    result.digits = Array(digits.prefix(max(count, 0)))
    if up {
      var index = result.digits.count - 1
      while index >= 0, result.digits[index] == 9 {
        result.digits[index] = 0
        index -= 1
      }
      if index >= 0 {
        result.digits[index] += 1
      } else {
        result.digits.insert(1, at: 0)
        result.exponent += 1
      }
    }
    result.normalize()
    return result
  }

  /// The number with so many digits after the point: `9.50`.
  func fixed(_ places: Int) -> String {
    rounded(significant: exponent + 1 + places).plain(places: places)
  }

  /// The number with so many significant digits, zeros among them: `0.350`.
  func significant(_ count: Int) -> String {
    let text = rounded(significant: count)
    return (-4..<15).contains(text.exponent)
      ? text.plain(places: max(0, count - 1 - text.exponent)) : text.scientific
  }

  /// The number rounded to at most so many digits after the point: `9.5`.
  func rounded(places: Int) -> String {
    rounded(significant: exponent + 1 + places).plain(places: 0)
  }

  /// The shorter of `0.03` and `3e-2`, the first if they are as long: for axes and settings.
  var shortest: String {
    let (plain, scientific) = (plain(places: 0), scientific)
    return scientific.count < plain.count ? scientific : plain
  }

  /// Without exponent between 1e-4 and 1e15, as most programs print numbers.
  var general: String { (-4..<15).contains(exponent) ? plain(places: 0) : scientific }

  private var sign: String { negative ? "-" : "" }

  private func plain(places: Int) -> String {
    let whole = exponent < 0 ? "0" : text(0...exponent)
    let last = max(places, digits.isEmpty ? 0 : digits.count - 1 - exponent)
    guard last > 0 else { return sign + whole }
    return sign + whole + "." + text((exponent + 1)...(exponent + last))
  }

  private var scientific: String {
    guard let first = digits.first else { return "0" }
    let rest = digits.count > 1 ? "." + text(1...(digits.count - 1)) : ""
    return "\(sign)\(first)\(rest)e\(exponent)"
  }

  /// The digits at these places from the first significant one; zeros beyond both ends.
  private func text(_ places: ClosedRange<Int>) -> String {
    places.map { digits.indices.contains($0) ? String(digits[$0]) : "0" }.joined()
  }
}

extension Double {
  /// At most six significant digits; `nil` if it is not finite.
  var sixDigits: String? {
    isFinite ? DecimalText(self).rounded(significant: 6).general : nil
  }

  /// As short as it can be without loss, as people write hyperparameters: `1e-4`, `0.03`.
  ///
  /// - Precondition: it is finite.
  public var setting: String { DecimalText(self).shortest }

  /// A share in [0, 1] in percent with so many digits after the point.
  func percent(_ places: Int = 2) -> String { DecimalText(self).shifted(by: 2).fixed(places) }
}
