// Making a view of shards: which shards there may be together, and the manifest that comes last.

import Archive
import Glibc
import Records
import Store

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
        // One that cannot be kept beside is not replaced either.
        let old = SmallFile.size(path) == nil ? nil : try SmallFile.read(path, bytesMax: 64 << 20)
        if let old, old != bytes {
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
        for name in left { removeTree(folder + "/" + name) }
        return left.count
    }
}

extension EngineOptions {
    fileprivate init(archivePath: String, user: String) {
        self.init(archivePath: archivePath)
        self.user = user
    }
}
