import CPlatform
import Glibc

/// The system's file operations: the only place of this module that calls the C library.
///
/// Each function makes one call, begins it again if a signal interrupted it, and turns a refusal into a
/// ``StorageError``.
enum SystemCall {
  /// An open file, closed when its owner ends.
  struct Descriptor: ~Copyable {
    let number: CInt
    let path: String
    private var isOpen = true

    fileprivate init(number: CInt, path: String) { (self.number, self.path) = (number, path) }

    deinit { if isOpen { _ = Glibc.close(number) } }

    /// The corresponding C function is `close`; it can report a write that failed late.
    consuming func close() throws(StorageError) {
      isOpen = false
      // A descriptor is gone even if its close was interrupted, so it is never closed again.
      if Glibc.close(number) != 0, Glibc.errno != EINTR {
        throw StorageError(.write, path, errno: Glibc.errno)
      }
    }
  }

  /// The corresponding C function is `strerror_r`.
  static func message(of errno: CInt) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    // Its result says whether it knows the number; the text says it too.
    _ = unsafe strerror_r(errno, &buffer, buffer.count)
    let text = buffer.prefix { $0 != 0 }
    if text.isEmpty { return "error \(errno)" }
    return String(decoding: text.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The corresponding C function is `open`.
  static func open(
    _ path: String, _ flags: CInt, for operation: StorageError.Operation = .open
  ) throws(StorageError) -> Descriptor {
    let number = try retry(operation, path) { unsafe Glibc.open(path, flags | O_CLOEXEC, 0o666) }
    return Descriptor(number: number, path: path)
  }

  /// The corresponding C function is `write`; writes all the bytes.
  static func write(_ bytes: [UInt8], to file: borrowing Descriptor) throws(StorageError) {
    var failure: StorageError?
    unsafe bytes.withUnsafeBytes { bytes in
      do throws(StorageError) {
        try unsafe write(bytes, to: file)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  /// The corresponding C function is `write`; writes all the bytes.
  static func write(
    _ bytes: UnsafeRawBufferPointer, to file: borrowing Descriptor
  ) throws(StorageError) {
    var written = 0
    let number = file.number
    while written < bytes.count {
      // Linux writes at most 2 GiB in one call. A test of faults is to see half-written files.
      let most = FaultPlan.isActive ? (bytes.count + 1) / 2 : 1 << 30
      let part = unsafe UnsafeRawBufferPointer(rebasing: bytes[written...].prefix(most))
      written += try retry(.write, file.path) {
        unsafe Glibc.write(number, part.baseAddress, part.count)
      }
    }
  }

  /// The corresponding C function is `read`; returns at most `count` bytes, fewer only at the end of the file.
  static func read(_ count: Int, from file: borrowing Descriptor) throws(StorageError) -> [UInt8] {
    var failure: StorageError?
    let number = file.number
    let path = file.path
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(StorageError) {
        while filled < count {
          let part = unsafe UnsafeMutableRawBufferPointer(
            rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
          let length = min(part.count, 1 << 30)
          let amount = try retry(.read, path) {
            unsafe Glibc.read(number, part.baseAddress, length)
          }
          if amount == 0 { return }
          filled += amount
        }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// The corresponding C function is `fsync`.
  static func synchronize(_ file: borrowing Descriptor) throws(StorageError) {
    let number = file.number
    _ = try retry(.synchronize, file.path) { fsync(number) }
  }

  /// The corresponding C function is `link`.
  static func link(_ path: String, as other: String) throws(StorageError) {
    _ = try retry(.link, other) { unsafe Glibc.link(path, other) }
  }

  /// The corresponding C function is `rename`.
  static func rename(_ path: String, to other: String) throws(StorageError) {
    _ = try retry(.rename, other) { unsafe Glibc.rename(path, other) }
  }

  /// The corresponding C function is `unlink`.
  static func unlink(_ path: String) throws(StorageError) {
    _ = try retry(.remove, path) { unsafe Glibc.unlink(path) }
  }

  /// The corresponding C function is `mkdir`.
  static func makeFolder(_ path: String, mode: mode_t = 0o777) throws(StorageError) {
    _ = try retry(.createFolder, path) { unsafe mkdir(path, mode) }
  }

  /// The corresponding C function is `rmdir`.
  static func removeFolder(_ path: String) throws(StorageError) {
    _ = try retry(.remove, path) { unsafe rmdir(path) }
  }

  /// The corresponding C function is `stat`.
  static func status(of path: String) throws(StorageError) -> FileStatus {
    var status = stat()
    _ = try retry(.inspect, path) { unsafe stat(path, &status) }
    return FileStatus(status)
  }

  /// The corresponding C function is `lstat`: of a link, what is known of the link itself.
  static func statusOfLink(_ path: String) throws(StorageError) -> FileStatus {
    var status = stat()
    _ = try retry(.inspect, path) { unsafe lstat(path, &status) }
    return FileStatus(status)
  }

  /// The corresponding C function is `geteuid`.
  static var user: uid_t { geteuid() }

  /// The corresponding C function is `fstat`.
  static func status(of file: borrowing Descriptor) throws(StorageError) -> FileStatus {
    var status = stat()
    let number = file.number
    _ = try retry(.inspect, file.path) { unsafe fstat(number, &status) }
    return FileStatus(status)
  }

  /// The corresponding C functions are `opendir`, `readdir` and `closedir`; leaves out `.` and `..`.
  static func list(_ folder: String) throws(StorageError) -> [String] {
    guard let stream = unsafe opendir(folder) else {
      throw StorageError(.list, folder, errno: Glibc.errno)
    }
    defer { unsafe _ = closedir(stream) }
    var names: [String] = []
    while true {
      Glibc.errno = 0
      guard let entry = unsafe readdir(stream) else {
        if Glibc.errno == 0 { return names }
        throw StorageError(.list, folder, errno: Glibc.errno)
      }
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
  }

  /// The corresponding C functions are `getrlimit` and `setrlimit`, with the number of open files.
  ///
  /// Raises the process's limit as far as it may and returns it.
  static func mostOpenFiles() -> Int {
    let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    var limit = rlimit()
    guard unsafe getrlimit(kind, &limit) == 0 else { return .max }
    if limit.rlim_cur < limit.rlim_max {
      // A million descriptors are enough, and more make some programs slow.
      var raised = limit
      raised.rlim_cur = min(limit.rlim_max, 1 << 20)
      if raised.rlim_cur > limit.rlim_cur, unsafe setrlimit(kind, &raised) == 0 { limit = raised }
    }
    return Int(clamping: limit.rlim_cur)
  }

  /// The corresponding C function is `memfd_create`; the memory can be sealed.
  static func makeMemory(_ name: String) throws(StorageError) -> Descriptor {
    let number = try retry(.create, name) {
      unsafe platform_make_memory(name)
    }
    return Descriptor(number: number, path: name)
  }

  /// The corresponding C function is `fcntl` with F_ADD_SEALS; nobody can change the memory any more.
  static func seal(_ memory: borrowing Descriptor) throws(StorageError) {
    let number = memory.number
    _ = try retry(.write, memory.path) { platform_seal(number) }
  }

  /// The corresponding C function is `fcntl` with F_GET_SEALS; no other kind of file has seals.
  static func isSealed(_ file: borrowing Descriptor) -> Bool {
    platform_is_sealed(file.number) != 0
  }

  /// The corresponding C function is `mmap`, to read only; the file has at least one byte.
  static func map(
    _ file: borrowing Descriptor
  ) throws(StorageError) -> (UnsafeRawPointer, Int) {
    let size = try status(of: file).size
    let start = unsafe mmap(nil, size, PROT_READ, MAP_SHARED, file.number, 0)
    guard let start = unsafe start, unsafe start != MAP_FAILED else {
      throw StorageError(.read, file.path, errno: Glibc.errno)
    }
    return (UnsafeRawPointer(start), size)
  }

  /// The corresponding C function is `munmap`.
  static func unmap(_ start: UnsafeRawPointer, _ count: Int) {
    _ = unsafe munmap(UnsafeMutableRawPointer(mutating: start), count)
  }

  /// The corresponding C function is `clock_gettime`, with the clock that stamps files.
  static func now() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Makes a call that returns −1 for a refusal, again as long as signals interrupt it.
  private static func retry<Result: SignedInteger>(
    _ operation: StorageError.Operation, _ path: String, _ call: () -> Result
  ) throws(StorageError) -> Result {
    if FaultPlan.isActive, let code = FaultPlan.pass(operation, path, .before) {
      throw StorageError(operation, path, errno: code)
    }
    while true {
      let result = call()
      if result != -1 {
        if FaultPlan.isActive { _ = FaultPlan.pass(operation, path, .after) }
        return result
      }
      let code = Glibc.errno
      if code != EINTR { throw StorageError(operation, path, errno: code) }
    }
  }
}
