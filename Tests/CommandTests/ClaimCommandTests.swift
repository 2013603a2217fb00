import Foundation
import Testing

/// Claims of studies and audits of published tables, from the command line.
@Suite struct ClaimCommandTests {
  let inertia: Inertia

  init() throws { inertia = try Inertia() }

  @Test func `a study's claims get verdicts`() throws {
    var study = TinyStudy()
    study.extra = """
      confirm: {seeds: [7, 8]}
      claims:
        - {claim: lower_mean, of: adai, than: sgd}
      """
    try inertia.folder.write(study.text, to: "tiny.yaml")
    try inertia.succeed("run", "tiny.yaml")
    let table = try inertia.folder.read("results/tiny/tables/claims.csv")
    // Two seeds cannot decide anything.
    #expect(table.contains("undecided") && table.contains("at least 6 are needed"))
    #expect(try inertia.folder.read("results/tiny/report.html").contains("undecided</b> adai has"))
    // Claims change no cell: without them nothing is left to train, and their table is not made.
    study.extra = "confirm: {seeds: [7, 8]}"
    try inertia.folder.write(study.text, to: "tiny.yaml")
    #expect(try inertia.succeed("plan", "tiny.yaml").output.contains("0 to train"))
  }

  @Test func `a bad claim is an error with its line`() throws {
    var study = TinyStudy()
    study.extra = "claims:\n  - {claim: lower_mean, of: adai, than: luck}"
    try inertia.folder.write(study.text, to: "tiny.yaml")
    let outcome = try inertia.run("plan", "tiny.yaml")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("tiny.yaml:10: 'than' must be one of sgd, not 'luck'"))
  }

  @Test func `a published table is audited`() throws {
    try inertia.folder.write(
      "set,label,mean,deviation,n\nx,a,1,0.1,3\nx,b,2,0.1,3\nx,=c,3,0.2,3\n", to: "t.csv")
    let all = try inertia.succeed("audit", "t.csv").output
    #expect(all.contains("3 of 3 comparisons have p ≤ 0.05"))
    let one = try inertia.succeed(
      "audit", "t.csv", "--of", "a", "--against", "=c", "--format", "csv"
    ).output
    // Twice: for both readings; and nothing that a spreadsheet would run.
    #expect(one.split(separator: "\n").count == 3 && one.contains(",'=c,"))
    let unknown = try inertia.run("audit", "t.csv", "--of", "z")
    #expect(unknown.status == 1 && unknown.errors.contains("there is no label 'z'"))
    try inertia.folder.write("label,mean\n", to: "bad.csv")
    let bad = try inertia.run("audit", "bad.csv")
    #expect(bad.status == 1 && bad.errors.contains("bad.csv:1: there is no column 'deviation'"))
    #expect(try inertia.run("audit", "none.csv").status == 1)
  }

  @Test func `pictures come light and dark`() throws {
    try inertia.folder.write(TinyStudy().text, to: "tiny.yaml")
    try inertia.succeed("run", "tiny.yaml")
    for kind in ["heatmap", "variance", "curves", "areas", "tunability"] {
      func svg(_ theme: String) throws -> String {
        try inertia.succeed(
          "export", kind, "results/tiny", "--format", "svg", "--theme", theme
        ).output
      }
      #expect(try svg("light").contains(##"fill="#ffffff"/>"##))
      #expect(try svg("dark").contains(##"fill="#14181c"/>"##))
    }
    let tide = try inertia.succeed("export", "heatmap", "results/tiny", "--format", "svg").output
    let warm = try inertia.succeed(
      "export", "heatmap", "results/tiny", "--format", "svg", "--colors", "coolwarm"
    ).output
    #expect(warm != tide && warm.count > 1000)
    #expect(try inertia.run("export", "claims", "results/tiny", "--format", "svg").status == 64)
  }
}
