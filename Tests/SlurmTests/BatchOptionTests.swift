import Slurm
import Testing

@Suite struct BatchOptionTests {
  @Test(arguments: [
    ("1", 60), ("90", 5400), ("0:30", 30), ("2:30", 150), ("1:00:00", 3600), ("1-0", 86400),
    ("2-12", 216_000), ("1-2:30", 95400), ("1-2:30:15", 95415),
  ])
  func `time limits are read as Slurm reads them`(text: String, seconds: Int) {
    #expect(TimeLimit(text)?.seconds == seconds)
  }

  @Test(arguments: [
    "", "0", "-1", "1-", "1:2:3:4", "1-1:2:3:4", "x", "1.5", "+1", "1 ", "9999999999",
  ])
  func `what is no time limit is refused`(text: String) {
    #expect(TimeLimit(text) == nil)
  }

  @Test(arguments: [
    (BatchOption.partition, "short,long-2"), (.account, "lab.x_1"), (.constraint, "[a|b]&c*2"),
    (.mem, "4G"), (.mem, "1000"), (.nice, "-5"), (.nodelist, "n[1-4,7]"), (.scratch, "/local/x y"),
    (.scratch, "$TMPDIR"), (.cpusPerTask, "16"), (.time, "1-0"),
  ])
  func `values of their form are taken`(option: BatchOption, value: String) {
    #expect(option.accepts(value))
  }

  /// Each would end its line of the script, or mean something to a shell or to Slurm.
  @Test(
    arguments: BatchOption.allCases,
    ["", "a b\n#SBATCH --x", "$(id)", "`id`", "a;b", "'", "\"", "-x y", "a\\", "%j", "é", "a\u{0}"])
  func `nothing that could be a command is taken`(option: BatchOption, value: String) {
    // Slurm has no meaning for a percent sign in a folder of ours.
    guard !(option == .scratch && value == "%j") else { return }
    #expect(!option.accepts(value))
  }

  @Test(arguments: [
    (BatchOption.partition, "a,,b"), (.account, "-x"), (.arrayTasks, "0"), (.arrayTasks, "100001"),
    (.cpusPerTask, "+1"), (.mem, "4Gi"), (.scratch, "tmp"), (.scratch, "$1"), (.scratch, "$"),
    (.checkpointEvery, "301"),
  ])
  func `values of another form are refused`(option: BatchOption, value: String) {
    #expect(!option.accepts(value))
    var options = BatchOptions()
    #expect(throws: SlurmError.self) { try options.set(option, to: value) }
  }

  @Test func `the command line goes before a profile`() throws {
    let profile = try BatchOptions(
      profile: "# our site\npartition: short\ntime: 60\ncpus-per-task: 4\n", file: "site.yaml")
    var given = BatchOptions()
    try given.set(.time, to: "2:00:00")
    let options = given.over(profile)
    #expect(options[.time] == "2:00:00" && options[.partition] == "short")
    #expect(options.cpusPerTask == 4 && options.arrayTasks == nil)
  }

  @Test func `memory of one kind takes the place of the other`() throws {
    let profile = try BatchOptions(profile: "mem: 4G\n", file: "site.yaml")
    var given = BatchOptions()
    try given.set(.memPerCPU, to: "1G")
    let options = given.over(profile)
    #expect(options[.memPerCPU] == "1G" && options[.mem] == nil)
    #expect(profile.over(given)[.memPerCPU] == nil && profile.over(given)[.mem] == "4G")
  }

  @Test(arguments: [
    ("partition: short\nwrap: rm\n", "site.yaml:2", "wrap"),
    ("time: soon\n", "site.yaml:1", "soon"), ("- time\n", "site.yaml:1", "time: 60"),
    ("time: [1, 2]\n", "site.yaml:1", "one value"), ("time: {\n", "site.yaml", "YAML"),
    ("partition: a; touch /tmp/x\n", "site.yaml:1", "touch"),
  ])
  func `a mistake in a profile is named with its line`(text: String, place: String, word: String) {
    #expect {
      try BatchOptions(profile: text, file: "site.yaml")
    } throws: { error in
      "\(error)".contains(place) && "\(error)".contains(word)
    }
  }
}
