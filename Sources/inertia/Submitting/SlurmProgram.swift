import Foundation
import Slurm
import Subprocess

/// The programs of Slurm, started by name with a list of arguments: no shell reads them.
enum SlurmProgram: String {
  case sbatch, scancel, scontrol, sacct, squeue

  /// Without the variables that give `sbatch` options: they outrank those of a script.
  private static var environment: Environment {
    let options = ProcessInfo.processInfo.environment.keys.filter { $0.hasPrefix("SBATCH_") }
    return .inherit.updating(
      Dictionary(uniqueKeysWithValues: options.map { (Environment.Key(stringLiteral: $0), nil) }))
  }

  /// What the program writes to its standard output.
  ///
  /// - Throws: `SlurmError/program(_:reason:)` if it is not there or ends with another status than 0.
  func output(_ arguments: [String]) async throws -> String {
    let result: ExecutionResult<Void, StringOutput<UTF8>, StringOutput<UTF8>>
    do {
      result = try await Subprocess.run(
        .name(rawValue), arguments: Arguments(arguments), environment: Self.environment,
        output: .string(limit: 1 << 26), error: .string(limit: 1 << 16))
    } catch let error as SubprocessError {
      throw SlurmError.program(rawValue, reason: error.description)
    }
    guard result.terminationStatus.isSuccess else {
      let words = result.standardError.split(separator: "\n").joined(separator: "; ")
      throw SlurmError.program(
        rawValue, reason: words.isEmpty ? "ended with \(result.terminationStatus)" : words)
    }
    return result.standardOutput
  }
}
