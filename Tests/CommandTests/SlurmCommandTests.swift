import Foundation
import Testing

/// `submit`, `cancel` and `status` against programs that stand in for Slurm's: each notes its arguments, one a
/// line, and answers what the test says. `make test-slurm` has the real ones.
@Suite struct SlurmCommandTests {
  private let inertia: Inertia
  private let environment: [String: String]

  init() throws {
    inertia = try Inertia()
    try inertia.folder.write(TinyStudy().text, to: "tiny.yaml")
    environment = ["PATH": "\(inertia.folder.path)/bin:/usr/bin:/bin"]
    try stand(in: "scontrol", for: "echo 'MaxArraySize            = 3'")
    try stand(
      in: "sbatch",
      for: "n=$(cat jobs 2>/dev/null || echo 10); n=$((n+1)); echo $n > jobs; echo $n")
    try stand(in: "sacct", for: "echo 'Slurm accounting storage is disabled' >&2; exit 1")
    try stand(in: "squeue", for: "echo '11|0|RUNNING|None|node1|inertia-tiny'")
    try stand(in: "scancel", for: "")
  }

  private func stand(in name: String, for body: String) throws {
    try inertia.folder.write(
      "#!/bin/sh\nfor a in \"$@\"; do echo \"$a\" >> '\(inertia.folder.path)/\(name).args'; done\n"
        + "cd '\(inertia.folder.path)'\n\(body)\n", to: "bin/\(name)")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: "\(inertia.folder.path)/bin/\(name)")
  }

  private func run(_ arguments: String...) throws -> Inertia.Outcome {
    try inertia.start(arguments, environment: environment).wait()
  }

  private func arguments(of program: String) throws -> [String] {
    inertia.folder.exists("\(program).args")
      ? try inertia.folder.read("\(program).args").split(separator: "\n").map(String.init) : []
  }

  @Test func `what is missing is submitted, in arrays that the site allows, and collected`() throws
  {
    try inertia.succeed("run", "tiny.yaml", "--limit", "2")
    let outcome = try run(
      "submit", "tiny.yaml", "--time", "10", "--array-tasks", "8", "--cpus-per-task", "2")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("8 tasks for 10 cells, jobs 11, 12, 13, 14"))
    let folder = "\(inertia.folder.path)/results/tiny/slurm/1"
    #expect(
      try arguments(of: "sbatch") == [
        "--parsable", "--array=0-2", "\(folder)/train.sh",
        "--parsable", "--array=0-2", "\(folder)/train.sh",
        "--parsable", "--array=0-1", "\(folder)/train.sh",
        "--parsable", "--dependency=afterany:11:12:13", "\(folder)/collect.sh",
      ])
    let script = try inertia.folder.read("results/tiny/slurm/1/train.sh")
    #expect(script.contains("#SBATCH --cpus-per-task=2\n") && script.contains("--time-limit 10"))
    #expect(script.contains("  \(inertia.folder.path)/tiny.yaml\n"))
    let cells = try inertia.folder.read("results/tiny/slurm/1/cells.txt").split(separator: "\n")
    #expect(cells.count == 10 && cells.allSatisfy { $0.count == 16 })
  }

  /// Runs a script of the first submission as Slurm would, by its variables.
  private func script(_ name: String, _ variables: [String: String] = [:]) throws -> Int32 {
    let process = try start(name, variables)
    process.waitUntilExit()
    return process.terminationStatus
  }

  private func start(_ name: String, _ variables: [String: String] = [:]) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["\(inertia.folder.path)/results/tiny/slurm/1/\(name)"]
    process.environment = environment.merging(variables) { $1 }
    (process.standardOutput, process.standardError) = (nil, nil)
    try process.run()
    return process
  }

  @Test func `the script trains its cells, unless program or study changed`() throws {
    _ = try run("submit", "tiny.yaml", "--time", "10")
    let task = ["SLURM_ARRAY_JOB_ID": "11", "SLURM_ARRAY_TASK_ID": "0"]
    #expect(try script("train.sh", task) == 0)
    #expect(try inertia.folder.files(in: "results/cells").count == 12)
    #expect(try arguments(of: "scontrol") == ["show", "config"])
    try inertia.folder.write(TinyStudy().text + "\n# changed\n", to: "tiny.yaml")
    #expect(try script("train.sh", task) == 1)
  }

  @Test func `a variable for scratch that is not set ends a task at once`() throws {
    _ = try run("submit", "tiny.yaml", "--time", "10", "--scratch", "$NODE_DISK")
    #expect(try script("train.sh") != 0)
    #expect(try inertia.folder.files(in: "results/cells").isEmpty)
    #expect(try script("train.sh", ["NODE_DISK": "\(inertia.folder.path)/disk"]) == 0)
    #expect(try inertia.folder.files(in: "results/cells").count == 12)
  }

  @Test func `a task that runs out of time is queued again`() throws {
    var study = TinyStudy.slow
    (study.epochs, study.seeds) = (10_000, "[0]")
    try inertia.folder.write(study.text, to: "tiny.yaml")
    _ = try run("submit", "tiny.yaml", "--time", "0:20")
    let task = ["SLURM_ARRAY_JOB_ID": "4711", "SLURM_ARRAY_TASK_ID": "3"]
    #expect(try script("train.sh", task) == 75)
    #expect(try arguments(of: "scontrol") == ["show", "config", "requeue", "4711_3"])
    #expect(try script("collect.sh", ["SLURM_JOB_ID": "4712"]) == 75)
    #expect(try arguments(of: "scontrol").suffix(2) == ["requeue", "4712"])
    #expect(!inertia.folder.exists("results/tiny/report.html"))
  }

  /// Slurm sends SIGTERM to every process of a task, and SIGKILL to those that are left when its script has ended.
  @Test(arguments: ["train.sh", "collect.sh"])
  func `a task that is ended has saved its work when its script ends`(name: String) throws {
    var study = TinyStudy.slow
    (study.epochs, study.seeds) = (10_000, "[0]")
    try inertia.folder.write(study.text, to: "tiny.yaml")
    _ = try run("submit", "tiny.yaml", "--time", "10")
    let task = try start(name, ["SLURM_ARRAY_JOB_ID": "11", "SLURM_ARRAY_TASK_ID": "0"])
    let deadline = Date(timeIntervalSinceNow: 60)
    while !inertia.folder.exists("results/tiny/study.yaml"), Date.now < deadline {
      Thread.sleep(forTimeInterval: 0.05)
    }
    Thread.sleep(forTimeInterval: 1)
    task.terminate()
    let children = Process()
    children.executableURL = URL(filePath: "/usr/bin/env")
    children.arguments = ["pkill", "-TERM", "-P", "\(task.processIdentifier)"]
    try children.run()
    children.waitUntilExit()
    task.waitUntilExit()
    #expect(task.terminationReason == .exit && task.terminationStatus == 130)
    #expect(
      try inertia.folder.files(in: "results/work").keys.contains { $0.hasSuffix(".checkpoint") })
    #expect(!inertia.folder.exists("results/tiny/report.html"))
  }

  @Test func `the job that collects does what the tasks left`() throws {
    let text =
      TinyStudy().text + "\nmeasure: {hessian: {top: 2, samples: 32, at: [final]}}\n"
    try inertia.folder.write(text, to: "tiny.yaml")
    _ = try run("submit", "tiny.yaml", "--time", "10")
    #expect(try script("collect.sh") == 0)
    #expect(inertia.folder.exists("results/tiny/report.html"))
    #expect(try inertia.folder.files(in: "results/measurements").count == 12)
    let done = try run("submit", "tiny.yaml", "--time", "10")
    #expect(done.status == 0 && done.errors.contains("nothing is missing"))
    #expect(done.errors.contains("inertia collect results/tiny"))

    // What is only to be measured needs no tasks.
    try FileManager.default.removeItem(atPath: "\(inertia.folder.path)/results/measurements")
    try FileManager.default.removeItem(atPath: "\(inertia.folder.path)/sbatch.args")
    let outcome = try run("submit", "tiny.yaml", "--time", "10")
    #expect(outcome.errors.contains("one job for what is to be measured, 15;"), "\(outcome.errors)")
    #expect(
      try arguments(of: "sbatch")
        == ["--parsable", "\(inertia.folder.path)/results/tiny/slurm/2/collect.sh"])
  }

  @Test func `variables that would outrank the script do not reach sbatch`() throws {
    try stand(in: "sbatch", for: "env | grep -c '^SBATCH_' > variables; echo 11")
    let outcome = try inertia.start(
      ["submit", "tiny.yaml", "--time", "10"],
      environment: environment.merging(["SBATCH_TIMELIMIT": "1", "SBATCH_PARTITION": "x"]) { $1 }
    ).wait()
    #expect(outcome.status == 0)
    #expect(try inertia.folder.read("variables") == "0\n")
  }

  @Test func `a dry run prints the scripts and does nothing`() throws {
    let outcome = try run("submit", "tiny.yaml", "--time", "10", "--dry-run")
    #expect(outcome.status == 0 && outcome.output.contains("#SBATCH --time=10\n"))
    #expect(outcome.output.contains("collect"))
    #expect(try arguments(of: "sbatch").isEmpty)
    #expect(!inertia.folder.exists("results"))
  }

  @Test func `mistakes are named, and nothing is written`() throws {
    try inertia.folder.write("partition: short\ntime: 1h\n", to: "site.yaml")
    for (arguments, words) in [
      (["--time", "10", "--partition", "a;id"], "--partition takes"), ([], "give --time"),
      (["--profile", "site.yaml"], "site.yaml:2"), (["--profile", "none.yaml"], "none.yaml"),
      (["--time", "10", "--program", "nothing"], "nothing"),
    ] {
      let outcome = try inertia.start(
        ["submit", "tiny.yaml"] + arguments, environment: environment
      ).wait()
      #expect(outcome.status == 1 && outcome.errors.contains(words), "\(outcome.errors)")
    }
    let strange = try run("submit", "tiny.yaml", "--time", "10", "--results", "a%b")
    #expect(strange.status == 1 && strange.errors.contains("cannot stand in a batch script"))
    #expect(!inertia.folder.exists("results"))
    let absent = try inertia.start(
      ["submit", "tiny.yaml", "--time", "10"],
      environment: ["PATH": "\(inertia.folder.path)"]
    ).wait()
    #expect(absent.status == 1 && absent.errors.contains("scontrol"), "\(absent.errors)")
  }

  @Test func `what sbatch refuses is told, and what it took can be cancelled`() throws {
    try stand(
      in: "sbatch",
      for:
        "if [ -e jobs ]; then echo 'sbatch: error: QOSMaxSubmitJobPerUserLimit' >&2; exit 1; fi; "
        + "echo 11 > jobs; echo 11")
    let outcome = try run("submit", "tiny.yaml", "--time", "10")
    #expect(outcome.status == 1 && outcome.errors.contains("QOSMaxSubmitJobPerUserLimit"))
    #expect(outcome.errors.contains("kept: 11. Ended by: inertia cancel tiny.yaml"))
    let cancel = try run("cancel", "tiny.yaml")
    #expect(cancel.status == 0 && cancel.errors.contains("cancelled 11"))
    #expect(try arguments(of: "scancel") == ["11"])

    // Another cluster, or the same one years later: a job of that number that is none of the study's.
    try stand(in: "squeue", for: "echo '11|0|RUNNING|None|node1|mine'")
    #expect(try run("cancel", "tiny.yaml").errors.contains("no job is left"))
    #expect(try arguments(of: "scancel") == ["11"])
  }

  @Test func `status tells what Slurm knows, with reasons and logs`() throws {
    _ = try run("submit", "tiny.yaml", "--time", "10", "--array-tasks", "3")
    try stand(
      in: "squeue",
      for:
        "printf '11|0|RUNNING|None|node1|inertia-tiny\\n11|1|PENDING|BeginTime||inertia-tiny\\n"
        + "11|2|NODE_FAIL|NodeDown|node2|inertia-tiny\\n12|N/A|PENDING|Dependency||inertia-tiny-collect\\n'"
    )
    let text = try run("status", "tiny.yaml").output
    #expect(text.contains("Slurm: 1 running, 2 pending, 1 failed"), "\(text)")
    #expect(text.contains("11_2  NODE_FAIL (NodeDown, on node2)  results/tiny/slurm/1/11_2.log"))
    #expect(text.contains("12  PENDING (Dependency)  results/tiny/slurm/1/collect-12.log"))
    let json = try run("status", "tiny.yaml", "--json").output
    #expect(json.contains("\"phase\" : \"failed\"") && json.contains("\"log\" : \"results/tiny"))

    // Slurm forgets; accounts, where there are any, do not.
    try stand(
      in: "squeue", for: "echo 'slurm_load_jobs error: Invalid job id specified' >&2; exit 1")
    #expect(try run("status", "tiny.yaml").output.contains("Slurm: 3 ended some time ago"))
    try stand(in: "sacct", for: "echo '11_0|FAILED|2:0|node1|inertia-tiny'")
    #expect(try run("status", "tiny.yaml").output.contains("11_0  FAILED (exit 2:0, on node1)"))
    try FileManager.default.removeItem(atPath: "\(inertia.folder.path)/bin/squeue")
    let outcome = try inertia.start(
      ["status", "tiny.yaml"], environment: ["PATH": "\(inertia.folder.path)/bin"]
    ).wait()
    #expect(outcome.status == 0 && outcome.output.contains("Slurm: squeue"), "\(outcome.output)")
  }
}
