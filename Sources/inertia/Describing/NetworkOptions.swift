import ArgumentParser
import Networks

/// The options of a network that a command line names.
struct NetworkOptions: ParsableArguments {
  @Option(help: "For mlp: the widths of the hidden layers (default: 256).")
  var hidden: String?

  @Option(help: "For networks that have one: their width; by default the literature's.")
  var width: Int?

  func validate() throws {
    guard width.map(NetworkChoice.widths.contains) ?? true else {
      throw ValidationError("--width must be 1 to \(NetworkChoice.widths.upperBound)")
    }
  }

  /// The network of this name with these options.
  ///
  /// - Throws: `CommandError` or `ValidationError` if there is none, or it has no such option.
  func choice(of name: String) throws -> NetworkChoice {
    guard let usual = NetworkChoice(named: name) else {
      throw CommandError.unknownName(kind: "network", name: name, known: NetworkChoice.names)
    }
    for (option, isGiven) in [
      ("--hidden", usual.hidden == nil && hidden != nil),
      ("--width", usual.width == nil && width != nil),
    ] where isGiven {
      throw ValidationError("\(option) has no meaning with the network \(name); leave it out")
    }
    return usual.with(
      hidden: try hidden.map { try numbers($0, separator: ",", option: "--hidden") }, width: width)
  }
}
