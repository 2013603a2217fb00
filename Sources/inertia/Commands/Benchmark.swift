import ArgumentParser
import Foundation
import Networks
import Optimizers
import Running
import Studies

/// `inertia benchmark`: what `make bench` starts.
struct Benchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time training steps, optimizers and the machine itself.", shouldDisplay: false,
    subcommands: [
      BenchmarkSteps.self, BenchmarkProfile.self, BenchmarkOptimizer.self, BenchmarkMachine.self,
      BenchmarkPass.self,
    ],
    defaultSubcommand: BenchmarkSteps.self)
}

/// `inertia benchmark` alone.
struct BenchmarkSteps: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "steps", abstract: "Time training steps on images of noise.",
    discussion: """
      For example:
        inertia benchmark steps --network mlp --hidden 256 --input 3x32x32 --json
      """)

  @OptionGroup var subject: BenchmarkNetwork

  @Option(help: "How many steps are timed.")
  var steps = 100

  @Option(help: "How many steps are taken first and not timed.")
  var warmUp = 10

  @Option(help: "The optimizer's name in a study file.")
  var optimizer = "momentum"

  @Option(help: "Its learning rate; by default so small that no run diverges, which would end it.")
  var learningRate = 1e-4

  @Flag(help: "As JSON, for programs, with the losses of all steps.")
  var json = false

  func validate() throws {
    guard (1...1_000_000).contains(steps), (0...1_000_000).contains(warmUp) else {
      throw ValidationError("--steps must be 1 to 1000000 and --warm-up 0 to 1000000")
    }
  }

  func run() throws {
    let times = try StepTimes(
      try subject.choice(), input: try subject.shape(),
      optimizer: OptimizerChoice(
        name: optimizer, values: ["learning_rate": learningRate, "weight_decay": 5e-4]),
      batch: subject.batch, warmUp: warmUp, steps: steps, threads: subject.threads)
    try put(times, as: json)
  }
}

/// The network to time.
struct BenchmarkNetwork: ParsableArguments {
  @Option(help: "A network's name in a study file.")
  var network: String

  @OptionGroup var options: NetworkOptions

  @Option(help: ArgumentHelp("The shape of an image.", valueName: "channelsxheightxwidth"))
  var input = "1x28x28"

  @Option(help: "The number of images of a step, 1 to 5000.")
  var batch = 128

  @Option(help: "How many threads share a step.")
  var threads = 1

  func validate() throws {
    guard (1...5000).contains(batch) else { throw ValidationError("--batch must be 1 to 5000") }
    if threads < 1 { throw ValidationError("--threads must be at least 1") }
  }

  func shape() throws -> Shape { try Shape(option: "--input", value: input) }

  func choice() throws -> NetworkChoice { try options.choice(of: network) }
}

/// `inertia benchmark profile`: what `make profile` starts.
struct BenchmarkProfile: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile", abstract: "Show where the time of a training step goes.",
    discussion: """
      For example:
        inertia benchmark profile --network resnet18 --input 3x32x32 --steps 3
      """)

  @OptionGroup var subject: BenchmarkNetwork

  @Option(help: "How many steps are measured, after some that are not.")
  var steps = 50

  @Flag(help: "As JSON, for programs.")
  var json = false

  func validate() throws {
    guard (1...1_000_000).contains(steps) else {
      throw ValidationError("--steps must be 1 to 1000000")
    }
  }

  func run() throws {
    let profile = try StepProfile(
      try subject.choice(), input: try subject.shape(), batch: subject.batch, steps: steps,
      threads: subject.threads)
    try put(profile, as: json)
  }
}

/// `inertia benchmark optimizer`.
struct BenchmarkOptimizer: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "optimizer", abstract: "Time an optimizer's update of all parameters, alone.",
    discussion: """
      For example:
        inertia benchmark optimizer adai --parameters 1000000 --json
      """)

  @Argument(help: "Its name in a study file.")
  var name: String

  @Option(help: "The number of parameters.")
  var parameters = 1_000_000

  @Option(help: "How many updates are timed, after some that are not.")
  var steps = 100

  @Flag(help: "As JSON, for programs.")
  var json = false

  func validate() throws {
    guard (1...1_000_000_000).contains(parameters) else {
      throw ValidationError("--parameters must be 1 to 1000000000")
    }
    guard (1...1_000_000).contains(steps) else {
      throw ValidationError("--steps must be 1 to 1000000")
    }
  }

  func run() throws {
    let choice = try OptimizerChoice(
      name: name, values: ["learning_rate": 1e-4, "weight_decay": 5e-4])
    try put(UpdateTimes(choice, parameters: parameters, steps: steps), as: json)
  }
}

/// `inertia benchmark machine`.
struct BenchmarkMachine: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "machine", abstract: "Measure what the machine can do at most.",
    discussion: """
      For example:
        inertia benchmark machine --threads 1 --json
      """)

  @Option(help: "How many threads work; by default one a core that this process may use.")
  var threads: Int?

  @Flag(help: "As JSON, for programs.")
  var json = false

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
  }

  func run() throws {
    try put(MachineReport(threads: threads ?? AvailableCores().count), as: json)
  }
}

/// Something measured, for people and for programs.
protocol BenchmarkReport: Encodable {
  /// One line for people.
  var text: String { get }
}

private func put(_ measurement: some BenchmarkReport, as json: Bool) throws {
  guard json else { return put(measurement.text) }
  let encoder = JSONEncoder()
  encoder.keyEncodingStrategy = .convertToSnakeCase
  encoder.outputFormatting = [.sortedKeys]
  put(String(decoding: try encoder.encode(measurement), as: UTF8.self))
}
