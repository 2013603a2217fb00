/// The networks a study can name, with their options.
///
/// A closed list, so that the compiler leads whoever adds one to every place that must know it.
/// An option that none of them has yet is a property beside ``hidden`` and ``width``, and read and written where those are.
public enum NetworkChoice: Hashable, Sendable {
  /// A multilayer perceptron with ReLU; `hidden` are the widths of its hidden layers, perhaps none.
  case mlp(hidden: [Int])
  case lenet
  case resnet8
  /// ResNet18 for small images; `width` is the channels of its first group, 64 in the original.
  case resnet18(width: Int)
  /// ResNet34 for small images.
  case resnet34(width: Int)
  /// VGG16 with batch normalisation; `width` is the channels of its first group, 64 in the original.
  case vgg16(width: Int)
  /// DenseNet121 for small images; `width` is its growth, the channels that a layer adds, 32 in the original.
  case densenet121(width: Int)
  /// GoogLeNet for small images; `width` is the channels of its stem, 192 in the original.
  case googlenet(width: Int)
  /// ResNet50 for large images; `width` is the channels of its stem, 64 in the original.
  case resnet50(width: Int)

  /// The names of networks, in the order in which `inertia describe` lists them.
  public enum Name: String, CaseIterable, Sendable {
    case mlp, lenet, resnet8, resnet18, resnet34, vgg16, densenet121, googlenet, resnet50
  }

  /// The network of a name as the literature has it.
  public init(_ name: Name) {
    self =
      switch name {
      case .mlp: .mlp(hidden: [256])
      case .lenet: .lenet
      case .resnet8: .resnet8
      case .resnet18: .resnet18(width: 64)
      case .resnet34: .resnet34(width: 64)
      case .vgg16: .vgg16(width: 64)
      case .densenet121: .densenet121(width: 32)
      case .googlenet: .googlenet(width: 192)
      case .resnet50: .resnet50(width: 64)
      }
  }

  /// The network of a name in a study file, as the literature has it; `nil` for other names.
  public init?(named name: String) {
    guard let name = Name(rawValue: name) else { return nil }
    self.init(name)
  }

  /// All of them as the literature has them.
  public static let all = Name.allCases.map { NetworkChoice($0) }

  /// The names that a study may use.
  public static let names = Name.allCases.map(\.rawValue)

  /// The widths that networks may have.
  public static let widths = 1...512

  /// This network with other options; those it does not have are passed over, those not given stay.
  public func with(hidden: [Int]? = nil, width: Int? = nil) -> NetworkChoice {
    switch self {
    case .mlp(let own): .mlp(hidden: hidden ?? own)
    case .lenet, .resnet8: self
    case .resnet18(let own): .resnet18(width: width ?? own)
    case .resnet34(let own): .resnet34(width: width ?? own)
    case .vgg16(let own): .vgg16(width: width ?? own)
    case .densenet121(let own): .densenet121(width: width ?? own)
    case .googlenet(let own): .googlenet(width: width ?? own)
    case .resnet50(let own): .resnet50(width: width ?? own)
    }
  }

  /// The widths of its hidden layers, if it has that option.
  public var hidden: [Int]? {
    switch self {
    case .mlp(let hidden): hidden
    case .lenet, .resnet8, .resnet18, .resnet34, .vgg16, .densenet121, .googlenet, .resnet50: nil
    }
  }

  /// The number that scales it, if it has that option.
  public var width: Int? {
    switch self {
    case .mlp, .lenet, .resnet8: nil
    case .resnet18(let width), .resnet34(let width), .vgg16(let width), .densenet121(let width),
      .googlenet(let width), .resnet50(let width):
      width
    }
  }

  /// Its name in a study file.
  public var name: String { known.rawValue }

  private var known: Name {
    switch self {
    case .mlp: .mlp
    case .lenet: .lenet
    case .resnet8: .resnet8
    case .resnet18: .resnet18
    case .resnet34: .resnet34
    case .vgg16: .vgg16
    case .densenet121: .densenet121
    case .googlenet: .googlenet
    case .resnet50: .resnet50
    }
  }

  /// What it is, in one line.
  public var summary: String {
    switch self {
    case .mlp: "a multilayer perceptron with ReLU between its layers"
    case .lenet: "LeNet-5 with ReLU and max pooling"
    case .resnet8: "the CIFAR ResNet with one block each of 16, 32 and 64 channels"
    case .resnet18: "ResNet18 with a 3×3 stem; 'width: 64' channels at first, or another number"
    case .resnet34: "ResNet34 with a 3×3 stem; 'width: 64' channels at first, or another number"
    case .vgg16:
      "VGG16 with batch norm and one linear layer; 'width: 64' channels at first, or another number"
    case .densenet121:
      "DenseNet121 with a 3×3 stem; 'width: 32' channels more a layer, or another number"
    case .googlenet:
      "GoogLeNet with a 3×3 stem of 'width: 192' channels, or another number; dropout"
    case .resnet50: "ResNet50 for ImageNet; a 7×7 stem of 'width: 64' channels, or another number"
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
    case .vgg16(let width): return Network.vgg16(width: width, input: input, classes: classes)
    case .densenet121(let growth):
      return Network.denseNet121(growth: growth, input: input, classes: classes)
    case .googlenet(let width):
      return Network.googLeNet(width: width, input: input, classes: classes)
    case .resnet50(let width):
      return Network.resNet50(width: width, input: input, classes: classes)
    }
  }

  /// The smallest height and width it can take.
  private var smallestSide: Int {
    switch self {
    case .mlp, .resnet8, .resnet18, .resnet34, .vgg16, .resnet50: 1
    case .googlenet: 3
    case .densenet121: 8
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
