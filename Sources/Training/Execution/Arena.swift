/// Places for blocks of memory that are in use at different times, so that those that never meet share it.
package struct Arena {
  /// A block: its size, and the first and the last moment at which it is in use.
  package struct Block {
    package let size: Int
    package let span: ClosedRange<Int>

    package init(size: Int, span: ClosedRange<Int>) { (self.size, self.span) = (size, span) }
  }

  /// Where each block begins, a multiple of `alignment`.
  package private(set) var offsets: [Int]
  /// The size of it all.
  package private(set) var count = 0

  /// Places the largest blocks first, each as low as those placed before allow.
  package init(_ blocks: [Block], alignment: Int = 1024) {
    offsets = Array(repeating: 0, count: blocks.count)
    var placed: [Int] = []
    let order = blocks.indices.sorted { (blocks[$1].size, $0) < (blocks[$0].size, $1) }
    for index in order {
      let meeting = placed.filter { blocks[$0].span.overlaps(blocks[index].span) }
        .sorted { offsets[$0] < offsets[$1] }
      var start = 0
      for other in meeting {
        if start + blocks[index].size <= offsets[other] { break }
        let end = offsets[other] + blocks[other].size
        start = max(start, (end + alignment - 1) / alignment * alignment)
      }
      offsets[index] = start
      placed.append(index)
      count = max(count, start + blocks[index].size)
    }
  }
}
