import Curvature
import Foundation
import Kernels
import Networks

/// What `Golden/make_products.py` found.
struct Golden: Decodable {
  struct Case: Decodable {
    let loss: Double
    let norm: Double
    let gradient: [Double]
    let product: [Double]
  }

  struct Spectrum: Decodable {
    let values: [Double]
    let trace: Double?
  }

  let cases: [String: Case]
  let spectra: [String: Spectrum]

  static func read() throws -> Golden {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Golden/products.json")
    return try JSONDecoder().decode(Golden.self, from: try Data(contentsOf: url))
  }
}

/// A network of the golden file with its images.
struct Case {
  let network: Network
  let images: Int

  static let names = [
    "linear", "convolution", "no-bias", "max-pool", "max-pool-padded", "average-pool",
    "global-average", "batch-norm", "batch-norm-training", "batch-norm-first",
    "batch-norm-first-training", "dropout", "add", "concatenate", "reuse", "mlp", "lenet",
    "resnet8", "resnet8-training",
  ]

  /// - Parameter name: as in the golden file, perhaps with `-training`.
  init(_ name: String) throws {
    let digits = Shape(channels: 1, height: 28, width: 28)
    switch name.hasSuffix("-training") ? String(name.dropLast(9)) : name {
    case "small":
      images = 24
      network = try NetworkChoice.mlp(hidden: [16]).network(
        input: Shape(channels: 2, height: 6, width: 6), classes: 4)
    case "mlp":
      images = 20
      network = try NetworkChoice.mlp(hidden: [30, 20]).network(input: digits, classes: 10)
    case "lenet":
      images = 20
      network = try NetworkChoice.lenet.network(input: digits, classes: 10)
    case "resnet8":
      images = 6
      network = try NetworkChoice.resnet8.network(
        input: Shape(channels: 3, height: 16, width: 16), classes: 10)
    case let layer:
      images = 6
      var net = NetworkBuilder(input: Shape(channels: 2, height: 6, width: 6))
      let last = net.layer(layer)
      _ = net.linear("out", net.flatten("flatten", last), outputs: 4)
      network = net.network()
    }
  }

  /// Element k of the flat tensor number s.
  static func value(_ s: Int, _ k: Int) -> Double {
    Double((k * 7919 + s * 104729) % 2003) / 1001 - 1
  }

  var parameters: [Double] {
    network.parameters.enumerated().flatMap { number, tensor in
      let isNormal = tensor.initialization == .constant(1)
      let fanIn = Double(tensor.count / tensor.shape[0])
      return (0..<tensor.count).map { k in
        let value = Case.value(number, k)
        if tensor.shape.count > 1 { return value * 2 / fanIn.squareRoot() }
        return isNormal ? 1 + 0.3 * value : 0.3 * value
      }
    }
  }

  var direction: [Double] {
    network.parameters.enumerated().flatMap { number, tensor in
      (0..<tensor.count).map { Case.value(100 + number, $0) }
    }
  }

  var statistics: [Double] {
    network.statistics.enumerated().flatMap { number, tensor in
      (0..<tensor.count).map { k in
        number % 2 == 0
          ? 0.2 * Case.value(300 + number / 2, k) : 1.3 + 0.5 * Case.value(400 + number / 2, k)
      }
    }
  }

  func hessian(
    _ mode: NormalizationMode = .evaluation, batch: Int? = nil, l2: Double = 0, threads: Int = 1
  ) -> HessianOperator {
    let shape = network.input
    let classes = network.classes
    let samples = LabelledImages(
      labels: (0..<images).map { UInt8((7 * $0 + 3) % classes) }
    ) { indices, target in
      var values = [Double](repeating: 0, count: target.batch * shape.count)
      for (sample, image) in indices.enumerated() {
        for channel in 0..<shape.channels {
          for position in 0..<shape.height * shape.width {
            values[(sample * shape.height * shape.width + position) * shape.channels + channel] =
              Case.value(
                200, (image * shape.channels + channel) * shape.height * shape.width + position)
          }
        }
      }
      target.copy(from: values)
    }
    return HessianOperator(
      network, parameters: parameters, statistics: statistics, samples: samples,
      normalization: mode, batch: batch ?? images, l2: l2, threads: threads)
  }
}

extension NetworkBuilder {
  private mutating func first() -> Int {
    convolution("first", input, outputs: 5, kernel: 3, padding: 1)
  }

  /// The layers of a case, all but the last two.
  fileprivate mutating func layer(_ name: String) -> Int {
    switch name {
    case "linear":
      return relu("relu", linear("fc", flatten("flat", input), outputs: 9))
    case "convolution":
      let x = relu("relu", first())
      return convolution("conv", x, outputs: 3, kernel: 3, stride: 2, padding: 1)
    case "no-bias":
      return convolution("conv", relu("relu", first()), outputs: 9, kernel: 2, bias: false)
    case "max-pool": return maxPool("pool", first(), kernel: 2)
    case "max-pool-padded":
      return maxPool("pool", first(), kernel: 3, stride: 2, padding: 1)
    case "average-pool":
      return averagePool("pool", relu("relu", first()), kernel: 3, stride: 2, padding: 1)
    case "global-average": return globalAveragePool("pool", relu("relu", first()))
    case "batch-norm": return relu("relu", batchNorm("norm", first()))
    case "batch-norm-first":
      let x = batchNorm("norm", input)
      return convolution("conv", x, outputs: 5, kernel: 3, padding: 1)
    case "dropout": return dropout("dropout", first(), probability: 0.5)
    case "add":
      return add("add", input, convolution("conv", input, outputs: 2, kernel: 3, padding: 1))
    case "concatenate":
      return concatenate(
        "join", [input, convolution("conv", input, outputs: 3, kernel: 3, padding: 1)])
    case "reuse":
      let x = first()
      let twice = add("twice", x, x)
      let other = add("other", convolution("conv", x, outputs: 5, kernel: 1), relu("relu", x))
      return add("sum", twice, other)
    default: preconditionFailure("there is no case \(name)")
    }
  }
}
