import Diffusion
import Studies
import Testing

/// Claims on what studies measure and simulate, as study files write them.
struct ClaimReaderTests {
  private let escapes = """
    study: valley
    kind: escape
    escape: {valley: double-well, sharpness: [1, 2, 3, 4], rate_per_batch: 0.3, limit: 100, replicas: 8}
    seeds: [0]
    optimizers:
      - {name: sgd, learning_rate: 0.02, weight_decay: 0}
    claims:
      - {claim: log_time_more_linear, of: sgd, in: 1/sqrt(k), than: 1/k}
      - {claim: pearson, of: sgd, in: 1/k, at_least: 0.99}
    """

  @Test func escapeStudiesHaveClaims() throws {
    let study = try StudyReader.read(text: escapes, file: "valley.yaml")
    #expect(
      study.claims == [
        Claim(
          kind: .logTimeMoreLinear(in: .inverseRoot), metric: "log_escape_time", subject: "sgd",
          rivals: ["1/k"]),
        Claim(
          kind: .pearson(in: .inverse, atLeast: 0.99), metric: "log_escape_time", subject: "sgd",
          rivals: []),
      ])
    #expect(study.claims.map(\.kind.name) == ["log_time_more_linear", "pearson"])
  }

  @Test func measuringStudiesHaveClaims() throws {
    let text =
      sampleStudy.replacing("claim: lower_mean", with: "claim: smaller_top_eigenvalue")
      + "\nmeasure: {hessian: {top: 3, samples: 20}}"
    let claim = try StudyReader.read(text: text, file: "sample.yaml").claims[0]
    #expect(
      claim
        == Claim(
          kind: .smallerTopEigenvalue, metric: "log_top_eigenvalue", subject: "adai-b",
          rivals: ["sgd"]))
    let spoilt = text.replacing("than: sgd}", with: "than: sgd, metric: test_loss}")
    #expect(
      throws: StudyError(
        file: "x", line: 25,
        problem: .inapplicableKey("metric", beside: "claim: smaller_top_eigenvalue"))
    ) { try StudyReader.read(text: spoilt, file: "x") }
  }

  @Test(arguments: [
    ("than: 1/k", "than: 1/sqrt(k)", 8, "'than' must be one of 1/k, not '1/sqrt(k)'"),
    (", than: 1/k", "", 8, "a claim needs 'than'"),
    ("in: 1/sqrt(k)", "in: k", 8, "'in' must be one of 1/k, 1/sqrt(k), not 'k'"),
    ("in: 1/k, ", "", 9, "a claim needs 'in'"),
    ("of: sgd, in: 1/k", "of: adai, in: 1/k", 9, "'of' must be one of sgd, not 'adai'"),
    (", at_least: 0.99", "", 9, "a claim needs 'at_least'"),
    (
      "at_least: 0.99", "at_least: 1", 9,
      "'at_least' must be at least 0 and less than 1, not 1"
    ),
    (
      "at_least: 0.99", "at_least: 0.99, than: 1/sqrt(k)", 9,
      "'than' has no meaning with claim: pearson; leave it out"
    ),
    (
      "claim: pearson", "claim: pearsen", 9,
      "'claim' must be one of log_time_more_linear, pearson, not 'pearsen'; did you mean 'pearson'?"
    ),
    (
      "claim: pearson", "claim: lower_mean", 9,
      "'claim' cannot be used: lower_mean is about studies of kind: train, and this one is of kind: escape"
    ),
    (
      "sharpness: [1, 2, 3, 4]", "sharpness: [1, 2, 3]", 8,
      "'claim' cannot be used: log_time_more_linear is about how escape times follow the sharpness; "
        + "give at least 4 values of it"
    ),
    (
      "kind: escape\nescape: {valley: double-well, sharpness: [1, 2, 3, 4], rate_per_batch: 0.3, limit: 100, replicas: 8}",
      "kind: saddle\nsaddle: {curvatures: [1], batch: 1, times: [1], replicas: 8}", 7,
      "'claims' has no meaning with kind: saddle; leave it out"
    ),
  ])
  func mistakesNameTheirLine(old: String, new: String, line: Int, message: String) {
    let text = escapes.replacing(old, with: new)
    #expect(text != escapes)
    let error = #expect(throws: StudyError.self) {
      try StudyReader.read(text: text, file: "bad.yaml")
    }
    #expect(error?.description == "bad.yaml:\(line): \(message)")
  }
}
