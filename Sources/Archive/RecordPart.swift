// Records of a shard inside a larger whole: a shard counts its versions and records from 1, the whole goes on counting from
// shard to shard, as one archive into which all of them had been imported in that order would have counted.

import Records
import Store

struct RecordPart: Sendable {
    let store: RecordStore
    /// The whole's numbers before this shard …
    let base: Counters
    /// … and behind it.
    let end: Counters

    init(store: RecordStore, base: Counters, counters: Counters) {
        self.store = store
        self.base = base
        var end = base
        end.lastSequence += counters.lastSequence
        end.lastRecordNumber += counters.lastRecordNumber
        end.liveCount += counters.liveCount
        self.end = end
    }

    func moved(_ sequence: RecordSequence) -> RecordSequence { RecordSequence(sequence.rawValue + base.lastSequence) }
    func moved(_ number: RecordNumber) -> RecordNumber { RecordNumber(number.rawValue + base.lastRecordNumber) }

    func moved(_ header: VersionHeader) -> VersionHeader {
        VersionHeader(
            sequence: moved(header.sequence), recordNumber: moved(header.recordNumber), versionNumber: header.versionNumber,
            previous: header.previous.map(moved), recordedAtMilliseconds: header.recordedAtMilliseconds,
            isWithdrawn: header.isWithdrawn, contentHash: header.contentHash, dictionaryID: header.dictionaryID,
            rawCount: header.rawCount)
    }

    func moved(_ version: StoredVersion) -> StoredVersion { StoredVersion(header: moved(version.header), json: version.json) }

    func moved(_ head: Head) -> Head {
        Head(
            latest: moved(head.latest), contentHash: head.contentHash, versionCount: head.versionCount,
            isWithdrawn: head.isWithdrawn)
    }
}

extension RecordStore {
    /// The shard that holds a version, and what the version is called there.
    func part(of sequence: RecordSequence) -> (part: Int, own: RecordSequence)? {
        place(sequence.rawValue, \.lastSequence).map { ($0, RecordSequence(sequence.rawValue - parts[$0].base.lastSequence)) }
    }

    func part(of number: RecordNumber) -> (part: Int, own: RecordNumber)? {
        place(number.rawValue, \.lastRecordNumber).map { ($0, RecordNumber(number.rawValue - parts[$0].base.lastRecordNumber)) }
    }

    private func place(_ number: UInt64, _ last: KeyPath<Counters, UInt64>) -> Int? {
        guard let end = parts.last?.end, number <= end[keyPath: last], number > 0 else { return nil }
        var (low, high) = (0, parts.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if parts[middle].end[keyPath: last] < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    package var isMadeOfShards: Bool { !parts.isEmpty }
}

/// Snapshots of shards, each begun when it is first asked: they never change, so that it does not matter when.
final class RecordPartSnapshots {
    final class Holder {
        let snapshot: RecordSnapshot
        init(_ snapshot: consuming RecordSnapshot) { self.snapshot = snapshot }
    }

    private let parts: [RecordPart]
    private var begun: [Holder?]

    init(_ parts: [RecordPart]) {
        self.parts = parts
        begun = Array(repeating: nil, count: parts.count)
    }

    private func holder(_ place: Int) throws -> Holder {
        if let known = begun[place] { return known }
        let new = Holder(try parts[place].store.snapshot())
        begun[place] = new
        return new
    }

    subscript(place: Int) -> Holder { get throws { try holder(place) } }
}

// What the whole asks of a shard.
extension RecordPartSnapshots.Holder {
    func header(at sequence: RecordSequence) throws -> VersionHeader? { try snapshot.header(at: sequence) }
    func version(at sequence: RecordSequence) throws -> StoredVersion? { try snapshot.version(at: sequence) }
    func head(of number: RecordNumber) throws -> Head? { try snapshot.head(of: number) }
    func recordNumber(id: String) throws -> RecordNumber? { try snapshot.recordNumber(id: id) }
    func recordNumbers(alias: String, includingFormer: Bool) throws -> [RecordNumber] {
        try snapshot.recordNumbers(alias: alias, includingFormer: includingFormer)
    }
    func recordNumbers(aliasPrefix: String) throws -> [RecordNumber] { try snapshot.recordNumbers(aliasPrefix: aliasPrefix) }
    func forEachAlias(_ body: ([UInt8], RecordNumber, RecordSequence) throws -> Void) throws { try snapshot.forEachAlias(body) }
    func forEachVersion(from first: RecordSequence, _ body: (StoredVersion) throws -> Bool) throws {
        try snapshot.forEachVersion(from: first, body)
    }
}
