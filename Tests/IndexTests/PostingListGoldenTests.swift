// The bytes of posting lists in index format 3, as FORMAT.md shows them. An index written by an earlier program
// of the same format must be read for ever: these bytes may be added to, never changed.

import TestSupport
import Testing

@testable import Index

@Suite struct PostingListGoldenTests {
    private static func check(_ postings: Postings, _ bytes: [UInt8]) {
        #expect(postings.encoded == bytes)
        postings.withList(of: bytes) { #expect(Postings.collected($0) == postings) }
    }

    @Test func `format 3: a short list holds gaps in Rice code`() {
        // 5, 200, 301 of 302 documents: mean gap 100, parameter 6. Gaps 5, 194, 100 are 0·64 + 5, 3·64 + 2, 1·64 + 36:
        // bits, lowest first: 1 101000 · 0001 010000 · 01 001001.
        Self.check(Postings(docs: [5, 200, 301]), [0x0B, 0x14, 0x24, 0x01])
    }

    @Test func `format 3: a gap too far for its code stands as it is`() {
        // Parameter 5. Nineteen gaps of 0 take six bits each; 981 would take 30 zeros, so 24 stand for "as it is".
        let zeros: [UInt8] = [0x41, 0x10, 0x04]
        Self.check(
            Postings(docs: Array(0..<19) + [1_000]),
            zeros + zeros + zeros + zeros + [0x41, 0x10, 0, 0, 0, 0xAC, 0x1E, 0, 0, 0])
    }

    @Test func `format 3: weights follow as half bytes, low half first`() {
        Self.check(Postings(docs: [5, 200, 301], weights: [3, 15, 7]), [0x0B, 0x14, 0x24, 0x01, 0xF3, 0x07])
    }

    @Test func `format 3: where few documents have a weight, bits say which`() {
        Self.check(Postings(docs: [5, 200, 301], weights: [0, 9, 0]), [0x0B, 0x14, 0x24, 0x01, 0x02, 0x09])
    }

    @Test func `format 3: neighbours take no bits`() {
        Self.check(Postings(docs: Array(0..<256)), [0xFF, 0, 0, 0, 0x01, 0, 0, 0, 0, 0, 0x00])
    }

    @Test func `format 3: eight lanes side by side`() {
        // 0, 2, 4 … 510: the first gap is 0, the others 1.
        let lanes = [[0xFE, 0xFF, 0xFF, 0xFF]] + [[UInt8]](repeating: [0xFF, 0xFF, 0xFF, 0xFF], count: 7)
        Self.check(Postings(docs: (0..<256).map { $0 * 2 }), [0xFE, 0x01, 0, 0, 0x21, 0, 0, 0, 0, 0, 0x01] + lanes.joined())
    }

    @Test func `format 3: a value may lie across two words of its lane`() {
        // Gaps of 5 bits: the seventh value of a lane takes bits 30 and 31 of its first word and 0…2 of its second.
        let gaps = (0..<256).map { UInt32($0 == 48 ? 0b10110 : 0b10000) }
        var docs: [UInt32] = []
        for gap in gaps { docs.append((docs.last.map { $0 + 1 } ?? 0) + gap) }
        let bytes = Postings(docs: docs).encoded
        #expect(bytes[10] == 5)
        // Word 0 of lane 0: values 0…5 at bits 0, 5 … 25, then the two low bits (10) of value 6.
        let word0 = (0..<6).reduce(UInt32(0)) { $0 | 0b10000 << UInt32(5 * $1) } | 0b10 << 30
        #expect(bytes[11..<15].elementsEqual((0..<4).map { UInt8(truncatingIfNeeded: word0 >> UInt32(8 * $0)) }))
        // Word 1 of lane 0 stands eight words on; its three low bits are the rest (101) of value 6.
        #expect(bytes[43] & 0b111 == 0b101)
        Postings(docs: docs).withList { #expect(Postings.collected($0).docs == docs) }
    }

    @Test func `format 3: a large gap leaves its high bits behind the others`() {
        // Gaps of 1, but for one of 3·2 + 1 = 7: one bit each, and 3 for the gap at place 9.
        var docs: [UInt32] = []
        for i in 0..<256 { docs.append((docs.last.map { $0 + 1 } ?? 0) + (i == 9 ? 7 : 1)) }
        Self.check(
            Postings(docs: docs),
            [0x05, 0x02, 0, 0, 0x24, 0, 0, 0, 0, 0, 0x41] + [UInt8](repeating: 0xFF, count: 32) + [1, 9, 3])
    }

    @Test func `format 3: a bit set where it is not longer`() {
        // Every eighth gap is 3, the others 0.
        let gaps = (0..<256).map { $0 % 8 == 0 ? UInt32(3) : 0 }
        var docs: [UInt32] = []
        for gap in gaps { docs.append((docs.last.map { $0 + 1 } ?? 0) + gap) }
        // 352 documents: 44 bytes, where two bits a gap take 64, and one with 32 exceptions 97.
        let word: [UInt8] = [0xF8, 0xC7, 0x3F, 0xFE, 0xF1, 0x8F, 0x7F, 0xFC, 0xE3, 0x1F, 0xFF]
        Self.check(Postings(docs: docs), [0x5F, 0x01, 0, 0, 0x31, 0, 0, 0, 0, 0, 0xFF] + word + word + word + word + [0, 0, 0, 0])
    }

    @Test func `format 3: the second block counts from the last document of the first`() {
        // 0 … 256: block 0 is full and without bits; block 1 holds the gap 0 of one document, in Rice code 0.
        Self.check(
            Postings(docs: Array(0..<257), weights: [UInt8](repeating: 1, count: 256) + [9]),
            [0xFF, 0, 0, 0, 0x00, 0x01, 0, 0, 0x82, 0, 0, 0, 0x86, 0, 0, 0, 0, 0, 0, 0, 0x00, 0x00]
                + [UInt8](repeating: 0x11, count: 128) + [0x80, 0x01, 0x00, 0x09])
    }

    @Test func `format 3: a block says how short its shortest document is`() {
        var lengths = DocumentLengths()
        for doc in 0..<257 { lengths.append(doc == 256 ? 70_000 : 500 - doc) }
        var encoder = PostingEncoder()
        var bytes: [UInt8] = []
        encoder.encode(Array<UInt32>(0..<257)[...], weights: [], lengths: lengths, into: &bytes)
        // 500 − 255 = 245, and all that 16 bits can say.
        #expect(bytes[16..<20] == [0xF5, 0x00, 0xFF, 0xFF])
        Postings(docs: Array(0..<257)).withList(of: bytes) { list in
            #expect(list.shortest(ofBlock: 0) == 245 && list.shortest(ofBlock: 1) == .max)
            #expect(Postings.collected(list).docs == Array(0..<257))
        }
    }
}
