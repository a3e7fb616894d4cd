// A manifest ties shards together: which ones, in which order, made by what. A view is an archive folder of its own (rules,
// words, audit log, no records) with a manifest: whoever opens it reads the shards as one archive.
//
// A shard counts in the file, the whole counts on from shard to shard in the order of their labels, as one archive would have
// counted into which the files were imported in that order. Statistics are sums over the dictionaries of all shards that are
// open, as they are over the segments of any archive: so numbers of matches, scores and their order are the same as there.

import Archive
import Glibc
import Records

package struct ShardManifest: Sendable {
    static let format = 1
    static let fileName = "manifest.json"

    /// Ascending by label.
    package let shards: [ShardDescription]
    /// Where they are: an absolute path, or one relative to the view.
    package let folder: String

    /// - Throws: for shards that were not made alike, and for labels and contents that are there twice.
    package init(_ lines: [ShardDescription], folder: String) throws {
        guard let first = lines.first else { throw ShardError.noShards }
        let shards = lines.sorted { $0.label.utf8.lexicographicallyPrecedes($1.label.utf8) }
        for shard in shards {
            guard let other = Self.difference(shard.versions, first.versions) else { continue }
            throw ShardError.mixed(label: shard.label, part: other.part, found: other.found, expected: other.expected)
        }
        for (one, next) in zip(shards, shards.dropFirst()) where one.label == next.label { throw ShardError.labelTwice(label: one.label) }
        var labels: [String: String] = [:]
        for shard in shards {
            if let other = labels[shard.name] { throw ShardError.shardTwice(first: other, second: shard.label) }
            labels[shard.name] = shard.label
        }
        self.shards = shards
        self.folder = folder
    }

    /// The first thing in which two makings differ.
    private static func difference(
        _ versions: [(name: String, value: String)], _ expected: [(name: String, value: String)]
    ) -> (part: String, found: String, expected: String)? {
        guard versions.map(\.name) == expected.map(\.name) else {
            return ("versions", versions.map(\.name).joined(separator: ","), expected.map(\.name).joined(separator: ","))
        }
        for place in versions.indices where versions[place].value != expected[place].value {
            return (versions[place].name, versions[place].value, expected[place].value)
        }
        return nil
    }

    /// Lines as `build-shard` printed them.
    package static func lines(_ text: [String]) throws -> [ShardDescription] {
        try text.enumerated().compactMap { number, line in
            guard line.utf8.contains(where: { $0 > 0x20 }) else { return nil }
            guard let object = (try? JSONValue.parse(line))?.objectValue, let shard = ShardDescription(object) else {
                throw ShardError.lineUnreadable(number: number + 1)
            }
            return shard
        }
    }

    package var object: JSONObject {
        [
            "format": .number(String(Self.format)), "folder": .string(folder), "records": .number(String(shards.reduce(0) { $0 + $1.records })),
            "versions": .object(JSONObject((shards.first?.versions ?? []).map { ($0.name, JSONValue.string($0.value)) })),
            "shards": .array(shards.map { .object($0.object) }),
        ]
    }

    /// Nil where there is none.
    static func read(in folder: String) throws -> ShardManifest? {
        let path = folder + "/" + fileName
        guard SmallFile.size(path) != nil else { return nil }
        let bytes = try SmallFile.read(path, bytesMax: 64 << 20)
        guard let object = (try? JSONValue.parse(bytes))?.objectValue, object["format"]?.int == format,
            let place = object["folder"]?.string, let entries = object["shards"]?.array
        else { throw ShardError.damaged(path: path) }
        let shards = try entries.map { entry in
            guard let object = entry.objectValue, let shard = ShardDescription(object) else { throw ShardError.damaged(path: path) }
            return shard
        }
        return try ShardManifest(shards, folder: place)
    }

    /// Shards whose label fits one of these patterns (`2023*`, `*-3301`), parted by commas, in their order.
    package func places(fitting patterns: String?) throws -> [Int] {
        guard let patterns, !patterns.isEmpty else { return Array(shards.indices) }
        var chosen: Set<Int> = []
        for pattern in patterns.split(separator: ",").map(String.init) {
            let fitting = shards.indices.filter { unsafe fnmatch(pattern, shards[$0].label, 0) == 0 }
            guard !fitting.isEmpty else { throw ShardError.noLabel(pattern: pattern) }
            chosen.formUnion(fitting)
        }
        return chosen.sorted()
    }
}
