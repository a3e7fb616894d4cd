// Takes records out of `records.lmdb` for good: the file is written anew beside the old one and takes its name.
//
// Deleted values stay readable in LMDB's free pages, and the dictionary of the compression holds pieces of the records it
// was learnt from. So nothing is deleted in place: what stays is copied, packed with a dictionary of its own. Of a
// destroyed record a row without text and persons stays, so that sequences have no gap and earlier figures can be counted
// again.

import Glibc
import Records
import Store

package enum RecordPurge {
    /// What stays of a destroyed record: when, where and of what kind, nothing that was said and nobody.
    static func remains(of json: [UInt8], id: String) -> [UInt8] {
        var kept = JSONObject()
        let object = (try? JSONValue.parse(json.span))?.objectValue ?? JSONObject()
        kept.set("id", to: .string(id))
        for key in [
            "registerNo", "receivedAt", "registeredAt", "closedAt", "kind", "channel", "origin", "region", "regionRegistered", "category", "categoryVersion",
            "leadUnit", "status", "verified", "satisfaction", "severity", "urgency", "grade", "flags", "bodyId", "profileId", "formType",
            "complainantCount", "representedCount", "groupId", "matterId", "amountClaimed", "amountRecovered",
        ] { kept.set(key, to: object[key]) }
        // Of what is more than a code, the code and the day.
        func part(_ key: String, _ members: [String]) {
            let found = members.compactMap { name in object[key]?[name].map { (name, $0) } }
            if !found.isEmpty { kept.set(key, to: .object(JSONObject(found))) }
        }
        part("acceptance", ["decision", "at"])
        part("outcome", ["codes"])
        part("mediation", ["state"])
        part("cause", ["code"])
        let limits = (object["deadlines"]?.array ?? []).compactMap { limit -> JSONValue? in
            let found = ["due", "metAt"].compactMap { name in limit[name].map { (name, $0) } }
            return found.isEmpty ? nil : .object(JSONObject(found))
        }
        if !limits.isEmpty { kept.set("deadlines", to: .array(limits)) }
        if kept["receivedAt"] == nil { kept.set("receivedAt", to: "1900-01-01") }
        kept.set("title", to: "（已销毁）")
        var bytes: [UInt8] = []
        JSONValue.object(kept).write(into: &bytes)
        return bytes
    }

    /// Whether a version is such a row already.
    package static func isRemains(_ json: [UInt8], id: String) -> Bool { remains(of: json, id: id) == json }

    /// - Precondition: the archive's writer lock is held, and the caller has closed its own stores on the folder.
    package static func run(_ folder: ArchiveFolder, records ids: [String]) throws {
        // As whoever else of this process opens it meanwhile: were it open for reading only, they would be refused.
        let old = try RecordStore(in: folder)
        defer { old.close() }
        let oldDecisions = try old.decisionTable()  // before the snapshot, which would not know it
        let snapshot = try old.snapshot()
        var numbers: [UInt64: String] = [:]
        for id in ids { if let number = try snapshot.recordNumber(id: id) { numbers[number.rawValue] = id } }
        guard !numbers.isEmpty else { return }

        let path = folder.recordsPath + ".purged"
        for name in [path, path + "-lock"] { FileSystem.remove(name) }
        var options = Environment.Options()
        options.durable = false
        let environment = try Environment(at: path, options: options)
        let tables = try RecordStore.Tables(environment)
        let newDecisions = try oldDecisions.map { _ in try RecordStore.makeDecisionTable(in: environment) }

        // A dictionary of what stays.
        var samples: [[UInt8]] = []
        var sampleBytes = 0
        try snapshot.forEachVersion { version in
            if numbers[version.recordNumber.rawValue] == nil {
                samples.append(version.json)
                sampleBytes += version.json.count
            }
            return sampleBytes < 8 << 20 && samples.count < 20_000
        }
        let dictionary = samples.count >= 2_000 ? CompressionDictionary.train(on: samples) : nil

        var hashes: [UInt64: ContentHash] = [:]
        var next = RecordSequence(1)
        let last = try snapshot.lastSequence
        while next <= last {
            try environment.write { transaction in
                var count = 0
                try snapshot.forEachVersion(from: next) { version in
                    var header = version.header
                    var json = version.json
                    if let id = numbers[version.recordNumber.rawValue] {
                        json = remains(of: version.json, id: id)
                        let hash = ContentHash(json: json, isWithdrawn: header.isWithdrawn)
                        hashes[version.sequence.rawValue] = hash
                        header = header.replacing(contentHash: hash, dictionaryID: dictionary?.id ?? 0, rawCount: json.count)
                    } else {
                        header = header.replacing(contentHash: header.contentHash, dictionaryID: dictionary?.id ?? 0, rawCount: json.count)
                    }
                    try transaction.checkedPut(
                        in: tables.versions, key: [UInt8](bigEndian: version.sequence.rawValue),
                        payload: header.encoded + old.codec.compress(json, with: dictionary), append: true)
                    next = RecordSequence(version.sequence.rawValue + 1)
                    count += 1
                    return count < 5_000
                }
            }
        }
        try environment.write { transaction in
            try copy(snapshot, old.tables.meta, to: tables.meta, transaction) { key, _ in
                !key.starts(with: Array("dictionary/".utf8))
            }
            if let dictionary {
                try transaction.checkedPut(in: tables.meta, key: RecordStore.MetaKey.dictionary(dictionary.id), payload: dictionary.bytes)
            }
            var counters = try snapshot.counters
            counters.dictionaryID = dictionary?.id ?? 0
            try transaction.checkedPut(in: tables.meta, key: RecordStore.MetaKey.counters, payload: counters.encoded)
            try copy(snapshot, old.tables.ids, to: tables.ids, transaction) { _, _ in true }
            try copy(snapshot, old.tables.aliases, to: tables.aliases, transaction) { key, _ in
                key.span.number(bigEndianAt: key.count - 8, as: UInt64.self).map { numbers[$0] == nil } ?? true
            }
            try copy(snapshot, old.tables.imports, to: tables.imports, transaction) { _, _ in true }
            if let oldDecisions, let newDecisions {
                // Reasons may tell of what is destroyed: those on its pairs go too.
                try copy(snapshot, oldDecisions, to: newDecisions, transaction) { key, _ in
                    let first: UInt64? = key.span.number(bigEndianAt: 0)
                    let second: UInt64? = key.span.number(bigEndianAt: 8)
                    return first.map { numbers[$0] == nil } ?? true && second.map { numbers[$0] == nil } ?? true
                }
            }
            try snapshot.transaction.forEachChecked(in: old.tables.heads) { key, payload in
                guard var head = Head(decoding: payload) else { throw snapshot.transaction.damagedError(in: old.tables.heads, key: key) }
                if let hash = hashes[head.latest.rawValue] {
                    head = Head(latest: head.latest, contentHash: hash, versionCount: head.versionCount, isWithdrawn: head.isWithdrawn)
                }
                try transaction.checkedPut(in: tables.heads, key: key.bytesCopied, payload: head.encoded)
                return true
            }
        }
        try environment.sync()
        environment.close()
        try DatabaseFile.replace(folder.recordsPath, by: path)
    }

    private static func copy(
        _ snapshot: borrowing RecordSnapshot, _ from: Table, to: Table, _ transaction: borrowing WriteTransaction,
        where isKept: ([UInt8], [UInt8]) -> Bool
    ) throws {
        var rows: [([UInt8], [UInt8])] = []
        try snapshot.transaction.forEachChecked(in: from) { key, payload in
            rows.append((key.bytesCopied, payload.bytesCopied))
            return true
        }
        for (key, payload) in rows where isKept(key, payload) { try transaction.checkedPut(in: to, key: key, payload: payload) }
    }
}

extension VersionHeader {
    func replacing(contentHash: ContentHash, dictionaryID: UInt32, rawCount: Int) -> VersionHeader {
        VersionHeader(
            sequence: sequence, recordNumber: recordNumber, versionNumber: versionNumber, previous: previous,
            recordedAtMilliseconds: recordedAtMilliseconds, isWithdrawn: isWithdrawn, contentHash: contentHash,
            dictionaryID: dictionaryID, rawCount: rawCount)
    }
}

extension IdentityStore {
    /// An identity as it lies in the file.
    package func sealedBytes(at sequence: RecordSequence) throws -> [UInt8]? {
        try environment.read { try $0.checkedValue(in: tables.sealed, for: [UInt8](bigEndian: sequence.rawValue)) { $0.bytesCopied } }
    }

    /// Takes the identities of these record versions away; `compactCopy` then takes their bytes away.
    package func purge(_ sequences: Set<RecordSequence>) throws {
        try environment.write { transaction in
            for sequence in sequences { try transaction.delete(in: tables.sealed, key: [UInt8](bigEndian: sequence.rawValue)) }
            var keys: [[UInt8]] = []
            try transaction.forEach(in: tables.hashes) { key, _ in
                if let sequence = HashKey.sequence(of: key), sequences.contains(sequence) { keys.append(key.bytesCopied) }
                return true
            }
            for key in keys { try transaction.delete(in: tables.hashes, key: key) }
        }
    }
}
