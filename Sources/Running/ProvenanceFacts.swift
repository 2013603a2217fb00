import Foundation
import Storage
import Studies

/// What a process knows of itself and its machine, for the provenance of records.
public struct ProvenanceFacts: Sendable {
  /// The version of the program.
  public var version: String
  /// The commit of its source, if known.
  public var revision: String?

  public init(version: String, revision: String?) {
    (self.version, self.revision) = (version, revision)
  }

  /// The provenance of a record that is finished now.
  ///
  /// - Parameters:
  ///   - numerics: the numerics version of its cell.
  ///   - seconds: the seconds of training, those before interruptions included.
  public func provenance(
    numerics: Int, started: Timestamp, seconds: Double, studyText: String, anonymous: Bool
  ) -> Provenance {
    var facts = [
      "inertia_version": version, "numerics_version": "\(numerics)",
      "operating_system": ProcessInfo.processInfo.operatingSystemVersionString,
      "cpu": Self.cpu, "started": started.text, "finished": Timestamp.now.text,
      "seconds": "\(seconds)", "study": studyText,
    ]
    if let revision { facts["source_revision"] = revision }
    if !anonymous {
      facts["host"] = ProcessIdentity.current.host
      facts["user"] = NSUserName()
    }
    return Provenance(facts: facts)
  }

  private static let cpu: String = {
    let lines = (Files.kernelText("/proc/cpuinfo") ?? "").split(separator: "\n")
    let model = lines.first { $0.hasPrefix("model name") }?.split(separator: ":").last
    return model.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
  }()
}

/// A moment, written as ISO 8601 in UTC.
public struct Timestamp: Sendable {
  let text: String

  public static var now: Timestamp { Timestamp(text: Date().formatted(.iso8601)) }
}
