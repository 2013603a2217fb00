import Slurm
import Testing

/// Tables as Slurm 22.05 writes them.
@Suite struct JobTableTests {
  @Test func `a queue is read`() throws {
    let table = try JobTable(
      queue: """
        12|0|RUNNING|None|node1|inertia-quick
        12|1|PENDING|Resources||inertia-quick
        12|2|PENDING|BeginTime||inertia-quick
        12|3|TIMEOUT|TimeLimit|node2|inertia-quick
        12|4|PREEMPTED|Preempted|node2|inertia-quick
        12|5|COMPLETED|None|node2|inertia-quick
        12|6|CANCELLED|None||inertia-quick
        13|N/A|PENDING|Dependency||inertia-quick-collect

        """, of: "quick")
    #expect(table.tasks.count == 8)
    #expect(
      SlurmTask.Phase.allCases.map { table.count($0) } == [1, 3, 1, 1, 1, 1])
    #expect(table.tasks[0].name == "12_0" && table.tasks[0].node == "node1")
    #expect(table.tasks[1].reason == "Resources" && table.tasks[1].node == nil)
    #expect(table.tasks[7].name == "13" && table.tasks[7].reason == "Dependency")
  }

  @Test func `accounts are read, and the queue goes before them`() throws {
    let account = try JobTable(
      account: """
        12_0|PENDING|0:0|None assigned|inertia-quick
        12_1|NODE_FAIL|1:0|node1|inertia-quick
        12_2|CANCELLED by 1000|0:15|node2|inertia-quick
        13|COMPLETED|0:0|node1|inertia-quick

        """, of: "quick")
    #expect(account.tasks.map(\.phase) == [.pending, .failed, .cancelled, .done])
    #expect(account.tasks[1].reason == "exit 1:0" && account.tasks[0].node == nil)
    let queue = try JobTable(queue: "12|0|RUNNING|None|node2|inertia-quick\n", of: "quick")
    let both = queue.over(account)
    #expect(both.tasks.count == 4 && both.count(.running) == 1 && both.count(.pending) == 0)
  }

  @Test(arguments: ["what", "1|2|3", "1|2|3|4"])
  func `a line of another form is not guessed at`(line: String) {
    #expect(throws: SlurmError.self) { try JobTable(queue: line, of: "quick") }
    #expect(throws: SlurmError.self) { try JobTable(account: line, of: "quick") }
    #expect(throws: SlurmError.self) {
      try JobTable(account: "|RUNNING|0:0|node1|inertia-quick\n", of: "quick")
    }
  }

  @Test func `a job of another name is not the study's`() throws {
    let queue = "12|0|RUNNING|None|node1|inertia-quick\n13|N/A|RUNNING|None|node1|a|b\n"
    #expect(try JobTable(queue: queue, of: "quick").tasks.map(\.name) == ["12_0"])
    let account = "12|RUNNING|0:0|node1|mine\n13|RUNNING|0:0|node1|inertia-quick-collect\n"
    #expect(try JobTable(account: account, of: "quick").tasks.map(\.name) == ["13"])
  }
}
