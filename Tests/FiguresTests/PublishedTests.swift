import Analysis
import Figures
import Foundation
import Networks
import Studies
import Testing

/// Table 2 of Xie et al. (2022) put in as records comes out as it is printed.
struct PublishedTests {
  private func published() throws -> PublishedTable {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "results/published/adai-table2.csv")
    return try PublishedTable(
      csv: String(decoding: Data(contentsOf: file), as: UTF8.self), file: "adai-table2.csv")
  }

  /// A study for each row of the table: a sweep of one point for each optimizer, three seeds whose errors have
  /// the printed mean and deviation: m − s, m, m + s.
  private func results(_ row: [PublishedTable.Result]) throws -> StudyResults {
    let sweeps = row.map { result in
      Sweep(
        label: result.label.replacing(" ", with: "_"), optimizer: "sgd",
        axes: [
          .init(key: "learning_rate", values: [0.1]), .init(key: "weight_decay", values: [0]),
        ], fixed: [:])
    }
    let study = Study(
      name: row[0].row[1], about: "", dataset: .init(name: "synthetic", train: 100, test: 50),
      network: .mlp(hidden: [8]), training: .init(epochs: 2, batch: .images(10)),
      seeds: .joint([0, 1, 2]), sweeps: sweeps, record: RecordOptions(), confirmationSeeds: [])
    let dataset = DatasetIdentity(
      name: "synthetic", train: 100, test: 50, digest: String(repeating: "0", count: 64),
      mean: [0.5], standardDeviation: [0.25], channels: 1, height: 4, width: 4, classes: 2)
    let grid = try StudyGrid(study, dataset: dataset)
    return StudyResults(
      grid: grid,
      states: grid.places.map { place in
        let result = row[place.sweep]
        let error = (result.mean + Double(place.seed - 1) * (result.deviation ?? 0)) / 100
        return .finished(
          CellRecord(
            cell: place.cell, outcome: .completed, finalTestError: error, bestTestError: error,
            bestEpoch: 1, curves: [], testCorrectFinal: [], testCorrectBest: [], finalWeights: [],
            bestWeights: [], optimizerState: []))
      })
  }

  @Test func table2ComesOutAsPrinted() throws {
    let published = try published()
    let rows = Dictionary(grouping: published.results, by: \.row).values
      .sorted { ($0[0].row[0], $0[0].row[1]) < ($1[0].row[0], $1[0].row[1]) }
    let table = try VarianceTable(rows.map { VarianceTable(try results($0)) })
    let text = Exhibit.variance(table).text(as: .latex)
    for row in rows {
      let line = try #require(
        text.split(separator: "\n").first { $0.contains(row[0].row[1]) && $0.contains("Final") })
      let best = row.map(\.mean).min()
      let wanted = row.map { result in
        let mean = String(format: "%.2f", result.mean)
        let deviation = String(format: "%.2f", result.deviation ?? .nan)
        return "$" + (result.mean == best ? "\\mathbf{\(mean)}" : mean) + "_{\(deviation)}$"
      }
      #expect(line.contains(wanted.joined(separator: " & ")), "\(line)")
    }
  }
}
