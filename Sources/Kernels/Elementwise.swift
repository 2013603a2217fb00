/// Operations that treat each element alike. Items of work are runs of 4,096 elements.
public enum Elementwise {
  private static let run = 4096

  @inline(__always)
  private static func forEachRun(_ count: Int, _ team: Team, _ body: (Range<Int>) -> Void) {
    team.forEach((count + run - 1) / run) { body($0 * run..<min(count, ($0 + 1) * run)) }
  }

  /// y = max(x, 0) of the first `count` elements; NaN stays NaN. The two may be the same.
  public static func rectify<S: KernelScalar>(
    _ x: View<S>, to y: View<S>, count: Int, team: Team
  ) {
    require(x.count >= count && y.count >= count)
    let (x, y) = (x.pointer, y.pointer)
    forEachRun(count, team) { rectifyRun(x + $0.lowerBound, y + $0.lowerBound, $0.count) }
  }

  /// ∂x = ∂y where y > 0, else 0, written to or added to `dx`, which may be `dy` if written.
  public static func rectifyGradient<S: KernelScalar>(
    _ y: View<S>, _ dy: View<S>, to dx: View<S>, accumulating: Bool, count: Int, team: Team
  ) {
    require(y.count >= count && dy.count >= count && dx.count >= count)
    let (y, dy, dx) = (y.pointer, dy.pointer, dx.pointer)
    forEachRun(count, team) {
      let at = $0.lowerBound
      rectifyGradientRun(y + at, dy + at, dx + at, $0.count, accumulating)
    }
  }

  /// z = x + y of the first `count` elements.
  public static func add<S: KernelScalar>(
    _ x: View<S>, _ y: View<S>, to z: View<S>, count: Int, team: Team
  ) {
    require(x.count >= count && y.count >= count && z.count >= count)
    let (x, y, z) = (x.pointer, y.pointer, z.pointer)
    forEachRun(count, team) {
      let at = $0.lowerBound
      addRun(x + at, y + at, z + at, $0.count)
    }
  }

  /// z = x · y, written to or added to `z`.
  public static func multiply<S: KernelScalar>(
    _ x: View<S>, _ y: View<S>, to z: View<S>, accumulating: Bool, count: Int, team: Team
  ) {
    require(x.count >= count && y.count >= count && z.count >= count)
    let (x, y, z) = (x.pointer, y.pointer, z.pointer)
    forEachRun(count, team) {
      let at = $0.lowerBound
      multiplyRun(x + at, y + at, z + at, $0.count, accumulating)
    }
  }

  /// x ← factor · x.
  public static func scale<S: KernelScalar>(_ x: View<S>, by factor: S, team: Team) {
    let start = x.pointer
    forEachRun(x.count, team) { scaleRun(start + $0.lowerBound, factor, $0.count) }
  }

  /// x moved into [−bound, bound]; NaN stays NaN.
  public static func clamp<S: KernelScalar>(_ x: View<S>, to bound: S, team: Team) {
    let start = x.pointer
    forEachRun(x.count, team) { clampRun(start + $0.lowerBound, bound, $0.count) }
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func rectifyRun<S: KernelScalar>(
  _ x: UnsafePointer<S>, _ y: UnsafeMutablePointer<S>, _ count: Int
) {
  for index in 0..<count { y[index] = x[index] < 0 ? 0 : x[index] }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func rectifyGradientRun<S: KernelScalar>(
  _ y: UnsafePointer<S>, _ dy: UnsafePointer<S>, _ dx: UnsafeMutablePointer<S>, _ count: Int,
  _ accumulating: Bool
) {
  // Written with vectors, since a branch for each element is mispredicted for half of them.
  var index = 0
  while index + 8 <= count {
    let share = S.select(load(dy + index), whereAboveZero: load(y + index))
    store(accumulating ? load(dx + index) + share : share, dx + index)
    index += 8
  }
  while index < count {
    let share = y[index] > 0 ? dy[index] : 0
    dx[index] = accumulating ? dx[index] + share : share
    index += 1
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func addRun<S: KernelScalar>(
  _ x: UnsafePointer<S>, _ y: UnsafePointer<S>, _ z: UnsafeMutablePointer<S>, _ count: Int
) {
  for index in 0..<count { z[index] = x[index] + y[index] }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func multiplyRun<S: KernelScalar>(
  _ x: UnsafePointer<S>, _ y: UnsafePointer<S>, _ z: UnsafeMutablePointer<S>, _ count: Int,
  _ accumulating: Bool
) {
  if accumulating {
    for index in 0..<count { z[index] += x[index] * y[index] }
  } else {
    for index in 0..<count { z[index] = x[index] * y[index] }
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func scaleRun<S: KernelScalar>(_ x: UnsafeMutablePointer<S>, _ factor: S, _ count: Int) {
  for index in 0..<count { x[index] *= factor }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func clampRun<S: KernelScalar>(_ x: UnsafeMutablePointer<S>, _ bound: S, _ count: Int) {
  for index in 0..<count {
    x[index] = x[index] < -bound ? -bound : x[index] > bound ? bound : x[index]
  }
}
