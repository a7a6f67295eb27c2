// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

/// `make build` sets ELECTD_STATIC: then the programs that need no shared library link fully static.
let isStatic = Context.environment["ELECTD_STATIC"] != nil
let fullyStatic: [LinkerSetting] = isStatic ? [.unsafeFlags(["-static-executable"])] : []

/// What runs for months is not to be turned by one wrong write: every symbol is bound before the
/// first instruction, and the table of them is read-only from then on.
let boundAtStart: [LinkerSetting] = [.unsafeFlags(["-Xlinker", "-z", "-Xlinker", "now"])]

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// The core has no clock and no tasks: without this import their names do not even compile. Its
/// small values are looked into across modules. (What an application links has no such flags:
/// SwiftPM refuses them in a dependency.)
let pure =
    strict + [
        .unsafeFlags(["-Xfrontend", "-disable-implicit-concurrency-module-import"]),
        .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
    ]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "electd",
    products: [.library(name: "ElectClient", targets: ["ElectClient"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    ],
    targets: [
        // The core: values, no clock, no disk, no network.
        .target(name: "Paxos", swiftSettings: pure),
        .target(name: "Election", dependencies: ["Paxos"], swiftSettings: pure),
        .target(name: "Wire", dependencies: ["Election", "Paxos"], swiftSettings: pure),
        .target(
            name: "Storage",
            dependencies: ["Wire", "Election", "Paxos"],
            swiftSettings: pure
        ),
        .target(name: "Session", dependencies: [crypto], swiftSettings: pure),

        // The world outside.
        .target(name: "CLinux"),
        .target(name: "Linux", dependencies: ["CLinux", system], swiftSettings: strict),
        .systemLibrary(
            name: "CSystemd",
            pkgConfig: "libsystemd",
            providers: [.apt(["libsystemd-dev"])]
        ),
        .target(name: "Systemd", dependencies: ["CSystemd", system], swiftSettings: strict),
        .target(name: "Config", dependencies: [system], swiftSettings: strict),
        .target(
            name: "Control",
            resources: [
                .embedInCode("io.electd.varlink"), .embedInCode("org.varlink.service.varlink"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "State",
            dependencies: ["Paxos", "Election", "Storage", "Linux", "Session", crypto],
            swiftSettings: strict
        ),
        .target(
            name: "Daemon",
            dependencies: [
                "Paxos", "Election", "Wire", "Storage", "Session", "State", "Linux", "Systemd",
                "Config", "Control", system,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "ElectClient",
            dependencies: ["Control", "Linux", system],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "electd",
            dependencies: ["Control", "Daemon", arguments],
            swiftSettings: strict,
            linkerSettings: boundAtStart
        ),
        .executableTarget(
            name: "electd-switch",
            dependencies: [
                "Config", "Control", "ElectClient", "Linux", "Systemd", arguments, system,
            ],
            swiftSettings: strict,
            linkerSettings: boundAtStart
        ),
        .executableTarget(
            name: "electctl",
            dependencies: [
                "Config", "Control", "ElectClient", "Election", "Linux", "State", arguments, system,
            ],
            swiftSettings: strict,
            linkerSettings: fullyStatic
        ),

        // The same replica in a world of chance.
        .target(
            name: "Simulator",
            dependencies: ["Paxos", "Election", "Wire", "Storage", "Session"],
            swiftSettings: pure
        ),
        .target(
            name: "Scenarios",
            dependencies: ["Paxos", "Election", "Simulator"],
            swiftSettings: pure
        ),
        .target(name: "Explorer", dependencies: ["Paxos", "Election"], swiftSettings: pure),
        .executableTarget(
            name: "electsim",
            dependencies: ["Control", "Simulator", "Scenarios", "Explorer", arguments],
            swiftSettings: strict,
            linkerSettings: fullyStatic
        ),

        // What everything costs; it is not installed.
        .executableTarget(
            name: "electbench",
            dependencies: ["Control", "ElectClient", "Linux", crypto, system],
            swiftSettings: strict,
            linkerSettings: fullyStatic
        ),

        // What several tests stand on.
        .target(
            name: "GoldenFile",
            dependencies: ["Election", "Paxos"],
            path: "Tests/GoldenFile",
            swiftSettings: strict
        ),
        .target(
            name: "FakeElectd",
            dependencies: ["Control", "Linux", system],
            path: "Tests/FakeElectd",
            swiftSettings: strict
        ),

        .testTarget(name: "PaxosTests", dependencies: ["Paxos"], swiftSettings: strict),
        .testTarget(
            name: "ElectionTests",
            dependencies: ["Paxos", "Election"],
            exclude: ["testdata"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "MessageTests",
            dependencies: ["Paxos", "Election", "GoldenFile"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SimulatorTests",
            dependencies: ["Paxos", "Election", "Simulator", "Storage"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ExplorerTests",
            dependencies: ["Explorer", "Election", "Paxos"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ScenarioTests",
            dependencies: ["Scenarios", "GoldenFile"],
            exclude: ["testdata"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "WireTests",
            dependencies: ["Wire", "Election", "Paxos", "GoldenFile"],
            exclude: ["testdata"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "StorageTests",
            dependencies: ["Storage", "Election", "Paxos", "GoldenFile"],
            exclude: ["testdata"],
            swiftSettings: strict
        ),
        .testTarget(name: "LinuxTests", dependencies: ["Linux", system], swiftSettings: strict),
        .testTarget(
            name: "SwitchTests",
            dependencies: ["electd-switch", "Control"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SystemdTests",
            dependencies: ["Systemd", "Linux", system],
            swiftSettings: strict
        ),
        .testTarget(name: "ConfigTests", dependencies: ["Config", system], swiftSettings: strict),
        .testTarget(name: "ControlTests", dependencies: ["Control"], swiftSettings: strict),
        .testTarget(
            name: "ElectClientTests",
            dependencies: ["ElectClient", "FakeElectd", "Control", "Linux"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ElectctlTests",
            dependencies: [
                "electctl", "ElectClient", "FakeElectd", "Control", "Linux", arguments,
            ],
            swiftSettings: strict
        ),
        .testTarget(name: "ElectsimTests", dependencies: ["electsim"], swiftSettings: strict),
        .testTarget(
            name: "SessionTests",
            dependencies: ["Session", "GoldenFile"],
            exclude: ["testdata"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "DaemonTests",
            dependencies: [
                "Daemon", "State", "Storage", "Session", "Control", "ElectClient", "FakeElectd",
                "Election", "Linux", "Paxos", system,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ProcessTests",
            dependencies: [
                "Control", "ElectClient", "FakeElectd", "Linux", "electd", "electctl", "electbench",
            ],
            swiftSettings: strict
        ),
    ],
    swiftLanguageModes: [.v6]
)
