// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6)]
/// The inner loop: bounds are checked by its own invariants and by the tests, which run in debug.
let hot: [SwiftSetting] = [.swiftLanguageMode(.v6), .unsafeFlags(["-Ounchecked", "-cross-module-optimization", "-enforce-exclusivity=unchecked"], .when(configuration: .release))]

let package = Package(
  name: "interloper",
  products: [.executable(name: "interloper", targets: ["interloper"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    .target(name: "Terms", swiftSettings: strict),
    .target(name: "Deduction", dependencies: ["Terms"], swiftSettings: hot),
    .target(name: "Language", swiftSettings: strict),
    .target(name: "Compiler", dependencies: ["Terms", "Language"], swiftSettings: strict),
    .target(name: "Exploration", dependencies: ["Terms", "Deduction", "Compiler"], swiftSettings: hot),
    .target(name: "Verification", dependencies: ["Terms", "Compiler"], swiftSettings: strict),
    .executableTarget(
      name: "interloper",
      dependencies: ["Compiler", "Exploration", "Verification", .product(name: "ArgumentParser", package: "swift-argument-parser")], swiftSettings: strict),
  ]
)
