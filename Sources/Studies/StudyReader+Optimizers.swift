import Foundation
import Diffusion
import Optimizers

/// Reads `optimizers:`.
///
/// - Parameter simulated: Whether they are simulated: those the theory is about, whose weight decay is 0.
func readSweeps(_ field: StudyField, simulated: Bool = false) throws(StudyError) -> [Sweep] {
  var sweeps: [Sweep] = []
  for element in try field.elements() {
    let sweep = try readSweep(element, simulated)
    guard !sweeps.contains(where: { $0.label == sweep.label }) else {
      throw element.failure(.duplicateValue(key: "label", value: "'\(sweep.label)'"))
    }
    sweeps.append(sweep)
  }
  return sweeps
}

private func readSweep(_ field: StudyField, _ simulated: Bool) throws(StudyError) -> Sweep {
  let known = simulated ? OptimizerChoice.simulated : OptimizerChoice.types.map { $0.name }
  let name = try optimizerName(field, among: known)
  return try field.mapping(level: "optimizer_\(name)", called: name) {
    (keys) throws(StudyError) in
    _ = keys.optional("name")
    var sweep = Sweep(
      label: try keys.optional("label")?.name() ?? name, optimizer: name, axes: [], fixed: [:])
    // Learning rate and weight decay are always axes; the others are if the file gives them several values.
    for key in ["learning_rate", "weight_decay"] {
      let values = try hyperparameter(try keys.required(key), of: name)
      sweep.axes.append(Sweep.Axis(key: key, values: values))
    }
    if simulated, let field = keys.optional("weight_decay"), sweep.axes[1].values != [0] {
      throw field.failure(
        .outOfRange(
          key: "weight_decay", expected: "0 in a simulation", found: field.node.summary))
    }
    let rest = keys.names.filter {
      !["name", "label", "learning_rate", "weight_decay"].contains($0)
    }
    for key in rest {
      let value = try keys.required(key)
      let values = try hyperparameter(value, of: name)
      if value.isList || value.isMapping {
        sweep.axes.append(Sweep.Axis(key: key, values: values))
      } else {
        sweep.fixed[key] = values[0]
      }
    }
    return sweep
  }
}

/// The name of the optimizer of an entry, on which depends what other keys it may have.
private func optimizerName(
  _ field: StudyField, among known: [String]
) throws(StudyError) -> String {
  guard case .mapping(let members) = field.node.content else {
    throw field.failure(
      .wrongType(
        key: "optimizers",
        expected: "a list of mappings with the keys name, learning_rate, "
          + "weight_decay and others", found: field.node.summary))
  }
  guard let name = members.first(where: { $0.key == "name" }) else {
    throw field.failure(.missingKey("name", of: "an entry of 'optimizers'"))
  }
  return try StudyField(file: field.file, key: "name", node: name.value).word(among: known)
}

/// The values of a hyperparameter: a number or word, a list or a range.
private func hyperparameter(
  _ field: StudyField, of optimizer: String
) throws(StudyError) -> [Double] {
  let setting = OptimizerChoice.settings(of: optimizer)?.first { $0.key == field.key }
  let range = setting?.range ?? .positive
  if field.isMapping, range.words.isEmpty {
    let values = try field.mapping(level: "range", called: "'\(field.key)'", readRange)
    for value in values { try check(value, of: optimizer, at: field) }
    return values
  }
  if field.isList {
    let values = try field.distinct { (element) throws(StudyError) in
      try hyperparameterValue(element, in: range, of: optimizer)
    }
    // On the logarithmic axes of figures and areas they would be one.
    guard ["learning_rate", "weight_decay"].contains(field.key) else { return values }
    let ascending = values.sorted()
    for (low, high) in zip(ascending, ascending.dropFirst()) where low > 0 && high / low < 1 + 1e-9
    {
      throw field.failure(
        .outOfRange(
          key: field.key, expected: "values that differ by more than a billionth",
          found: "\(canonicalNumber(low)) and \(canonicalNumber(high))"))
    }
    return values
  }
  return [try hyperparameterValue(field, in: range, of: optimizer)]
}

private func hyperparameterValue(
  _ field: StudyField, in range: HyperparameterRange, of optimizer: String
) throws(StudyError) -> Double {
  switch range {
  case .flag: return try field.bool() ? 1 : 0
  case .choice(let words):
    let word = try field.word(among: words)
    guard let value = range.value(of: word) else {
      preconditionFailure("a word among those of a range has a value")
    }
    return value
  default:
    let value = try field.number()
    try check(value, of: optimizer, at: field)
    return value
  }
}

/// Refuses a value that the optimizer refuses, with the line the value is in.
private func check(_ value: Double, of optimizer: String, at field: StudyField) throws(StudyError) {
  var values = ["learning_rate": 1.0, "weight_decay": 0.0]
  values[field.key] = value
  do throws(OptimizerError) {
    _ = try OptimizerChoice(name: optimizer, values: values)
  } catch {
    throw field.failure(.optimizer(error))
  }
}

// MARK: Ranges

/// `{per_decade: n, from: a, to: b}`: a × 10^(k/n) for k = 0, 1, … as long as it is at most b.
///
/// a itself is taken as written, the others are rounded to two significant digits, so that they are the
/// decimal numbers one would write: 1e-4, 3.2e-4, 1e-3 and so on for n = 2.
private func readRange(_ keys: inout StudyKeys) throws(StudyError) -> [Double] {
  let perDecade = try keys.required("per_decade").integer(in: 1...20)
  let from = try keys.required("from").positiveNumber()
  let toField = try keys.required("to")
  let to = try toField.positiveNumber()
  guard from >= 1e-300 else {
    throw keys.failure(
      .outOfRange(key: "from", expected: "at least 1e-300", found: canonicalNumber(from)))
  }
  guard from < to else {
    throw toField.failure(
      .outOfRange(
        key: "to", expected: "greater than 'from'", found: canonicalNumber(to)))
  }
  var values = [from]
  let exponent = Int(log10(from).rounded(.down))
  let mantissa = from / pow(10, Double(exponent))
  for step in 1...20 * 700 {
    let (decades, part) = step.quotientAndRemainder(dividingBy: perDecade)
    let value = twoDigits(
      mantissa * pow(10, Double(part) / Double(perDecade)), exponent: exponent + decades)
    guard value <= to else { break }
    values.append(value)
  }
  return values
}

/// x × 10^exponent rounded to two significant digits, for x in [1, 100).
private func twoDigits(_ x: Double, exponent: Int) -> Double {
  let (digits, power) = x < 9.95 ? ((x * 10).rounded(), exponent - 1) : (x.rounded(), exponent)
  guard let value = Double("\(Int(digits))e\(power)") else {
    preconditionFailure("two digits and an exponent are a number")
  }
  return value
}
