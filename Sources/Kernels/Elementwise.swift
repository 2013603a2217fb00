/// Operations on each element alone. Images may be the same ones where nothing else is said.
public enum Elementwise {
  /// y = max(x, 0); NaN stays NaN.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public static func rectify<S: KernelScalar>(
    _ x: Images<S>, to y: Images<S>, count: Int, team: Team
  ) {
    require(count <= min(x.batch, y.batch))
    team.forEachRun(count, x.layout, y.layout) {
      rectifyRun(x.start + x.layout.place($0), y.start + y.layout.place($0), $0.length)
    }
  }

  /// ∂x = ∂y where y > 0, else 0, written to or added to `dx`.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public static func rectifyGradient<S: KernelScalar>(
    _ y: Images<S>, _ dy: Images<S>, to dx: Images<S>, accumulating: Bool, count: Int, team: Team
  ) {
    require(count <= min(y.batch, dy.batch, dx.batch))
    team.forEachRun(count, y.layout, dy.layout, dx.layout) {
      rectifyGradientRun(
        y.start + y.layout.place($0), dy.start + dy.layout.place($0),
        dx.start + dx.layout.place($0), $0.length, accumulating)
    }
  }

  /// z = x + y.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public static func add<S: KernelScalar>(
    _ x: Images<S>, _ y: Images<S>, to z: Images<S>, count: Int, team: Team
  ) {
    require(count <= min(x.batch, y.batch, z.batch))
    team.forEachRun(count, x.layout, y.layout, z.layout) {
      addRun(
        x.start + x.layout.place($0), y.start + y.layout.place($0),
        z.start + z.layout.place($0), $0.length)
    }
  }

  /// y = x, which are not the same.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public static func copy<S: KernelScalar>(
    _ x: Images<S>, to y: Images<S>, count: Int, team: Team
  ) {
    require(count <= min(x.batch, y.batch))
    team.forEachRun(count, x.layout, y.layout) {
      (y.start + y.layout.place($0)).update(from: x.start + x.layout.place($0), count: $0.length)
    }
  }

  /// z = x · y, or z + x · y if accumulating.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public static func multiply<S: KernelScalar>(
    _ x: Images<S>, _ y: Images<S>, to z: Images<S>, accumulating: Bool, count: Int, team: Team
  ) {
    require(count <= min(x.batch, y.batch, z.batch))
    team.forEachRun(count, x.layout, y.layout, z.layout) {
      multiplyRun(
        x.start + x.layout.place($0), y.start + y.layout.place($0),
        z.start + z.layout.place($0), $0.length, accumulating)
    }
  }

  /// x ← factor · x.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public static func scale<S: KernelScalar>(_ x: View<S>, by factor: S, team: Team) {
    let start = x.pointer
    team.forEachPart(of: x.count) { scaleRun(start + $0.lowerBound, factor, $0.count) }
  }

  /// x moved into [−bound, bound]; NaN stays NaN.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public static func clamp<S: KernelScalar>(_ x: View<S>, to bound: S, team: Team) {
    let start = x.pointer
    team.forEachPart(of: x.count) { clampRun(start + $0.lowerBound, bound, $0.count) }
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
func rectifyGradientRun<S: KernelScalar>(
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
func addRun<S: KernelScalar>(
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
