// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that the product never depends on it. It measures what nobody calls from outside: the modules
// behind the command, whose interfaces are of `package` access. SwiftPM names that access after a package's folder, so
// the sources here leave the access of their own package (`packageAccess: false`) and join the one above by its name.
// Such a flag is allowed in a root package only, which this is.
let folderAbove = Context.packageDirectory.split(separator: "/").dropLast().last.map(String.init) ?? ""
let packageAbove = folderAbove.lowercased()
let nameOfAccess = String(packageAbove.map { $0.isLetter || $0.isNumber ? $0 : "_" })

let strict: [SwiftSetting] = [
    .strictMemorySafety(), .treatAllWarnings(as: .error), .unsafeFlags(["-package-name", nameOfAccess]),
]
let modules: Target.Dependency = .product(name: "Modules", package: packageAbove)

let package = Package(
    name: "Benchmarks",
    dependencies: [.package(path: "..")],
    targets: [
        .executableTarget(
            name: "Micro", dependencies: ["Measuring", "CAllocationCount", modules], packageAccess: false,
            swiftSettings: strict),
        .executableTarget(
            name: "Macro", dependencies: ["Measuring", modules], packageAccess: false, swiftSettings: strict),
        .target(name: "Measuring", dependencies: [modules], packageAccess: false, swiftSettings: strict),
        .target(name: "CAllocationCount"),
    ]
)
