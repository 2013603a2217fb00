import Kernels

/// What the machine can do at most, with so many threads.
struct MachineReport: BenchmarkReport {
  let threads: Int
  /// Of fused multiply-adds in registers, each counted as two.
  let flopsPerSecond: Double
  /// Read and written together, by copying 256 MiB.
  let copyBytesPerSecond: Double

  init(threads: Int) {
    self.threads = threads
    flopsPerSecond = MachineLimits.multiplyAddRate(threads: threads)
    copyBytesPerSecond = MachineLimits.copyRate(threads: threads)
  }

  var text: String {
    "\(counted(threads, "thread")): \(quantityText(flopsPerSecond, unit: "FLOP/s")) of fused "
      + "multiply-adds, \(quantityText(copyBytesPerSecond, unit: "B/s")) of copying"
  }
}
