// The bytes of posting lists in index format 1, as FORMAT.md shows them. An index written by an earlier program
// of the same format must be read for ever: these bytes may be added to, never changed.

import TestSupport
import Testing

@testable import Index

@Suite struct PostingListGoldenTests {
    private static func check(_ postings: Postings, _ bytes: [UInt8]) {
        #expect(postings.encoded == bytes)
        Postings.withList(bytes, docCount: postings.docs.count, hasWeights: !postings.weights.isEmpty) { list in
            #expect(Postings.collected(list) == postings)
        }
    }

    @Test func `format 1: a short list holds gaps`() {
        Self.check(Postings(docs: [5, 300, 301]), [0x05, 0xA6, 0x02, 0x00])
    }

    @Test func `format 1: weights follow as half bytes, low half first`() {
        Self.check(Postings(docs: [5, 300, 301], weights: [3, 15, 7]), [0x05, 0xA6, 0x02, 0x00, 0xF3, 0x07])
    }

    @Test func `format 1: neighbours take no bits`() {
        Self.check(Postings(docs: Array(0..<256)), [0xFF, 0, 0, 0, 0x01, 0, 0, 0, 0x00])
    }

    @Test func `format 1: eight lanes side by side`() {
        // 0, 2, 4 … 510: the first gap is 0, the others 1.
        let lanes = [[0xFE, 0xFF, 0xFF, 0xFF]] + [[UInt8]](repeating: [0xFF, 0xFF, 0xFF, 0xFF], count: 7)
        Self.check(Postings(docs: (0..<256).map { $0 * 2 }), [0xFE, 0x01, 0, 0, 0x21, 0, 0, 0, 0x01] + lanes.joined())
    }

    @Test func `format 1: a value may lie across two words of its lane`() {
        // Gaps of 5 bits: the seventh value of a lane takes bits 30 and 31 of its first word and 0…2 of its second.
        let gaps = (0..<256).map { UInt32($0 == 48 ? 0b10110 : 0b10000) }
        var docs: [UInt32] = []
        for gap in gaps { docs.append((docs.last.map { $0 + 1 } ?? 0) + gap) }
        let bytes = Postings(docs: docs).encoded
        #expect(bytes[8] == 5)
        // Word 0 of lane 0: values 0…5 at bits 0, 5 … 25, then the two low bits (10) of value 6.
        let word0 = (0..<6).reduce(UInt32(0)) { $0 | 0b10000 << UInt32(5 * $1) } | 0b10 << 30
        #expect(bytes[9..<13].elementsEqual((0..<4).map { UInt8(truncatingIfNeeded: word0 >> UInt32(8 * $0)) }))
        // Word 1 of lane 0 stands eight words on; its three low bits are the rest (101) of value 6.
        #expect(bytes[41] & 0b111 == 0b101)
        Postings(docs: docs).withList { #expect(Postings.collected($0).docs == docs) }
    }

    @Test func `format 1: a bit set where it is not longer`() {
        // 0 … 254 and 258: gaps of two bits would take 64 bytes, a bit for each document takes 40.
        let bits = [UInt8](repeating: 0xFF, count: 31) + [0x7F] + [0x04, 0, 0, 0, 0, 0, 0, 0]
        Self.check(Postings(docs: Array(0..<255) + [258]), [0x02, 0x01, 0, 0, 0x29, 0, 0, 0, 0xFF] + bits)
    }

    @Test func `format 1: the second block counts from the last document of the first`() {
        // 0 … 256: block 0 is full and without bits; block 1 holds the gap 0 of one document.
        Self.check(
            Postings(docs: Array(0..<257), weights: [UInt8](repeating: 1, count: 256) + [9]),
            [0xFF, 0, 0, 0, 0x00, 0x01, 0, 0, 0x81, 0, 0, 0, 0x83, 0, 0, 0, 0x00]
                + [UInt8](repeating: 0x11, count: 128) + [0x00, 0x09])
    }
}
