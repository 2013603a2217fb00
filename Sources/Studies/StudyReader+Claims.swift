import Diffusion

/// The claims of a study file; `study` is the rest of it.
func readClaims(_ field: StudyField, of study: Study) throws(StudyError) -> [Claim] {
  try field.distinct { (field) throws(StudyError) in
    try field.mapping(level: "claim", called: "a claim") { (keys) throws(StudyError) in
      try readClaim(&keys, of: study)
    }
  }
}

private func readClaim(_ keys: inout StudyKeys, of study: Study) throws(StudyError) -> Claim {
  let name = try readName(try keys.required("claim"), of: study)
  let labels = study.sweeps.map(\.label)
  let subject = try keys.required("of").word(among: labels)
  keys.decide(by: "claim: \(name)")
  func rivals() throws(StudyError) -> [String] {
    try readRivals(try keys.required("than"), among: labels.filter { $0 != subject })
  }
  func claim(_ kind: Claim.Kind) throws(StudyError) -> Claim {
    let metrics = Claim.metrics.filter {
      study.training.validation > 0 || !$0.hasPrefix("validat")
    }
    return Claim(
      kind: kind, metric: try keys.optional("metric")?.word(among: metrics) ?? "final_test_error",
      subject: subject, rivals: try rivals())
  }
  switch name {
  case "lower_mean": return try claim(.lowerMean)
  case "no_larger_deviation": return try claim(.noLargerDeviation)
  case "larger_area": return try claim(.largerArea(try readBar(&keys)))
  case "smaller_top_eigenvalue":
    return Claim(
      kind: .smallerTopEigenvalue, metric: "log_top_eigenvalue", subject: subject,
      rivals: try rivals())
  case "log_time_more_linear":
    let scale = try readScale(&keys)
    return Claim(
      kind: .logTimeMoreLinear(in: scale), metric: "log_escape_time", subject: subject,
      rivals: [try keys.required("than").word(among: [scale.other.rawValue])])
  case "pearson":
    return Claim(
      kind: .pearson(in: try readScale(&keys), atLeast: try readCorrelation(&keys)),
      metric: "log_escape_time", subject: subject, rivals: [])
  default: preconditionFailure("the reader does not know the claim \(name)")
  }
}

/// The kind of claim, if the study has what it is about.
private func readName(_ field: StudyField, of study: Study) throws(StudyError) -> String {
  let text = try field.text()
  func refusal(_ reason: String) -> StudyError {
    field.failure(.unusable(key: "claim", reason: "\(text) is about \(reason)"))
  }
  if let other = Claim.Kind.names.first(where: { $0.value.contains(text) })?.key,
    other != study.kind
  {
    throw refusal("studies of kind: \(other), and this one is of kind: \(study.kind)")
  }
  let name = try field.word(among: Claim.Kind.names[study.kind] ?? [])
  if name == "smaller_top_eigenvalue", study.measure?.hessian == nil {
    throw refusal("the Hessian, which the study does not measure; add measure: {hessian: …}")
  }
  if let escape = study.simulation?.escapes, escape.sharpness.count < 4 {
    throw refusal("how escape times follow the sharpness; give at least 4 values of it")
  }
  return name
}

private func readRivals(
  _ field: StudyField, among labels: [String]
) throws(StudyError) -> [String] {
  guard field.isList else { return [try field.word(among: labels)] }
  return try field.distinct { (rival) throws(StudyError) in try rival.word(among: labels) }
}

private func readBar(_ keys: inout StudyKeys) throws(StudyError) -> Claim.Bar {
  switch (keys.optional("within"), keys.optional("at_most")) {
  case (let margin?, nil): return .within(try margin.positiveNumber())
  case (nil, let bound?): return .atMost(try bound.positiveNumber())
  default:
    throw keys.failure(.notExactlyOne(["within", "at_most"], of: "the claim larger_area"))
  }
}

private func readScale(_ keys: inout StudyKeys) throws(StudyError) -> SharpnessScale {
  let word = try keys.required("in").word(among: SharpnessScale.allCases.map(\.rawValue))
  guard let scale = SharpnessScale(rawValue: word) else {
    preconditionFailure("a word among those of a choice is one")
  }
  return scale
}

private func readCorrelation(_ keys: inout StudyKeys) throws(StudyError) -> Double {
  let field = try keys.required("at_least")
  let value = try field.number()
  guard (0..<1).contains(value) else {
    throw field.failure(
      .outOfRange(
        key: "at_least", expected: "at least 0 and less than 1", found: canonicalNumber(value)))
  }
  return value
}
