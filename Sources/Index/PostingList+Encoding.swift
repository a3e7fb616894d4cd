// Writes posting lists. The bytes are specified in FORMAT.md, "Posting list".

/// Turns ascending documents (and weights) into the bytes of a posting list.
struct PostingEncoder {
    /// Postings per block. 256 gaps unpack as 32 rows of 8 lanes; skip columns count in these.
    static let blockLength = 256

    private var packed: [UInt8] = []

    /// Appends the list to `out`.
    ///
    /// - Parameter weights: one 4-bit weight a document for word lists, else empty.
    /// - Precondition: `docs` ascends strictly and has at least two entries.
    mutating func encode(_ docs: ArraySlice<UInt32>, weights: ArraySlice<UInt8>, into out: inout [UInt8]) {
        precondition(weights.isEmpty || weights.count == docs.count)
        if docs.count < Self.blockLength {
            Self.encodeShort(docs, weights: weights, into: &out)
        } else {
            encodeLong(docs, weights: weights, into: &out)
        }
    }

    private static func encodeShort(_ docs: ArraySlice<UInt32>, weights: ArraySlice<UInt8>, into out: inout [UInt8]) {
        var previous: UInt32 = 0
        var first = true
        for doc in docs {
            out.appendVarint(UInt64(first ? doc : doc - previous - 1))
            previous = doc
            first = false
        }
        appendNibbles(weights, into: &out)
    }

    private mutating func encodeLong(_ docs: ArraySlice<UInt32>, weights: ArraySlice<UInt8>, into out: inout [UInt8]) {
        let blockCount = (docs.count + Self.blockLength - 1) / Self.blockLength
        packed.removeAll(keepingCapacity: true)
        var ends: [UInt32] = []
        ends.reserveCapacity(blockCount)
        var base: UInt32 = 0  // first document the block could hold
        var from = docs.startIndex
        while from < docs.endIndex {
            let to = min(from + Self.blockLength, docs.endIndex)
            encodeBlock(docs[from..<to], base: base)
            if !weights.isEmpty {
                let shift = weights.startIndex - docs.startIndex
                Self.appendNibbles(weights[(from + shift)..<(to + shift)], into: &packed)
            }
            ends.append(UInt32(packed.count))
            base = docs[to - 1] + 1
            out.appendLittleEndian(docs[to - 1])
            from = to
        }
        for end in ends { out.appendLittleEndian(end) }
        out.append(contentsOf: packed)
    }

    private mutating func encodeBlock(_ docs: ArraySlice<UInt32>, base: UInt32) {
        var previous = base
        var largest: UInt32 = 0
        for doc in docs {
            largest |= doc - previous
            previous = doc + 1
        }
        let bits = UInt32.bitWidth - largest.leadingZeroBitCount
        let rows = (docs.count + 7) / 8
        let packedBytes = (bits * rows + 31) / 32 * 32
        let span = Int(docs.last! - base) + 1
        let bitsetBytes = (span + 63) / 64 * 8
        if bitsetBytes <= packedBytes {
            packed.append(0xFF)
            var words = [UInt64](repeating: 0, count: bitsetBytes / 8)
            for doc in docs {
                let bit = Int(doc - base)
                words[bit >> 6] |= 1 << UInt64(bit & 63)
            }
            packed.appendLittleEndian(all: words)
        } else {
            packed.append(UInt8(bits))
            appendPacked(docs, base: base, bits: bits, rows: rows)
        }
    }

    /// Eight lanes side by side: value `i` is row `i / 8` of lane `i % 8`; each lane is a stream of 32-bit words,
    /// lowest bits first, and the lanes' words alternate, so that one vector load brings one word of each.
    private mutating func appendPacked(_ docs: ArraySlice<UInt32>, base: UInt32, bits: Int, rows: Int) {
        guard bits > 0 else { return }
        let wordsPerLane = (bits * rows + 31) / 32
        var lanes = [UInt32](repeating: 0, count: wordsPerLane * 8)
        var previous = base
        for (i, doc) in docs.enumerated() {
            let gap = doc - previous
            previous = doc + 1
            let bit = (i / 8) * bits
            let word = bit / 32
            let shift = UInt32(bit % 32)
            let lane = i % 8
            lanes[word * 8 + lane] |= gap &<< shift
            if Int(shift) + bits > 32 { lanes[(word + 1) * 8 + lane] |= gap &>> (32 - shift) }
        }
        packed.appendLittleEndian(all: lanes)
    }

    private static func appendNibbles(_ weights: ArraySlice<UInt8>, into out: inout [UInt8]) {
        var i = weights.startIndex
        while i < weights.endIndex {
            let low = weights[i]
            let high = i + 1 < weights.endIndex ? weights[i + 1] : 0
            out.append(low & 0x0F | high << 4)
            i += 2
        }
    }
}
