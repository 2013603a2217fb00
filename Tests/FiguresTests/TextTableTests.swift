import Analysis
import Figures
import Foundation
#if canImport(FoundationXML)
  import FoundationXML
#endif
import Studies
import Testing

struct TextTableTests {
  private func table(_ values: [TextTable.Value]) -> TextTable {
    TextTable(
      title: "T", caption: "C",
      columns: values.indices.map { TextTable.Column("k\($0)", "H\($0)") },
      rows: [values])
  }

  private func csv(_ value: TextTable.Value) -> String {
    String(table([value]).csv.dropFirst("k0\n".count).dropLast())
  }

  @Test func csvQuotesWhatWouldBreakALineOrRunAsAFormula() {
    #expect(csv(.text("plain")) == "plain")
    #expect(csv(.text("a,b")) == "\"a,b\"")
    #expect(csv(.text("say \"a\"")) == "\"say \"\"a\"\"\"")
    #expect(csv(.text("a\r\nb")) == "\"a\r\nb\"")
    for start in ["=", "+", "-", "@"] { #expect(csv(.text(start + "1")) == "'" + start + "1") }
    #expect(csv(.number(-1.5)) == "-1.5")
  }

  @Test func numbersHaveAtMostSixSignificantDigits() {
    #expect(csv(.number(0.123456789)) == "0.123457")
    #expect(csv(.number(1 / 3.0)) == "0.333333")
    #expect(csv(.number(999_999.96)) == "1000000")
    #expect(csv(.number(0.1 + 0.2)) == "0.3")
    #expect(csv(.number(1e-7)) == "1e-7")
    #expect(csv(.number(1.5e300)) == "1.5e300")
    #expect(csv(.number(0)) == "0" && csv(.number(-0.0)) == "0")
    #expect(csv(.number(.nan)) == "" && csv(.number(.infinity)) == "")
  }

  @Test func settingsAreAsShortAsTheyCanBe() {
    #expect(csv(.setting(1e-5)) == "1e-5")
    #expect(csv(.setting(0.0005)) == "5e-4")
    #expect(csv(.setting(0.03)) == "0.03")
    #expect(csv(.setting(1)) == "1")
    #expect(csv(.setting(0.123456789)) == "0.123456789")
  }

  @Test func numbersAgreeWithFoundation() {
    var state: UInt64 = 3
    for _ in 0..<2000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value = Double(state >> 11) / Double(1 << 53)
      #expect(Double(csv(.number(value))) == Double(String(format: "%.6g", value)))
      let percent = table([.fraction(value)]).markdown.split(separator: "\n")[3]
      #expect(percent.contains(String(format: "%.2f", value * 100)), "\(value)")
    }
  }

  @Test func jsonIsValidWithSortedKeysAndNull() throws {
    let text = table([.text("a\"\\\n\u{1}é"), .none, .integer(3), .number(.nan), .setting(1e-5)])
      .json
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    let row = try #require((object?["rows"] as? [[String: Any]])?.first)
    #expect(row["k0"] as? String == "a\"\\\n\u{1}é")
    #expect(row["k1"] is NSNull && row["k3"] is NSNull)
    #expect(row["k4"] as? Double == 1e-5)
  }

  @Test func markdownAndLatexEscapeTheirSpecials() {
    let special = table([.text("a_b & <script> 50% $x$ #1 {y} ~ ^ \\ | *c*")])
    let markdown = special.markdown
    #expect(markdown.contains(#"a\_b &amp; &lt;script&gt;"#) && markdown.contains(#"\\ \| \*c\*"#))
    let latex = special.latex
    #expect(latex.contains(##"a\_b \& \textless{}script\textgreater{} 50\% \$x\$ \#1 \{y\}"##))
    #expect(latex.contains(#"\textasciitilde{} \textasciicircum{} \textbackslash{} \textbar{}"#))
  }

  @Test func entriesSayHowManySeedsTheyAreOver() throws {
    func text(_ entry: Entry) -> String { csv(.entry(entry, isFraction: true, isBest: false)) }
    let summary = try #require(Summary([0.1, 0.2]))
    var tally = Entry.Tally()
    tally.completed = 2
    #expect(text(.measured(summary, tally)) == "15.00 ± 7.07")
    tally.missing = 1
    #expect(text(.measured(summary, tally)) == "15.00 ± 7.07 (2/3)")
    tally.diverged = 1
    #expect(text(.diverged(others: summary, tally)) == "\"diverged 1/4, others 15.00 ± 7.07\"")
    #expect(text(.failed(tally)) == "failed" && text(.missing(tally)) == "–")
  }

  @Test func noTextOfAStudyBecomesMarkup() throws {
    let results = try SnapshotStudy.results()
    let report = ReportHTML.render([ReportHTML.Section(results, folder: "results/small")])
    // Its own scripts are there, and nothing of the study is among their tags.
    #expect(!report.contains("<script>alert") && !report.contains("<oom>"))
    #expect(report.components(separatedBy: "<script>").count == 2)
    #expect(
      !report.contains("http://")
        || report.components(separatedBy: "http://").dropFirst()
          .allSatisfy { $0.hasPrefix("www.w3.org/2000/svg") }
    )
    let picture = HeatmapSVG.render(results.surfaces(of: .finalTestError))
    #expect(!picture.contains("<script"))
    let parser = XMLParser(data: Data(picture.utf8))
    #expect(parser.parse())
  }
}
