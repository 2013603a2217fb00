import Diffusion

/// Reads what a study of this kind simulates, under the key of the same name.
func readSimulation(_ field: StudyField, kind: String) throws(StudyError) -> Simulation {
  try field.mapping(level: kind, called: "'\(kind)'") { (keys) throws(StudyError) in
    switch kind {
    case "saddle": try readSaddle(&keys)
    case "escape": try readEscape(&keys)
    case "convergence": .convergence(try readConvergence(&keys))
    default: preconditionFailure("the reader does not know the kind \(kind)")
    }
  }
}

private let replicas = 1...10_000_000
/// So many deviates a replica has.
private let mostSteps = 1_000_000_000
/// A simulation of a descent keeps sums of each of its steps.
private let longestHorizon = 1_000_000
/// The images of a mini-batch.
private let batchSizes = 1...1_000_000

/// The most steps of a replica that takes so many words of its stream in each.
private func mostSteps(taking words: Int) -> Int {
  min(mostSteps, NormalDeviates.mostWords / words)
}

private func readSaddle(_ keys: inout StudyKeys) throws(StudyError) -> Simulation {
  let loss = try keys.optional("loss")?.word(among: ["quadratic", "network"]) ?? "quadratic"
  keys.decide(by: "the loss \(loss)")
  return loss == "network"
    ? .networkSaddle(try readNetworkSaddle(&keys)) : .saddle(try readQuadraticSaddle(&keys))
}

private func readQuadraticSaddle(_ keys: inout StudyKeys) throws(StudyError) -> SaddlePassing {
  let curvatures = try keys.required("curvatures")
  let times = try keys.required("times")
  let saddle = SaddlePassing(
    curvatures: try curvatures.distinct { (element) throws(StudyError) in
      let value = try element.number()
      guard value != 0 else {
        throw element.failure(
          .outOfRange(key: "curvatures", expected: "other than 0", found: "0"))
      }
      return value
    },
    batches: try positiveNumbers(try keys.required("batch")),
    times: try increasing(times, upTo: mostSteps),
    warmup: try keys.optional("warmup")?.integer(in: 0...mostSteps) ?? 0,
    replicas: try keys.required("replicas").integer(in: replicas))
  try check(
    times, saddle.warmup + (saddle.times.last ?? 0),
    atMost: mostSteps(taking: saddle.curvatures.count))
  return saddle
}

private func check(
  _ times: StudyField, _ steps: Int, atMost most: Int
) throws(StudyError) {
  guard steps <= most else {
    throw times.failure(
      .outOfRange(
        key: "times", expected: "at most \(most) steps with 'warmup'", found: "\(steps)"))
  }
}

private func readNetworkSaddle(_ keys: inout StudyKeys) throws(StudyError) -> NetworkSaddle {
  let network = try readSmallNetwork(&keys)
  let directions = try keys.required("directions")
  let batches = try wholeNumbers(try keys.required("batch"), in: batchSizes)
  let times = try keys.required("times")
  let saddle = NetworkSaddle(
    network: network,
    directions: try directions.distinct { (element) throws(StudyError) in
      let place = try element.integer(in: -100_000...100_000)
      guard place != 0 else {
        throw element.failure(
          .outOfRange(key: "directions", expected: "other than 0", found: "0"))
      }
      return place
    },
    batches: batches, times: try increasing(times, upTo: mostSteps),
    warmup: try keys.optional("warmup")?.integer(in: 0...mostSteps) ?? 0,
    replicas: try keys.required("replicas").integer(in: replicas))
  try check(
    times, saddle.warmup + (saddle.times.last ?? 0), atMost: mostSteps(taking: batches.max() ?? 1))
  return saddle
}

private func readSmallNetwork(_ keys: inout StudyKeys) throws(StudyError) -> SmallNetwork {
  SmallNetwork(
    hidden: try keys.required("hidden").integer(in: 1...1000),
    pool: try keys.optional("pool")?.integer(in: 1...1000) ?? 1,
    l2: try keys.required("l2").positiveNumber(),
    descent: try keys.required("descent").integer(in: 1...mostSteps))
}

private func readEscape(_ keys: inout StudyKeys) throws(StudyError) -> Simulation {
  let valley = try keys.required("valley").word(
    among: Valley.allCases.map(\.rawValue) + ["network"])
  keys.decide(by: "the valley \(valley)")
  if valley == "network" { return .networkEscape(try readNetworkEscape(&keys)) }
  let covariance =
    try keys.optional("covariance")?
    .word(among: ValleyEscape.Covariance.allCases.map(\.rawValue)) ?? "plateaus"
  guard let valley = Valley(rawValue: valley),
    let covariance = ValleyEscape.Covariance(rawValue: covariance)
  else { preconditionFailure("a word among those of a choice is one") }
  let beside = try keys.optional("beside").map(positiveNumbers) ?? []
  return .escape(
    ValleyEscape(
      valley: valley, sharpness: try positiveNumbers(try keys.required("sharpness")),
      beside: beside,
      noise: try readNoise(&keys), covariance: covariance,
      limit: try keys.required("limit").integer(in: 1...mostSteps(taking: 1 + beside.count)),
      replicas: try keys.required("replicas").integer(in: replicas)))
}

private func readNetworkEscape(_ keys: inout StudyKeys) throws(StudyError) -> NetworkEscape {
  let batches = try wholeNumbers(try keys.required("batch"), in: batchSizes)
  return NetworkEscape(
    network: try readSmallNetwork(&keys),
    threshold: try keys.required("threshold").positiveNumber(),
    every: try keys.optional("every")?.integer(in: 1...mostSteps) ?? 1,
    sharpness: try positiveNumbers(try keys.required("sharpness")),
    batches: batches,
    limit: try keys.required("limit").integer(in: 1...mostSteps(taking: batches.max() ?? 1)),
    replicas: try keys.required("replicas").integer(in: replicas))
}

private func readNoise(_ keys: inout StudyKeys) throws(StudyError) -> ValleyEscape.Noise {
  switch (
    keys.optional("batch"), keys.optional("rate_per_batch"), keys.optional("rate_per_root_batch")
  ) {
  case (let batch?, nil, nil): return .batch(try positiveNumbers(batch))
  case (nil, let ratio?, nil): return .ratePerBatch(try positiveNumbers(ratio))
  case (nil, nil, let ratio?): return .ratePerRootBatch(try positiveNumbers(ratio))
  default:
    throw keys.failure(
      .notExactlyOne(["batch", "rate_per_batch", "rate_per_root_batch"], of: keys.owner))
  }
}

private func readConvergence(_ keys: inout StudyKeys) throws(StudyError) -> GradientDecay {
  GradientDecay(
    dimensions: try keys.required("dimensions").integer(in: 1...10_000),
    noise: try keys.required("noise").positiveNumber(),
    start: try keys.required("start").positiveNumber(),
    horizons: try increasing(try keys.required("horizons"), upTo: longestHorizon),
    replicas: try keys.required("replicas").integer(in: replicas))
}

/// One positive number, or a list of some.
private func positiveNumbers(_ field: StudyField) throws(StudyError) -> [Double] {
  guard field.isList else { return [try field.positiveNumber()] }
  return try field.distinct { (element) throws(StudyError) in try element.positiveNumber() }
}

/// One whole number, or a list of some.
private func wholeNumbers(
  _ field: StudyField, in range: ClosedRange<Int>
) throws(StudyError) -> [Int] {
  guard field.isList else { return [try field.integer(in: range)] }
  return try field.distinct { (element) throws(StudyError) in try element.integer(in: range) }
}

/// Numbers of steps, each larger than the one before.
private func increasing(_ field: StudyField, upTo most: Int) throws(StudyError) -> [Int] {
  var values: [Int] = []
  for element in try field.elements() {
    let value = try element.integer(in: 1...most)
    if let last = values.last, value <= last {
      throw element.failure(
        .outOfRange(key: field.key, expected: "increasing", found: "\(value) after \(last)"))
    }
    values.append(value)
  }
  return values
}
