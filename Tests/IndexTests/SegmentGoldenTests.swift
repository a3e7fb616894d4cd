// Every byte of a small index of format 2, as FORMAT.md shows it. An index written by an earlier program of the same
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
        chunk 00000001 01 00000000  c5e44647ce6bcb33
          01000000 02000000 0600000000000000 01000000 02000000 01000000 00000000 0100000000000000
          0a00000000000000 0700000000000000 0900000000000000 00f1536500000000 8042556500000000
        chunk 00000001 02 00000000  bc85ce7285e13c95  6100000000000000
        chunk 00000001 03 00000000  2c502f7a4dd2cf72  00000000 00000000 00000000 00000000
        chunk 00000001 04 00000000  130ff6b9c28474b3
          00 02 02  01 02 02  808084838080808010 01 00  b293f5a8a6a1f9ff19 01 00 08
          eceb86d4d9de868006 02 02  01 01 00
        chunk 00000001 05 00000000  c0aa5f6ee1a447ee  00 00  00 00  00 00
        chunk 00000001 06 00000000  3e21b127c259ed09  ffff 0100 6100 6200  ffff 0100 6200 ffff 0200 6100
        chunk 00000001 07 00000000  5611e97d55d9b345  02000000 00000000 02000000 06000000 2041 20412f42
        chunk 00000001 08 00000000  a3bf9ffb02172037  80000000 00000000 d430000000000000
        chunk 00000001 09 00000000  2e893cfd0ff00cd4  0700000000000000 0900000000000000
        chunk 00000001 0a 00000000  9a0eb633f5e77bc8  0300000000000000 0400000000000000
        chunk 00000001 0b 00000000  61feff4d0f724272  00f1536500000000 8042556500000000
        chunk 00000001 0c 00000000  5d93bdec3a8a114e  00000000 04000000
        chunk 00000001 0d 00000000  9d700cb0b552911c  04000000 06000000
        chunk 00000002 01 00000000  463fc3272e222961
          01000000 01000000 0100000000000000 01000000 00000000 00000000 00000000 0000000000000000
          0300000000000000 0a00000000000000 0a00000000000000 8042556500000000 8042556500000000
        chunk 00000002 02 00000000  bf6fc954ce56dad7  6300000000000000
        chunk 00000002 03 00000000  747a1e93403f98b5  00000000 00000000 00000000 00000000
        chunk 00000002 04 00000000  47509c3e56ac347b  00 01 00
        chunk 00000002 06 00000000  d2f972a0a09f6f77  ffff 0100 6300
        chunk 00000002 09 00000000  1dae7c59cf186996  0a00000000000000
        chunk 00000002 0a 00000000  4d4fa11dc83a25b5  0400000000000000
        chunk 00000002 0b 00000000  c078a882d6db07a9  8042556500000000
        chunk 00000002 0c 00000000  8b5e2897e026595d  00000000
        chunk 00000002 0d 00000000  534986adc30a8877  03000000
        dead 00000001 00000000  89453d52a0d5b60b  0200000000000000
        meta 6d616e6966657374  6f0ac00a7449b366
          02000000 03000000 0a00000000000000 02000000 01000000 02000000 746573742031
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

    @Test func `format 2: what is written`() throws {
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

    @Test func `format 2: what is read`() throws {
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
