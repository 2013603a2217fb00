import ArgumentParser
import Foundation
import Storage

/// Writes a line to standard error: messages and progress.
func complain(_ line: String) { writeToStandardError(line + "\n") }

/// Writes to standard error, if somebody still reads it.
func writeToStandardError(_ text: String) {
  do {
    try FileHandle.standardError.write(contentsOf: Data(text.utf8))
  } catch {
    // There is nowhere left to say so, and the work does not depend on it.
  }
}

/// Writes to standard output: results. Ends the program, with status 1, if they cannot be written.
func put(_ text: String, terminator: String = "\n") {
  do {
    try FileHandle.standardOutput.write(contentsOf: Data((text + terminator).utf8))
  } catch {
    complain("Error: cannot write to standard output: \(reason(of: error))")
    exit(ExitCode.failure.rawValue)
  }
}

/// The system's words for why a file could not be written.
private func reason(of error: any Error) -> String {
  let error = error as NSError
  let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
  guard cause.domain == NSPOSIXErrorDomain else { return cause.localizedDescription }
  return StorageError(.write, "standard output", errno: Int32(cause.code)).reason
}

/// The exit statuses with a meaning of their own; 0, 1 and 64 are ArgumentParser's.
extension ExitCode {
  /// The study ran, but some cells failed.
  static let cellsFailed = ExitCode(2)
  /// `verify`, or a comparison, found a difference.
  static let differs = ExitCode(3)
  /// The time limit came before the end; the state is kept.
  static let outOfTime = ExitCode(75)
  /// Ctrl-C or SIGTERM; the state is kept.
  static let interrupted = ExitCode(130)
}

/// A mistake in what a command was given.
enum CommandError: Error, CustomStringConvertible {
  case notAStudyFolder(String)
  /// Where a study file is asked for.
  case aFolder(String)
  /// A study's folder that is not called by the study's name.
  case renamedFolder(path: String, study: String)
  case notAResultsFolder(String)
  case noFolder(String)
  /// What says which images a study uses is not what was written.
  case damagedIdentity(String)
  case noIDs(dataset: String)
  case nothingSelected([String])
  case nothingToMeasure(String)
  case nothingTrained(study: String, kind: String)
  /// The images on this machine are not those that the results are of.
  case otherImages(dataset: String, folder: String)
  case nameTaken(name: String, by: String, folder: String, what: String)
  case unknownCell(String, folder: String, matches: Int)
  case unknownName(kind: String, name: String, known: [String])
  case noSuchPoint(label: String, values: String)
  case malformed(option: String, value: String, expected: String)
  case unknownKey(option: String, key: String, known: [String])
  case notAValue(key: String, value: String, known: [String])
  case sameFolder(String)
  case fileExists(String)
  case notText(String)
  case cannotConvert(reason: String)
  /// A published table that a study names and that is not there, or has none of what it asks for.
  case published(study: String, reason: String)
  /// The system refuses to limit a process.
  case cannotConfine
  case noTimeForAStep
  /// A line of a list of cells.
  case notAnID(path: String, line: Int, text: String)

  var description: String {
    switch self {
    case .renamedFolder(let path, let study):
      "\(path) holds the study '\(study)', so its folder must be called \(study)"
    case .aFolder(let path):
      "'\(path)' is a folder; give a study file, such as \(path)/study.yaml"
    case .notAResultsFolder(let path):
      "\(path) is not a results folder: it has no folder 'cells'"
    case .noFolder(let path):
      "there is no folder '\(path)'"
    case .damagedIdentity(let path):
      "\(path): it does not say which images the study uses; remove it, and they are looked up again"
    case .nothingSelected(let only):
      "no cell of the study has \(only.joined(separator: " and "))"
    case .nothingToMeasure(let study):
      "the study \(study) has no measure: to do; give --top to measure eigenvalues"
    case .nothingTrained(let study, let kind):
      "the study \(study) is of kind: \(kind); only trained networks are measured"
    case .otherImages(let dataset, let folder):
      "the images of '\(dataset)' on this machine are not those that the cells of \(folder) were trained on"
    case .notAStudyFolder(let path):
      "'\(path)' holds no study.yaml; give a study's results, such as results/quick"
    case .noIDs(let dataset):
      "'\(dataset)' is not on this machine, and the ids of cells need its digest: inertia data list"
    case .nameTaken(let name, let file, let folder, let what):
      """
      \(file): another study named '\(name)' has its results in '\(folder)' (its \(what)); rename one \
      of them or give another --results
      """
    case .unknownCell(let text, let folder, let matches):
      matches == 0
        ? "no cell of '\(folder)' has an id that begins with '\(text)'"
        : "\(matches) cells of '\(folder)' have ids that begin with '\(text)'; give more digits"
    case .unknownName(let kind, let name, let known):
      "there is no \(kind) '\(name)'; there are: \(known.joined(separator: ", "))"
    case .noSuchPoint(let label, let values):
      "the grid of '\(label)' has no point at \(values)"
    case .malformed(let option, let value, let expected):
      "\(option) takes \(expected), not '\(value)'"
    case .unknownKey(let option, let key, let known):
      "\(option) knows no key '\(key)'; it knows: \(known.joined(separator: ", "))"
    case .notAValue(let key, let value, let known):
      "the study has no \(key) '\(value)'; it has: \(known.joined(separator: ", "))"
    case .cannotConvert(let reason):
      reason
    case .published(let study, let reason):
      "\(study): 'published': \(reason)"
    case .notText(let path):
      "\(path): the file is not UTF-8 text"
    case .noTimeForAStep:
      "the time limit leaves no time for a step of any cell, or for one measurement, and to save it; give more time"
    case .notAnID(let path, let line, let text):
      "\(path):\(line): '\(text)' is not the id of a cell, 16 hex digits"
    case .cannotConfine:
      "the system does not let this process limit its memory and time, so it reads no such file"
    case .sameFolder(let path):
      "'\(path)' is the folder to merge into"
    case .fileExists(let path):
      "\(path) is there already; give another name, or remove it"
    }
  }
}
