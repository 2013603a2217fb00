import Records
import Running
import Studies

/// What a results folder holds of a whole study: of its grid, and of the cells that confirm its best points.
struct StudyPlan {
  /// The grid, and the cells that confirm best points once these are known.
  let known: RunPlan
  /// How many cells of each sweep will confirm a point that is not known before the grid is trained.
  let waiting: Int
  private let sweeps: Int

  init(_ context: StudyContext) throws {
    func plan(_ places: [StudyGrid.Place]) throws -> RunPlan {
      try RunPlan(
        places, keeping: context.study.record, records: context.records, work: context.work)
    }
    let grid = try plan(context.grid.places)
    sweeps = context.study.sweeps.count
    if context.study.confirmationSeeds.isEmpty || grid.left > 0 {
      (known, waiting) = (grid, context.study.confirmationSeeds.count)
    } else {
      (known, waiting) = (try plan(try StudyCollector(context: context).places()), 0)
    }
  }

  /// How many cells there are.
  var cells: Int { known.places.count + sweeps * waiting }

  /// How many cells are still to be trained.
  var left: Int { known.left + sweeps * waiting }
}
