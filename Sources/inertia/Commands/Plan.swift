import ArgumentParser
import Datasets
import Networks
import Records
import Running
import Studies
import Training

/// `inertia plan`.
struct Plan: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what a study would train, and what it would cost; changes nothing.",
    discussion: """
      Lists the grid of each optimizer with what is done and what is left, then arithmetic, time, \
      disk and files. The time comes from the study's own finished cells, or else from half a second \
      of training. A published dataset need not be on this machine.

      For example:
        inertia plan studies/quick.yaml
        inertia plan studies/quick.yaml --cells
      """)

  @OptionGroup var file: StudyOptions

  @Flag(help: "Also list every cell: id, settings, state.")
  var cells = false

  @Option(help: "How many cells would be trained at a time (default: the cores available).")
  var jobs: Int?

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1") }
  }

  func run() throws {
    let context = try StudyContext(planning: file)
    if context.isOutline, cells { throw CommandError.noIDs(dataset: context.study.dataset.name) }
    try context.checkName()
    let plan = try StudyPlan(context)
    if cells { put(cellList(plan.known, of: context.study), terminator: "") }
    put(try overview(plan, of: context))
  }

  private func cellList(_ plan: RunPlan, of study: Study) -> String {
    zip(plan.places, plan.states).map { place, state in
      "\(place.id)  \(state.name.padded(to: 11))  \(placeText(place, of: study))\n"
    }.joined()
  }

  private func overview(_ plan: StudyPlan, of context: StudyContext) throws -> String {
    let study = context.study
    var lines = ["\(study.name): \(counted(plan.cells, "cell"))"]
    for (index, sweep) in study.sweeps.enumerated() {
      let axes = sweep.axes.map { axis in
        "\(axis.key) \(axis.values.map { sweep.text(of: $0, for: axis.key) }.joined(separator: ", "))"
      }
      let count = context.grid.places.count { $0.sweep == index }
      lines.append("  \(sweep.label): \(count) = \(axes.joined(separator: " × "))")
    }
    lines.append("  × \(seedsText(study.seeds))")
    if context.isOutline {
      lines.append("  of '\(study.dataset.name)', which is not on this machine: inertia data list")
    }
    if !study.confirmationSeeds.isEmpty {
      let count = study.sweeps.count * study.confirmationSeeds.count
      lines.append("  + \(count), to confirm each optimizer's best point once it is known")
    }
    let states = ["done", "failed", "running", "interrupted", "missing"].compactMap { name in
      let waiting = name == "missing" ? plan.cells - plan.known.places.count : 0
      let count = plan.known.count { $0.name == name } + waiting
      return count > 0 ? "\(count) \(name)" : nil
    }
    lines.append("state: \(states.joined(separator: ", ")); \(plan.left) to train")
    if !context.isOutline,
      let measuring = try StudyMeasurer(context: context, threads: 1, isAnonymous: false)
        .progress(plan.known.places)
    {
      lines.append("measured: \(measuring.text)")
    }
    lines += try PlanCosts(plan, of: context, jobs: jobs ?? AvailableCores().count).lines
    return lines.joined(separator: "\n")
  }
}

/// A grid of seeds in words: `seeds 0, 1, 2`.
private func seedsText(_ seeds: SeedGrid) -> String {
  func list(_ seeds: [Int]) -> String { seeds.map { "\($0)" }.joined(separator: ", ") }
  switch seeds {
  case .joint(let seeds): return "seeds \(list(seeds))"
  case .crossed(let initialization, let order, let augmentation):
    return "seeds of init \(list(initialization)) × order \(list(order))"
      + " × augmentation \(list(augmentation))"
  }
}

extension PlaceState {
  /// The state in one word.
  var name: String {
    switch self {
    case .finished: "done"
    case .failed: "failed"
    case .running: "running"
    case .interrupted: "interrupted"
    case .missing: "missing"
    }
  }
}
