import Foundation
import Kernels
import Testing
import Training

/// Every kind of layer against PyTorch's autograd in float64 (Golden/make_layers.py).
@Suite struct LayerTests {
  @Test(arguments: try GoldenLayer.all())
  func agreesInFloat64(layer: GoldenLayer) {
    #expect(distance(of: layer, as: Double.self) < 1e-12)
  }

  @Test(arguments: try GoldenLayer.all())
  func agreesInFloat32(layer: GoldenLayer) {
    #expect(distance(of: layer, as: Float.self) < 1e-5)
  }

  @Test(arguments: try GoldenLayer.all())
  func threadsChangeNoBit(layer: GoldenLayer) {
    let one = LayerRun<Float>(layer, threads: 1).results()
    let three = LayerRun<Float>(layer, threads: 3).results()
    for (name, values) in one { #expect(three[name] == values, "\(name)") }
  }

  /// The derivative of Σ u · y along a direction of inputs and parameters, u being the gradient from above.
  ///
  /// Not ReLU's: one of its inputs is 0, where it has no derivative.
  @Test(
    arguments: try GoldenLayer.all().filter {
      !["crossEntropy", "relu"].contains($0.kind) && $0.training != false
    })
  func agreesWithCentralDifferences(layer: GoldenLayer) {
    func weighted(_ values: [Double]?, _ s: Int) -> Double {
      (values ?? []).enumerated().reduce(0) { $0 + $1.element * GoldenLayer.element(s, $1.offset) }
    }
    func objective(_ shift: Double) -> Double {
      weighted(LayerRun<Double>(layer, threads: 1, shift: shift).results()["y"], 20)
    }
    let results = LayerRun<Double>(layer, threads: 1).results()
    let slope =
      layer.inputs.indices.reduce(0) { $0 + weighted(results["dx\($1)"], 40 + $1) }
      + weighted(results["dw"], 50) + weighted(results["db"], 51)
    let h = 1e-5
    let difference = (objective(h) - objective(-h)) / (2 * h)
    #expect(abs(difference - slope) < 1e-7 * max(1, abs(slope)))
  }

  /// The largest distance of any result from PyTorch's, relative to the largest element of its tensor.
  private func distance<Scalar: KernelScalar>(of layer: GoldenLayer, as: Scalar.Type) -> Double {
    let results = LayerRun<Scalar>(layer, threads: 1).results()
    return results.reduce(0) { worst, result in
      let expected = layer.expected(result.key)
      guard expected.count == result.value.count else { return .infinity }
      let scale = max(1, expected.reduce(0) { max($0, abs($1)) })
      return zip(expected, result.value).reduce(worst) { worst, pair in
        let error = abs(pair.0 - pair.1) / scale
        return error <= worst ? worst : error
      }
    }
  }
}

/// A case of layers.json.
struct GoldenLayer: Decodable, CustomTestStringConvertible, Sendable {
  let kind: String
  let name: String
  let batch: Int
  let inputs: [[Int]]
  let offset: Double
  let scale: Double
  let outputs: Int?
  let kernel: Int?
  let stride: Int?
  let padding: Int?
  let bias: Bool?
  let training: Bool?
  let probability: Double?
  let y: [Double]
  let dx: [[Double]]
  let dw: [Double]?
  let db: [Double]?
  let running_mean: [Double]?
  let running_var: [Double]?

  var testDescription: String { "\(kind) \(name)" }

  static func all() throws -> [GoldenLayer] {
    struct Table: Decodable { let cases: [GoldenLayer] }
    return try JSONDecoder().decode(Table.self, from: golden("layers.json")).cases
  }

  /// PyTorch's value of a result.
  func expected(_ result: String) -> [Double] {
    switch result {
    case "y": y
    case "dw": dw ?? []
    case "db": db ?? []
    case "running_mean": running_mean ?? []
    case "running_var": running_var ?? []
    default: dx[Int(result.dropFirst(2)) ?? 0]
    }
  }

  /// Element k of the flat tensor number s, as the script makes it.
  static func element(_ s: Int, _ k: Int) -> Double {
    Double((k * 7919 + s * 104729) % 2003) / 1001.0 - 1
  }
}

func golden(_ file: String) throws -> Data {
  let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
  return try Data(contentsOf: folder.appending(path: file))
}
