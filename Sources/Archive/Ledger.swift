// `index/ledger.lmdb`: what follows from records and rules and is asked for over all records at once: which have a time
// limit that was not kept, and which not everybody may see. Derived: it may be deleted, and is made anew when the rules
// change. FORMAT.md, "The ledger".

import Records
import Store

package final class Ledger: Sendable {
    static let format = "juanzong-ledger-1"

    /// What decides who may see a record.
    package struct Restriction: Hashable, Sendable {
        /// Nil is 内部.
        package var level: String?
        /// 知悉范围: roles or users; empty is no limit.
        package var roles: [String] = []
        /// Categories, registers and forms that only named roles may read.
        package var labels: [String] = []
        /// Users whom the complaint is about.
        package var about: [String] = []

        package init() {}
        package var isEmpty: Bool { level == nil && roles.isEmpty && labels.isEmpty && about.isEmpty }

        var json: JSONObject {
            var object = JSONObject()
            if let level { object.set("level", to: .string(level)) }
            for (key, values) in [("roles", roles), ("labels", labels), ("about", about)] where !values.isEmpty {
                object.set(key, to: .array(values.map { .string($0) }))
            }
            return object
        }

        init(_ json: JSONValue) {
            level = json["level"]?.string
            func texts(_ key: String) -> [String] { (json[key]?.array ?? []).compactMap(\.string) }
            (roles, labels, about) = (texts("roles"), texts("labels"), texts("about"))
        }
    }

    /// A time limit that is not kept, or was kept too late.
    package struct Late: Hashable, Sendable {
        package var due: Int64
        /// `Int64.max`: not yet.
        package var met: Int64
        package init(due: Int64, met: Int64) {
            self.due = due
            self.met = met
        }
    }

    package struct Row: Sendable {
        package var number: RecordNumber
        package var sequence: RecordSequence
        package var late: [Late]
        package var restriction: Restriction
        package init(number: RecordNumber, sequence: RecordSequence, late: [Late], restriction: Restriction) {
            self.number = number
            self.sequence = sequence
            self.late = late
            self.restriction = restriction
        }
    }

    private let environment: Environment
    private let meta: Table
    private let late: Table
    private let restricted: Table
    private let path: String

    /// - Throws: when it can neither be opened nor made, as in a read-only folder.
    package init(in folder: ArchiveFolder) throws {
        path = folder.indexFolderPath + "/ledger.lmdb"
        var options = Environment.Options()
        options.newestDurable = false
        environment = try Environment(at: path, options: options)
        meta = try environment.table("meta")
        late = try environment.table("late")
        restricted = try environment.table("restricted")
    }

    package func close() { environment.close() }

    /// The record version up to which the rows speak; nothing when they were made by other rules.
    package func watermark(stamp: String) throws -> RecordSequence {
        try environment.read { transaction in
            let known = try transaction.checkedValue(in: meta, for: Array("stamp".utf8)) { String(decoding: $0.bytesCopied, as: UTF8.self) }
            guard known == Self.format + stamp else { return RecordSequence(0) }
            let last = try transaction.checkedValue(in: meta, for: Array("watermark".utf8)) { $0.number(bigEndianAt: 0, as: UInt64.self) }
            return RecordSequence((last ?? nil) ?? 0)
        }
    }

    /// Replaces the rows of these records; `restarting` empties the ledger first.
    package func put(_ rows: [Row], upTo last: RecordSequence, stamp: String, restarting: Bool) throws {
        try environment.write { transaction in
            if restarting {
                try transaction.drop(late)
                try transaction.drop(restricted)
            }
            for row in rows {
                let key = [UInt8](bigEndian: row.number.rawValue)
                if row.late.isEmpty {
                    try transaction.delete(in: late, key: key)
                } else {
                    var bytes = [UInt8](bigEndian: row.sequence.rawValue)
                    for one in row.late {
                        bytes.append(bigEndian: UInt64(bitPattern: one.due))
                        bytes.append(bigEndian: UInt64(bitPattern: one.met))
                    }
                    try transaction.checkedPut(in: late, key: key, payload: bytes)
                }
                if row.restriction.isEmpty {
                    try transaction.delete(in: restricted, key: key)
                } else {
                    var bytes = [UInt8](bigEndian: row.sequence.rawValue)
                    JSONValue.object(row.restriction.json).write(into: &bytes)
                    try transaction.checkedPut(in: restricted, key: key, payload: bytes)
                }
            }
            try transaction.checkedPut(in: meta, key: Array("stamp".utf8), payload: Array((Self.format + stamp).utf8))
            try transaction.checkedPut(in: meta, key: Array("watermark".utf8), payload: [UInt8](bigEndian: last.rawValue))
        }
    }

    /// Visits records with a limit not kept.
    package func forEachLate(_ body: (RecordNumber, RecordSequence, [Late]) throws -> Void) throws {
        try forEachLate(in: RecordNumber(0)...RecordNumber(.max)) { number, sequence, isLate in
            var all: [Late] = []
            _ = try isLate {
                all.append($0)
                return false
            }
            try body(number, sequence, all)
        }
    }

    /// Visits those of the numbers; the last argument of `body` asks whether one of the record's limits is so.
    package func forEachLate(
        in numbers: ClosedRange<RecordNumber>, _ body: (RecordNumber, RecordSequence, ((Late) throws -> Bool) throws -> Bool) throws -> Void
    ) throws {
        try environment.read { transaction in
            try transaction.forEachChecked(in: late, from: [UInt8](bigEndian: numbers.lowerBound.rawValue)) { key, payload in
                guard let number: UInt64 = key.number(bigEndianAt: 0), let sequence: UInt64 = payload.number(bigEndianAt: 0),
                    payload.count % 16 == 8
                else { throw transaction.damagedError(in: late, key: key) }
                guard number <= numbers.upperBound.rawValue else { return false }
                try body(RecordNumber(number), RecordSequence(sequence)) { isSo in
                    for place in stride(from: 8, to: payload.count, by: 16) {
                        let due = Int64(bitPattern: payload.number(bigEndianAt: place) ?? 0)
                        let met = Int64(bitPattern: payload.number(bigEndianAt: place + 8) ?? 0)
                        if try isSo(Late(due: due, met: met)) { return true }
                    }
                    return false
                }
                return true
            }
        }
    }

    /// Visits records that not everybody may see.
    package func forEachRestricted(_ body: (RecordNumber, RecordSequence, Restriction) throws -> Void) throws {
        try environment.read { transaction in
            try transaction.forEachChecked(in: restricted) { key, payload in
                guard let number: UInt64 = key.number(bigEndianAt: 0), let sequence: UInt64 = payload.number(bigEndianAt: 0),
                    let json = try? JSONValue.parse(payload.extracting(8...))
                else { throw transaction.damagedError(in: restricted, key: key) }
                try body(RecordNumber(number), RecordSequence(sequence), Restriction(json))
                return true
            }
        }
    }
}
