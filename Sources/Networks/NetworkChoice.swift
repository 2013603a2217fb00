/// The networks a study can name, with their options.
///
/// A closed list, so that a `switch` leads whoever adds one to every place that must know it.
public enum NetworkChoice: Hashable, Sendable {
  /// A multilayer perceptron with ReLU; `hidden` are the widths of its hidden layers, perhaps none.
  case mlp(hidden: [Int])
  case lenet
  case resnet8

  /// The names that a study may use, in the order `inertia describe` lists them.
  public static let names = ["mlp", "lenet", "resnet8"]

  /// Its name in a study file.
  public var name: String {
    switch self {
    case .mlp: "mlp"
    case .lenet: "lenet"
    case .resnet8: "resnet8"
    }
  }

  /// What it is, in one line.
  public var summary: String {
    switch self {
    case .mlp: "a multilayer perceptron with ReLU between its layers"
    case .lenet: "LeNet-5 with ReLU and max pooling"
    case .resnet8: "the CIFAR ResNet with one block each of 16, 32 and 64 channels"
    }
  }

  /// The network for images of this shape and so many classes.
  ///
  /// - Throws: ``NetworkError`` if the images are too small for it.
  public func network(input: Shape, classes: Int) throws(NetworkError) -> Network {
    let smallest = smallestSide
    guard min(input.height, input.width) >= smallest else {
      throw .imageTooSmall(network: name, smallest: smallest, image: input)
    }
    switch self {
    case .mlp(let hidden): return Network.mlp(input: input, hidden: hidden, classes: classes)
    case .lenet: return Network.leNet(input: input, classes: classes)
    case .resnet8: return Network.resNet8(input: input, classes: classes)
    }
  }

  /// The smallest height and width it can take.
  private var smallestSide: Int {
    switch self {
    case .mlp, .resnet8: 1
    case .lenet: 12
    }
  }
}

/// A network that cannot be made for the images it was asked for.
public enum NetworkError: Error, Hashable, CustomStringConvertible {
  case imageTooSmall(network: String, smallest: Int, image: Shape)

  public var description: String {
    switch self {
    case .imageTooSmall(let network, let smallest, let image):
      "\(network) needs images of at least \(smallest)×\(smallest), not \(image.height)×\(image.width)"
    }
  }
}
