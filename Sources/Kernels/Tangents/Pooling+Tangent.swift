extension Pooling {
  /// How the maxima move with x: ẏ = ẋ at each window's maximum, the first of equal ones.
  public func maximumTangent<S: KernelScalar>(
    _ x: Images<S>, _ y: Images<S>, _ dx: Images<S>, to dy: Images<S>, count: Int, team: Team
  ) {
    require(x.layout == dx.layout && y.layout == dy.layout)
    require(x.layout.height == height && x.layout.width == width && x.layout.channels == channels)
    require(
      y.layout.height == outHeight && y.layout.width == outWidth && y.layout.channels == channels)
    require(count <= min(x.batch, y.batch, dx.batch, dy.batch))
    team.forEach(count) { moveMaxima(self, x, y, dx, dy, $0) }
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func moveMaxima<S: KernelScalar>(
  _ pool: Pooling, _ x: Images<S>, _ y: Images<S>, _ dx: Images<S>, _ dy: Images<S>, _ image: Int
) {
  let channels = pool.channels
  let (first, largest) = (
    image * x.layout.imagePitch, image * y.layout.imagePitch
  )
  for row in 0..<pool.outHeight {
    let rows = pool.window(row, pool.height)
    for column in 0..<pool.outWidth {
      let columns = pool.window(column, pool.width)
      let out = largest + row * y.layout.rowPitch + column * channels
      for channel in 0..<channels {
        var tangent: S = 0
        search: for i in rows {
          for j in columns {
            let at = first + i * x.layout.rowPitch + j * channels + channel
            if x.start[at] == y.start[out + channel] {
              tangent = dx.start[at]
              break search
            }
          }
        }
        dy.start[out + channel] = tangent
      }
    }
  }
}
