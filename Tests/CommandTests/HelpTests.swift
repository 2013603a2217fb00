import Foundation
import Testing

/// What the program says of itself.
@Suite struct HelpTests {
  let inertia: Inertia

  init() throws { inertia = try Inertia() }

  static let commands = [
    [], ["plan"], ["run"], ["measure"], ["status"], ["collect"], ["submit"], ["cancel"], ["export"],
    ["report"], ["audit"], ["show"], ["verify"], ["merge"], ["prune"], ["doctor"], ["describe"],
    ["describe", "all"], ["describe", "network"], ["describe", "optimizer"], ["data"],
    ["data", "list"], ["data", "fetch"], ["data", "verify"], ["replay"],
  ]

  /// All help in one committed text: its diff is the review of the user interface. `INERTIA_SNAPSHOTS`
  /// set to `write` writes it anew.
  @Test func `the help is the committed one`() throws {
    let text = try Self.commands.map { command in
      let name = (["inertia"] + command).joined(separator: " ")
      let help = try inertia.start(command + ["--help"]).wait()
      try #require(help.status == 0)
      return "$ \(name) --help\n\(help.output)\n"
    }.joined()
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Snapshots/help.txt")
    if ProcessInfo.processInfo.environment["INERTIA_SNAPSHOTS"] == "write" {
      try Data(text.utf8).write(to: path)
    }
    #expect(text == String(decoding: try Data(contentsOf: path), as: UTF8.self))
  }

  @Test func `every command's help has an example`() throws {
    let plain = [["data", "list"], ["describe", "all"]]
    for command in Self.commands where !plain.contains(command) {
      let help = try inertia.start(command + ["--help"]).wait().output
      #expect(help.contains("xample:"), "\(command)")
    }
  }

  /// Ids are the same on every machine, so that which cells the quick study has is known.
  @Test func `the cell that help and README show is one of the quick study`() throws {
    func text(_ path: String) throws -> String {
      let file = Inertia.repository.appending(path: path)
      return String(decoding: try Data(contentsOf: file), as: UTF8.self)
    }
    let ids = try text("results/quick/digests.txt").split(separator: "\n")
    for page in [try text("README.md"), try inertia.succeed("show", "--help").output] {
      let example = try #require(page.firstMatch(of: /inertia show results\/quick ([0-9a-f]+)/))
      #expect(ids.count { $0.hasPrefix(example.1) } == 1, "\(example.1)")
    }
  }

  @Test func `networks, optimizers, datasets and metrics are described`() throws {
    let all = try inertia.succeed("describe").output
    for word in ["lenet", "resnet8", "mlp", "adai", "adaiw", "fashion-mnist", "synthetic"] {
      #expect(all.contains(word))
    }
    let lenet = try inertia.succeed("describe", "network", "lenet").output
    #expect(lenet.contains("61706"))
    let adai = try inertia.succeed("describe", "optimizer", "adai").output
    #expect(
      adai.contains("β₀") && adai.contains("beta0") && adai.contains("arxiv.org/abs/2006.15815"))
    let adamW = try inertia.succeed("describe", "optimizer", "adamw").output
    #expect(
      adamW.contains("decoupled or decoupled_by_schedule") && adamW.contains("(1 − ηₜ η λ) θ"))
    let unknown = try inertia.run("describe", "optimizer", "luck")
    #expect(unknown.status == 1 && unknown.errors.contains("luck"))
  }

  @Test func `a plan says what it costs and changes nothing`() throws {
    try inertia.folder.write(TinyStudy().text, to: "tiny.yaml")
    let plan = try inertia.succeed("plan", "tiny.yaml", "--cells").output
    for words in ["12 cells", "12 to train", "FLOP", "measured", "disk:"] {
      #expect(plan.contains(words), "\(plan)")
    }
    #expect(!inertia.folder.exists("results"))
    try inertia.succeed("run", "tiny.yaml", "--limit", "3")
    let later = try inertia.succeed("plan", "tiny.yaml").output
    #expect(later.contains("3 done") && later.contains("9 to train"))
    #expect(later.contains("as 3 cells done took"))
  }
}
