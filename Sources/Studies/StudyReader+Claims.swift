/// The claims of a study file, about sweeps with these labels.
///
/// - Parameter validates: Whether images are held out, so that there are metrics of them.
func readClaims(
  _ field: StudyField, labels: [String], validates: Bool
) throws(StudyError) -> [Claim] {
  let metrics = Claim.metrics.filter { validates || !$0.hasPrefix("validat") }
  return try field.distinct { (field) throws(StudyError) in
    try field.mapping(level: "claim", called: "a claim") { (keys) throws(StudyError) in
      try readClaim(&keys, labels, metrics)
    }
  }
}

private func readClaim(
  _ keys: inout StudyKeys, _ labels: [String], _ metrics: [String]
) throws(StudyError) -> Claim {
  let name = try keys.required("claim").word(among: Claim.Kind.names)
  let subject = try keys.required("of").word(among: labels)
  let rivals = try readRivals(
    try keys.required("than"), among: labels.filter { $0 != subject })
  let metric = try keys.optional("metric")?.word(among: metrics) ?? "final_test_error"
  keys.decide(by: "claim: \(name)")
  let kind: Claim.Kind
  switch name {
  case "lower_mean": kind = .lowerMean
  case "no_larger_deviation": kind = .noLargerDeviation
  case "larger_area": kind = .largerArea(try readBar(&keys))
  default: preconditionFailure("the reader does not know the claim \(name)")
  }
  return Claim(kind: kind, metric: metric, subject: subject, rivals: rivals)
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
