import Studies

/// How a run goes about its work; nothing here changes a bit of any result.
public struct RunOptions: Sendable {
  /// How many workers train at the same time.
  public var jobs: Int
  /// With how many threads each trains.
  public var threads: Int
  /// The most cells to train; `nil` for all.
  public var limit: Int?
  /// How long to wait for cells that other runners are working on; `nil` for as long as it takes.
  ///
  /// A wait of one ``lease`` is enough to see which of them are no longer worked on, and to take those.
  public var patience: Duration?
  /// The longest pause between two looks at such cells. Pauses begin with a second and double.
  public var longestPause = Duration.seconds(1)
  /// Whether cells that failed for good are tried again.
  public var retriesFailed = false
  /// Leaves host and user out of the records.
  public var isAnonymous = false
  /// The text of the study, for the records' provenance.
  public var studyText = ""
  /// How long another runner's heartbeat may stand still before its claim is taken over.
  public var lease = Duration.seconds(120)
  /// After how long without a word from it a worker counts as hanging and is killed.
  public var silence = Duration.seconds(1800)
  /// The memory that the workers may use.
  public var memory = AvailableMemory()
  /// How long a worker that is told to stop may take to reach a step boundary before it is killed.
  public var grace = Duration.milliseconds(1000)
  /// When the run must have ended, its cells saved; `nil` for no limit.
  public var end: ContinuousClock.Instant?
  /// The shortest time between two checkpoints of a cell in the results folder.
  public var checkpointPause = CheckpointPolicy<ContinuousClock.Instant>.shortest
  /// A folder of this machine for further checkpoints in between; other users may share it.
  public var scratch: String?
  /// Whether this is one of many runners, each handed cells of which another has found that they are missing.
  ///
  /// It then looks at no record and no claim before it comes to the cell, and leaves cleaning to others, so that
  /// what it asks of a shared file system does not grow with the study.
  public var isOneOfMany = false
  /// Where in the list of cells it begins, as a fraction of the list, in [0, 1); it goes round.
  public var beginning = 0.0

  public init(jobs: Int, threads: Int = 1) { (self.jobs, self.threads) = (jobs, threads) }
}

/// How to start a worker.
public struct WorkerCommand: Hashable, Sendable {
  public var executable: String
  public var arguments: [String]

  public init(executable: String, arguments: [String]) {
    (self.executable, self.arguments) = (executable, arguments)
  }
}

/// What happens in a run, for whoever shows or records it.
public enum RunEvent: Sendable {
  /// The run begins: `total` different cells, of which so many are finished or failed for good.
  case began(total: Int, finished: Int, failed: Int)
  /// A record was damaged; it was set aside and its cell will be trained again.
  case damaged(Cell.ID, reason: String)
  /// A worker took a cell, of which this fraction was already done.
  case started(worker: Int, StudyGrid.Place, fraction: Double)
  case progress(worker: Int, StudyGrid.Place, TrainingProgress)
  /// A cell is finished; `outcome` is `completed` or `diverged`, `seconds` of training in all.
  case finished(worker: Int, StudyGrid.Place, outcome: String, seconds: Double)
  /// A cell failed; it is tried again unless the note is final.
  case failed(worker: Int, StudyGrid.Place, FailureNote)
  /// Memory has room for so many workers only, as one needs `need` of `room` bytes.
  case fewerWorkers(Int, of: Int, need: Int, room: Int)
  /// A worker was killed for want of memory beside others; its cell is tried again, by so many workers.
  case ranOut(worker: Int, StudyGrid.Place, workers: Int)
  /// The folder of this machine for further checkpoints cannot be used; the run goes on without it.
  case lostScratch(reason: String)
  /// Another runner finished a cell, or gave up on it.
  case settledElsewhere(StudyGrid.Place, failed: Bool)
  /// A worker has nothing to do but wait for `cells` cells of other runners.
  case waiting(worker: Int, cells: Int)
}

/// What a run achieved.
public struct RunSummary: Hashable, Sendable {
  /// Cells this run trained.
  public var trained = 0
  /// Cells that are failed for good.
  public var failed = 0
  /// Cells that are neither finished nor failed: beyond the limit, or with other runners.
  public var left = 0
  /// Cells that were taken further and saved, but not finished.
  public var advanced = 0
  /// Whether cells are left because there was no time for them.
  public var ranOutOfTime = false

  public init() {}
}
