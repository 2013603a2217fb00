// swift-tools-version: 6.2
import PackageDescription

// The readers under libFuzzer: a package of its own, since all of it is built with the fuzzer's instruments. Its
// sources are the program's, by links. `make fuzz` builds and runs it.

#if arch(x86_64)
  let arithmetic: [SwiftSetting] = [.unsafeFlags(["-Xcc", "-march=x86-64-v3"])]
#else
  let arithmetic: [SwiftSetting] = []
#endif

let package = Package(
  name: "fuzzer",
  dependencies: [
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
  ],
  targets: [
    .systemLibrary(name: "CVectors"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib"),
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5-serial"),
    .target(name: "Kernels", swiftSettings: arithmetic),
    .target(name: "Randomness", swiftSettings: arithmetic),
    .target(
      name: "Optimizers", dependencies: ["CVectors", "Kernels"], swiftSettings: arithmetic),
    .target(name: "Networks"),
    .target(
      name: "Studies",
      dependencies: [
        "Networks", "Optimizers", .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Yams", package: "Yams"),
      ]),
    .target(name: "CPlatform"),
    .target(name: "Storage", dependencies: ["CPlatform"]),
    .target(
      name: "Datasets",
      dependencies: [
        "CZlib", "HDF5", "Randomness", "Storage",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .target(name: "HDF5", dependencies: ["CHDF5"]),
    .target(
      name: "Records",
      dependencies: [
        "HDF5", "Storage", "Studies", .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .target(
      name: "Running",
      dependencies: [
        "Records", "Storage", "Studies",
        .product(name: "Subprocess", package: "swift-subprocess"),
      ]),
    .executableTarget(
      name: "Fuzzer",
      dependencies: [
        "Datasets", "Networks", "Optimizers", "Records", "Running", "Storage", "Studies",
      ],
      // libFuzzer has the main function.
      swiftSettings: [.unsafeFlags(["-parse-as-library"])]),
  ]
)
