import ArgumentParser
import Datasets
import Foundation
import Networks
import Optimizers
import Studies
import Training

/// `inertia describe`.
struct Describe: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what networks, optimizers, datasets and metrics there are.",
    discussion: """
      For example:
        inertia describe
        inertia describe network lenet --input 1x28x28 --classes 10
        inertia describe optimizer adai
      """,
    subcommands: [DescribeEverything.self, DescribeNetwork.self, DescribeOptimizer.self],
    defaultSubcommand: DescribeEverything.self)
}

/// `inertia describe` alone.
struct DescribeEverything: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "all", abstract: "List everything a study can name.")

  func run() throws {
    let networks = NetworkChoice.all.map { ($0.name, $0.summary) }
    let optimizers = OptimizerChoice.types.map { ($0.name, $0.summary) }
    let datasets = DatasetCatalog.list(environment: ProcessInfo.processInfo.environment)
      .map { ($0.name, $0.summary) }
    let metrics = [
      ("final_test_error", "top-1 test error after the last epoch, in [0, 1]"),
      ("best_test_error", "the smallest test error after any epoch, in [0, 1]"),
      (
        "validated_test_error",
        "that after the epoch of the smallest validation error, if images are held out"
      ),
      ("train_loss, test_error, …", "one value per epoch; inertia show lists a cell's"),
    ]
    for (title, rows) in [
      ("Networks", networks), ("Optimizers", optimizers), ("Datasets", datasets),
      ("Metrics", metrics),
    ] {
      let width = rows.map(\.0.count).max() ?? 0
      put("\(title)\n" + rows.map { "  \($0.0.padded(to: width))  \($0.1)\n" }.joined())
    }
  }
}

/// `inertia describe network`.
struct DescribeNetwork: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "network", abstract: "Show the layers of a network, with shapes and costs.",
    discussion: """
      For example:
        inertia describe network lenet
        inertia describe network mlp --hidden 256,128 --input 3x32x32
      """)

  @Argument(help: "A network's name in a study file.")
  var name: String

  @Option(help: ArgumentHelp("The shape of an image.", valueName: "channelsxheightxwidth"))
  var input = "1x28x28"

  @Option(help: "The number of classes.")
  var classes = 10

  @OptionGroup var options: NetworkOptions

  func run() throws {
    let network = try options.choice(of: name).network(
      input: try Shape(option: "--input", value: input), classes: try classCount())
    var rows = [["layer", "operation", "shape", "parameters", "FLOP"]]
    for (index, node) in network.nodes.enumerated() {
      rows.append([
        node.name, node.operation.words, node.shape.description,
        "\(network.parameterCount(of: index))", "\(node.operations(in: network))",
      ])
    }
    rows.append(["total", "", "", "\(network.parameterCount)", "\(network.operations)"])
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    for row in rows {
      let cells = row.enumerated().map { index, text in
        index < 3 ? text.padded(to: widths[index]) : text.aligned(to: widths[index])
      }
      put(cells.joined(separator: "  "))
    }
    put("FLOP of a forward pass of one image; a training step costs about three times as many.")
    let bytes = network.signalBytes(batch: 128)
    put(
      "A batch of 128 images: \(quantityText(Double(bytes.planned), unit: "B")) for values and their "
        + "gradients, \(quantityText(Double(bytes.needed), unit: "B")) of it read backward.")
  }

  private func classCount() throws -> Int {
    guard (1...100_000).contains(classes) else {
      throw CommandError.malformed(
        option: "--classes", value: "\(classes)", expected: "a number from 1 to 100000")
    }
    return classes
  }
}

/// `inertia describe optimizer`.
struct DescribeOptimizer: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "optimizer", abstract: "Show an optimizer's equations and hyperparameters.",
    discussion: """
      For example:
        inertia describe optimizer adai
      """)

  @Argument(help: "Its name in a study file.")
  var name: String

  func run() throws {
    guard let type = OptimizerChoice.types.first(where: { $0.name == name }) else {
      throw CommandError.unknownName(
        kind: "optimizer", name: name, known: OptimizerChoice.types.map { $0.name })
    }
    put(Self.text(of: type))
  }

  private static func text<Choice: Optimizer>(of type: Choice.Type) -> String {
    let kind = type.init(learningRate: 1, weightDecay: 0).weightDecayKind
    let rows = (OptimizerChoice.settings(of: type.name) ?? []).map { setting in
      let isRequired = ["learning_rate", "weight_decay"].contains(setting.key)
      let value = isRequired ? "required" : "default \(settingText(setting))"
      return [setting.key, setting.range.description, value, setting.meaning]
    }
    let widths = (0..<3).map { column in rows.map { $0[column].count }.max() ?? 0 }
    let table = rows.map { row in
      "  " + (0..<3).map { row[$0].padded(to: widths[$0]) }.joined(separator: "  ") + "  \(row[3])"
    }
    let decay = "\(kind.rawValue) weight decay: \(kind.equation)"
    let lines = type.equations.split(separator: "\n").map { "  \($0)" }
    return
      ([
        "\(type.name): \(type.summary)", "",
        "A step, with g the gradient and ηₜ the schedule's multiplier, after the \(decay)",
      ] + lines + ["", "Hyperparameters:"] + table + ["", "Source: \(type.source)"])
      .joined(separator: "\n")
  }
}
