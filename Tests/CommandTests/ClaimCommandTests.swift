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
    // Claims change no cell: without them nothing is left to train, and their table goes.
    study.extra = "confirm: {seeds: [7, 8]}"
    try inertia.folder.write(study.text, to: "tiny.yaml")
    #expect(try inertia.succeed("plan", "tiny.yaml").output.contains("; 0 to train"))
    try inertia.succeed("run", "tiny.yaml")
    #expect(!inertia.folder.exists("results/tiny/tables/claims.csv"))
  }

  @Test func `a bad claim is an error with its line`() throws {
    var study = TinyStudy()
    study.extra = "claims:\n  - {claim: lower_mean, of: adai, than: luck}"
    try inertia.folder.write(study.text, to: "tiny.yaml")
    let outcome = try inertia.run("plan", "tiny.yaml")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("tiny.yaml:10: 'than' must be one of sgd, not 'luck'"))
  }

  @Test func `claims on eigenvalues and on escapes get verdicts`() throws {
    let study = TinyStudy(
      sgdRates: "[0.1]", decays: "[0]",
      extra: """
        measure: {hessian: {top: 2, samples: 64}}
        claims:
          - {claim: smaller_top_eigenvalue, of: adai, than: sgd}
        """)
    try inertia.folder.write(study.text, to: "tiny.yaml")
    try inertia.succeed("run", "tiny.yaml")
    let eigenvalues = try inertia.folder.read("results/tiny/tables/claims.csv")
    #expect(eigenvalues.contains("smaller_top_eigenvalue,log_top_eigenvalue,adai,sgd"))
    #expect(eigenvalues.contains("at least 6 are needed"))
    try inertia.folder.write(
      """
      study: valley
      kind: escape
      escape: {valley: double-well, sharpness: [1, 1.5, 2, 4], beside: [0.5], rate_per_batch: 0.3, limit: 4000, replicas: 160}
      seeds: [0]
      optimizers:
        - {name: momentum, learning_rate: 0.02, weight_decay: 0, dampening: 0.9}
      claims:
        - {claim: log_time_more_linear, of: momentum, in: 1/k, than: 1/sqrt(k)}
        - {claim: pearson, of: momentum, in: 1/k, at_least: 0.5}
      """, to: "valley.yaml")
    try inertia.succeed("run", "valley.yaml")
    let escapes = try inertia.succeed("export", "claims", "results/valley").output
    #expect(try inertia.folder.read("results/valley/tables/claims.csv") == escapes)
    let lines = escapes.split(separator: "\n")
    #expect(lines.count == 3 && lines[1].contains("which line fits better"))
    #expect(lines[2].contains("at_least 0.5") && lines[2].contains("Fisher's z"))
    let page = try inertia.folder.read("results/valley/report.html")
    #expect(page.contains("more nearly linear in 1/k, against 1/√k</li>"))
    #expect(try inertia.run("export", "heatmap", "results/valley").status == 1)
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
    for bar in ["nan", "inf", "1e307", "0"] {
      let outcome = try inertia.run(
        "export", "heatmap", "results/tiny", "--format", "svg", "--at-most", bar)
      #expect(outcome.status == 64 && outcome.errors.contains("--at-most takes"))
    }
  }
}
