// Every byte of a small index of format 3, as FORMAT.md shows it. An index written by an earlier program of the same
// format must be read for ever: these bytes may be added to, never changed.

import Records
import Store
import TestSupport
import Testing

@testable import Index

@Suite struct SegmentGoldenTests {
    /// Title `ab`, category `A/B`, an amount of 12.5.
    private static let first = IndexableDocument(
        sequence: RecordSequence(7), recordNumber: RecordNumber(3), receivedAtSeconds: 1_700_000_000,
        units: [0xFFFF, 1, 0x61, 0x62], words: [.init(start: 2, length: 2)], facets: [.init(.category, "A/B")],
        quantities: [.init(.amount, 12_500)])

    /// Title `b`, content `a`, category `A`.
    private static let second = IndexableDocument(
        sequence: RecordSequence(9), recordNumber: RecordNumber(4), receivedAtSeconds: 1_700_086_400,
        units: [0xFFFF, 1, 0x62, 0xFFFF, 2, 0x61], words: [], facets: [.init(.category, "A")], quantities: [])

    /// Replaces the second: title `c`.
    private static let third = IndexableDocument(
        sequence: RecordSequence(10), recordNumber: RecordNumber(4), receivedAtSeconds: 1_700_086_400,
        units: [0xFFFF, 1, 0x63], words: [], facets: [], quantities: [])

    /// Table, key, checksum, payload.
    private static let rows = """
        chunk 00000001 01 00000000  f8b1c6694f11feff
          03000000 02000000 0500000000000000 01000000 02000000 01000000 01000000 0100000000000000
          0a00000000000000 0700000000000000 0900000000000000 00f1536500000000 8042556500000000
        chunk 00000001 02 00000000  bc85ce7285e13c95  6100000000000000
        chunk 00000001 03 00000000  2c502f7a4dd2cf72  00000000 00000000 00000000 00000000
        chunk 00000001 04 00000000  224755e2520722f1
          00 04 01  01 04 01  808084838080808010 03 00 08  9efffbfcffffffff1f 04 01  01 02 00
        chunk 00000001 05 00000000  652ee11c38c37836  030303
        chunk 00000001 06 00000000  173c6f9cb417eddc  0001 6e e097  0001 e097 0002 6e
        chunk 00000001 07 00000000  5611e97d55d9b345  02000000 00000000 02000000 06000000 2041 20412f42
        chunk 00000001 08 00000000  e3ba042680e223ef
          8000000000000000 00000000 01000000 00000000 01000000
          0000000000000000 00000000 01000000 00000000 01000000
          d430000000000000 00000000 01000000 00000000 01000000
        chunk 00000001 09 00000000  cf3e5eb9c2ef69d8  0700000000000000 02000000 01000000 00000000 02000000
        chunk 00000001 0a 00000000  29bc0386e7f580cc  0300000000000000 01000000 01000000 00000000 02000000
        chunk 00000001 0b 00000000  38bb806cacb0834d  00f1536500000000 80510100 01000000 00000000 02000000
        chunk 00000001 0c 00000000  aab6bfa9d90ed596  0000000000000000 05000000 01000000 00000000 02000000
        chunk 00000001 0d 00000000  ed18226a3541a743  0400000000000000 02000000 01000000 00000000 02000000
        chunk 00000002 01 00000000  30a773b9a115c968
          03000000 01000000 0100000000000000 01000000 00000000 00000000 01000000 0000000000000000
          0300000000000000 0a00000000000000 0a00000000000000 8042556500000000 8042556500000000
        chunk 00000002 02 00000000  bf6fc954ce56dad7  6300000000000000
        chunk 00000002 03 00000000  747a1e93403f98b5  00000000 00000000 00000000 00000000
        chunk 00000002 04 00000000  c155aa4249591800  000200
        chunk 00000002 06 00000000  dbd61e7911b42ada  0001e035
        chunk 00000002 09 00000000  afac04938480a70b  0a00000000000000 00000000 01000000 00000000 01000000
        chunk 00000002 0a 00000000  19515f992144eb72  0400000000000000 00000000 01000000 00000000 01000000
        chunk 00000002 0b 00000000  825c1090926dbadc  8042556500000000 00000000 01000000 00000000 01000000
        chunk 00000002 0c 00000000  803788b50623f326  0000000000000000 00000000 01000000 00000000 01000000
        chunk 00000002 0d 00000000  3e6bf7cabfac095f  0300000000000000 00000000 01000000 00000000 01000000
        dead 00000001 00000000  89453d52a0d5b60b  0200000000000000
        meta 6d616e6966657374  e58b2ba6b1438f4e
          03000000 03000000 0a00000000000000 02000000 01000000 02000000 746573742031
        """

    private struct Row: Equatable {
        var table: String
        var hex: String
    }

    private static let expected: [Row] = {
        var found: [Row] = []
        for line in rows.split(separator: "\n") {
            let words = line.split(separator: " ")
            if line.first == " " {
                found[found.count - 1].hex += words.joined()
            } else {
                found.append(Row(table: String(words[0]), hex: words.dropFirst().joined()))
            }
        }
        return found
    }()

    @Test func `format 3: what is written`() throws {
        let archive = try IndexArchive()
        try archive.add([Self.first, Self.second])
        try archive.add([Self.third], replacing: [Self.second.sequence])
        var found: [Row] = []
        for table in ["chunk", "dead", "meta"] {
            for (key, value) in try archive.rows(of: table) {
                found.append(Row(table: table, hex: hex(key.span) + hex(value.span)))
            }
        }
        #expect(found == Self.expected)
    }

    @Test func `format 3: what is read`() throws {
        let archive = try IndexArchive()
        archive.generation.close()
        let keyBytes = ["chunk": 9, "dead": 8, "meta": 8]
        for row in Self.expected {
            let digits = Array(row.hex)
            let bytes = stride(from: 0, to: digits.count, by: 2).map { UInt8(String(digits[$0...($0 + 1)]), radix: 16)! }
            let count = keyBytes[row.table]!
            try archive.set(row.table, key: Array(bytes[..<count]), value: Array(bytes[count...]))
        }
        try archive.reopen()
        #expect(try archive.contents() == IndexContents([Self.first, Self.third]))
        #expect(try archive.generation.watermark == RecordSequence(10))
    }
}
