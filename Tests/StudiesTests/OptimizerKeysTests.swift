import Optimizers
import Studies
import Testing

/// Hyperparameters whose values are words, and those added to an optimizer later.
@Suite struct OptimizerKeysTests {
  private func study(_ entry: String) throws -> Study {
    let text = """
      study: sample
      dataset: {name: synthetic}
      network: {name: lenet}
      training: {epochs: 1, batch: 10}
      seeds: [0]
      optimizers:
        - {\(entry), learning_rate: 0.1, weight_decay: 0}
      """
    return try StudyReader.read(text: text, file: "sample.yaml")
  }

  private func json(_ name: String, _ values: [String: Double]) throws -> String {
    var cell = try sampleCell()
    cell.optimizer = try OptimizerChoice(
      name: name, values: ["learning_rate": 0.1, "weight_decay": 0].merging(values) { $1 })
    #expect(try Cell(canonicalJSON: cell.canonicalJSON) == cell)
    return cell.canonicalJSON
  }

  @Test func wordsAreValues() throws {
    let padam = try study("name: padam, amsgrad: false, weight_decay_kind: decoupled").sweeps[0]
    #expect(padam.fixed == ["amsgrad": 0, "weight_decay_kind": 1])
    let lists = try study(
      "name: adamw, weight_decay_kind: [decoupled_by_schedule, decoupled], epsilon_hat: [true, false]"
    ).sweeps[0]
    #expect(lists.axes.map(\.values) == [[0.1], [0], [1, 0], [1, 0]])
    let optimizer = try lists.optimizer(at: [0, 0, 0, 1])
    #expect(optimizer.weightDecayKind == .decoupledBySchedule)
  }

  @Test(arguments: [
    ("name: padam, amsgrad: 1", "'amsgrad' must be true or false, not '1'"),
    (
      "name: adamw, weight_decay_kind: coupled",
      "'weight_decay_kind' must be one of decoupled, decoupled_by_schedule, not 'coupled'"
    ),
    (
      "name: padam, amsgrad: {per_decade: 1, from: 1, to: 10}",
      "'amsgrad' must be true or false, not a mapping"
    ),
    ("name: yogi, epsilon_hat: [true, true]", "'epsilon_hat' has 'true' more than once"),
    ("name: padam, partial: 0.6", "'partial' of padam must be in [0, 0.5], not 0.6"),
    ("name: radam, threshold: 3", "'threshold' of radam must be 4 or greater, not 3.0"),
    ("name: sgd, weight_decay_kind: coupled", "sgd has no key 'weight_decay_kind'"),
  ])
  func mistakesAreNamed(entry: String, message: String) {
    let error = #expect(throws: StudyError.self) { try study(entry) }
    #expect(
      error?.description.hasPrefix("sample.yaml:7: \(message)") == true,
      "\(String(describing: error))")
  }

  @Test func cellsHaveTheWords() throws {
    let padam = try json("padam", ["amsgrad": 0, "weight_decay_kind": 2])
    #expect(padam.contains(#""amsgrad":false"#))
    #expect(padam.contains(#""weight_decay_kind":"decoupled_by_schedule""#))
    #expect(try json("adaiw", [:]).contains(#""weight_decay_kind":"decoupled""#))
    #expect(try json("adam", [:]).contains(#""weight_decay_kind":"coupled""#))
  }

  /// Cells of before have no such key, and no cell may have two ids.
  @Test func additionsAreWrittenWhereTheyChangeSomething() throws {
    #expect(try json("momentum", [:]) == json("momentum", ["dampening": 0]))
    #expect(try !json("momentum", [:]).contains("dampening"))
    #expect(try json("momentum", ["dampening": 0.9]).contains(#""dampening":0.9"#))
    #expect(try !json("adam", [:]).contains("epsilon_"))
    #expect(try json("adam", ["epsilon_hat": 1]).contains(#""epsilon_hat":true"#))
    #expect(try json("adamw", [:]).contains(#""epsilon_hat":false"#))
  }

  @Test func otherMeaningsOfWeightDecayAreNotTaken() throws {
    let text = try json("adam", [:])
    for kind in ["decoupled", "none"] {
      let changed = text.replacing(#""coupled""#, with: #""\#(kind)""#)
      #expect(throws: CellError.self) { try Cell(canonicalJSON: changed) }
    }
    let padam = try json("padam", [:]).replacing(#""coupled""#, with: #""none""#)
    #expect(throws: CellError.self) { try Cell(canonicalJSON: padam) }
  }
}
