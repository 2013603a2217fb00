import Datasets
import Diffusion
import Networks
import Records
import Running
import Storage
import Studies
import Synchronization
import Training

/// What the rest of a study should cost.
struct PlanCosts {
  /// A line for each cost.
  let lines: [String]

  init(_ plan: StudyPlan, of context: StudyContext, jobs: Int) throws {
    if let simulation = context.study.simulation {
      lines = try Self.simulated(simulation, plan.known, of: context, jobs: jobs)
      return
    }
    let network = try context.network()
    let cell = Self.operations(of: context.study, on: context.grid.dataset, network)
    let left = Double(plan.left)
    var lines = [
      "work: \(quantityText(cell, unit: "FLOP")) a cell,"
        + " \(quantityText(cell * left, unit: "FLOP")) left"
    ]
    if plan.left > 0 {
      let (seconds, source) = try Self.secondsPerCell(plan.known, of: context)
      let total = seconds * left / Double(min(jobs, max(1, plan.left)))
      lines.append(
        "time: about \(durationText(total)) with \(counted(jobs, "job"))"
          + " (\(durationText(seconds)) a cell, \(source))")
    }
    let bytes = Self.recordBytes(of: context.study, on: context.grid.dataset, network)
    lines.append(
      "disk: about \(quantityText(bytes * left, unit: "B")) more in \(counted(plan.left, "file"))")
    self.lines = lines
  }

  /// What the rest of a study of simulations should cost.
  private static func simulated(
    _ simulation: Simulation, _ plan: RunPlan, of context: StudyContext, jobs: Int
  ) throws -> [String] {
    let (steps, left) = (simulation.steps, Double(plan.left))
    let bound = simulation.kind == "escape" ? "at most " : ""
    var lines = [
      "work: \(bound)\(quantityText(steps, unit: "steps")) a cell,"
        + " \(quantityText(steps * left, unit: "steps")) left"
    ]
    if plan.left > 0 {
      let found =
        try finishedSeconds(plan, of: context)
        ?? simulatedSeconds(of: context.grid.places[0].cell).map { ($0, "measured just now") }
      if let (seconds, source) = found {
        let total = seconds * left / Double(min(jobs, plan.left))
        lines.append(
          "time: about \(durationText(total)) with \(counted(jobs, "job"))"
            + " (\(durationText(seconds)) a cell, \(source))")
      } else {
        lines.append("time: not known before the first cell is done")
      }
    }
    let parameters = simulation.network.map { network in
      let images = context.grid.dataset
      let inputs = images.channels * images.height * images.width / (network.pool * network.pool)
      return network.parameterCount(inputs: inputs, classes: images.classes)
    }
    let bytes = Double(8 * simulation.numbers(parameters: parameters ?? 0) + 24_000)
    lines.append(
      "disk: about \(quantityText(bytes * left, unit: "B")) more in \(counted(plan.left, "file"))")
    return lines
  }

  /// The time of a simulation, from half a second of it; `nil` if that does not tell: escapes come sooner from the
  /// valleys that are simulated first, and where a network is left must be found first.
  private static func simulatedSeconds(of cell: Cell) -> Double? {
    guard let simulation = cell.simulation, simulation.kind != "escape", !simulation.usesImages
    else { return nil }
    let clock = ContinuousClock()
    let start = clock.now
    let share = Mutex(0.0)
    do throws(SimulationError) {
      _ = try simulate(cell, on: nil, threads: 1) { done in
        share.withLock { $0 = done }
        return start.duration(to: clock.now) < .milliseconds(500)
      }
    } catch {}
    let done = share.withLock { $0 }
    return done > 0 ? start.duration(to: clock.now) / .seconds(1) / done : nil
  }

  /// The floating-point operations of one cell: a backward pass costs twice a forward pass.
  private static func operations(
    of study: Study, on dataset: DatasetIdentity, _ network: Network
  ) -> Double {
    let forward = Double(network.operations)
    let training = Double(dataset.train - study.training.validation)
    let evaluation = Double(dataset.test + study.training.validation)
    return Double(study.training.epochs) * forward * (3 * training + evaluation)
  }

  /// The mean time of this study's finished cells, or of a cell that is trained for half a second.
  private static func secondsPerCell(
    _ plan: RunPlan, of context: StudyContext
  ) throws -> (Double, source: String) {
    if let found = try finishedSeconds(plan, of: context) { return found }
    let cell = context.grid.places[0].cell
    let seconds =
      context.isOutline
      ? try outlinedSeconds(of: cell) : try measuredSeconds(of: cell, in: context)
    return (seconds, "measured just now")
  }

  /// The mean time of this study's finished cells; `nil` if there are none.
  private static func finishedSeconds(
    _ plan: RunPlan, of context: StudyContext
  ) throws -> (Double, source: String)? {
    let finished = zip(plan.places, plan.states).compactMap { place, state in
      if case .finished = state { place } else { nil }
    }
    // A few of them, from all over the grid, say enough.
    let sample = stride(from: 0, to: finished.count, by: max(1, finished.count / 20))
    let times = try sample.compactMap { index in
      try context.records.provenance(finished[index].id).facts["seconds"].flatMap { Double($0) }
    }
    guard !times.isEmpty else { return nil }
    return (
      times.reduce(0, +) / Double(times.count), "as \(counted(finished.count, "cell")) done took"
    )
  }

  /// The time of a cell whose images are not here, from a step or more on images of noise.
  private static func outlinedSeconds(of cell: Cell) throws -> Double {
    let dataset = cell.dataset
    let shape = Shape(channels: dataset.channels, height: dataset.height, width: dataset.width)
    // Few images, so that a step of a large network is soon over.
    let count = 8
    var small = cell
    (small.training.batch, small.training.validation) = (.images(count), 0)
    let noise = ImageDataset.noise(shape, count: 2 * count, classes: dataset.classes)
    let seconds = try seconds(of: small, on: TrainingData(noise, validation: 0))
    let images = Double(dataset.train) + Double(dataset.test) / 3
    return seconds * images / Double(2 * count)
  }

  private static func measuredSeconds(of cell: Cell, in context: StudyContext) throws -> Double {
    guard let images = try context.images() else {
      preconditionFailure("a study that trains has images")
    }
    return try seconds(
      of: cell, on: TrainingData(images.dataset, validation: cell.training.validation))
  }

  /// The time of a cell, from half a second of it.
  private static func seconds(of cell: Cell, on data: TrainingData) throws -> Double {
    var estimate = 0.0
    _ = try train(
      cell, on: data, keeping: RecordOptions(finalWeights: false), threads: 1, from: nil,
      save: { _ in },
      report: { report in
        if report.fraction > 0 { estimate = report.seconds / report.fraction }
        return report.seconds < 0.5 ? .proceed : .stop
      })
    return estimate
  }

  /// Weights as they are, bits of the test images, and some kilobytes for the file itself.
  private static func recordBytes(
    of study: Study, on dataset: DatasetIdentity, _ network: Network
  ) -> Double {
    let options = study.record
    let copies =
      (options.finalWeights ? 1 : 0) + (options.bestWeights ? 1 : 0)
      + (options.optimizerState ? 2 : 0)
    return Double(copies * 4 * network.parameterCount + dataset.test / 4 + 24_000)
  }
}
