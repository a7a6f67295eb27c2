// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

/// `make build` sets ELECTD_STATIC: then the programs that need no shared library link fully static.
let isStatic = Context.environment["ELECTD_STATIC"] != nil
let fullyStatic: [LinkerSetting] = isStatic ? [.unsafeFlags(["-static-executable"])] : []

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// The core has no clock and no tasks: without this import their names do not even compile.
let pure =
    strict + [
        .unsafeFlags(["-Xfrontend", "-disable-implicit-concurrency-module-import"])
    ]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "electd",
    products: [],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    ],
    targets: [
        .target(name: "Paxos", swiftSettings: pure),
        .target(name: "Election", dependencies: ["Paxos"], swiftSettings: pure),
        .target(name: "CLinux"),
        .target(name: "Linux", dependencies: ["CLinux", system], swiftSettings: strict),

        .testTarget(name: "LinuxTests", dependencies: ["Linux", system], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
