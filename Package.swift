// swift-tools-version: 6.2
import PackageDescription

// Strict everywhere: unsafe code is marked where it stands, and a warning stops the build.
let strict: [SwiftSetting] = [.strictMemorySafety(), .treatAllWarnings(as: .error)]

let package = Package(
    name: "juanzong",
    products: [
        .executable(name: "juanzong", targets: ["CLI"]),
        // For Benchmarks/ alone, a package of its own.
        .library(
            name: "Modules",
            targets: ["Engine", "Search", "Index", "Store", "TextAnalysis", "Records", "CICU"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // From the command down to the plain values; a target imports only what it names here (tools/check-imports).
        .executableTarget(
            name: "CLI",
            dependencies: [
                "Service", "Answers", "Engine", "Tables", "Trends", "Records", .product(name: "Logging", package: "swift-log"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .target(
            name: "Service",
            dependencies: [
                "Answers", "Engine", "CPage", "CPeer", "COpenAPI", "CGNU", "CZlib", "Records",
                .product(name: "Hummingbird", package: "hummingbird"), .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOExtras", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"), .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            exclude: ["DEPLOYING.md", "deploy"],
            swiftSettings: strict),
        .target(name: "Answers", dependencies: ["Engine", "Tables", "Records"], swiftSettings: strict),
        .target(
            name: "Engine",
            dependencies: [
                "Import", "Archive", "Similarity", "Trends", "Search", "Index", "Store", "TextAnalysis", "YAML", "Tables", "CICU", "CGNU", "Records",
            ],
            swiftSettings: strict),
        .target(
            name: "Import", dependencies: ["YAML", "CICU", "CZip", "CExpat", "Records"], exclude: ["MAPS.md"],
            swiftSettings: strict),
        .target(
            name: "Archive",
            dependencies: [
                "Store", "CZstd", "CProfiles", "CGNU", "YAML", "Records", .product(name: "Crypto", package: "swift-crypto"),
            ],
            exclude: ["FORMAT.md", "RULES.md"],
            swiftSettings: strict),
        .target(
            name: "Trends", dependencies: ["Index", "TextAnalysis", "Records"], exclude: ["TRENDS.md", "pictures"],
            swiftSettings: strict),
        .target(
            name: "Similarity", dependencies: ["Store", "TextAnalysis", "CSketch", "Records"], exclude: ["DUPLICATES.md"],
            swiftSettings: strict),
        .target(
            name: "Search", dependencies: ["Index", "TextAnalysis", "Records"], exclude: ["QUERY.md", "TUNING.md"],
            swiftSettings: strict),
        .target(
            name: "Index", dependencies: ["Store", "TextAnalysis", "CFind", "CGNU", "CHash", "Records"], exclude: ["FORMAT.md"],
            swiftSettings: strict),
        .target(name: "Store", dependencies: ["CLMDB", "CHash", "Records"], swiftSettings: strict),
        .target(name: "TextAnalysis", dependencies: ["CICU", "CGNU", "CHash", "Records"], exclude: ["FORMAT.md"], swiftSettings: strict),
        .target(name: "Tables", dependencies: ["CXLSXWriter", "Records"], swiftSettings: strict),
        .target(name: "YAML", dependencies: ["CYAML", "Records"], swiftSettings: strict),
        .target(name: "Records", swiftSettings: strict),

        // What Swift needs to see the C libraries, no more.
        .systemLibrary(name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
        .systemLibrary(name: "CXLSXWriter", pkgConfig: "xlsxwriter", providers: [.apt(["libxlsxwriter-dev"])]),
        .target(name: "CHash"),
        .target(name: "CSketch"),
        .target(name: "CProfiles", exclude: ["data"]),
        .target(name: "CGNU"),
        .target(name: "CFind"),
        .target(name: "CPage", exclude: ["assets", "pictures", "PAGE.md"]),
        .target(name: "CPeer"),
        .target(name: "COpenAPI", exclude: ["openapi.json"]),
        .target(
            name: "CICU",
            linkerSettings: [.linkedLibrary("icui18n"), .linkedLibrary("icuuc"), .linkedLibrary("icudata")]),

        // Makers and checkers of files, run by the scripts in tools/.
        .target(name: "SyntheticCorpus", path: "tools/SyntheticCorpus", swiftSettings: strict),
        .executableTarget(
            name: "CorpusTool", dependencies: ["SyntheticCorpus"], path: "tools/CorpusTool", swiftSettings: strict),
        .executableTarget(
            name: "QualityTool", dependencies: ["Engine", "Similarity", "Trends", "Search", "Index", "TextAnalysis", "Records"],
            path: "tools/QualityTool", swiftSettings: strict),

        .target(name: "TestSupport", dependencies: ["Records"], path: "Tests/TestSupport", swiftSettings: strict),
        .testTarget(
            name: "TrendsTests", dependencies: ["Trends", "Index", "TextAnalysis", "Records", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "ServiceTests",
            dependencies: [
                "CLI", "Service", "Engine", "Records", "TestSupport", .product(name: "HTTPTypes", package: "swift-http-types"), .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(name: "CLITests", dependencies: ["CLI", "Engine", "Records"], swiftSettings: strict),
        .testTarget(name: "CPageTests", dependencies: ["CPage"], swiftSettings: strict),
        .testTarget(name: "RecordsTests", dependencies: ["Records", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "YAMLTests", dependencies: ["YAML", "Records", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "TablesTests", dependencies: ["Tables", "Records", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "StoreTests", dependencies: ["Store", "Records", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "TextAnalysisTests", dependencies: ["TextAnalysis", "CICU", "Records", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "IndexTests", dependencies: ["Index", "Store", "TextAnalysis", "CFind", "Records", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "SimilarityTests", dependencies: ["Similarity", "Store", "TextAnalysis", "CSketch", "Records", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "SearchTests", dependencies: ["Search", "Index", "TextAnalysis", "Records", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "ImportTests", dependencies: ["Import", "YAML", "CZip", "Records", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "ArchiveTests", dependencies: ["Archive", "Store", "Records", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "SyntheticCorpusTests", dependencies: ["SyntheticCorpus", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "EngineTests",
            dependencies: ["Engine", "Trends", "Search", "Archive", "Import", "Store", "Records", "SyntheticCorpus", "TestSupport"],
            swiftSettings: strict),
        // Runs the built program; JUANZONG_BINARY names another one.
        .testTarget(
            name: "EndToEndTests", dependencies: ["SyntheticCorpus", "Records", "TestSupport"], swiftSettings: strict),
    ]
)
