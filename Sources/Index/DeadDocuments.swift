// Which documents of an immutable segment no longer count: withdrawn, or replaced by a later version.
//
// Stored in parts of a page each, so that one more dead document rewrites a page and not a bit for every document of
// a large segment.

import Store

package struct DeadDocuments: Sendable {
    /// Words of a part: with the checksum and LMDB's page head they fill a page.
    static let partWords = 509
    static let partDocs = UInt32(partWords * 64)

    package private(set) var count = 0
    private var words: [UInt64] = []

    package init() {}

    @inline(__always)
    package func contains(_ doc: UInt32) -> Bool {
        let word = Int(doc >> 6)
        return word < words.count && words[word] >> UInt64(doc & 63) & 1 == 1
    }

    package var isEmpty: Bool { count == 0 }

    /// Those of a range, ascending.
    package func forEach(in range: Range<UInt32>, _ body: (UInt32) -> Void) {
        guard count > 0 else { return }
        let words = words[min(self.words.count, Int(range.lowerBound >> 6))..<min(self.words.count, Int((range.upperBound + 63) >> 6))]
        for number in words.indices {
            var rest = words[number]
            while rest != 0 {
                let doc = UInt32(truncatingIfNeeded: number &* 64 &+ rest.trailingZeroBitCount)
                rest &= rest &- 1
                if range.contains(doc) { body(doc) }
            }
        }
    }

    /// Ascending.
    package var docs: [UInt32] {
        var docs: [UInt32] = []
        docs.reserveCapacity(count)
        for (number, word) in words.enumerated() {
            var rest = word
            while rest != 0 {
                docs.append(UInt32(number * 64 + rest.trailingZeroBitCount))
                rest &= rest &- 1
            }
        }
        return docs
    }

    /// The document that counts before which `rank` others count, were there no end of documents.
    package func live(atRank rank: Int) -> UInt32 {
        var left = rank
        for (number, word) in words.enumerated() {
            let here = 64 - word.nonzeroBitCount
            if left >= here {
                left -= here
                continue
            }
            var live = ~word
            for _ in 0..<left { live &= live &- 1 }
            return UInt32(number * 64 + live.trailingZeroBitCount)
        }
        return UInt32(words.count * 64 + left)
    }

    /// A bit for each document up to the last dead one, in words of 64.
    func withWords<Result>(_ body: (UnsafeBufferPointer<UInt64>) -> Result) -> Result {
        unsafe words.withUnsafeBufferPointer(body)
    }

    /// Takes the dead ones out of a set with a word for each 64 documents of the segment.
    package func remove(from live: inout [UInt64]) {
        for i in 0..<min(live.count, words.count) { live[i] &= ~words[i] }
    }

    mutating func insert(_ doc: UInt32) {
        guard !contains(doc) else { return }
        let word = Int(doc >> 6)
        while words.count <= word { words.append(0) }
        words[word] |= 1 << UInt64(doc & 63)
        count += 1
    }

    // MARK: Rows of the table

    static func key(_ segment: SegmentID, part: UInt32) -> [UInt8] {
        var key = Chunk.prefix(of: segment)
        key.append(bigEndian: part)
        return key
    }

    /// A little-endian word for each 64 documents of the part, up to the last dead one; empty when none is dead.
    func bytes(ofPart part: UInt32) -> [UInt8] {
        let from = Int(part) * Self.partWords
        guard from < words.count else { return [] }
        var own = words[from..<min(words.count, from + Self.partWords)]
        while own.last == 0 { own.removeLast() }
        var out: [UInt8] = []
        for word in own { out.appendLittleEndian(word) }
        return out
    }

    /// - Returns: false when the bytes are no part.
    mutating func add(part: UInt32, _ payload: Span<UInt8>) -> Bool {
        guard !payload.isEmpty, payload.count % 8 == 0, payload.count <= Self.partWords * 8 else { return false }
        let from = Int(part) * Self.partWords
        while words.count < from + payload.count / 8 { words.append(0) }
        for i in 0..<(payload.count / 8) {
            var word: UInt64 = 0
            for place in (0..<8).reversed() { word = word << 8 | UInt64(payload[i * 8 + place]) }
            words[from + i] = word
            count += word.nonzeroBitCount
        }
        return true
    }
}

extension Transaction where Self: ~Copyable {
    /// The dead documents of a segment, as this transaction sees them.
    func deadDocuments(of segment: SegmentID, in table: Table, path: String) throws -> DeadDocuments {
        func damaged() -> IndexError { .damaged(path: path, chunk: "dead documents of segment \(segment)") }
        var dead = DeadDocuments()
        do {
            try forEachChecked(in: table, prefix: Chunk.prefix(of: segment)) { key, payload in
                guard key.count == 8, let part: UInt32 = key.number(bigEndianAt: 4), dead.add(part: part, payload)
                else { throw damaged() }
                return true
            }
        } catch StoreError.damaged {
            throw damaged()
        }
        return dead
    }
}
