import Subprocess

/// An SVG picture as PNG, which librsvg's `rsvg-convert` makes.
enum PNGPicture {
  /// The picture at twice its size in pixels.
  ///
  /// - Throws: ``CommandError/cannotConvert(reason:)`` where the program is missing or refuses the picture.
  static func bytes(of svg: String) async throws -> [UInt8] {
    do {
      let result = try await Subprocess.run(
        .name("rsvg-convert"), arguments: ["--format", "png", "--zoom", "2"],
        input: .string(svg), output: .bytes(limit: 1 << 28), error: .string(limit: 1 << 16))
      guard result.terminationStatus.isSuccess else {
        throw CommandError.cannotConvert(
          reason: "rsvg-convert failed: \(result.standardError)")
      }
      return result.standardOutput
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw CommandError.cannotConvert(
        reason: "PNG pictures need rsvg-convert, which is not installed (Debian's librsvg2-bin); "
          + "--format svg needs nothing")
    }
  }
}
