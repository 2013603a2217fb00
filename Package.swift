// swift-tools-version: 6.2
import PackageDescription

// The modules and what each may import; a module not listed as a dependency cannot be imported.

/// Every module is memory safe, checked by the compiler, but those that say otherwise.
let safe: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatWarning("StrictMemorySafety", as: .error),
]

/// Arithmetic is compiled for x86-64-v3 (AVX2 and fused multiply-add); `inertia` checks for it at start.
#if arch(x86_64)
  let arithmetic: [SwiftSetting] = [.unsafeFlags(["-Xcc", "-march=x86-64-v3"])]
#else
  let arithmetic: [SwiftSetting] = []
#endif
let unchecked: [SwiftSetting] = [.unsafeFlags(["-Ounchecked"])]

/// The modules that read files, as tests that damage them use them.
let readers: [Target.Dependency] = [
  "Datasets", "Networks", "Optimizers", "Records", "Running", "Storage", "Studies",
]

let package = Package(
  name: "inertia",
  products: [.executable(name: "inertia", targets: ["inertia"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
  ],
  targets: [
    // The engine.
    .systemLibrary(name: "CVectors"),
    .target(
      name: "Optimizers", dependencies: ["CVectors", "Kernels"], swiftSettings: safe + arithmetic),
    .target(name: "Randomness", swiftSettings: safe + arithmetic),
    .target(name: "Kernels", swiftSettings: arithmetic + unchecked),
    .target(name: "Networks", dependencies: ["Kernels"], swiftSettings: safe),
    .target(
      name: "Diffusion", dependencies: ["Curvature", "Kernels", "Optimizers", "Randomness"],
      swiftSettings: safe + arithmetic),
    .target(
      name: "Training",
      dependencies: [
        "Datasets", "Diffusion", "Kernels", "Networks", "Optimizers", "Randomness", "Studies",
      ],
      swiftSettings: safe + arithmetic),
    .target(
      name: "Curvature", dependencies: ["Kernels", "Networks", "Randomness"],
      swiftSettings: safe + arithmetic),

    // What goes in.
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
      name: "Datasets",
      dependencies: [
        "CZlib", "HDF5", "Randomness", "Storage",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: safe),
    .target(
      name: "Studies",
      dependencies: [
        "Diffusion", "Networks", "Optimizers", .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: safe),

    // What is kept.
    .target(name: "Storage", dependencies: ["CPlatform"], swiftSettings: safe),
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5-serial", providers: [.apt(["libhdf5-dev"])]),
    .target(name: "HDF5", dependencies: ["CHDF5"]),
    .target(
      name: "Records",
      dependencies: [
        "HDF5", "Storage", "Studies", .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: safe),

    // What comes out.
    .target(
      name: "Analysis", dependencies: ["Diffusion", "Kernels", "Randomness", "Studies"],
      swiftSettings: safe + arithmetic),
    .target(
      name: "Figures", dependencies: ["Analysis", "Diffusion", "Networks", "Studies"],
      swiftSettings: safe),

    // What ties it together.
    .target(name: "CPlatform"),
    .target(
      name: "Running",
      dependencies: [
        "Records", "Storage", "Studies",
        .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      swiftSettings: safe),
    .target(
      name: "Slurm", dependencies: [.product(name: "Yams", package: "Yams")], swiftSettings: safe),
    .executableTarget(
      name: "inertia",
      dependencies: [
        "Analysis", "CPlatform", "Curvature", "Datasets", "Diffusion", "Figures", "HDF5", "Kernels",
        "Networks", "Optimizers", "Randomness", "Records", "Running", "Slurm", "Storage", "Studies",
        "Training",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      swiftSettings: safe),

    // Tests, a target for each module. References lie beside the tests that use them.
    .testTarget(
      name: "RandomnessTests", dependencies: ["Randomness"], swiftSettings: safe),
    .testTarget(
      name: "OptimizersTests",
      dependencies: ["CAllocations", "Kernels", "Optimizers", "Randomness", "Training"],
      exclude: ["Golden"], swiftSettings: safe),
    // Counts allocations of the test process, by standing in for the C library's.
    .target(name: "CAllocations", path: "Tests/CAllocations"),
    .testTarget(
      name: "DiffusionTests",
      dependencies: ["Diffusion", "Kernels", "Optimizers", "Randomness"],
      exclude: ["Golden"], swiftSettings: safe),
    .testTarget(
      name: "KernelsTests", dependencies: ["Kernels"],
      exclude: ["Elementary/golden.txt", "Elementary/make_golden.py"],
      swiftSettings: safe),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "CAllocations", "Datasets", "Kernels", "Networks", "Optimizers", "Studies", "Training",
      ],
      exclude: ["Golden"], swiftSettings: safe),
    .testTarget(
      name: "CurvatureTests", dependencies: ["Curvature", "Kernels", "Networks"],
      exclude: ["Golden"], swiftSettings: safe),
    .testTarget(
      name: "StudiesTests", dependencies: ["Networks", "Optimizers", "Studies"],
      swiftSettings: safe),
    .testTarget(
      name: "DatasetsTests",
      dependencies: ["Datasets", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: safe),
    .testTarget(name: "StorageTests", dependencies: ["Storage"], swiftSettings: safe),
    .testTarget(name: "HDF5Tests", dependencies: ["HDF5"], swiftSettings: safe),
    .testTarget(
      name: "RecordsTests",
      dependencies: ["HDF5", "Networks", "Optimizers", "Records", "Storage", "Studies"],
      swiftSettings: safe),
    .testTarget(
      name: "AnalysisTests",
      dependencies: ["Analysis", "Diffusion", "Networks", "Optimizers", "Randomness", "Studies"],
      exclude: ["Golden"],
      swiftSettings: safe),
    .testTarget(
      name: "FiguresTests",
      dependencies: ["Analysis", "Figures", "Networks", "Optimizers", "Studies", "Training"],
      exclude: ["Snapshots"], swiftSettings: safe),
    .testTarget(
      name: "RunningTests",
      dependencies: ["Networks", "Optimizers", "Records", "Running", "Storage", "Studies"],
      swiftSettings: safe),
    .testTarget(name: "SlurmTests", dependencies: ["Slurm"], swiftSettings: safe),
    .testTarget(
      name: "FuzzTests", dependencies: readers, swiftSettings: safe),
    .testTarget(
      name: "CommandTests", dependencies: ["inertia"],
      exclude: ["Golden", "ImageFiles", "Released", "Snapshots"],
      swiftSettings: safe),
  ]
)

// The readers under libFuzzer. scripts/fuzz.sh builds it, and all that it uses, with the fuzzer's instruments.
if Context.environment["INERTIA_FUZZER"] != nil {
  package.targets.append(
    .executableTarget(
      name: "Fuzzer", dependencies: readers, path: "Tests/Fuzzer", exclude: ["corpus"],
      // libFuzzer has the main function.
      swiftSettings: [.unsafeFlags(["-parse-as-library"])]))
}
