import Networks

/// Which signals lie among the channels of a concatenation, so that they need not be copied there.
///
/// A value does if the layers that make and read it can step over the other channels. The gradient of a
/// concatenation that is part of another one does if the others who read its value only add to it.
struct ChannelSharing {
  /// Where a signal lies: from channel `offset` on of a concatenation.
  struct Place {
    let whole: Int
    let offset: Int
  }

  /// For the first node of those that share a value.
  private(set) var values: [Int: Place] = [:]
  /// For a node.
  private(set) var gradients: [Int: Place] = [:]

  private let network: Network
  private let fusion: LayerFusion

  init(_ network: Network, _ fusion: LayerFusion) {
    (self.network, self.fusion) = (network, fusion)
    for (index, node) in network.nodes.enumerated() {
      guard case .concatenate = node.operation else { continue }
      var offset = 0
      for input in node.inputs {
        let owner = fusion.valueOwner[input]
        let place = Place(whole: index, offset: offset)
        if values[owner] == nil, mayLieInside(owner) { values[owner] = place }
        if mayAddInside(input, of: index) { gradients[input] = place }
        offset += network.nodes[input].shape.channels
      }
    }
  }

  /// Where input `number` of a concatenation is, if it needs no copy.
  func isInPlace(_ number: Int, of index: Int) -> (value: Bool, gradient: Bool) {
    let inputs = network.nodes[index].inputs
    let offset = inputs[..<number].reduce(0) { $0 + network.nodes[$1].shape.channels }
    func isHere(_ place: Place?) -> Bool { place?.whole == index && place?.offset == offset }
    return (
      isHere(values[fusion.valueOwner[inputs[number]]]), isHere(gradients[inputs[number]])
    )
  }

  /// The memory of a value or a gradient: a node's own, and the first of its channels there.
  func root(_ index: Int, _ places: [Int: Place]) -> (node: Int, channel: Int) {
    var (node, channel) = (index, 0)
    while let place = places[node] { (node, channel) = (place.whole, channel + place.offset) }
    return (node, channel)
  }

  private func mayLieInside(_ owner: Int) -> Bool {
    switch network.nodes[owner].operation {
    case .convolution, .batchNorm, .averagePool, .concatenate: break
    default: return false
    }
    return network.nodes.indices.allSatisfy { index in
      guard fusion.valueOwner[index] == owner else { return true }
      if index != owner {
        guard case .relu = network.nodes[index].operation else { return false }
      }
      return fusion.readers[index].allSatisfy {
        fusion.valueOwner[$0] == owner || stepsOverChannels($0)
      }
    }
  }

  private func mayAddInside(_ input: Int, of index: Int) -> Bool {
    guard case .concatenate = network.nodes[input].operation else { return false }
    let readers = fusion.readers[input]
    return fusion.needsGradient[input] && readers.last == index
      && readers.filter { $0 == index }.count == 1 && readers.allSatisfy(stepsOverChannels)
      && gradients[input] == nil
  }

  private func stepsOverChannels(_ reader: Int) -> Bool {
    switch network.nodes[reader].operation {
    case .batchNorm, .concatenate: true
    default: false
    }
  }
}
