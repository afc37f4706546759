// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6)]
/// The inner loop: bounds are checked by its own invariants and by the tests, which run in debug.
let hot: [SwiftSetting] = [
  .swiftLanguageMode(.v6), .unsafeFlags(["-Ounchecked", "-cross-module-optimization", "-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

/// `Instantiation` goes on by closures: a copy of each function for each of them would make its code, and the time to build it, four times as large.
let continuations: [SwiftSetting] =
  strict + [.unsafeFlags(["-Xllvm", "-sil-disable-pass=closure-specialize"], .when(configuration: .release))]

/// The program is linked with Swift's libraries in it, and starts several times as fast: else most of the time goes into loading them. They
/// name each other only to whatever was compiled for that too, so those that Foundation is made of are named here; and only LLVM's linker does
/// not warn of something in them. In debug, where the tests are, nothing changes.
let selfContained: [LinkerSetting] = [
  .unsafeFlags(
    ["-static-stdlib", "-use-ld=lld", "-lCoreFoundation", "-l_FoundationCollections", "-l_FoundationCShims", "-l_FoundationICU"],
    .when(platforms: [.linux], configuration: .release))
]

let package = Package(
  name: "interloper",
  products: [.executable(name: "interloper", targets: ["interloper"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    // For its sockets, FlyingSocks.
    .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
    // For `swift package generate-documentation` alone: no target depends on it.
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
  ],
  targets: [
    .target(name: "Terms", swiftSettings: strict),
    .target(name: "Deduction", dependencies: ["Terms"], swiftSettings: hot),
    .target(name: "Language", swiftSettings: strict),
    .target(name: "Compiler", dependencies: ["Terms", "Language"], swiftSettings: continuations),
    .target(
      name: "Exploration", dependencies: ["Terms", "Deduction", "Compiler", "Digests"], swiftSettings: hot),
    .target(name: "Digests", swiftSettings: strict),
    .target(name: "Verification", dependencies: ["Terms", "Compiler"], swiftSettings: strict),
    .target(name: "Certificates", dependencies: ["Terms", "Language", "Compiler", "Digests", "Verification"], swiftSettings: strict),
    .target(name: "Traces", dependencies: ["Terms", "Compiler", "Exploration", "Verification", "ExactNumbers"], swiftSettings: strict),
    .target(
      name: "Verdicts", dependencies: ["Terms", "Language", "Compiler", "Exploration", "Verification", "Certificates", "Traces", "ExactNumbers"],
      swiftSettings: strict),
    .target(
      name: "Simulation", dependencies: ["Terms", "Compiler", "Exploration", "Verification", "Certificates", "Traces"], swiftSettings: strict),
    .target(
      name: "Reports",
      dependencies: [
        "Terms", "Language", "Compiler", "Exploration", "Traces", "Verification", "Certificates", "Verdicts", "ExactNumbers", "Digests", "Simulation",
        .product(name: "Mustache", package: "swift-mustache"),
      ],
      resources: [.embedInCode("Resources")], swiftSettings: strict),
    .target(name: "Exporters", dependencies: ["Terms", "Compiler"], swiftSettings: strict),
    .target(
      name: "Explorer",
      dependencies: [
        "Terms", "Language", "Compiler", "Exploration", "Verification", "Certificates", "Verdicts", "Simulation", "Reports",
        .product(name: "FlyingSocks", package: "FlyingFox"),
      ],
      // In the program itself, so that it works from any folder.
      resources: [.embedInCode("Page")], swiftSettings: strict),
    .systemLibrary(name: "CGMP", pkgConfig: "gmp", providers: [.apt(["libgmp-dev"])]),
    .target(name: "ExactNumbers", dependencies: ["CGMP"], swiftSettings: strict),
    .testTarget(name: "ExactNumbersTests", dependencies: ["ExactNumbers"], swiftSettings: strict),
    .testTarget(name: "LanguageTests", dependencies: ["Language"], swiftSettings: strict),
    .testTarget(name: "TermsTests", dependencies: ["Terms"], swiftSettings: strict),
    .testTarget(name: "DeductionTests", dependencies: ["Terms", "Deduction", "Compiler", "Verification", "ExactNumbers"], swiftSettings: strict),
    .testTarget(name: "CompilerTests", dependencies: ["Terms", "Language", "Compiler"], swiftSettings: strict),
    .testTarget(
      name: "ExplorationTests", dependencies: ["Terms", "Compiler", "Exploration", "Verification", "Traces", "Verdicts", "Exporters", "ExactNumbers"],
      exclude: ["Regressions"], swiftSettings: strict),
    .testTarget(name: "CertificatesTests", dependencies: ["Terms", "Compiler", "Digests", "Verification", "Certificates", "Verdicts"], swiftSettings: strict),
    .testTarget(
      name: "VerdictsTests", dependencies: ["Compiler", "Verdicts", "Verification", "Exploration", "Traces", "Reports", "ExactNumbers"], swiftSettings: strict),
    .testTarget(
      name: "ReportsTests", dependencies: ["Compiler", "Verdicts", "Verification", "Certificates", "Traces", "Reports"], exclude: ["Golden"],
      swiftSettings: strict),
    .testTarget(
      name: "SimulationTests", dependencies: ["Compiler", "ExactNumbers", "Exploration", "Verdicts", "Verification", "Traces", "Reports", "Simulation"],
      swiftSettings: strict),
    .testTarget(
      name: "FuzzTests", dependencies: ["Language", "Compiler", "Exploration", "Certificates", "Verdicts", "ExactNumbers"], swiftSettings: strict),
    .testTarget(name: "ExportersTests", dependencies: ["Terms", "Compiler", "Exporters"], swiftSettings: strict),
    .testTarget(
      name: "ExplorerTests", dependencies: ["Explorer", "interloper", .product(name: "FlyingSocks", package: "FlyingFox")], swiftSettings: strict),
    .testTarget(name: "CommandTests", dependencies: ["interloper"], swiftSettings: strict),
    .executableTarget(
      name: "interloper",
      dependencies: [
        "Language", "Compiler", "Exploration", "Verification", "Certificates", "Traces", "Verdicts", "Reports", "Exporters", "ExactNumbers",
        "Simulation", "Explorer",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict, linkerSettings: selfContained),
  ]
)
