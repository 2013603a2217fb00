/// How many workers train at the same time, as far as memory goes.
///
/// Where memory is limited, one begins. What it has come to need after its first steps tells how many fit, and so
/// many begin. What any of them comes to need later, and every worker that is killed for memory, may lower that.
actor Seats {
  private let jobs: Int
  /// What all workers may use together, in bytes; `nil` if nothing limits it.
  private let room: Int?
  private let report: @Sendable (RunEvent) async -> Void
  /// The most that a worker has needed, in bytes.
  private var need = 0
  /// What workers that were killed have shown to be too many, less one.
  private var ceiling: Int
  private var most: Int
  private var taken = 0

  /// How often a seat is looked for.
  private static let patience = Duration.milliseconds(50)

  init(jobs: Int, room: Int?, report: @escaping @Sendable (RunEvent) async -> Void) {
    (self.jobs, self.room, self.report) = (jobs, room, report)
    (ceiling, most) = (jobs, room == nil ? jobs : 1)
  }

  /// Whether what workers need is of interest.
  nonisolated var isLimited: Bool { room != nil }

  /// Waits for a seat and takes it.
  func take() async throws {
    while taken >= most { try await Task.sleep(for: Self.patience) }
    taken += 1
  }

  func leave() { taken -= 1 }

  /// Whether more seats are taken than there are now, so that one who has finished a cell must leave.
  var isOverfull: Bool { taken > most }

  /// A worker has needed so much, in bytes.
  func heard(_ bytes: Int) async {
    guard let room, bytes > need else { return }
    let isFirst = need == 0
    need = bytes
    let fit = max(1, min(ceiling, room / need))
    guard isFirst || fit != most else { return }
    most = fit
    if fit < jobs {
      await report(.fewerWorkers(fit, of: jobs, need: need, room: room))
    }
  }

  /// The worker of a taken seat was killed for want of memory: how many there may be from now on, or `nil` if it
  /// was alone, so that its cell is too large.
  func ranOut() -> Int? {
    guard taken > 1 else { return nil }
    ceiling = taken - 1
    most = min(most, ceiling)
    return most
  }
}
