import Glibc

/// Bytes in memory that nobody can change or shorten any more, and that other processes can map by a path.
///
/// The memory has no name in any file system, so nothing of it is left when the last process that maps it
/// ends, however it ends.
@safe public final class SealedMemory: @unchecked Sendable {
  private let file: SystemCall.Descriptor
  private let start: UnsafeRawPointer
  /// The number of bytes.
  public let count: Int

  /// Puts these parts one after another into new memory, and seals it.
  ///
  /// - Precondition: there is at least one byte.
  public init(_ parts: [some Collection<UInt8>]) throws(StorageError) {
    let memory = try SystemCall.makeMemory("inertia images")
    for part in parts {
      var failure: StorageError?
      let written: Void? = part.withContiguousStorageIfAvailable { bytes in
        do throws(StorageError) {
          try unsafe SystemCall.write(UnsafeRawBufferPointer(bytes), to: memory)
        } catch {
          failure = error
        }
      }
      if let failure { throw failure }
      if written == nil { try SystemCall.write(Array(part), to: memory) }
    }
    try SystemCall.seal(memory)
    unsafe (start, count) = try SystemCall.map(memory)
    file = memory
  }

  /// Maps memory that another process of the same user made and still has.
  ///
  /// - Throws: ``StorageError``; EPERM if the file is not sealed, so that it could change.
  public init(opening path: String) throws(StorageError) {
    file = try SystemCall.open(path, O_RDONLY)
    guard SystemCall.isSealed(file) else { throw StorageError(.open, path, errno: EPERM) }
    unsafe (start, count) = try SystemCall.map(file)
  }

  deinit { unsafe SystemCall.unmap(start, count) }

  /// What another process opens it by, as long as this one keeps it.
  public var path: String { "/proc/\(getpid())/fd/\(file.number)" }

  /// The bytes in this range.
  public func withBytes<Value>(
    _ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Value
  ) rethrows -> Value {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return unsafe try body(
      UnsafeRawBufferPointer(start: start + range.lowerBound, count: range.count))
  }
}
