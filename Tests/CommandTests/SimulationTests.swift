import Foundation
import Testing

/// Studies of simulations, from the file to tables, figures and digests.
@Suite struct SimulationTests {
  static let studies = [
    "saddle": """
    study: saddle
    kind: saddle
    saddle: {curvatures: [-0.5, 0.1], batch: [4], times: [1, 50], warmup: 20, replicas: 3000}
    seeds: [0]
    optimizers:
      - {name: sgd, learning_rate: [0.01, 0.1], weight_decay: 0}
      - {name: adai, learning_rate: 0.1, weight_decay: 0}
    """,
    "escape": """
    study: escape
    kind: escape
    escape: {valley: double-well, sharpness: [1, 2, 4], beside: [0.5], rate_per_batch: 0.3, limit: 4000, replicas: 20}
    seeds: [0]
    optimizers:
      - {name: momentum, learning_rate: 0.02, weight_decay: 0, dampening: 0.9}
    """,
    "convergence": """
    study: convergence
    kind: convergence
    convergence: {dimensions: 2, noise: 1, start: 2, horizons: [10, 100], replicas: 16}
    seeds: [0]
    optimizers:
      - {name: adai, learning_rate: 1, weight_decay: 0}
    """,
  ]

  static let tables = [
    "saddle": ["saddle"], "escape": ["escapes", "fits"], "convergence": ["convergence"],
  ]

  private func finished(_ kind: String, _ arguments: [String] = []) throws -> Inertia {
    let inertia = try Inertia()
    try inertia.folder.write(try #require(Self.studies[kind]), to: "study.yaml")
    let outcome = try inertia.start(["run", "study.yaml"] + arguments).wait()
    try #require(outcome.status == 0, "\(outcome.errors)")
    return inertia
  }

  @Test(arguments: ["saddle", "escape", "convergence"])
  func `a simulation is a study like any other`(kind: String) throws {
    let inertia = try finished(kind, ["--jobs", "1"])
    let files = try inertia.folder.files(in: "results/\(kind)")
    for name in ["study.yaml", "study.h5", "digests.txt", "report.html"] {
      #expect(files[name] != nil, "\(name)")
    }
    for table in try #require(Self.tables[kind]) {
      for format in ["csv", "md", "tex", "json"] {
        let text = try #require(files["tables/\(table).\(format)"])
        #expect(
          try inertia.succeed("export", table, "results/\(kind)", "--format", format).output
            == String(decoding: text, as: UTF8.self))
      }
    }
    #expect(files.keys.contains { $0.hasPrefix("figures/") && $0.hasSuffix(".svg") })
    #expect(try inertia.folder.files(in: "results/work").isEmpty)
    try inertia.succeed("verify", "results/\(kind)")
    #expect(try inertia.succeed("plan", "study.yaml").output.contains("0 to train"))
    try inertia.succeed("collect", "results/\(kind)")
    #expect(try inertia.folder.files(in: "results/\(kind)") == files)
    // It trains nothing, so there are no test errors to draw.
    let refused = try inertia.run("export", "heatmap", "results/\(kind)")
    #expect(refused.status == 1 && refused.errors.contains("heatmap"))
  }

  @Test(arguments: ["saddle", "escape", "convergence"])
  func `workers and threads change no bit of a simulation`(kind: String) throws {
    let one = try finished(kind, ["--jobs", "1"])
    let other = try finished(kind, ["--jobs", "2", "--threads", "3"])
    #expect(
      try one.folder.read("results/\(kind)/digests.txt")
        == other.folder.read("results/\(kind)/digests.txt"))
  }

  /// A cell of a simulation has no checkpoint: it is abandoned within seconds and begins again.
  @Test func `a simulation that is stopped begins again`() throws {
    let inertia = try Inertia()
    let text = try #require(Self.studies["saddle"])
      .replacing("replicas: 3000", with: "replicas: 400000")
    try inertia.folder.write(text, to: "study.yaml")
    let run = try inertia.start(["run", "study.yaml", "--jobs", "1"])
    while try !inertia.folder.names(in: "results/work").contains(where: { $0.hasSuffix(".claim") })
    {
      Thread.sleep(forTimeInterval: 0.02)
      try #require(run.process.isRunning)
    }
    Thread.sleep(forTimeInterval: 0.1)
    kill(run.process.processIdentifier, SIGTERM)
    #expect(try run.wait().status == 130)
    #expect(
      try inertia.folder.files(in: "results/work").keys.allSatisfy { !$0.hasSuffix(".claim") })
    try inertia.succeed("run", "study.yaml")
    try inertia.succeed("verify", "results/saddle")
  }

  @Test(arguments: [[], ["--top", "2"]])
  func `only trained networks are measured`(options: [String]) throws {
    let inertia = try finished("convergence")
    let outcome = try inertia.start(["measure", "results/convergence"] + options).wait()
    #expect(outcome.status == 1, "\(outcome.errors)")
    #expect(
      outcome.errors.contains(
        "the study convergence is of kind: convergence; only trained networks are measured"))
  }

  /// All replicas are seen outside at the first look, so escape times do not follow the sharpness at all.
  @Test func `times that are all equal have no correlation`() throws {
    let inertia = try Inertia()
    try inertia.folder.write(
      """
      study: equal
      kind: escape
      dataset: {name: synthetic, train: 30, test: 1}
      escape: {valley: network, hidden: 2, pool: 7, l2: 0.1, descent: 2000, threshold: 1e-12, every: 20, \
      sharpness: [1, 2, 3], batch: 3, limit: 60, replicas: 10}
      seeds: [0]
      optimizers:
        - {name: sgd, learning_rate: 0.1, weight_decay: 0}
      """, to: "study.yaml")
    _ = try inertia.succeed("run", "study.yaml")
    #expect(inertia.folder.exists("results/equal/study.h5"))
    #expect(inertia.folder.exists("results/equal/figures/escape_inverse.svg"))
  }

  @Test func `a cell that has no minimum fails at once and says what to do`() throws {
    let inertia = try Inertia()
    try inertia.folder.write(
      """
      study: steep
      kind: escape
      dataset: {name: synthetic, train: 30, test: 1}
      escape: {valley: network, hidden: 2, pool: 7, l2: 0.1, descent: 1, threshold: 1, sharpness: 1, batch: 3, \
      limit: 60, replicas: 10}
      seeds: [0]
      optimizers:
        - {name: sgd, learning_rate: 0.1, weight_decay: 0}
      """, to: "study.yaml")
    let outcome = try inertia.run("run", "study.yaml")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("failed for good: after 1 steps of 'descent'"))
    #expect(!outcome.errors.contains("it is tried once more"))
    let shown = try inertia.succeed("status", "study.yaml", "--json").output
    #expect(shown.contains("\"attempts\" : 1"), "\(shown)")
  }

  @Test(arguments: ["--wait", "--lease", "--silence"])
  func `no wait is longer than a life`(option: String) throws {
    let inertia = try Inertia()
    try inertia.folder.write(try #require(Self.studies["convergence"]), to: "study.yaml")
    for value in ["1e30", "inf"] {
      let outcome = try inertia.run("run", "study.yaml", option, value)
      #expect(outcome.errors.contains("\(option) must be at most 1000000000 seconds"))
    }
  }
}
