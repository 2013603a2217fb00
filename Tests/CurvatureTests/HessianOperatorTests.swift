import Curvature
import Kernels
import Testing

/// Products with the Hessian against PyTorch's double autograd.
@Suite struct HessianOperatorTests {
  @Test(arguments: Case.names)
  func productsAndGradientsArePyTorchs(name: String) throws {
    let expected = try #require(try Golden.read().cases[name])
    let example = try Case(name)
    let mode: NormalizationMode = name.hasSuffix("-training") ? .training : .evaluation
    let hessian = example.hessian(mode)
    let count = example.network.parameterCount
    let (gradient, product) = (View<Double>(zeros: count), View<Double>(zeros: count))
    let loss = try hessian.gradient(to: gradient)
    try hessian.apply(View(example.direction), to: product)
    #expect(abs(loss - expected.loss) <= 1e-12 * abs(expected.loss))
    let norm = Vectors.dot(product, product).squareRoot()
    #expect(abs(norm - expected.norm) <= 1e-10 * expected.norm)
    let step = max(1, count / 100)
    for (index, pair) in zip(expected.gradient, expected.product).enumerated() {
      #expect(abs(gradient[index * step] - pair.0) <= 1e-12)
      // The largest element of H v bounds what rounding can do to any.
      #expect(abs(product[index * step] - pair.1) <= 1e-11 * max(1, expected.norm))
    }
  }

  /// Batches of two, the last smaller, for any number of threads give the same bits, and those of one batch but for
  /// rounding.
  @Test(arguments: ["lenet", "batch-norm"])
  func threadsChangeNoBit(name: String) throws {
    let example = try Case(name)
    let direction = View(example.direction)
    func product(batch: Int, threads: Int) throws -> [Double] {
      let product = View<Double>(zeros: direction.count)
      try example.hessian(batch: batch, threads: threads).apply(direction, to: product)
      return product.array
    }
    let one = try product(batch: 4, threads: 1)
    let hasSameBits = try product(batch: 4, threads: 3) == one
    #expect(hasSameBits)
    let whole = try product(batch: example.images, threads: 1)
    let apart = zip(one, whole).map { abs($0 - $1) }.max() ?? 1
    #expect(apart <= 1e-12)
  }

  /// A pass for another direction, or for the gradient, leaves nothing behind.
  @Test func passesDoNotRemember() throws {
    let example = try Case("concatenate")
    let hessian = example.hessian()
    let direction = View(example.direction)
    let (first, again) = (
      View<Double>(zeros: direction.count), View<Double>(zeros: direction.count)
    )
    try hessian.apply(direction, to: first)
    let other = View(example.direction.map { 3 - $0 })
    try hessian.apply(other, to: again)
    _ = try hessian.gradient(to: again)
    try hessian.apply(direction, to: again)
    #expect(first.array == again.array)
  }

  @Test func imagesGradientsHaveTheGradientAsMean() throws {
    let example = try Case("lenet")
    let hessian = example.hessian()
    let count = example.network.parameterCount
    let (gradient, sum) = (View<Double>(zeros: count), View<Double>(zeros: count))
    _ = try hessian.gradient(to: gradient)
    var images: [Int] = []
    try hessian.forEachGradient { image, share in
      images.append(image)
      Vectors.add(share, times: 1 / Double(example.images), to: sum)
    }
    #expect(images == Array(0..<example.images))
    let apart = zip(gradient.array, sum.array).map { abs($0 - $1) }.max() ?? 1
    #expect(apart <= 1e-13)
  }

  /// On stripes five pixels apart a 5 × 5 kernel of equal weights has the same value everywhere, but not the same tangent:
  /// tangents and gradients must go through the same one of a pool's tied maxima, or H is not symmetric.
  @Test func tiedMaximaLeaveTheHessianSymmetric() throws {
    let example = try Case("lenet")
    let samples = LabelledImages(labels: [1, 4, 7]) { _, target in
      target.copy(
        from: (0..<target.batch * 28 * 28).map { $0 % 28 % 5 == 0 ? 1 : 0.5 })
    }
    var parameters = example.parameters
    for index in 0..<6 * 25 { parameters[index] = 1.0 / 32 }
    let hessian = HessianOperator(
      example.network, parameters: parameters, statistics: [], samples: samples,
      normalization: .evaluation, batch: 3)
    let direction = View(example.direction)
    let other = View(example.direction.indices.map { Case.value(500, $0) })
    let (product, otherProduct) = (
      View<Double>(zeros: direction.count), View<Double>(zeros: direction.count)
    )
    try hessian.apply(direction, to: product)
    try hessian.apply(other, to: otherProduct)
    let (found, transposed) = (
      Vectors.dot(other, product), Vectors.dot(direction, otherProduct)
    )
    #expect(abs(found - transposed) <= 1e-11 * abs(found))
  }

  /// (λ/2)‖θ‖² adds λ v to the product and λ θ to the gradient.
  @Test func l2TermShifts() throws {
    let example = try Case("linear")
    let direction = View(example.direction)
    let count = direction.count
    let (plain, shifted) = (View<Double>(zeros: count), View<Double>(zeros: count))
    try example.hessian().apply(direction, to: plain)
    try example.hessian(l2: 0.5).apply(direction, to: shifted)
    let apart = zip(zip(plain.array, shifted.array), example.direction).map {
      abs($0.0 + 0.5 * $1 - $0.1)
    }.max()
    #expect(apart ?? 1 <= 1e-15)
    _ = try example.hessian().gradient(to: plain)
    _ = try example.hessian(l2: 0.5).gradient(to: shifted)
    let moved = zip(zip(plain.array, shifted.array), example.parameters).map {
      abs($0.0 + 0.5 * $1 - $0.1)
    }.max()
    #expect(moved ?? 1 <= 1e-15)
  }
}
