// A flipped bit anywhere in the index is an error that names the place: never a crash, never a wrong answer.

import Records
import Store
import TestSupport
import Testing

@testable import Index

@Suite struct DamageTests {
    private static func archive() throws -> IndexArchive {
        var random = RandomDocuments(Seed(11))
        let archive = try IndexArchive()
        try archive.add((0..<300).map { _ in random.document() })
        try archive.add((0..<20).map { _ in random.document() }, replacing: archive.live.keys.prefix(9).map { RecordSequence($0) })
        return archive
    }

    /// Reads everything; true if the index was refused.
    private static func isRefused(_ archive: IndexArchive) throws -> Bool {
        do {
            try archive.reopen()
            let found = try archive.contents()
            #expect(found == archive.expected, "damage was read as data")
            return false
        } catch is IndexError {
            return true
        }
    }

    @Test(arguments: Seed.sample(4)) func `a flipped bit is an index error`(start: Seed) throws {
        var seed = start
        let archive = try Self.archive()
        for table in ["chunk", "dead", "meta"] {
            let rows = try archive.rows(of: table)
            #expect(table != "chunk" || Set(rows.map { $0.key[4] }).count == ChunkKind.allCases.count)
            for (key, value) in rows {
                // In the checksum, at the start of the payload, anywhere.
                for place in [0, 8, Int.random(in: 0..<value.count, using: &seed)] {
                    var damaged = value
                    damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &seed)
                    archive.generation.close()
                    try archive.set(table, key: key, value: damaged)
                    #expect(try Self.isRefused(archive), "\(table) \(key) byte \(place)")
                    archive.generation.close()
                    try archive.set(table, key: key, value: value)
                }
            }
        }
        #expect(try !Self.isRefused(archive))
    }

    @Test func `a cut, missing or strange value is an index error`() throws {
        let archive = try Self.archive()
        for table in ["chunk", "dead", "meta"] {
            let rows = try archive.rows(of: table)
            for (number, (key, value)) in rows.enumerated() {
                let other = rows[(number + 1) % rows.count].value
                // Of a missing row of dead documents nothing is left to notice it by.
                let damages: [[UInt8]?] = [[], [1, 2, 3], Array(value.dropLast()), other] + (table == "dead" ? [] : [nil])
                for damage in damages where damage != value {
                    archive.generation.close()
                    try archive.set(table, key: key, value: damage)
                    #expect(try Self.isRefused(archive), "\(table) \(key)")
                    archive.generation.close()
                    try archive.set(table, key: key, value: value)
                }
            }
        }
        #expect(try !Self.isRefused(archive))
    }

    @Test func `another analysis asks for a reindex`() throws {
        let archive = try IndexArchive()
        archive.generation.close()
        do {
            _ = try IndexGeneration(at: archive.path, stamp: AnalysisStamp(text: "test 2"), durable: false)
            Issue.record("opened an index of another analysis")
        } catch IndexError.formatUnknown(_, let found, let expected) {
            #expect(found == "test 1" && expected == "test 2")
        }
    }

    @Test func `another format asks for a reindex`() throws {
        let archive = try IndexArchive()
        archive.generation.close()
        var options = Environment.Options()
        options.durable = false
        let environment = try Environment(at: archive.path, options: options)
        let meta = try environment.table("meta")
        let key = Array("manifest".utf8)
        let payload = Array(try archive.rows(of: "meta")[0].value[8...])
        try environment.write { try $0.checkedPut(in: meta, key: key, payload: [1] + payload.dropFirst()) }
        environment.close()
        do {
            try archive.reopen()
            Issue.record("opened an index of another format")
        } catch IndexError.formatUnknown(_, let found, let expected) {
            #expect(found == "1" && expected == "3")
        }
    }
}
