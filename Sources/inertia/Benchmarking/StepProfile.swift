import Datasets
import Kernels
import Networks
import Optimizers
import Studies
import Training

/// Where the time of training steps goes, layer by layer.
struct StepProfile: BenchmarkReport {
  /// A layer, or what a step does beside its layers.
  struct Row: Encodable {
    let name: String
    let operation: String
    /// Means over the steps, in seconds. Layers that work together have their time at one of them.
    let (prepare, forward, backward): (Double, Double, Double)
    /// Of products of weights in a step, a multiplication with an addition counting two.
    let flops: Int

    var seconds: Double { prepare + forward + backward }
  }

  let network: String
  let batch: Int
  let threads: Int
  let steps: Int
  let rows: [Row]
  let secondsPerStep: Double
  /// Of fused multiply-adds in registers, measured right after the steps.
  let peakFlopsPerSecond: Double

  /// Trains on ``ImageDataset/noise(_:count:)`` with momentum; the first steps are not measured.
  init(_ choice: NetworkChoice, input: Shape, batch: Int, steps: Int, threads: Int) throws {
    let dataset = ImageDataset.noise(input, count: batch)
    let loader = BatchLoader<Float>(
      data: TrainingData(dataset, validation: 0),
      training: TrainingSettings(epochs: 1, batch: .images(batch)), seeds: Seeds(all: 0))
    let network = try choice.network(input: input, classes: dataset.classes)
    let count = network.parameterCount
    let executor = Executor<Float>(network, batch: batch, threads: threads)
    executor.parameters[0..<count].copy(from: network.initialParameters(seed: 0))
    executor.statistics.copy(from: network.initialStatistics)
    let update = try OptimizerChoice(
      name: "momentum", values: ["learning_rate": 1e-4, "weight_decay": 5e-4]
    ).update(of: count, as: Float.self)
    let order = loader.order(epoch: 1)
    var labels = [UInt8](repeating: 0, count: batch)
    let clock = ContinuousClock()
    var (loading, updating) = (0.0, 0.0)
    let warmUp = 3
    for step in 0..<warmUp + steps {
      if step == warmUp {
        (loading, updating) = (0, 0)
        executor.startProfile()
      }
      loading +=
        clock.measure {
          _ = loader.load(
            step: 0, of: order, epoch: 1, into: executor.images, labels: &labels)
        } / .seconds(1)
      executor.prepare(forGradient: true)
      _ = executor.forward(.training, labels: labels[...])
      executor.backward(count: batch)
      updating +=
        clock.measure {
          update.step(executor.parameters, along: executor.gradient, count: count, schedule: 1)
        } / .seconds(1)
    }
    guard let profile = executor.profile else { preconditionFailure("a profile was started") }
    let n = Double(steps)
    let products = network.trainingProducts
    rows =
      [Row("images", "from bytes", forward: loading / n)]
      + network.nodes.indices.dropFirst().map { index in
        let (node, time) = (network.nodes[index], profile.layers[index])
        return Row(
          name: node.name, operation: node.operation.words, prepare: time.prepare / n,
          forward: time.forward / n, backward: time.backward / n,
          flops: batch * products[index])
      } + [
        Row("loss", "cross-entropy", forward: profile.loss / n),
        Row("update", "momentum", forward: updating / n),
      ]
    secondsPerStep = rows.reduce(0) { $0 + $1.seconds }
    peakFlopsPerSecond = MachineLimits.multiplyAddRate(threads: threads)
    (self.network, self.batch, self.threads, self.steps) = (choice.name, batch, threads, steps)
  }

  var text: String {
    let title = [
      "layer", "operation", "prepare, ms", "forward, ms", "backward, ms", "% of step", "GFLOP/s",
      "% of peak",
    ]
    func line(_ row: Row) -> [String] {
      let rate = Double(row.flops) / row.seconds
      return [row.name, row.operation]
        + [row.prepare, row.forward, row.backward].map { fixed(1e3 * $0, 3) }
        + [fixed(100 * row.seconds / secondsPerStep, 1)]
        + (row.flops == 0
          ? ["", ""] : [fixed(rate / 1e9, 1), fixed(100 * rate / peakFlopsPerSecond, 0)])
    }
    let all = Row(
      name: "total", operation: "", prepare: rows.reduce(0) { $0 + $1.prepare },
      forward: rows.reduce(0) { $0 + $1.forward }, backward: rows.reduce(0) { $0 + $1.backward },
      flops: rows.reduce(0) { $0 + $1.flops })
    let table =
      [title] + rows.filter { $0.seconds > 0.0005 * secondsPerStep }.map(line) + [line(all)]
    let widths = title.indices.map { column in table.map { $0[column].count }.max() ?? 0 }
    let lines = table.map { cells in
      cells.enumerated().map { index, text in
        index < 2 ? text.padded(to: widths[index]) : text.aligned(to: widths[index])
      }.joined(separator: "  ")
    }
    return lines.joined(separator: "\n")
      + "\n\(network), batch \(batch), \(counted(threads, "thread")), "
      + "\(counted(steps, "step")); peak \(quantityText(peakFlopsPerSecond, unit: "FLOP/s"))"
  }
}

extension StepProfile.Row {
  fileprivate init(_ name: String, _ operation: String, forward: Double) {
    self.init(
      name: name, operation: operation, prepare: 0, forward: forward, backward: 0, flops: 0)
  }
}
