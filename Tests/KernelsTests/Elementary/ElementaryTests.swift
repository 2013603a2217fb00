import Foundation
import Kernels
import Testing

@Suite struct ElementaryTests {
  /// A line of golden.txt, which make_golden.py makes.
  struct Golden {
    let x: Double
    let y: Double
    /// What the true value exceeds y by.
    let rest: Double

    /// How far a result is from the true value, in units of y's last place.
    func error(of result: Double) -> Double {
      ((result - y) - rest).magnitude / max(y.ulp, .leastNonzeroMagnitude)
    }
  }

  static func golden(_ function: String) throws -> [Golden] {
    var golden: [Golden] = []
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "golden.txt")
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words[0] == function else { continue }
      let x = try #require(Double(words[1]))
      let y = try #require(Double(words[2]))
      golden.append(Golden(x: x, y: y, rest: try #require(Double(words[3]))))
    }
    return golden
  }

  @Test(arguments: ["exp", "log", "sin", "cos"])
  func doublesAreWithinOneUnitInTheLastPlace(function: String) throws {
    let golden = try Self.golden(function)
    #expect(golden.count > 100)
    for value in golden {
      let result =
        switch function {
        case "exp": Elementary.exp(value.x)
        case "log": Elementary.log(value.x)
        case "sin": Elementary.sin(value.x)
        default: Elementary.cos(value.x)
        }
      #expect(value.error(of: result) < 1, "\(function)(\(value.x)) = \(result), not \(value.y)")
    }
  }

  /// Every 4,001st bit pattern of a float, a million in all, against the exponential in double precision.
  @Test func floatExponentialIsWithinOneUnitInTheLastPlace() {
    var worst: (error: Float, at: Float) = (0, 0)
    for bits in stride(from: UInt32(0), through: .max, by: 4001) {
      let x = Float(bitPattern: bits)
      let (result, expected) = (Elementary.exp(x), Elementary.exp(Double(x)))
      if x.isNaN {
        #expect(result.isNaN)
      } else if Float(expected) == .infinity || result == .infinity {
        #expect(Float(expected) == result, "exp(\(x)) = \(result)")
      } else {
        let error = Float((Double(result) - expected).magnitude / Double(Float(expected).ulp))
        if !(error <= worst.error) { worst = (error, x) }
      }
    }
    #expect(worst.error < 1, "at \(worst.at)")
    #expect(worst.error > 0.4, "a sweep that never needs to round has missed its subject")
  }

  /// Every 2,003rd bit pattern of a positive float, a million in all.
  @Test func floatLogarithmIsWithinOneUnitInTheLastPlace() {
    var worst: (error: Float, at: Float) = (0, 0)
    for bits in stride(from: UInt32(1), to: Float.infinity.bitPattern, by: 2003) {
      let x = Float(bitPattern: bits)
      let (result, expected) = (Elementary.log(x), Elementary.log(Double(x)))
      let error = Float((Double(result) - expected).magnitude / Double(Float(expected).ulp))
      if !(error <= worst.error) { worst = (error, x) }
    }
    #expect(worst.error < 1, "at \(worst.at)")
    #expect(worst.error > 0.4, "a sweep that never needs to round has missed its subject")
  }

  @Test func floatExponentialAroundZero() {
    for x in stride(from: Float(-1), through: 1, by: 0x1p-18) {
      let expected = Elementary.exp(Double(x))
      let error = (Double(Elementary.exp(x)) - expected).magnitude / Double(Float(expected).ulp)
      #expect(error < 1, "exp(\(x))")
    }
  }

  @Test func endsOfTheExponential() {
    #expect(Elementary.exp(Float(0)) == 1 && Elementary.exp(-Float(0)) == 1)
    #expect(Elementary.exp(Double(0)) == 1)
    #expect(Elementary.exp(Float.infinity) == .infinity)
    #expect(Elementary.exp(-Float.infinity) == 0)
    #expect(Elementary.exp(Double.infinity) == .infinity)
    #expect(Elementary.exp(-Double.infinity) == 0)
    #expect(Elementary.exp(Float.nan).isNaN && Elementary.exp(Double.nan).isNaN)
    #expect(Elementary.exp(Float(88.72283)) == 0x1.ffff08p127)
    #expect(Elementary.exp(Float(88.72284)) == .infinity)
    #expect(Elementary.exp(Float(-103.97)) == .leastNonzeroMagnitude)
    #expect(Elementary.exp(Float(-103.98)) == 0)
    #expect(Elementary.exp(709.782712893384) == 0x1.fffffffffff2ap1023)
    #expect(Elementary.exp(709.7827128933841) == .infinity)
    #expect(Elementary.exp(-745.1332191019411) == .leastNonzeroMagnitude)
    #expect(Elementary.exp(-745.1332191019412) == 0)
  }

  @Test func endsOfTheLogarithm() {
    #expect(Elementary.log(Float(1)) == 0 && Elementary.log(Double(1)) == 0)
    #expect(Elementary.log(Float(0)) == -.infinity && Elementary.log(Double(0)) == -.infinity)
    #expect(Elementary.log(-Float(0)) == -.infinity && Elementary.log(-Double(0)) == -.infinity)
    #expect(Elementary.log(Float.infinity) == .infinity)
    #expect(Elementary.log(Double.infinity) == .infinity)
    #expect(Elementary.log(Float(-1)).isNaN && Elementary.log(Double(-1)).isNaN)
    #expect(Elementary.log(-Float.infinity).isNaN && Elementary.log(-Double.infinity).isNaN)
    #expect(Elementary.log(Float.nan).isNaN && Elementary.log(Double.nan).isNaN)
    #expect(Elementary.log(Float.leastNonzeroMagnitude) == -103.27893)
  }

  @Test func endsOfTheWaves() {
    #expect(Elementary.sin(0) == 0 && Elementary.cos(0) == 1)
    #expect(Elementary.sin(1e5 + 1).isNaN && Elementary.cos(-1e5 - 1).isNaN)
    #expect(Elementary.sin(.infinity).isNaN && Elementary.cos(.nan).isNaN)
    #expect(Elementary.cos(.pi) == -1)
  }

  @Test func aVectorGivesTheBitsOfItsElements() {
    let x = SIMD8<Float>(-100, -1.5, -0.25, 0, 1e-20, 0.7, 3, 80)
    let positive = SIMD8<Float>(Float(bitPattern: 700), 0.1, 0.7, 1, 1.1, 3, 1e10, 1e38)
    let (wide, widePositive) = (SIMD8<Double>(x), SIMD8<Double>(positive))
    for i in 0..<8 {
      #expect(Elementary.exp(x)[i] == Elementary.exp(x[i]))
      #expect(Elementary.log(positive)[i] == Elementary.log(positive[i]))
      #expect(Elementary.exp(wide)[i] == Elementary.exp(wide[i]))
      #expect(Elementary.log(widePositive)[i] == Elementary.log(widePositive[i]))
    }
  }
}
