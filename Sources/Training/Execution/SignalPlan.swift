import Kernels
import Networks

/// The memory of a network's signals, for batches up to a size.
///
/// Values are kept until they are last read, forward or backward, and gradients until they have been taken; what
/// is never in use at one time shares memory. The images and values in a border have memory of their own: images
/// may be used by several passes, and borders must stay zero.
struct SignalPlan<Scalar: KernelScalar> {
  /// Bytes of the values that are read backward, without borders, and of all memory.
  private(set) var bytes = (needed: 0, planned: 0)

  /// The nodes that use the same memory.
  private struct Group {
    var span: ClosedRange<Int>
    var border = 0
    var isReadBackward = false
    var isInput = false

    var hasOwnMemory: Bool { isInput || border > 0 }
  }

  /// A block of the arena: the node whose value or gradient it is.
  private struct Place {
    let node: Int
    let isGradient: Bool
  }

  private let nodes: [Network.Node]
  private let fusion: LayerFusion
  private let sharing: ChannelSharing
  private let batch: Int
  private var (values, gradients) = ([Int: Group](), [Int: Group]())
  private var blocks: [Arena.Block] = []
  private var places: [Place] = []
  private var arena = Arena([])

  init(_ network: Network, _ fusion: LayerFusion, _ sharing: ChannelSharing, batch: Int) {
    (nodes, self.fusion, self.sharing, self.batch) = (network.nodes, fusion, sharing, batch)
    let times = SignalTimes(network, fusion)
    func add(_ span: ClosedRange<Int>, to group: inout Group?) {
      let old = group?.span ?? span
      var joined = group ?? Group(span: span)
      joined.span =
        min(old.lowerBound, span.lowerBound)...max(old.upperBound, span.upperBound)
      group = joined
    }
    for index in nodes.indices {
      let root = valueRoot(index).node
      add(times.values[index], to: &values[root])
      if times.readBackward.contains(index) { values[root]?.isReadBackward = true }
      if index == 0 { values[root]?.isInput = true }
      if fusion.needsGradient[index] {
        add(times.gradients[index], to: &gradients[gradientRoot(index).node])
      }
    }
    for (index, node) in nodes.enumerated() {
      guard let shape = network.convolutionShape(index) else { continue }
      let root = valueRoot(node.inputs[0]).node
      let border = max(values[root]?.border ?? 0, shape.padding)
      values[root]?.border = border
    }

    for (root, group) in values.sorted(by: { $0.key < $1.key }) {
      if group.isReadBackward { bytes.needed += batch * layout(root).size }
      if group.hasOwnMemory {
        bytes.planned += batch * layout(root, border: group.border).imagePitch
      } else {
        blocks.append(Arena.Block(size: batch * layout(root).size, span: group.span))
        places.append(Place(node: root, isGradient: false))
      }
    }
    for (root, group) in gradients.sorted(by: { $0.key < $1.key }) {
      blocks.append(Arena.Block(size: batch * layout(root).size, span: group.span))
      places.append(Place(node: root, isGradient: true))
    }
    arena = Arena(blocks)
    bytes.planned += arena.count
    bytes.needed *= MemoryLayout<Scalar>.stride
    bytes.planned *= MemoryLayout<Scalar>.stride
  }

  private func valueRoot(_ index: Int) -> (node: Int, channel: Int) {
    sharing.root(fusion.valueOwner[index], sharing.values)
  }

  private func gradientRoot(_ index: Int) -> (node: Int, channel: Int) {
    sharing.root(fusion.gradientOwner[index], sharing.gradients)
  }

  private func layout(_ index: Int, border: Int = 0) -> ImageLayout {
    let shape = nodes[index].shape
    return ImageLayout(
      channels: shape.channels, height: shape.height, width: shape.width, border: border)
  }

  /// The signals of all nodes, in memory that is made for them.
  func makeSignals() -> [Signal<Scalar>] {
    var (own, gradients) = ([Int: Images<Scalar>](), [Int: Images<Scalar>]())
    for (root, group) in values where group.hasOwnMemory {
      own[root] = Images(zeros: layout(root, border: group.border), batch: batch)
    }
    let memory = View<Scalar>(zeros: arena.count)
    for (block, place) in places.enumerated() {
      let start = arena.offsets[block]
      let images = Images(memory[start..<start + blocks[block].size], layout(place.node))
      if place.isGradient {
        gradients[place.node] = images
      } else {
        own[place.node] = images
      }
    }
    return nodes.indices.map { index in
      let (root, channel) = valueRoot(index)
      guard let images = own[root] else {
        preconditionFailure("every signal that is read has a value")
      }
      let value = seen(images, by: index, from: channel)
      let (other, start) = gradientRoot(index)
      return Signal(
        value: value,
        gradient: gradients[other].map { seen($0, by: index, from: start) } ?? value)
    }
  }

  /// Shared memory as a node has it: as it is; in another shape, as a flatten makes it; or some channels.
  private func seen(_ images: Images<Scalar>, by index: Int, from channel: Int) -> Images<Scalar> {
    let own = layout(index)
    if images.layout.size != own.size {
      return images.channels(channel..<channel + own.channels)
    }
    return images.layout.channels == own.channels ? images : Images(images.numbers, own)
  }
}

extension Network {
  /// Bytes of the float32 values that a pass backward reads for a batch, without borders, and of all memory that
  /// is planned for values and for gradients by them, which share it.
  public func signalBytes(batch: Int) -> (needed: Int, planned: Int) {
    let fusion = LayerFusion(self)
    return SignalPlan<Float>(self, fusion, ChannelSharing(self, fusion), batch: batch).bytes
  }
}
