import ArgumentParser
import CPlatform

/// The entry point: looks at the processor before anything else runs.
///
/// This module and what it calls until then are compiled for any x86-64; the engine is not.
@main
enum EntryPoint {
  static func main() async {
    let missing = unsafe String(cString: platform_missing_features())
    guard missing.isEmpty else {
      complain(
        """
        Error: this processor lacks \(missing); inertia needs an x86-64-v3 processor \
        (Intel Haswell of 2013, AMD Zen of 2017, or later)
        """)
      Inertia.exit(withError: ExitCode.failure)
    }
    await Inertia.main()
  }
}

/// `inertia`: the root of the commands.
struct Inertia: AsyncParsableCommand {
  /// The version of the program.
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "inertia",
    abstract: "Train grids of optimizers, and see how robust each is.",
    discussion: """
      A study file names a dataset, a network, and for each optimizer the learning rates, weight \
      decays and seeds to try. `inertia run` trains every combination once, bit for bit the same on \
      any machine, and leaves HDF5 records, tables and figures. Interrupted, it resumes.

      For example:
        inertia plan studies/quick.yaml      says what it would train
        inertia run studies/quick.yaml       trains it; tables and figures follow
        inertia export heatmap results/quick --format md

      Exit status: 0 done; 1 a mistake in an input or the environment; 2 some cells failed; \
      3 a comparison found a difference; 64 bad usage; 75 the time limit came first, state kept; \
      130 interrupted, state kept.
      """,
    version: version,
    groupedSubcommands: [
      CommandGroup(
        name: "Studies",
        subcommands: [Plan.self, Run.self, Measure.self, Status.self, Collect.self]),
      CommandGroup(name: "Slurm", subcommands: [Submit.self, Cancel.self]),
      CommandGroup(
        name: "Results",
        subcommands: [Export.self, Report.self, Audit.self, Show.self, Verify.self]),
      CommandGroup(name: "Folders", subcommands: [Doctor.self, Merge.self, Prune.self]),
      CommandGroup(
        name: "Knowledge", subcommands: [Describe.self, DataCommand.self, ReplayCommand.self]),
      CommandGroup(
        name: "Inner workings", subcommands: [Worker.self, ReadImages.self, Benchmark.self]),
    ])
}
