/// The networks a study can name, with their options.
///
/// A closed list, so that a `switch` leads whoever adds one to every place that must know it.
public enum NetworkChoice: Hashable, Sendable {
  /// A multilayer perceptron with ReLU; `hidden` are the widths of its hidden layers, perhaps none.
  case mlp(hidden: [Int])
  case lenet
  case resnet8
  /// ResNet18 for small images; `width` is the channels of its first group, 64 in the original.
  case resnet18(width: Int)
  /// ResNet34 for small images.
  case resnet34(width: Int)

  /// The names that a study may use, in the order `inertia describe` lists them.
  public static let names = ["mlp", "lenet", "resnet8", "resnet18", "resnet34"]

  /// The widths that residual networks may have.
  public static let widths = 1...512

  /// Its name in a study file.
  public var name: String {
    switch self {
    case .mlp: "mlp"
    case .lenet: "lenet"
    case .resnet8: "resnet8"
    case .resnet18: "resnet18"
    case .resnet34: "resnet34"
    }
  }

  /// What it is, in one line.
  public var summary: String {
    switch self {
    case .mlp: "a multilayer perceptron with ReLU between its layers"
    case .lenet: "LeNet-5 with ReLU and max pooling"
    case .resnet8: "the CIFAR ResNet with one block each of 16, 32 and 64 channels"
    case .resnet18: "ResNet18 with a 3×3 stem; 'width: 64' channels at first, or fewer"
    case .resnet34: "ResNet34 with a 3×3 stem; 'width: 64' channels at first, or fewer"
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
    case .resnet8:
      return Network.resNet(blocks: [1, 1, 1], width: 16, input: input, classes: classes)
    case .resnet18(let width):
      return Network.resNet(blocks: [2, 2, 2, 2], width: width, input: input, classes: classes)
    case .resnet34(let width):
      return Network.resNet(blocks: [3, 4, 6, 3], width: width, input: input, classes: classes)
    }
  }

  /// The smallest height and width it can take.
  private var smallestSide: Int {
    switch self {
    case .mlp, .resnet8, .resnet18, .resnet34: 1
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
