// A manifest ties shards together: which ones, in which order, made by what. A view is an archive folder of its own (rules,
// words, audit log, no records) with a manifest: whoever opens it reads the shards as one archive.
//
// A shard counts in the file, the whole counts on from shard to shard in the order of their labels, as one archive would have
// counted into which the files were imported in that order. Statistics are sums over the dictionaries of all shards that are
// open, as they are over the segments of any archive: so numbers of matches, scores and their order are the same as there.

import Archive
import Glibc
import Index
import Records
import Store

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

/// The shards that are open.
final class ShardView {
    struct Part {
        let shard: ShardDescription
        let path: String
        /// Versions in all shards of the manifest before this one, open or not.
        let versionsBefore: Int
    }

    let parts: [Part]
    /// By part: records ever added.
    private var recordCounts: [UInt64] = []
    private var indexes: [(index: IndexGeneration, base: SegmentBase)] = []

    /// - Parameter patterns: which; nil is all.
    static func opening(_ folder: ArchiveFolder, shards patterns: String?) throws -> ShardView? {
        guard let manifest = try ShardManifest.read(in: folder.path) else {
            if patterns != nil { throw ShardError.notAView(path: folder.path) }
            return nil
        }
        let place = manifest.folder.hasPrefix("/") ? manifest.folder : folder.path + "/" + manifest.folder
        let made = manifest.shards[0].versions
        for (name, version) in Engine.versions {
            let found = made.first { $0.name == name }?.value ?? ""
            if found != version { throw ShardError.foreign(path: folder.path, part: name, found: found, expected: version) }
        }
        let chosen = Set(try manifest.places(fitting: patterns))
        Self.raiseFileLimit()
        var before = 0
        var parts: [Part] = []
        for (number, shard) in manifest.shards.enumerated() {
            if chosen.contains(number) { parts.append(Part(shard: shard, path: place + "/" + shard.name, versionsBefore: before)) }
            before += shard.versionCount
        }
        for part in parts {
            for file in [ShardFolder.records, ShardFolder.index] {
                guard SmallFile.size(part.path + "/" + file) != nil else { throw ShardError.missing(path: part.path) }
            }
        }
        return ShardView(parts)
    }

    private init(_ parts: [Part]) { self.parts = parts }

    /// Each shard takes four descriptors.
    private static func raiseFileLimit() {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    func recordStores() throws -> [RecordStore] {
        let stores = try parts.map { try RecordStore(shard: $0.path + "/" + ShardFolder.records) }
        recordCounts = try stores.map { try $0.recordCountEver }
        return stores
    }

    /// Opened once, whatever becomes of the view's own, empty index.
    func attach(to index: IndexGeneration) throws {
        if indexes.isEmpty {
            var base = SegmentBase()
            for (part, recordCount) in zip(parts, recordCounts) {
                let own = try IndexGeneration(at: part.path + "/" + ShardFolder.index, stamp: IndexFolder.stamp, frozen: true)
                indexes.append((own, base))
                base.add(sequences: UInt64(part.shard.versionCount), recordNumbers: recordCount)
            }
        }
        index.attach(indexes)
    }
}

extension Engine {
    /// Makes a view of shards, or gives one that is there a new manifest; the old one stays beside it.
    ///
    /// - Parameter isDeep: reads every shard whole and compares it with its name.
    package static func makeManifest(
        _ shards: [ShardDescription], in folder: String, archive options: EngineOptions, profile: String?, lexicon: String?, isDeep: Bool,
        report: ProgressReport
    ) throws -> ShardManifest {
        let place = absolute(folder)
        let view = absolute(options.archivePath)
        let manifest = try ShardManifest(shards, folder: place.hasPrefix(view + "/") ? String(place.dropFirst(view.utf8.count + 1)) : place)
        for shard in manifest.shards {
            let path = place + "/" + shard.name
            guard let own = ShardFolder.description(in: path) else { throw ShardError.missing(path: path) }
            guard own.own.text == shard.own.text else { throw ShardError.damaged(path: path) }
            if isDeep {
                let digest = try ShardFolder.digest(in: path, versions: own.versions)
                guard shard.name == "shard-" + digest.prefix(32) else { throw ShardError.damaged(path: path) }
            }
        }
        try refuseSharedRecords(manifest, place)
        if SmallFile.names(in: options.archivePath).isEmpty {
            var contents = ArchiveFolder.Contents()
            contents.profile = try shardProfile(profile)
            if let lexicon { contents.lexicon = String(decoding: try SmallFile.read(lexicon), as: UTF8.self) }
            var options = options
            let keyPath = view + ".key-\(getpid())"
            options.keyPath = keyPath
            _ = try create(options, contents)
            // There is nobody in the shards whom it could open.
            unsafe Glibc.unlink(keyPath)
        } else {
            let engine = try Engine(opening: EngineOptions(archivePath: options.archivePath, user: options.user))
            try engine.requireAdministrator("manifest")
            let last = try engine.records.lastSequence
            if engine.shardView == nil, last.rawValue > 0 { throw ArchiveError.folderNotEmpty(path: options.archivePath) }
        }
        let engine = try Engine(opening: EngineOptions(archivePath: options.archivePath, user: options.user), ignoringManifest: true)
        let words = try engine.lexiconStamp()
        let found = manifest.shards[0].versions.first { $0.name == "lexicon" }?.value ?? ""
        guard words == found else { throw ShardError.foreign(path: view + "/lexicon.txt", part: "lexicon", found: found, expected: words) }
        let path = view + "/" + ShardManifest.fileName
        let bytes = Array(manifest.object.text.utf8) + [0x0A]
        if let old = try? SmallFile.read(path, bytesMax: 64 << 20), old != bytes {
            try SmallFile.replace(view + "/manifest-\(String(Checked.checksum(of: old.span), radix: 16)).json", with: old)
        }
        try SmallFile.replace(path, with: bytes)
        return manifest
    }

    private static func absolute(_ path: String) -> String {
        var path = Substring(path)
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        if path.hasPrefix("/") { return String(path) }
        var here = [CChar](repeating: 0, count: 4_096)
        guard unsafe getcwd(&here, here.count) != nil else { return String(path) }
        return String(decoding: here.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) + "/" + path
    }

    /// Hashes of all ids, eight bytes a record; what falls together is compared whole.
    private static func refuseSharedRecords(_ manifest: ShardManifest, _ place: String) throws {
        guard manifest.shards.count > 1 else { return }
        var hashes: [UInt64] = []
        hashes.reserveCapacity(manifest.shards.reduce(0) { $0 + $1.records })
        func forEachKey(_ body: (Int, Span<UInt8>) throws -> Void) throws {
            for (number, shard) in manifest.shards.enumerated() {
                let store = try RecordStore(shard: place + "/" + shard.name + "/" + ShardFolder.records)
                defer { store.close() }
                try store.forEachIDKey { try body(number, $0) }
            }
        }
        try forEachKey { _, key in hashes.append(Checked.checksum(of: key)) }
        hashes.sort()
        var twice: Set<UInt64> = []
        for (one, next) in zip(hashes, hashes.dropFirst()) where one == next { twice.insert(one) }
        guard !twice.isEmpty else { return }
        var owners: [[UInt8]: Int] = [:]
        var shared: [[Int]: Int] = [:]
        try forEachKey { number, key in
            guard twice.contains(Checked.checksum(of: key)) else { return }
            let bytes = (0..<key.count).map { key[$0] }
            if let owner = owners[bytes] { shared[[owner, number], default: 0] += 1 } else { owners[bytes] = number }
        }
        guard let found = shared.min(by: { $0.key.lexicographicallyPrecedes($1.key) }) else { return }
        throw ShardError.recordInTwo(
            first: manifest.shards[found.key[0]].label, second: manifest.shards[found.key[1]].label, count: found.value)
    }

    /// Removes what killed makers of shards left where the shards are.
    ///
    /// - Returns: how many.
    package static func sweepShards(_ folder: String) -> Int {
        let left = SmallFile.names(in: folder).filter { $0.hasPrefix(ShardFolder.partialPrefix) }
        for name in left { ShardFolder.remove(folder + "/" + name) }
        return left.count
    }
}

extension EngineOptions {
    fileprivate init(archivePath: String, user: String) {
        self.init(archivePath: archivePath)
        self.user = user
    }
}
