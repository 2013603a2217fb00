import Foundation
import Optimizers
import Randomness
import Testing

/// Two hundred steps of random gradients against PyTorch; `Golden/make_golden.py` says how they are made.
@Suite struct GoldenTrajectoryTests {
  struct Golden: Decodable {
    let steps: [Int]
    let cases: [Case]
  }

  struct Case: Decodable {
    let name: String
    let values: [String: Double]
    let float64: [[Double]]
    let float32: [[Float]]
  }

  static func golden() throws -> Golden {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/trajectories.json")
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
  }

  @Test func everyOptimizerHasATrajectory() throws {
    let golden = try Self.golden()
    #expect(Set(golden.cases.map(\.name)) == Set(OptimizerChoice.types.map { $0.name }))
    #expect(golden.steps.last == 200)
  }

  @Test func doublesFollowTheReference() throws {
    let golden = try Self.golden()
    for reference in golden.cases {
      let optimizer = try OptimizerChoice(name: reference.name, values: reference.values)
      let ours = optimizer.rule(for: Trajectory<Double>(steps: golden.steps, total: { $0 }))
      #expect(distance(ours, reference.float64) < 1e-12, "\(reference.name) \(reference.values)")
    }
  }

  @Test func floatsFollowTheReference() throws {
    let golden = try Self.golden()
    for reference in golden.cases {
      let optimizer = try OptimizerChoice(name: reference.name, values: reference.values)
      let ours = optimizer.rule(for: Trajectory<Float>(steps: golden.steps, total: { Double($0) }))
      #expect(distance(ours, reference.float32) < 3e-6, "\(reference.name) \(reference.values)")
    }
  }
}

/// The largest difference between two trajectories, relative to numbers greater than 1.
private func distance<Number: BinaryFloatingPoint>(
  _ ours: [[Number]], _ theirs: [[Number]]
) -> Number {
  guard ours.map(\.count) == theirs.map(\.count) else { return .infinity }
  return zip(ours.joined(), theirs.joined())
    .map { abs($0 - $1) / max(1, abs($1)) }
    .reduce(0) { $0.isNaN || $1.isNaN ? .infinity : max($0, $1) }
}

/// The parameters after each of some steps.
private struct Trajectory<Vector: RealVector & BinaryFloatingPoint>: RuleVisitor {
  let steps: [Int]
  let total: (Vector) -> Double

  func visit<Rule: UpdateRule>(_ rule: Rule) -> [[Vector]] where Rule.Vector == Vector {
    var descent = Descent(rule, from: Self.numbers(0), total: total)
    var kept: [[Vector]] = []
    for t in 1...200 {
      descent.step(along: Self.gradients(t), scaledBy: Self.schedule(t))
      if steps.contains(t) { kept.append(descent.parameters) }
    }
    return kept
  }

  static func numbers(_ index: Int) -> [Vector] {
    var stream = RandomStream(seed: 0, purpose: .synthetic, index: index)
    return (0..<28).map { _ in 2 * Vector(stream.uniform()) - 1 }
  }

  static func gradients(_ t: Int) -> [Vector] {
    var gradients = numbers(t)
    for k in 12..<17 { gradients[k] /= 8 }
    gradients[17] /= 64
    for k in 18..<28 { gradients[k] /= 2 }
    gradients[13] = 0
    if t <= 50 { gradients[14] = 0 }
    return gradients
  }

  static func schedule(_ t: Int) -> Double {
    t <= 10 ? Double(t) / 10 : t <= 80 ? 1 : t <= 160 ? 0.1 : 0.01
  }
}
