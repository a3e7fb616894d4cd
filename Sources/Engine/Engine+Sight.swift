// What one viewer may see of one state of the records. To him, hidden records are documents that were replaced: in no hit, count,
// facet, score or suggestion. Numbers that count record versions are counted among those he may see, so that no gap tells of others.

import Archive
import Index
import Records
import Store
import Synchronization

/// - Invariant: everything in it follows from what the viewer may see, apart from `records` itself.
final class Sight: Sendable {
    /// The newest version there is, hidden or not.
    let newest: RecordSequence
    /// There are no roles in this archive.
    let isWhole: Bool
    /// Records that are hidden, with their newest version; or, where `isInverted`, those that are not.
    let records: [RecordNumber: RecordSequence]
    /// The viewer sees marked records only.
    let isInverted: Bool
    private let store: RecordStore
    /// Every version of `records`, ascending; found out when it is first asked for.
    private let versions = Mutex<[UInt64]?>(nil)
    private let known = Mutex<String?>(nil)

    init(whole newest: RecordSequence, _ store: RecordStore) {
        (self.newest, isWhole, records, isInverted, self.store) = (newest, true, [:], false, store)
    }

    init(_ records: [RecordNumber: RecordSequence], isInverted: Bool, upTo newest: RecordSequence, _ store: RecordStore) {
        (self.newest, isWhole, self.records, self.isInverted, self.store) = (newest, false, records, isInverted, store)
    }

    func sees(_ number: RecordNumber) -> Bool { isWhole || (records[number] != nil) == isInverted }

    /// The id of one of `records`; found out when it is first asked for.
    func knownID() throws -> String? {
        if let known = known.withLock({ $0 }) { return known }
        guard let head = records.first?.value, let version = try store.version(at: head) else { return nil }
        let id = try Engine.complaint(version).archiveID
        known.withLock { $0 = id }
        return id
    }

    /// How many of the versions up to this one the viewer may see.
    func rank(of sequence: RecordSequence) throws -> RecordSequence {
        if isWhole { return sequence }
        let among = UInt64(try Self.count(allVersions(), upTo: sequence.rawValue))
        return RecordSequence(isInverted ? among : sequence.rawValue - min(among, sequence.rawValue))
    }

    /// The first version of which so many are seen; nil when there are not so many.
    func sequence(ofRank rank: RecordSequence) throws -> RecordSequence? {
        if isWhole { return rank <= newest ? rank : nil }
        let versions = try allVersions()
        if isInverted {
            guard rank.rawValue > 0 else { return RecordSequence(0) }
            return rank.rawValue <= UInt64(versions.count) ? RecordSequence(versions[Int(rank.rawValue) - 1]) : nil
        }
        var sequence = rank.rawValue
        for hidden in versions where hidden <= sequence { sequence += 1 }
        return sequence <= newest.rawValue ? RecordSequence(sequence) : nil
    }

    private func allVersions() throws -> [UInt64] {
        if let known = versions.withLock({ $0 }) { return known }
        let snapshot = try store.snapshot()
        var found: [UInt64] = []
        for head in records.values {
            var next: RecordSequence? = head
            while let sequence = next {
                found.append(sequence.rawValue)
                next = try snapshot.header(at: sequence)?.previous
            }
        }
        found.sort()
        let sorted = found
        versions.withLock { $0 = sorted }
        return sorted
    }

    private static func count(_ versions: [UInt64], upTo sequence: UInt64) -> Int {
        var (low, high) = (0, versions.count)
        while low < high {
            let middle = (low + high) / 2
            if versions[middle] <= sequence { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The same view of the index without what is hidden.
    ///
    /// The index may be behind the records: then it shows an older version of a record, which is as hidden as the newest.
    func visible(_ snapshot: IndexSnapshot) throws -> IndexSnapshot {
        if isWhole { return snapshot }
        let stored = try store.snapshot()
        var sequences: Set<RecordSequence> = []
        for (_, head) in records {
            var next: RecordSequence? = head
            while let sequence = next, sequence > snapshot.watermark { next = try stored.header(at: sequence)?.previous }
            if let next { sequences.insert(next) }
        }
        return isInverted ? try snapshot.showing(only: sequences) : try snapshot.hiding(sequences)
    }
}

extension Engine {
    /// What the viewer may see now.
    func sight() throws -> Sight {
        let viewer = try viewer()
        let newest = try records.lastSequence
        if let openSight, openSight.newest >= newest { return openSight }
        let sight: Sight
        if viewer.isUnrestricted {
            sight = Sight(whole: newest, records)
        } else {
            let isInverted = !viewer.seesUnmarkedRecords
            var found: [RecordNumber: RecordSequence] = [:]
            // Level with the records at least up to `newest`, which was asked for before.
            try ledger().forEachRestricted { number, sequence, restriction in
                if viewer.maySee(restriction) == isInverted { found[number] = sequence }
            }
            sight = Sight(found, isInverted: isInverted, upTo: newest, records)
        }
        openSight = sight
        return sight
    }

    func isVisible(_ number: RecordNumber) throws -> Bool { try sight().sees(number) }

    /// The newest state of the index, as the viewer may see it.
    func visibleSnapshot() throws -> IndexSnapshot { try visible(currentIndex().index.snapshot()) }

    func visible(_ snapshot: IndexSnapshot) throws -> IndexSnapshot { try sight().visible(snapshot) }

    /// Names those who see the same: what is derived for one of them serves the others, and nobody else. Nil is everything.
    func sightName() throws -> String? {
        let viewer = try viewer()
        return viewer.isUnrestricted ? nil : viewer.sightName
    }
}
