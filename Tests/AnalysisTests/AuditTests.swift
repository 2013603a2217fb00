import Analysis
import Foundation
import Testing

/// Table 2 of Xie et al. (2022), and mistakes in such files.
struct AuditTests {
  private func table2() throws -> PublishedTable {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "results/published/adai-table2.csv")
    return try PublishedTable(
      csv: String(decoding: Data(contentsOf: file), as: UTF8.self), file: "adai-table2.csv")
  }

  @Test func table2IsWhole() throws {
    let table = try table2()
    #expect(table.keys == ["dataset", "network"])
    #expect(table.results.count == 5 * 11 && table.results.allSatisfy { $0.count == 3 })
  }

  /// t of Welch's test of Adai against SGD M, row by row, worked out by hand: √3 · difference / √(s² + s²).
  @Test func welchStatisticsOfTable2() throws {
    let audit = AuditTable(try table2(), subjects: ["Adai"], rivals: ["SGD M"])
    let rows = audit.rows.filter { $0.reading == .sample }
    let t = rows.map { (100 * abs($0.welch?.statistic ?? 0)).rounded() / 100 }
    #expect(
      rows.map { $0.row[1] } == ["ResNet18", "VGG16", "ResNet34", "DenseNet121", "GoogLeNet"])
    #expect(t == [3.27, 7.89, 2.94, 0.76, 2.65])
    #expect(
      rows.allSatisfy {
        2 <= $0.welch?.degreesOfFreedom ?? 0 && $0.welch?.degreesOfFreedom ?? 9 <= 4
      })
    // Without correction VGG16 alone is clear.
    #expect(rows.map { ($0.welch?.pValue ?? 1) <= 0.05 }.filter { $0 }.count >= 1)
    #expect((rows[1].welch?.pValue ?? 1) < 0.02)
  }

  @Test func oneGapOfTenSurvivesHolm() throws {
    let audit = AuditTable(try table2(), subjects: ["AdaiW", "Adai"], rivals: ["SGD M"])
    func rows(_ reading: AuditTable.Reading) -> [AuditTable.Row] {
      audit.rows.filter { $0.reading == reading }
    }
    #expect(rows(.sample).count == 10)
    #expect(rows(.sample).allSatisfy { $0.first.mean < $0.second.mean })
    let clear = rows(.sample).filter { ($0.adjusted ?? 1) <= 0.05 }
    #expect(clear.count == 1 && clear[0].first.label == "AdaiW" && clear[0].row[1] == "VGG16")
    #expect(((clear[0].adjusted ?? 0) * 1000).rounded() == 25)
    // Divided by n instead, two gaps stay below 0.05, one after Holm.
    #expect(rows(.population).count { ($0.welch?.pValue ?? 1) <= 0.05 } == 2)
    #expect(rows(.population).count { ($0.adjusted ?? 1) <= 0.05 } == 1)
  }

  @Test func everyPairIsComparedUnlessAsked() throws {
    let text =
      "label,mean,deviation,n,set\na,1,0.1,3,x\nb,2,0.1,3,x\nc,3,0,3,x\na,1,0,2,y\nb,1,0,2,y\n"
    let table = try PublishedTable(csv: text, file: "t.csv")
    let all = AuditTable(table).rows.filter { $0.reading == .sample }
    #expect(all.map { $0.first.label + $0.second.label } == ["ab", "ac", "bc", "ab"])
    // Two results that do not deviate: no test.
    #expect(all[3].welch == nil && all[3].adjusted == nil)
    let both = AuditTable(table, subjects: ["a", "b"], rivals: ["b", "a"]).rows
    #expect(both.filter { $0.reading == .sample }.map { $0.first.label } == ["a", "a"])
    let one = AuditTable(table, subjects: ["b"]).rows.filter { $0.reading == .sample }
    #expect(one.map { $0.first.label + $0.second.label } == ["ba", "bc", "ba"])
  }

  @Test func quotesAndBlanksAreRead() throws {
    let text = "\u{FEFF}\"label\" , mean,deviation,n\r\n\"SGD \"\"M\"\", slow\",1e-2, .5 ,3\r\n\r\n"
    let table = try PublishedTable(csv: text, file: "t.csv")
    #expect(table.results[0].label == "SGD \"M\", slow" && table.results[0].deviation == 0.5)
  }

  @Test(arguments: [
    ("", 1, "the table has no results"),
    ("label,mean,deviation,n\n", 1, "the table has no results"),
    (
      "label,mean,sd,n\na,1,1,3\n", 1,
      "there is no column 'deviation'; needed are label, mean, deviation, n"
    ),
    ("label,mean,mean,deviation,n\n", 1, "there are two columns 'mean'"),
    ("label,mean,deviation,n\na,1,1\n", 2, "3 fields, but the first line has 4 columns"),
    ("label,mean,deviation,n\na,1,1,3\nb,x,1,3\n", 3, "'mean' must be a number, not 'x'"),
    ("label,mean,deviation,n\na,nan,1,3\n", 2, "'mean' must be a number, not 'nan'"),
    (
      "label,mean,deviation,n\na,1,-1,3\n", 2,
      "'deviation' must be a number that is not negative, not '-1'"
    ),
    ("label,mean,deviation,n\na,1,1,1\n", 2, "one run has no deviation; leave the field empty"),
    ("label,mean,deviation,n\na,1,,0\n", 2, "'n' must be a number, whole and at least 1, not '0'"),
    (
      "label,mean,deviation,n\na,1,1,2.5\n", 2,
      "'n' must be a number, whole and at least 1, not '2.5'"
    ),
    ("label,mean,deviation,n\na,1,1,3\na,1,1,3\n", 3, "'a' comes twice in one row of the table"),
    ("label,mean,deviation,n\n\"a,1,1,3\n", 2, "a quoted field does not end"),
  ])
  func mistakesAreNamedWithTheirLine(text: String, line: Int, message: String) {
    let error = #expect(throws: PublishedTableError.self) {
      try PublishedTable(csv: text, file: "t.csv")
    }
    #expect(error?.description == "t.csv:\(line): \(message)")
  }
}
