/// How much each source of randomness, and each of their interactions, adds to the variance of results: the
/// random-effects model of a complete crossing with one run for each combination.
///
///     x = μ + Σ_S u_S,   S over the nonempty sets of sources, Var u_S = σ²_S
///
/// The estimates are those of the analysis of variance (Searle, Casella & McCulloch, "Variance Components",
/// 1992, chapter 4): for the mean square of S, E MS_S = Σ_{T ⊇ S} σ²_T Π_{f ∉ T} n_f, solved from the largest set
/// down. They are unbiased, so a small component may come out negative: it is reported as it is. The sources are not
/// additive (Summers & Dinneen, "Nondeterminism and Instability in Neural Network Optimization", ICML
/// 2021), hence the interactions. The component of all sources together holds what no source explains.
public struct VarianceComponents: Hashable, Sendable {
  /// Each nonempty set of sources with its σ²; sets of one source first.
  public let components: [Component]
  /// The sum of all components: the variance of a run with fresh seeds everywhere.
  public var total: Double { components.reduce(0) { $0 + $1.variance } }

  public struct Component: Hashable, Sendable {
    /// The names of the sources, in the order given.
    public let sources: [String]
    /// σ², in squared units of the results; may be negative.
    public let variance: Double
    public let degreesOfFreedom: Int
  }

  /// The components of results in row-major order over the sources' levels.
  ///
  /// `nil` if no source has two levels; sources with one level are left out, since nothing is known of them.
  ///
  /// - Precondition: as many values as the levels' product, all finite.
  public init?(sources: [(name: String, levels: Int)], values: [Double]) {
    precondition(values.count == sources.reduce(1) { $0 * $1.levels })
    let sources = sources.filter { $0.levels > 1 }
    guard !sources.isEmpty else { return nil }
    let all = (1 << sources.count) - 1
    let levels = sources.map(\.levels)
    func indices(_ set: Int) -> [Int] { sources.indices.filter { set >> $0 & 1 == 1 } }
    // The mean over all but the sources of a set, spread over all values again.
    func means(_ set: Int) -> [Double] {
      var sums: [Int: Double] = [:]
      let keys = values.indices.map { index -> Int in
        var (rest, key, place) = (index, 0, 1)
        for source in levels.indices.reversed() {
          if set >> source & 1 == 1 { key += rest % levels[source] * place }
          place *= levels[source]
          rest /= levels[source]
        }
        return key
      }
      for (key, value) in zip(keys, values) { sums[key, default: 0] += value }
      let share = Double(indices(set).reduce(1) { $0 * levels[$1] }) / Double(values.count)
      return keys.map { (sums[$0] ?? 0) * share }
    }
    var effects: [Int: [Double]] = [0: means(0)]
    var degrees: [Int: Int] = [:]
    var meanSquares: [Int: Double] = [:]
    for set in (1...all).sorted(by: { ($0.nonzeroBitCount, $0) < ($1.nonzeroBitCount, $1) }) {
      var effect = means(set)
      // In a fixed order, so that the sum has the same bits everywhere.
      for subset in 0..<set where subset & set == subset {
        let values = effects[subset] ?? []
        for index in effect.indices { effect[index] -= values[index] }
      }
      effects[set] = effect
      let freedom = indices(set).reduce(1) { $0 * (levels[$1] - 1) }
      degrees[set] = freedom
      meanSquares[set] = effect.reduce(0) { $0 + $1 * $1 } / Double(freedom)
    }
    func weight(_ set: Int) -> Double {
      Double(levels.indices.filter { set >> $0 & 1 == 0 }.reduce(1) { $0 * levels[$1] })
    }
    var variances: [Int: Double] = [:]
    for set in (1...all).sorted(by: { $0.nonzeroBitCount > $1.nonzeroBitCount }) {
      let above = variances.sorted { $0.key < $1.key }
        .filter { $0.key & set == set }
        .reduce(0) { $0 + $1.value * weight($1.key) }
      variances[set] = ((meanSquares[set] ?? 0) - above) / weight(set)
    }
    components = (1...all).sorted { ($0.nonzeroBitCount, $0) < ($1.nonzeroBitCount, $1) }
      .map { set in
        Component(
          sources: indices(set).map { sources[$0].name }, variance: variances[set] ?? 0,
          degreesOfFreedom: degrees[set] ?? 0)
      }
  }
}
