import Networks
import Studies
import Testing

/// Every mistake has one clear message with the line it is in.
@Suite struct StudyMistakeTests {
  /// What to replace in the sample study, by what, the line and the message.
  static let mistakes: [(old: String, new: String, line: Int?, message: String)] = [
    // Keys.
    ("epochs: 4", "epocs: 4", 6, "'training' has no key 'epocs'; did you mean 'epochs'?"),
    (
      "confirm:", "fresh:", 23,
      "a study has no key 'fresh'; it has: study, about, kind, saddle, escape, "
        + "convergence, dataset, network, training, seeds, optimizers, record, confirm, measure, claims, published"
    ),
    ("beta2:", "beta1:", 19, "adai has no key 'beta1'; did you mean 'beta0'?"),
    ("  epochs: 4\n", "", 6, "'training' needs 'epochs'"),
    ("name: sgd, ", "", 21, "an entry of 'optimizers' needs 'name'"),
    (
      "name: sgd, learning_rate: {per_decade: 2, from: 1e-4, to: 1}", "name: sgd", 21,
      "sgd needs 'learning_rate'"
    ),
    ("  batch: 10", "  batch: 10\n  batch: 20", 7, "'batch' is given more than once"),
    ("name: mlp", "name: lenet", 4, "'hidden' has no meaning with the network lenet; leave it out"),
    (
      "kind: steps", "kind: cosine", 8, "'at' has no meaning with the schedule cosine; leave it out"
    ),
    ("{norm: 1}", "{norm: 1, value: 1}", 9, "'clip' needs exactly one of: norm, value"),
    ("{norm: 1}", "{}", 9, "'clip' needs exactly one of: norm, value"),
    // Types.
    ("[0.1, 1]", "fast", 17, "'learning_rate' must be a number, not 'fast'"),
    ("[0.1, 1]", "\"0.1\"", 17, "'learning_rate' must be a number, not the text \"0.1\""),
    ("[0.1, 1]", "[[0.1]]", 17, "'learning_rate' must be a number, not a list"),
    ("[0.1, 1]", "", 17, "'learning_rate' must be a number, not nothing"),
    ("flip: true", "flip: yes", 10, "'flip' must be true or false, not 'yes'"),
    ("study: sample", "study: 12", 1, "'study' must be text, not '12'"),
    ("about: What it is for.", "about: [x]", 2, "'about' must be text, not a list"),
    (
      "seeds: [0, 1]", "seeds: 0", 13,
      "'seeds' must be a list, or a mapping with the keys init, order, augmentation, not '0'"
    ),
    ("{ulps: 1}", "1", 12, "'perturb' must be a mapping with the keys ulps, not '1'"),
    (
      "- name: adai\n    label: adai-b", "- adai\n  - label: x", 15,
      "'optimizers' must be a list of mappings with the keys name, learning_rate, weight_decay and "
        + "others, not 'adai'"
    ),
    // Numbers.
    (
      "[0.1, 1]", "[.inf]", 17,
      "'learning_rate' must be a number, not '.inf': write it in decimal, "
        + "like 0.001 or 1e-3"
    ),
    (
      "[0.1, 1]", "[.NaN]", 17,
      "'learning_rate' must be a number, not '.NaN': write it in decimal, "
        + "like 0.001 or 1e-3"
    ),
    (
      "epochs: 4", "epochs: 0x4", 6,
      "'epochs' must be a number, not '0x4': write it in decimal, "
        + "like 0.001 or 1e-3"
    ),
    (
      "epochs: 4", "epochs: 1:30", 6,
      "'epochs' must be a number, not '1:30': write it in decimal, "
        + "like 0.001 or 1e-3"
    ),
    (
      "epochs: 4", "epochs: 010", 6,
      "'epochs' must be a number, not '010': write it in decimal, "
        + "like 0.001 or 1e-3"
    ),
    (
      "epochs: 4", "epochs: 0o10", 6,
      "'epochs' must be a number, not '0o10': write it in decimal, "
        + "like 0.001 or 1e-3"
    ),
    (
      "batch: 10", "batch: 1_0", 7,
      "'batch' must be a number, not '1_0': write it in decimal, "
        + "like 0.001 or 1e-3"
    ),
    (
      "beta0: 0.2", "beta0: .2", 20,
      "'beta0' must be a number, not '.2': write it in decimal, "
        + "like 0.001 or 1e-3"
    ),
    ("beta0: 0.2", "beta0: 1e999", 20, "'beta0' must be a number, not '1e999': it is too large"),
    ("beta0: 0.2", "beta0: 1e-999", 20, "'beta0' must be a number, not '1e-999': it is too small"),
    // Ranges.
    ("[0.1, 1]", "[0.1, -1]", 17, "'learning_rate' of adai must be greater than 0, not -1.0"),
    (
      "weight_decay: 0\n", "weight_decay: -1e-4\n", 18,
      "'weight_decay' of adai must be 0 or greater, not -0.0001"
    ),
    ("[0.9, 0.99]", "[0.9,\n        1]", 20, "'beta2' of adai must be in [0, 1), not 1.0"),
    ("epochs: 4", "epochs: 0", 6, "'epochs' must be a whole number from 1 to 100000, not 0"),
    ("epochs: 4", "epochs: 1.5", 6, "'epochs' must be a whole number from 1 to 100000, not 1.5"),
    (
      "seeds: [0, 1]", "seeds: [4294967296]", 13,
      "'seeds' must be a whole number from 0 to 4294967295, not 4294967296"
    ),
    (
      "seeds: [0, 1]", "seeds: [-1]", 13,
      "'seeds' must be a whole number from 0 to 4294967295, not -1"
    ),
    (
      "batch: 10", "batch: 81", 7,
      "'batch' must be at most the 80 images trained on, or all, not 81"
    ),
    ("[1, 3]", "[1, 4]", 8, "'at' must be less than the 4 epochs, not 4"),
    ("[1, 3]", "[3, 1]", 8, "'at' must be increasing, not 1 after 3"),
    ("factor: 0.5", "factor: 0", 8, "'factor' must be greater than 0, not 0"),
    ("warmup: 2", "warmup: 5", 8, "'warmup' must be at most the 4 epochs, not 5"),
    (
      "validation: 20", "validation: 100", 11,
      "'validation' must be less than the 100 training images, not 100"
    ),
    ("to: 1}", "to: 1e-4}", 21, "'to' must be greater than 'from', not 0.0001"),
    (
      "per_decade: 2", "per_decade: 21", 21,
      "'per_decade' must be a whole number from 1 to 20, not 21"
    ),
    // Claims.
    (
      "than: sgd", "than: adam", 25,
      "'than' must be one of sgd, not 'adam'"
    ),
    (
      "of: adai-b", "of: adai-c", 25,
      "'of' must be one of adai-b, sgd, not 'adai-c'; did you mean 'adai-b'?"
    ),
    ("than: sgd", "than: adai-b", 25, "'than' must be one of sgd, not 'adai-b'"),
    ("than: sgd", "than: [sgd, sgd]", 25, "'than' has 'sgd' more than once"),
    ("than: sgd", "than: []", 25, "'than' is an empty list; give at least one element"),
    (
      "claim: lower_mean", "claim: best", 25,
      "'claim' must be one of lower_mean, no_larger_deviation, larger_area, smaller_top_eigenvalue, not 'best'"
    ),
    (
      "claim: lower_mean", "claim: pearson", 25,
      "'claim' cannot be used: pearson is about studies of kind: escape, and this one is of kind: train"
    ),
    (
      "claim: lower_mean", "claim: smaller_top_eigenvalue", 25,
      "'claim' cannot be used: smaller_top_eigenvalue is about the Hessian, which the study does not measure; "
        + "add measure: {hessian: …}"
    ),
    (
      "than: sgd", "than: sgd, at_least: 0.9", 25,
      "'at_least' has no meaning with claim: lower_mean; leave it out"
    ),
    (
      "than: sgd", "than: sgd, within: 1", 25,
      "'within' has no meaning with claim: lower_mean; leave it out"
    ),
    (
      "within: 0.1", "within: 0.1, at_most: 1", 26,
      "the claim larger_area needs exactly one of: within, at_most"
    ),
    (
      ", within: 0.1", "", 26, "the claim larger_area needs exactly one of: within, at_most"
    ),
    ("within: 0.1", "within: 0", 26, "'within' must be greater than 0, not 0"),
    (
      "metric: test_loss", "metric: top1", 26,
      "'metric' must be one of final_test_error, best_test_error, validated_test_error, train_loss, "
        + "train_error, test_loss, test_error, validation_loss, validation_error, not 'top1'"
    ),
    ("of: sgd, than", "than", 26, "a claim needs 'of'"),
    (
      "{claim: larger_area, of: sgd, than: [adai-b], metric: test_loss, within: 0.1}",
      "{claim: lower_mean, of: adai-b, than: sgd}", 26, "'claims' has a mapping more than once"
    ),
    // Words.
    (
      "name: sgd", "name: sdg", 21,
      """
      'name' must be one of sgd, momentum, nesterov, adam, amsgrad, adamw, adabound, padam, yogi, radam, \
      adabelief, adai, adaiw, adai_v2, not 'sdg'; did you mean 'sgd'?
      """
    ),
    (
      "name: mlp", "name: perceptron", 4,
      "'name' must be one of \(NetworkChoice.names.joined(separator: ", ")), not 'perceptron'"
    ),
    (
      "weights: final+best", "weights: all", 22,
      "'weights' must be one of none, final, best, final+best, not 'all'"
    ),
    (
      "study: sample", "study: cells", 1,
      "'study' must be 1 to 64 letters, digits, '_', '.' or '-', must start with a letter or digit and "
        + "must not be 'cells', 'measurements' or 'work', unlike 'cells'"
    ),
    (
      "label: adai-b", "label: ../x", 16,
      "'label' must be 1 to 64 letters, digits, '_', '.' or '-', must start with a letter or digit and "
        + "must not be 'cells', 'measurements' or 'work', unlike '../x'"
    ),
    // Lists.
    ("[0.1, 1]", "[]", 17, "'learning_rate' is an empty list; give at least one element"),
    ("seeds: [0, 1]", "seeds: []", 13, "'seeds' is an empty list; give at least one element"),
    ("[0.1, 1]", "[0.1, 1e-1]", 17, "'learning_rate' has '1e-1' more than once"),
    ("seeds: [0, 1]", "seeds: [1, 1]", 13, "'seeds' has '1' more than once"),
    ("name: sgd", "name: sgd, label: adai-b", 21, "'label' has 'adai-b' more than once"),
    (
      "seeds: [7, 8]", "seeds: [7, 1]", 23,
      "the confirmation seed 1 is not fresh: the grid uses it"
    ),
    // YAML.
    ("batch: 10", "batch: [", 9, "not valid YAML: did not find expected ',' or ']'"),
    (
      "batch: 10", "\tbatch: 10", 7,
      "not valid YAML: found a tab character that violates indentation"
    ),
    (
      "confirm:", "---\nconfirm:", 23,
      "not valid YAML: a study file is one document, but here starts another"
    ),
    (
      "epochs: 4", "epochs: &n 4", 6,
      "anchors and aliases (&, *) are not part of the study format; write the value out"
    ),
    (
      "epochs: 4", "epochs: *n", 6,
      "anchors and aliases (&, *) are not part of the study format; write the value out"
    ),
    (
      "epochs: 4", "epochs: !!int 4", 6,
      "tags (tag:yaml.org,2002:int) are not part of the study format; leave it out"
    ),
    ("{ulps: 1}", "{[1]: 1}", 12, "a key must be a plain word"),
    (
      "epochs: 4", "<<: {epochs: 4}", 6,
      "'training' has no key '<<'; it has: epochs, batch, schedule, clip, augment, validation, perturb"
    ),
  ]

  @Test(arguments: mistakes.indices)
  func eachHasItsMessage(index: Int) throws {
    let mistake = Self.mistakes[index]
    let text = sampleStudy.replacing(mistake.old, with: mistake.new)
    #expect(text != sampleStudy, "\(mistake.old) is in the sample")
    let error = #expect(throws: StudyError.self) {
      try StudyReader.read(text: text, file: "bad.yaml")
    }
    let line = mistake.line.map { "\($0):" } ?? ""
    #expect(error?.description == "bad.yaml:\(line) \(mistake.message)")
  }

  @Test func emptyFilesAreRefused() {
    for text in ["", "\n", "# only a comment\n"] {
      #expect(throws: StudyError(file: "x", line: nil, problem: .empty)) {
        try StudyReader.read(text: text, file: "x")
      }
    }
    #expect(throws: StudyError.self) { try StudyReader.read(text: "---", file: "x") }
  }

  @Test(arguments: [
    (
      "[0.1, 0.10000000000000002]",
      "must be values that differ by more than a billionth, not 0.1 and 0.10000000000000002"
    ),
    ("{per_decade: 1, from: 5e-324, to: 1}", "'from' must be at least 1e-300, not 5e-324"),
  ])
  func axesThatHaveNoLogarithmAreRefused(values: String, message: String) {
    let text = sampleStudy.replacing("[0.1, 1]", with: values)
    #expect(text != sampleStudy)
    let error = #expect(throws: StudyError.self) { try StudyReader.read(text: text, file: "x") }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test func hugeGridsAreRefused() {
    let values = (1...999).map(String.init).joined(separator: ", ")
    let text = sampleStudy.replacing("[0.1, 1]", with: "[\(values)]")
      .replacing("beta0: 0.2", with: "beta0: [\(values)]")
    let error = #expect(throws: StudyError.self) { try StudyReader.read(text: text, file: "x") }
    #expect(error?.problem == .tooManyCells(limit: 100_000))
  }
}
