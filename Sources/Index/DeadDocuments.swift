// Which documents of an immutable segment no longer count: withdrawn, or replaced by a later version.

package struct DeadDocuments: Sendable {
    package private(set) var count = 0
    private var words: [UInt64] = []

    package init() {}

    @inline(__always)
    package func contains(_ doc: UInt32) -> Bool {
        let word = Int(doc >> 6)
        return word < words.count && words[word] >> UInt64(doc & 63) & 1 == 1
    }

    package var isEmpty: Bool { count == 0 }

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

    /// A little-endian word for each 64 documents, up to the last dead one.
    var bytes: [UInt8] {
        var out: [UInt8] = []
        for word in words { out.appendLittleEndian(word) }
        return out
    }

    init(_ bytes: Bytes) {
        for offset in stride(from: 0, through: bytes.count - 8, by: 8) {
            let word = bytes.u64(offset)
            words.append(word)
            count += word.nonzeroBitCount
        }
    }
}
