import Networks
import Optimizers
import Studies
import Testing

/// A cell to vary.
func sampleCell() throws -> Cell {
  var training = TrainingSettings(epochs: 3, batch: .images(128))
  training.schedule = Schedule(kind: .steps(at: [2], factor: 0.1))
  return Cell(
    dataset: sampleDataset, network: .lenet, training: training,
    optimizer: try OptimizerChoice(
      name: "adai", values: ["learning_rate": 1, "weight_decay": 5e-4]),
    seeds: Seeds(all: 0), numerics: 1)
}

let sampleDataset = DatasetIdentity(
  name: "fashion-mnist", train: 10000, test: 10000, digest: String(repeating: "0", count: 64),
  mean: [0.286], standardDeviation: [0.353], channels: 1, height: 28, width: 28, classes: 10)

@Suite struct CellTests {
  /// Made by hand; Python's `hashlib.sha256(text.encode()).hexdigest()[:16]` gives the id.
  static let golden = """
    {"dataset":{"channels":1,"classes":10,"height":28,"mean":[0.286],"name":"fashion-mnist","sd":[0.353],\
    "sha256":"0000000000000000000000000000000000000000000000000000000000000000","test":10000,"train":10000,\
    "width":28},"network":{"name":"lenet"},"numerics":1,"optimizer":{"beta0":0.1,"beta2":0.99,\
    "epsilon":0.001,"learning_rate":1,"name":"adai","weight_decay":0.0005,"weight_decay_kind":"coupled"},\
    "seeds":{"augmentation":0,"init":0,"order":0},"training":{"batch":128,"epochs":3,"schedule":\
    {"at":[2],"factor":0.1,"kind":"steps"}}}
    """

  @Test func canonicalTextAndIDNeverChange() throws {
    let cell = try sampleCell()
    #expect(cell.canonicalJSON == Self.golden)
    #expect(cell.id.hex == "011742f3972387d4")
    #expect(try fullCell().id.hex == "20ec7eef22d3a6e3")
  }

  /// A cell with every setting away from its default.
  func fullCell() throws -> Cell {
    var cell = try sampleCell()
    cell.network = .mlp(hidden: [256, 64])
    cell.training = TrainingSettings(epochs: 2, batch: .all)
    cell.training.schedule = Schedule(kind: .cosine, warmup: 1)
    cell.training.clip = .norm(1.5)
    cell.training.augmentation = Augmentation(crop: 4, flip: true)
    cell.training.validation = 100
    cell.training.perturbation = 1
    cell.optimizer = try OptimizerChoice(
      name: "adam", values: ["learning_rate": 1e-3, "weight_decay": 0, "beta1": 0.8])
    cell.seeds = Seeds(initialization: 1, order: 2, augmentation: 4_294_967_295)
    return cell
  }

  @Test func canonicalTextIsReadBack() throws {
    for cell in [try sampleCell(), try fullCell()] {
      #expect(try Cell(canonicalJSON: cell.canonicalJSON) == cell)
    }
    var clipped = try sampleCell()
    clipped.training.clip = .value(0.5)
    clipped.training.schedule = Schedule()
    clipped.network = .resnet8
    #expect(try Cell(canonicalJSON: clipped.canonicalJSON) == clipped)
  }

  /// Each network, and each of its options, is part of what a cell is.
  @Test func `every network is read back, with its options`() throws {
    var networks = Set(NetworkChoice.all)
    for network in NetworkChoice.all {
      if network.hidden != nil { networks.insert(network.with(hidden: [3, 5])) }
      if network.width != nil { networks.insert(network.with(width: 7)) }
    }
    #expect(networks.count > NetworkChoice.all.count)
    var cells: Set<Cell.ID> = []
    for network in networks {
      var cell = try sampleCell()
      cell.network = network
      #expect(try Cell(canonicalJSON: cell.canonicalJSON).network == network)
      cells.insert(cell.id)
    }
    #expect(cells.count == networks.count)
  }

  @Test func everyFieldChangesTheID() throws {
    let changes: [(inout Cell) throws -> Void] = [
      { $0.dataset.name = "mnist" }, { $0.dataset.train = 9999 }, { $0.dataset.test = 9999 },
      { $0.dataset.digest = String(repeating: "1", count: 64) }, { $0.dataset.mean = [0.5] },
      { $0.dataset.standardDeviation = [0.5] }, { $0.dataset.channels = 3 },
      { $0.dataset.height = 27 }, { $0.dataset.width = 27 }, { $0.dataset.classes = 11 },
      { $0.network = .resnet8 }, { $0.network = .mlp(hidden: []) },
      { $0.network = .mlp(hidden: [1]) }, { $0.training.epochs = 4 },
      { $0.training.batch = .images(127) }, { $0.training.batch = .all },
      { $0.training.schedule.kind = .constant }, { $0.training.schedule.kind = .cosine },
      { $0.training.schedule.kind = .steps(at: [1, 2], factor: 0.1) },
      { $0.training.schedule.kind = .steps(at: [2], factor: 0.2) },
      { $0.training.schedule.warmup = 1 }, { $0.training.clip = .norm(1) },
      { $0.training.clip = .norm(2) }, { $0.training.clip = .value(1) },
      { $0.training.augmentation = Augmentation(crop: 4) },
      { $0.training.augmentation = Augmentation(flip: true) }, { $0.training.validation = 1 },
      { $0.training.perturbation = 1 },
      {
        $0.optimizer = try OptimizerChoice(
          name: "adaiw", values: ["learning_rate": 1, "weight_decay": 5e-4])
      },
      {
        $0.optimizer = try OptimizerChoice(
          name: "adai", values: ["learning_rate": 2, "weight_decay": 5e-4])
      },
      {
        $0.optimizer = try OptimizerChoice(
          name: "adai", values: ["learning_rate": 1, "weight_decay": 5e-4, "beta0": 0.2])
      },
      { $0.seeds.initialization = 1 }, { $0.seeds.order = 1 }, { $0.seeds.augmentation = 1 },
      { $0.numerics = 2 },
    ]
    var ids: Set<Cell.ID> = [try sampleCell().id]
    for change in changes {
      var cell = try sampleCell()
      try change(&cell)
      ids.insert(cell.id)
      #expect(try Cell(canonicalJSON: cell.canonicalJSON) == cell)
    }
    #expect(ids.count == changes.count + 1)
  }

  @Test func augmentationThatDoesNothingIsNone() throws {
    var cell = try sampleCell()
    cell.training.augmentation = Augmentation()
    #expect(cell.id == (try sampleCell().id))
  }

  @Test(arguments: [
    ("\"numerics\":1", "\"numerics\": 1", "canonical"),
    ("\"numerics\":1", "\"numerics\":1.0", "canonical"),
    ("\"numerics\":1", "\"numerics\":1.5", "'cell.numerics' must be a whole number"),
    ("\"numerics\":1", "\"numerics\":1,\"new\":2", "canonical"),
    ("\"lenet\"", "\"vgg\"", "'cell.network.name' is 'vgg'"),
    ("\"beta0\":0.1,", "", "canonical"), ("\"beta0\":0.1", "\"beta0\":-1", "greater than 0"),
    ("\"beta0\"", "\"beta9\"", "no hyperparameter 'beta9'"),
    ("\"coupled\"", "\"decoupled\"", "canonical"), ("\"steps\"", "\"linear\"", "'linear'"),
    ("\"epochs\":3,", "", "'cell.training.epochs' must be a whole number"),
    ("[0.286]", "[true]", "'cell.dataset.mean' must be a list of numbers"),
    ("}}}", "}}", "byte"),
  ])
  func anythingElseIsRefused(old: String, new: String, message: String) throws {
    let text = Self.golden.replacing(old, with: new)
    #expect(text != Self.golden)
    let error = #expect(throws: CellError.self) { try Cell(canonicalJSON: text) }
    #expect(error?.description.contains(message) == true, "\(String(describing: error))")
  }
}
