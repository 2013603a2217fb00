/// A study of a few small cells on computed images: a fraction of a second each.
struct TinyStudy {
  var name = "tiny"
  var epochs = 2
  var train = 512
  var batch = "32"
  var hidden = "[16]"
  var sgdRates = "[0.01, 0.1]"
  var adaiRates = "[0.1]"
  var decays = "[0, 1e-3]"
  var seeds = "[0, 1]"
  var extra = ""

  var text: String {
    """
    study: \(name)
    dataset: {name: synthetic, train: \(train), test: 256}
    network: {name: mlp, hidden: \(hidden)}
    training: {epochs: \(epochs), batch: \(batch)}
    seeds: \(seeds)
    optimizers:
      - {name: sgd, learning_rate: \(sgdRates), weight_decay: \(decays)}
      - {name: adai, learning_rate: \(adaiRates), weight_decay: \(decays)}
    \(extra)
    """
  }

  /// A study whose cells take about a second each, so that there is time to interrupt them.
  static var slow: TinyStudy {
    TinyStudy(
      epochs: 6, train: 4000, batch: "16", hidden: "[256, 128]", sgdRates: "[0.05]",
      adaiRates: "[0.1]", decays: "[1e-4]")
  }
}
