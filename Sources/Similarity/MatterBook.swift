// Which record belongs to which matter (事项), kept beside the index: derived, may be deleted, grows with the archive.
//
// A record joins the matter of the earlier records it is most like, or begins one. It is compared with members, never
// with what matters have in common, and never moves when later ones come: so a matter keeps its name and its records,
// and what is built record by record equals what is built anew, but for the weights of words, which follow the archive.

import Records
import Store

/// What is kept of one record.
package struct MatterRow: Sendable, Equatable {
    /// The record number of the matter's first record: its name for good.
    package var matter: UInt64
    package var sequence: UInt64
    package var receivedAtSeconds: Int64
    /// Keyed hashes that name a complainant for certain, cut to 64 bits.
    package var persons: [UInt64]

    package init(matter: UInt64, sequence: UInt64, receivedAtSeconds: Int64, persons: [UInt64]) {
        self.matter = matter
        self.sequence = sequence
        self.receivedAtSeconds = receivedAtSeconds
        self.persons = persons
    }
}

/// An earlier record that a new one may belong with, and how much.
package struct MatterNeighbour: Sendable {
    package var recordNumber: UInt64
    /// 1: certainly one matter; 0: certainly not.
    package var score: Double

    package init(recordNumber: UInt64, score: Double) {
        self.recordNumber = recordNumber
        self.score = score
    }
}

package final class MatterBook {
    /// Grows with every change of how matters are formed: an older book is made anew.
    private static let format: UInt32 = 3
    /// A record joins where its best so many neighbours are this like it on average.
    package static let joinScore = 0.15
    private static let neighbours = 3

    private let environment: Environment
    private let records: Table
    private let meta: Table
    private static let stateKey = Array("state".utf8)

    private var rows: [UInt64: MatterRow] = [:]
    private var sizes: [UInt64: Int] = [:]
    private var unwritten: Set<UInt64> = []
    package private(set) var watermark: UInt64 = 0

    /// Opens the book, or begins one. One made of other stuff (`stamp`) is begun anew.
    package init(at path: String, stamp: UInt64) throws {
        var options = Environment.Options()
        options.newestDurable = false  // what is lost is worked out again
        environment = try Environment(at: path, options: options)
        records = try environment.table("records")
        meta = try environment.table("meta")
        let bytes = Self.head(stamp)
        head = bytes
        if let known = try Self.watermark(environment, meta, bytes) {
            watermark = known
            try load()
        } else {
            try environment.write { transaction in
                try transaction.deleteAll(in: records, prefix: [])
                try transaction.checkedPut(in: meta, key: Self.stateKey, payload: bytes + [UInt8](repeating: 0, count: 8))
            }
        }
    }

    /// Up to where the book at `path` goes, without reading it; 0 where there is none of this stuff.
    package static func watermark(at path: String, stamp: UInt64) throws -> UInt64 {
        var options = Environment.Options()
        (options.newestDurable, options.createIfMissing) = (false, false)
        do {
            let environment = try Environment(at: path, options: options)
            defer { environment.close() }
            return try watermark(environment, try environment.table(existing: "meta"), head(stamp)) ?? 0
        } catch StoreError.notFound, StoreError.missingTable {
            return 0
        }
    }

    private static func head(_ stamp: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: format)
        bytes.append(bigEndian: stamp)
        return bytes
    }

    /// Nil when it is made of other stuff.
    private static func watermark(_ environment: Environment, _ meta: Table, _ head: [UInt8]) throws -> UInt64? {
        let state = try environment.read { transaction in try transaction.checkedValue(in: meta, for: stateKey) { $0.bytesCopied } }
        guard let state, state.count == head.count + 8, Array(state.prefix(head.count)) == head else { return nil }
        return state.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Format and stamp, as the state begins with them.
    private let head: [UInt8]

    package func close() { environment.close() }

    private func load() throws {
        try environment.read { transaction in
            try transaction.forEachChecked(in: records, prefix: []) { key, payload in
                guard let number: UInt64 = key.number(bigEndianAt: 0), let row = MatterRow(payload) else {
                    throw transaction.damagedError(in: records, key: key)
                }
                rows[number] = row
                sizes[row.matter, default: 0] += 1
                return true
            }
        }
    }

    package func row(of number: UInt64) -> MatterRow? { rows[number] }

    /// All rows by matter, each matter's in the order of arrival.
    package func matters() -> [UInt64: [(number: UInt64, row: MatterRow)]] {
        var matters: [UInt64: [(number: UInt64, row: MatterRow)]] = [:]
        for (number, row) in rows { matters[row.matter, default: []].append((number, row)) }
        for matter in matters.keys { matters[matter]!.sort { $0.row.sequence < $1.row.sequence } }
        return matters
    }

    /// The matter that a record joins: where the mean of its best three neighbours is greatest; nil if nowhere enough.
    package func matter(for neighbours: [MatterNeighbour]) -> UInt64? {
        var scores: [UInt64: [Double]] = [:]
        for neighbour in neighbours where neighbour.score > 0 {
            guard let row = rows[neighbour.recordNumber] else { continue }
            scores[row.matter, default: []].append(neighbour.score)
        }
        var best: (matter: UInt64, score: Double)?
        for (matter, scores) in scores {
            let sorted = scores.sorted(by: >)
            let mean: Double
            if sorted[0] >= 1 {
                mean = 1  // one copy is enough
            } else {
                let count = min(Self.neighbours, sizes[matter] ?? 1)
                mean = sorted.prefix(count).reduce(0, +) / Double(count)
            }
            guard mean >= Self.joinScore else { continue }
            if best == nil || mean > best!.score || mean == best!.score && matter < best!.matter { best = (matter, mean) }
        }
        return best?.matter
    }

    /// Puts a record into a matter; nil begins one. A record that is there already is put anew.
    package func place(
        _ number: UInt64, in matter: UInt64?, sequence: UInt64, receivedAtSeconds: Int64, persons: [UInt64]
    ) {
        remove(number)
        let row = MatterRow(
            matter: matter ?? number, sequence: sequence, receivedAtSeconds: receivedAtSeconds, persons: persons)
        rows[number] = row
        sizes[row.matter, default: 0] += 1
        unwritten.insert(number)
    }

    package func remove(_ number: UInt64) {
        guard let row = rows.removeValue(forKey: number) else { return }
        sizes[row.matter]! -= 1
        unwritten.insert(number)
    }

    /// Everything up to `watermark` is placed.
    package func save(watermark: UInt64) throws {
        let state = head + [UInt8](bigEndian: watermark)
        let numbers = unwritten.sorted()
        try environment.write { transaction in
            for number in numbers {
                let key = [UInt8](bigEndian: number)
                if let row = rows[number] {
                    try transaction.checkedPut(in: records, key: key, payload: row.bytes)
                } else {
                    try transaction.delete(in: records, key: key)
                }
            }
            try transaction.checkedPut(in: meta, key: Self.stateKey, payload: state)
        }
        self.watermark = watermark
        unwritten = []
    }
}

/// matter 8, sequence 8, received at 8, then 8 for each person; big-endian.
extension MatterRow {
    fileprivate var bytes: [UInt8] {
        var bytes = [UInt8](bigEndian: matter)
        bytes.append(bigEndian: sequence)
        bytes.append(bigEndian: UInt64(bitPattern: receivedAtSeconds))
        for person in persons { bytes.append(bigEndian: person) }
        return bytes
    }

    fileprivate init?(_ bytes: Span<UInt8>) {
        guard bytes.count >= 24, bytes.count % 8 == 0, let matter: UInt64 = bytes.number(bigEndianAt: 0),
            let sequence: UInt64 = bytes.number(bigEndianAt: 8), let received: UInt64 = bytes.number(bigEndianAt: 16)
        else { return nil }
        self.init(
            matter: matter, sequence: sequence, receivedAtSeconds: Int64(bitPattern: received),
            persons: stride(from: 24, to: bytes.count, by: 8).compactMap { bytes.number(bigEndianAt: $0) })
    }
}
