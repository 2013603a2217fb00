import Analysis
import Figures
import Foundation
import Studies
import Testing

/// Contours bound the same regions as areas are measured of.
struct ContourTests {
  /// The area of the polygons of a path of absolute moves and lines, in square pixels.
  private func area(_ path: Substring) -> Double {
    path.split(separator: "Z").reduce(0) { sum, part in
      let points = part.dropFirst().split(separator: "L").map { point in
        point.split(separator: " ").compactMap { Double($0) }
      }
      var twice = 0.0
      for (a, b) in zip(points, points.dropFirst() + points.prefix(1)) {
        twice += a[0] * b[1] - b[0] * a[1]
      }
      return sum + abs(twice) / 2
    }
  }

  @Test(arguments: HeatmapSVG.Coordinate.allCases)
  func theRegionBelowALevelHasTheMeasuredArea(_ coordinate: HeatmapSVG.Coordinate) throws {
    let results = try SnapshotStudy.results()
    let surface = try #require(results.surfaces(of: .finalTestError).first)
    var options = HeatmapSVG.Options()
    (options.form, options.coordinate) = (.contours, coordinate)
    // Ticks of 0.02 and levels of 0.01, in shares.
    options.limits = 0.1...0.2
    let picture = HeatmapSVG.render([surface], options: options)
    // Path by path, each over those before it: everything measured, then what is at most 20 %, 19 %, …
    let paths = picture.split(separator: "\n").compactMap { line -> Substring? in
      guard line.hasPrefix("<path d=\""), line.contains("Z\""), !line.contains("stroke"),
        !line.contains("#ececec")
      else { return nil }
      return line.dropFirst("<path d=\"".count).prefix { $0 != "\"" }
    }
    let grid = LogGrid(surface)
    func decades(_ bound: Double) throws -> Double {
      try #require(grid.area(atMost: bound)).decades
    }
    let whole = try decades(1)
    let scale = area(paths[0]) / whole
    #expect(whole > 0)
    var compared = 0
    for (path, bound) in zip(paths.dropFirst(), stride(from: 0.2, to: 0.1, by: -0.01)) {
      let wanted = try decades(bound)
      guard wanted > 0 else { continue }
      #expect(abs(area(path) / scale - wanted) < 0.01 * whole, "at most \(bound)")
      compared += 1
    }
    #expect(compared > 4)
  }

  @Test(arguments: HeatmapSVG.Coordinate.allCases)
  func aGridWithoutAnyWeightDecayIsDrawn(_ coordinate: HeatmapSVG.Coordinate) throws {
    let surfaces = try SnapshotStudy.results(weightDecays: [0]).surfaces(of: .finalTestError)
    for form in HeatmapSVG.Form.allCases {
      var options = HeatmapSVG.Options()
      (options.form, options.coordinate) = (form, coordinate)
      let picture = HeatmapSVG.render(surfaces, options: options)
      #expect(picture.contains(">0</text>") && !picture.contains("nan"))
    }
  }
}
