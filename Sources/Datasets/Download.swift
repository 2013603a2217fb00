import Crypto
import Foundation
import Storage

/// One file to be fetched: from where, and what it must be.
public struct Download: Hashable, Sendable {
  /// An https or file address, or http on this machine.
  public let address: String
  /// Its SHA-256, 64 lower-case hex digits.
  public let sha256: String
  /// The most bytes it may have.
  public let limit: Int

  public init(address: String, sha256: String, limit: Int) {
    (self.address, self.sha256, self.limit) = (address, sha256, limit)
  }

  /// Fetches the file, unless it is there already, and gives it its name once its digest agrees.
  ///
  /// What has arrived is kept beside it as `<path>.part` when the connection breaks, and the next attempt
  /// goes on from there. What is too long or has another digest is removed.
  ///
  /// - Parameter environment: its `PATH` tells where to look for curl, which does the transfer.
  /// - Returns: whether anything had to be fetched.
  @discardableResult
  public func save(
    to path: String, environment: [String: String]
  ) throws(FetchError) -> Bool {
    let scheme = try checkedScheme()
    if try isThere(path) { return false }
    try storage { () throws(StorageError) in try Files.makeFolder(Files.folder(of: path)) }
    let part = path + ".part"
    try complete(part, Curl(environment: environment, scheme: scheme))
    let bytes = try storage { () throws(StorageError) in try Files.read(part, limit: limit) }
    let found = hexadecimal(SHA256.hash(data: bytes))
    guard found == sha256 else {
      try remove(part)
      throw .wrongDigest(address: address, expected: sha256, found: found)
    }
    try storage { () throws(StorageError) in try Files.writeAtomically(path, bytes) }
    try remove(part)
    return true
  }

  /// The scheme of the address, if it is one that may be fetched: https and file, and http on this machine,
  /// where nobody can listen.
  private func checkedScheme() throws(FetchError) -> String {
    guard let url = URL(string: address), let scheme = url.scheme?.lowercased() else {
      throw .badAddress(address)
    }
    let host = url.host(percentEncoded: false) ?? ""
    switch scheme {
    case "https" where !host.isEmpty: return scheme
    case "file" where host.isEmpty: return scheme
    case "http" where ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host): return scheme
    default: throw .badAddress(address)
    }
  }

  /// Whether a path holds the file, whole.
  func isThere(_ path: String) throws(FetchError) -> Bool {
    let bytes = try storage { () throws(StorageError) -> [UInt8]? in
      guard let status = try Files.status(path), !status.isFolder, status.size <= limit else {
        return nil
      }
      return try Files.read(path, limit: limit)
    }
    return bytes.map { hexadecimal(SHA256.hash(data: $0)) == sha256 } ?? false
  }

  /// Brings the partial file to its full length, from where it ends.
  private func complete(_ part: String, _ curl: Curl) throws(FetchError) {
    var present =
      try storage { () throws(StorageError) in try Files.status(part) }?.size ?? 0
    if present > limit {
      try remove(part)
      present = 0
    }
    if present == limit { return }
    var result = try curl.append(address, to: part, from: present, limit: limit)
    if present > 0, case .refused = result {
      // The server cannot continue, or its file is not what it was: from the start, then.
      try remove(part)
      result = try curl.append(address, to: part, from: 0, limit: limit)
    }
    switch result {
    case .complete: return
    case .tooLarge:
      try remove(part)
      throw .tooLarge(address: address, limit: limit)
    case .refused(let status, let reason), .broken(let status, let reason):
      throw .failed(address: address, status: status, reason: reason)
    }
  }

  private func remove(_ path: String) throws(FetchError) {
    try storage { () throws(StorageError) in _ = try Files.remove(path) }
  }

  private func storage<Value>(
    _ operation: () throws(StorageError) -> Value
  ) throws(FetchError) -> Value {
    do throws(StorageError) {
      return try operation()
    } catch {
      throw .storage(error)
    }
  }
}
