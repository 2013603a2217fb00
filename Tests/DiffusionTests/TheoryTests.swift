import Diffusion
import Optimizers
import Testing

/// The paper's laws, held against numbers worked out by hand from their formulas.
@Suite struct TheoryTests {
  private func choice(_ name: String, _ values: [String: Double]) throws -> OptimizerChoice {
    let values = values.merging(["weight_decay": 0]) { old, _ in old }
    return try OptimizerChoice(name: name, values: values)
  }

  private func expect(
    _ found: Double, _ expected: Double, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(abs(found / expected - 1) < 1e-12, sourceLocation: sourceLocation)
  }

  @Test func displacementsFollowTheirFormulas() throws {
    let saddle = SaddleTheory(curvature: -0.01, meanCurvature: 0.3, batch: 16)
    let sgd = saddle.laws(of: try choice("sgd", ["learning_rate": 0.1]), at: [10, 100])
    expect(sgd[0].values[0], 6.312918758361181e-05)
    expect(sgd[0].values[1], 0.0006918836192505309)
    expect(sgd[1].values[0], 6.25e-05)
    let damped = try choice(
      "momentum", ["learning_rate": 0.1, "momentum": 0.9, "dampening": 0.9])
    let momentum = saddle.laws(of: damped, at: [10, 100])
    expect(momentum[0].values[0], 7.498676252792907e-05)
    expect(momentum[0].values[1], 0.0006562471625688015)
    let adam = saddle.laws(of: try choice("adam", ["learning_rate": 1e-3]), at: [10, 100])
    expect(adam[0].values[0], 1.199788200446864e-05)
    expect(adam[0].values[1], 0.00010499954601100814)
    let steep = SaddleTheory(curvature: 0.5, meanCurvature: 0.3, batch: 16)
    let adai = try choice("adai", ["learning_rate": 0.01])
    expect(steep.laws(of: adai, at: [10])[0].values[0], 3.741802613442621e-05)
    expect(try #require(steep.drift(of: adai)), 1.875e-05)
  }

  /// A double well has ΔL = 1, H_a = 8 and H_b = −4.
  @Test func slopesFollowTheirFormulas() throws {
    let theory = EscapeTheory(.doubleWell)
    let rates = ["learning_rate": 0.05]
    let momenta: [String: Double] = ["learning_rate": 0.05, "momentum": 0.9]
    let damped = momenta.merging(["dampening": 0.9]) { $1 }
    let expected: [(share: Double, linear: Double, adam: Double)] = [
      (0, 20, 28.284271247461902), (4.0 / 9, 15.555555555555555, 24.602372915256613),
      (1, 10, 20),
    ]
    for (share, linear, adam) in expected {
      func slope(_ name: String, _ values: [String: Double]) throws -> Double {
        try #require(theory.slope(of: try choice(name, values), batch: 2, share: share))
      }
      expect(try slope("sgd", rates), linear)
      expect(try slope("adai", rates), linear)
      expect(try slope("momentum", damped), linear)
      expect(try slope("momentum", momenta), linear / 10)
      expect(try slope("adam", rates), adam)
    }
  }

  @Test func boundFollowsItsFormula() throws {
    let decay = GradientDecay(dimensions: 4, noise: 1, start: 2, horizons: [100], replicas: 1)
    let adai = try choice("adai", ["learning_rate": 1, "epsilon": 0.5])
    expect(try #require(decay.bound(of: adai))[0], 1.88375)
  }

  /// Where the loss is flat, a momentum m carries θ by η m β₁(1 − β₁ᵀ)/(1 − β₁) in T steps, and ⟨m²⟩ is
  /// β₃²/(1 − β₁²) |H|/B.
  @Test func driftIsWhatAMomentumCarries() throws {
    let times = [1, 5, 40]
    let saddle = SaddlePassing(
      curvatures: [1e-6], batches: [4], times: times, warmup: 100, replicas: 40_000)
    let damped = try choice(
      "momentum", ["learning_rate": 0.1, "momentum": 0.8, "dampening": 0.8])
    let found = try saddle.run(damped, seed: 5)[0]
    let square = 0.04 / 0.36 * 1e-6 / 4
    for (index, time) in times.enumerated() {
      let power = (0..<time).reduce(1.0) { product, _ in product * 0.8 }
      let carried = 0.1 * 0.8 * (1 - power) / 0.2
      let distance = (found.drift[index] - square * carried * carried) / found.driftError[index]
      #expect(abs(distance) < 5)
    }
  }

  /// The last of the ten blocks of replicas is small. Over forty seeds the deviation of the drift is known within a quarter
  /// with 97.5 % on each side.
  @Test func errorOfTheDriftIsItsDeviationOverSeeds() throws {
    let saddle = SaddlePassing(
      curvatures: [-0.1], batches: [4], times: [10], warmup: 20, replicas: 9 * 1024 + 128)
    let momentum = try choice("momentum", ["learning_rate": 0.1])
    let found = try (0..<40).map { try saddle.run(momentum, seed: $0)[0] }
    let drifts = found.map { $0.drift[0] }
    let mean = drifts.reduce(0, +) / 40
    let deviation = (drifts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 39).squareRoot()
    let error = (found.reduce(0) { $0 + $1.driftError[0] * $1.driftError[0] } / 40).squareRoot()
    #expect((0.75...1.33).contains(error / deviation), "\(error) and \(deviation)")
  }
}
