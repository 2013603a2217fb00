import Slurm
import Testing

@Suite struct BatchJobTests {
  private func job(
    _ change: (inout BatchOptions) throws -> Void = { _ in },
    folder: String = "/work/results/quick/slurm/1"
  ) throws -> BatchJob {
    var options = BatchOptions()
    try options.set(.time, to: "1:00:00")
    try change(&options)
    return try BatchJob(
      study: "quick",
      studyFile: PinnedFile(
        path: "/work/studies/quick.yaml", digest: String(repeating: "1", count: 64)),
      program: PinnedFile(path: "/work/inertia/inertia", digest: String(repeating: "2", count: 64)),
      resultsFolder: "/work/results", folder: folder, options: options)
  }

  @Test func `the script of a task reads as it should`() throws {
    let script = try job {
      try $0.set(.partition, to: "short")
      try $0.set(.cpusPerTask, to: "16")
      try $0.set(.arrayTasks, to: "8")
      try $0.set(.scratch, to: "$TMPDIR")
    }.trainingScript
    #expect(
      script == """
        #!/bin/bash
        # One of the tasks that train what is missing of the study quick.
        # Written by inertia submit.
        #SBATCH --job-name=inertia-quick
        #SBATCH --output="/work/results/quick/slurm/1/%A_%a.log"
        #SBATCH --open-mode=append
        #SBATCH --requeue
        #SBATCH --nodes=1
        #SBATCH --ntasks=1
        #SBATCH --cpus-per-task=16
        #SBATCH --partition=short
        #SBATCH --time=1:00:00

        # Program and study must be those that were submitted.
        sha256sum --check --quiet - <<'END' || exit 1
        2222222222222222222222222222222222222222222222222222222222222222  /work/inertia/inertia
        1111111111111111111111111111111111111111111111111111111111111111  /work/studies/quick.yaml
        END

        # Slurm ends a job by SIGTERM first. The program then saves its work, and this script must not end before it.
        trap : TERM

        '/work/inertia/inertia' run '/work/studies/quick.yaml' \\
          --results '/work/results' \\
          --cells '/work/results/quick/slurm/1/cells.txt' \\
          --wait 120 \\
          --time-limit 1:00:00 \\
          --checkpoint-every 60 \\
          --scratch "${TMPDIR:?}"
        status=$?
        # 75: the time limit came first, and all is saved. Slurm is to start this task again: this one, named by its
        # number in the array, since the job number of one of the tasks stands for them all.
        task="${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
        if [ "$status" -eq 75 ]; then scontrol requeue "$task"; fi
        exit "$status"

        """)
  }

  @Test func `the collecting job does what is left, reports and tells the state`() throws {
    let script = try job {
      try $0.set(.cpusPerTask, to: "16")
      try $0.set(.scratch, to: "/scratch")
    }.collectingScript
    #expect(
      script.hasSuffix(
        """
        '/work/inertia/inertia' run '/work/studies/quick.yaml' \\
          --results '/work/results' \\
          --wait 120 \\
          --time-limit 1:00:00 \\
          --checkpoint-every 60 \\
          --scratch "/scratch"
        status=$?
        # 75: the time limit came first, and all is saved.
        if [ "$status" -eq 75 ]; then scontrol requeue "$SLURM_JOB_ID"; exit 75; fi
        # 130: the job is being ended, and all is saved.
        if [ "$status" -eq 130 ]; then exit 130; fi
        '/work/inertia/inertia' report '/work/results/quick' || status=$?
        '/work/inertia/inertia' status '/work/studies/quick.yaml' --results '/work/results'
        exit "$status"

        """))
    #expect(script.contains("--output=\"/work/results/quick/slurm/1/collect-%j.log\""))
  }

  @Test func `a job needs a time limit`() {
    #expect(throws: SlurmError.noTime) {
      try BatchJob(
        study: "quick", studyFile: PinnedFile(path: "/s", digest: ""),
        program: PinnedFile(path: "/p", digest: ""), resultsFolder: "/r", folder: "/f",
        options: BatchOptions())
    }
  }

  @Test(arguments: ["/a'b", "/a\"b", "/a%b", "/a\\b", "/a$b", "/a`b", "/a\nb", "relative"])
  func `a path that means more than itself is refused`(path: String) {
    #expect(throws: SlurmError.path(path)) { try job(folder: path) }
  }

  @Test func `arrays are no larger than the site allows`() {
    #expect(Submission.split(8, largest: 1001) == [8])
    #expect(Submission.split(2500, largest: 1000) == [1000, 1000, 500])
    #expect(Submission.split(2000, largest: 1000) == [1000, 1000])
    #expect(Submission.arguments(tasks: 5, script: "s") == ["--parsable", "--array=0-4", "s"])
    let arrays = [Submission.Array(job: "7", tasks: 1), .init(job: "9", tasks: 1)]
    #expect(
      Submission.arguments(after: arrays, script: "s")
        == ["--parsable", "--dependency=afterany:7:9", "s"])
    #expect(Submission.arguments(after: [], script: "s") == ["--parsable", "s"])
  }

  @Test func `what Slurm answers is read`() throws {
    #expect(try Submission.job(in: "4711\n") == "4711")
    #expect(try Submission.job(in: "4711;cluster\n") == "4711")
    #expect(try Submission.job(in: "Welcome.\nCharged: 12 h\n4711\n\n") == "4711")
    #expect(throws: SlurmError.self) { try Submission.job(in: "") }
    #expect(throws: SlurmError.self) { try Submission.job(in: "Submitted batch job 4711\n") }
    let configuration =
      "Configuration data as of …\nMaxArraySize            = 1001\nMaxJobCount = 5\n"
    #expect(try Submission.largestArray(in: configuration) == 1001)
    #expect(throws: SlurmError.self) { try Submission.largestArray(in: "") }
    #expect(throws: SlurmError.self) { try Submission.largestArray(in: "MaxArraySize = many") }
  }
}
