import Foundation
import Testing

/// What `make bench` asks of the program.
@Suite struct BenchmarkTests {
  let inertia: Inertia

  init() throws { inertia = try Inertia() }

  @Test func `training steps are timed`() throws {
    let json = try inertia.succeed(
      "benchmark", "--network", "mlp", "--batch", "5000", "--steps", "2", "--warm-up", "1",
      "--optimizer", "adai", "--json"
    ).output
    let value = try object(json)
    #expect(value["network"] as? String == "mlp" && value["optimizer"] as? String == "adai")
    #expect(value["batch"] as? Int == 5000 && value["steps"] as? Int == 2)
    // 784 × 256 weights forward and for their gradients, 256 × 10 for their inputs' too.
    #expect(value["flops_per_step"] as? Int == 5000 * 2 * (2 * 784 * 256 + 3 * 256 * 10))
    #expect((value["losses"] as? [Double])?.count == 3)
    try expectTimes(value)
    let line = try inertia.succeed("benchmark", "--network", "mlp", "--steps", "3").output
    #expect(line.contains("mlp, momentum, batch 128, 1 thread") && line.contains("FLOP/s"))
    #expect(try inertia.run("benchmark", "--network", "maze").errors.contains("maze"))
  }

  @Test func `a run that diverges is said`() throws {
    let outcome = try inertia.run(
      "benchmark", "--network", "mlp", "--batch", "8", "--steps", "50", "--learning-rate", "1e30")
    #expect(outcome.status == 64 && outcome.errors.contains("give a smaller --learning-rate"))
    #expect(outcome.errors.contains("the run diverged in its step"), "\(outcome.errors)")
  }

  @Test func `benchmarks of networks take their options`() throws {
    let wide = try object(
      try inertia.succeed(
        "benchmark", "steps", "--network", "mlp", "--hidden", "5,3", "--input", "2x3x4", "--batch",
        "7", "--steps", "1", "--json"
      ).output)
    #expect(wide["flops_per_step"] as? Int == 7 * 2 * (2 * 24 * 5 + 3 * 5 * 3 + 3 * 3 * 10))
  }

  @Test(arguments: [
    (
      ["describe", "network", "lenet", "--width", "8"],
      "--width has no meaning with the network lenet"
    ),
    (
      ["describe", "network", "resnet18", "--hidden", "8"],
      "--hidden has no meaning with the network resnet18"
    ),
    (
      ["benchmark", "steps", "--network", "mlp", "--width", "8"],
      "--width has no meaning with the network mlp"
    ),
    (["describe", "network", "vgg16", "--width", "0"], "--width must be 1 to 512"),
    (
      ["describe", "network", "mlp", "--hidden", "8,x"], "numbers from 1 to 65536 with ',' between"
    ),
  ])
  func `a network without an option is not described with it`(
    arguments: [String], message: String
  ) throws {
    let outcome = try inertia.start(arguments).wait()
    #expect(outcome.status != 0 && outcome.output.isEmpty)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }

  @Test func `updates of parameters are timed`() throws {
    let value = try object(
      try inertia.succeed(
        "benchmark", "optimizer", "adai", "--parameters", "1001", "--steps", "4", "--json"
      ).output)
    #expect(value["optimizer"] as? String == "adai" && value["parameters"] as? Int == 1001)
    // The gradient is read; the parameters and three vectors of memory are read and written.
    #expect(value["bytes_per_step"] as? Int == 4 * 1001 * (1 + 2 * 4))
    try expectTimes(value)
    #expect(try inertia.run("benchmark", "optimizer", "luck").errors.contains("luck"))
  }

  @Test func `the machine's limits are measured`() throws {
    let value = try object(
      try inertia.succeed("benchmark", "machine", "--threads", "1", "--json").output)
    // From a slow emulation to sixteen cores' worth of wide vectors.
    let flops = try #require(value["flops_per_second"] as? Double)
    let bytes = try #require(value["copy_bytes_per_second"] as? Double)
    #expect((1e7...1e13).contains(flops) && (1e7...1e13).contains(bytes))
    let step = try object(
      try inertia.succeed(
        "benchmark", "--network", "mlp", "--batch", "500", "--steps", "5", "--json"
      ).output)
    let rate =
      try #require(step["flops_per_step"] as? Double)
      / (try #require(step["seconds_min"] as? Double))
    // The machine may have been busy with other tests in the meantime.
    #expect(rate < 2 * flops, "no step is faster than the machine")
  }

  private func object(_ json: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
  }

  private func expectTimes(_ value: [String: Any]) throws {
    let least = try #require(value["seconds_min"] as? Double)
    let middle = try #require(value["seconds_per_step"] as? Double)
    let most = try #require(value["seconds_max"] as? Double)
    #expect(0 < least && least <= middle && middle <= most)
  }
}
