import ArgumentParser
import Foundation
import HDF5
import Optimizers
import Storage
import Training

/// `inertia replay`.
struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Run recorded gradients through an optimizer.",
    discussion: """
      TRACE is an HDF5 file with `parameters` ([n], float32 or float64) and `gradients` ([steps, n], \
      of the same type), and possibly `schedule` ([steps], float64): the multiplier of the learning \
      rate in each step, 1 if there is none. The answer has `parameters` ([steps, n]): those after \
      each step, computed in the trace's precision by the code that trains.

      For example:
        inertia replay trace.h5 --optimizer adai --set learning_rate=0.1 weight_decay=5e-4 -o answer.h5
      """)

  @Argument(help: "An HDF5 file with parameters and gradients.", completion: .file())
  var trace: String

  @Option(help: "The optimizer's name in a study file.")
  var optimizer: String

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Hyperparameters, learning_rate and weight_decay among them.", valueName: "key=value"))
  var set: [String] = []

  @Option(name: [.short, .long], help: "The file to make, which must not exist.")
  var output: String

  func run() throws {
    let choice = try OptimizerChoice(name: optimizer, values: try values())
    let root = try HDF5File(opening: trace).root()
    for name in ["parameters", "gradients"] where try !root.contains(name) {
      throw TraceError(file: trace, problem: "it has no dataset '\(name)'")
    }
    if try Files.status(output) != nil { throw CommandError.fileExists(output) }
    if try root.holds(Float.self, in: "parameters") {
      try replay(root, through: choice, as: Float.self)
    } else {
      try replay(root, through: choice, as: Double.self)
    }
  }

  private func values() throws -> [String: Double] {
    guard let known = OptimizerChoice.settings(of: optimizer) else {
      throw OptimizerError.unknownOptimizer(optimizer)
    }
    var values: [String: Double] = [:]
    for text in set {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        throw CommandError.malformed(option: "--set", value: text, expected: "KEY=VALUE")
      }
      let range = known.first { $0.key == parts[0] }?.range
      guard let value = range?.value(of: parts[1]) ?? Double(parts[1]) else {
        throw CommandError.malformed(
          option: "--set", value: text, expected: "\(parts[0])=NUMBER or one of its words")
      }
      guard values.updateValue(value, forKey: parts[0]) == nil else {
        throw CommandError.malformed(option: "--set", value: text, expected: "each key once")
      }
    }
    return values
  }

  /// Nothing has the output's name until all is written.
  private func replay<Scalar: TraceScalar>(
    _ root: borrowing HDF5Group, through choice: OptimizerChoice, as scalar: Scalar.Type
  ) throws {
    let start = try root.read("parameters", as: Scalar.self)
    guard start.shape.count == 1, !start.values.isEmpty else {
      throw TraceError(file: trace, problem: "'parameters' is not a list of one or more numbers")
    }
    let length = start.values.count
    guard let gradients = try root.rows("gradients", as: Scalar.self), gradients.length == length
    else { throw TraceError(file: trace, problem: "'gradients' must be steps × \(length)") }
    let schedule =
      try root.contains("schedule") ? try root.read("schedule", as: Double.self).values : nil
    guard schedule.map({ $0.count == gradients.count && $0.allSatisfy(\.isFinite) }) ?? true else {
      throw TraceError(
        file: trace, problem: "'schedule' must be \(counted(gradients.count, "finite number"))")
    }
    let temporary = Files.temporaryPath(for: output, in: Files.folder(of: output))
    do {
      let file = try HDF5File(creating: temporary)
      do {
        let answer = try file.root().createRows(
          "parameters", count: gradients.count, length: length, as: Scalar.self)
        let replay = Training.Replay(choice, from: start.values)
        var firstBad: Int?
        for step in 0..<gradients.count {
          let parameters = replay.step(
            along: try gradients.read(step), scaledBy: schedule?[step] ?? 1)
          try answer.write(parameters, to: step)
          if firstBad == nil, !parameters.allSatisfy(\.isFinite) { firstBad = step + 1 }
        }
        if let firstBad {
          complain("\(trace): from step \(firstBad) on, not all parameters are finite numbers")
        }
      }
      try file.close()
      guard try Files.publish(temporary, as: output) == .published else {
        throw CommandError.fileExists(output)
      }
    } catch {
      _ = try Files.remove(temporary)
      throw error
    }
  }
}

/// A number a trace can hold.
private typealias TraceScalar = HDF5Scalar & Hashable & TrainingScalar

/// A mistake in a trace.
private struct TraceError: Error, CustomStringConvertible {
  let file: String
  let problem: String

  var description: String { "\(file): \(problem)" }
}
