import Foundation

/// The reader that libFuzzer feeds, by its name in `INERTIA_FUZZ_READER`; libFuzzer has the arguments for itself.
private let reader: Reader = {
  let name = ProcessInfo.processInfo.environment["INERTIA_FUZZ_READER"] ?? ""
  guard let reader = Reader(rawValue: name) else {
    fatalError("INERTIA_FUZZ_READER is one of: \(Reader.allCases.map(\.rawValue)), not '\(name)'")
  }
  return reader
}()

private let folder: ScratchFolder = {
  do {
    let folder = try ScratchFolder()
    try Seed.putImages(in: folder)
    return folder
  } catch {
    fatalError("\(error)")
  }
}()

/// Writes the good file from which a corpus begins, and ends, if `INERTIA_FUZZ_SEED` says where.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
  _ count: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?
) -> CInt {
  guard let path = ProcessInfo.processInfo.environment["INERTIA_FUZZ_SEED"] else { return 0 }
  do {
    try folder.put(try Seed.bytes(for: reader), at: path)
  } catch {
    fatalError("\(error)")
  }
  exit(0)
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do {
    let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    _ = try reader.takes(bytes, in: folder)
  } catch {
    fatalError("an error of another kind than the reader promises: \(error)")
  }
  return 0
}
