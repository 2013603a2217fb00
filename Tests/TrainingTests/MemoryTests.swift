import Networks
import Testing
import Training

/// What memory is planned for.
@Suite struct MemoryTests {
  @Test func blocksInUseTogetherDoNotOverlap() {
    var state = 1
    func next(_ limit: Int) -> Int {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
      return state / 65_536 % limit
    }
    for count in [0, 1, 2, 40] {
      let blocks = (0..<count).map { _ in
        let start = next(50)
        return Arena.Block(size: 1 + next(500), span: start...start + next(20))
      }
      let arena = Arena(blocks, alignment: 8)
      #expect(arena.offsets.allSatisfy { $0 % 8 == 0 })
      for a in blocks.indices {
        let first = arena.offsets[a]..<arena.offsets[a] + blocks[a].size
        #expect(first.upperBound <= arena.count)
        for b in blocks.indices where b < a && blocks[a].span.overlaps(blocks[b].span) {
          let second = arena.offsets[b]..<arena.offsets[b] + blocks[b].size
          #expect(!first.overlaps(second))
        }
      }
      // The least that any plan needs is what is in use at one moment.
      let most =
        (0..<70).map { moment in
          blocks.reduce(0) { $0 + ($1.span.contains(moment) ? $1.size : 0) }
        }.max() ?? 0
      #expect(arena.count >= most)
    }
    let apart = Arena([Arena.Block(size: 10, span: 0...4), Arena.Block(size: 7, span: 5...6)])
    #expect(apart.count == 10)
  }

  @Test(arguments: NetworkChoice.all.filter { $0.width != nil })
  func signalsTakeLittleMoreThanBackwardNeeds(choice: NetworkChoice) throws {
    let side = choice.name == "resnet50" ? 224 : 32
    let network = try choice.network(
      input: Shape(channels: 3, height: side, width: side), classes: 10)
    let bytes = network.signalBytes(batch: 128)
    #expect(Double(bytes.planned) < 1.3 * Double(bytes.needed))
    if choice.name == "resnet18" { #expect(bytes.planned < 4 << 30) }
  }

  /// A dense block's concatenations take no memory beside their last, so each channel is kept once as it was made.
  @Test func denseBlocksGrowLinearlyButForWhatTheyNormalize() throws {
    let network = try NetworkChoice.densenet121(width: 32).network(
      input: Shape(channels: 3, height: 32, width: 32), classes: 10)
    var needed = 0
    for node in network.nodes {
      switch node.operation {
      // Read by a convolution, by a batch normalisation, or the last of its block.
      case .relu: needed += node.shape.count
      case .convolution where node.name.hasSuffix(".conv1"): needed += node.shape.count
      case .concatenate
      where ["dense1.5.cat", "dense2.11.cat", "dense3.23.cat", "dense4.15.cat"]
        .contains(node.name):
        needed += node.shape.count
      case .input: needed += node.shape.count
      case .globalAveragePool: needed += node.shape.count
      default: break
      }
    }
    // The last ReLU is averaged, which needs no value.
    needed -= 1024 * 4 * 4
    #expect(network.signalBytes(batch: 1).needed == 4 * needed)
  }
}
