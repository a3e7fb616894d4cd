// The shards of a view that are open, and how they count on from one another.

import Archive
import Glibc
import Index
import Records

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
