// Writes posting lists. The bytes are specified in FORMAT.md, "Posting list".

/// How long the documents of a segment are, in 16 bits: by the shortest of a block a reader knows which blocks need not be read.
struct DocumentLengths: Sendable {
    /// Documents of the segment.
    private(set) var count: UInt32
    private var units: [UInt16] = []

    init() { count = 0 }

    /// Nothing is known of them: the shortest is 0.
    init(unknown count: UInt32) { self.count = count }

    mutating func append(_ unitCount: Int) {
        units.append(UInt16(clamping: unitCount))
        count += 1
    }

    func shortest(of docs: ArraySlice<UInt32>) -> UInt16 {
        // 0 says nothing, and is always true.
        guard let last = docs.last, Int(last) < units.count else { return 0 }
        var shortest = UInt16.max
        for doc in docs { shortest = min(shortest, units[Int(doc)]) }
        return shortest
    }
}

/// Turns ascending documents (and weights) into the bytes of a posting list.
struct PostingEncoder {
    /// Postings per block. 256 gaps unpack as 32 rows of 8 lanes; skip columns count in these.
    static let blockLength = 256

    enum Mode {
        /// Low bits of the gaps side by side, the rest of the large ones behind. Added to the bits of a gap.
        static let exceptions: UInt8 = 0x40
        /// Gaps in Rice code. Added to the parameter.
        static let rice: UInt8 = 0x80
        static let bitSet: UInt8 = 0xFF
    }

    private var packed: [UInt8] = []
    private var ends: [UInt32] = []
    private var shortest: [UInt16] = []
    private var gaps = [UInt32](repeating: 0, count: PostingEncoder.blockLength)

    /// Appends the list to `out`.
    ///
    /// - Parameter weights: one 4-bit weight a document, or none.
    /// - Precondition: `docs` ascends strictly and has at least two entries.
    mutating func encode(
        _ docs: ArraySlice<UInt32>, weights: ArraySlice<UInt8>, lengths: DocumentLengths, into out: inout [UInt8]
    ) {
        precondition(weights.isEmpty || weights.count == docs.count)
        if docs.count < Self.blockLength {
            gather(docs, base: 0)
            RiceCode.append(gaps[..<docs.count], parameter: RiceCode.parameter(docs.count, of: lengths.count), into: &out)
            if !weights.isEmpty { WeightCode.append(weights, sparse: WeightCode.isSparse(weights), into: &out) }
        } else {
            encodeLong(docs, weights: weights, lengths, into: &out)
        }
    }

    private mutating func encodeLong(
        _ docs: ArraySlice<UInt32>, weights: ArraySlice<UInt8>, _ lengths: DocumentLengths, into out: inout [UInt8]
    ) {
        packed.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        shortest.removeAll(keepingCapacity: true)
        var base: UInt32 = 0  // first document the block could hold
        var from = docs.startIndex
        while from < docs.endIndex {
            let to = min(from + Self.blockLength, docs.endIndex)
            encodeBlock(docs[from..<to], base: base)
            if !weights.isEmpty {
                let shift = weights.startIndex - docs.startIndex
                let weights = weights[(from + shift)..<(to + shift)]
                let sparse = WeightCode.isSparse(weights)
                packed.append(sparse ? 1 : 0)
                WeightCode.append(weights, sparse: sparse, into: &packed)
            }
            ends.append(UInt32(packed.count))
            shortest.append(lengths.shortest(of: docs[from..<to]))
            base = docs[to - 1] + 1
            out.appendLittleEndian(docs[to - 1])
            from = to
        }
        out.appendLittleEndian(all: ends)
        out.appendLittleEndian(all: shortest)
        out.append(contentsOf: packed)
    }

    private mutating func gather(_ docs: ArraySlice<UInt32>, base: UInt32) {
        var next = base
        var place = 0
        for doc in docs {
            gaps[place] = doc &- next
            next = doc &+ 1
            place += 1
        }
    }

    private mutating func encodeBlock(_ docs: ArraySlice<UInt32>, base: UInt32) {
        gather(docs, base: base)
        let count = docs.count
        let span = Int(docs.last! - base) + 1
        let bitSetBytes = (span + 63) / 64 * 8
        if count == Self.blockLength {
            let (bits, exceptions) = bestBits()
            if bitSetBytes > Self.packedBytes(bits, exceptions) { return appendPacked(bits, exceptions) }
        } else {
            let parameter = RiceCode.parameter(count, of: UInt32(clamping: span))
            if bitSetBytes > RiceCode.byteCount(gaps[..<count], parameter: parameter) {
                packed.append(Mode.rice + UInt8(parameter))
                return RiceCode.append(gaps[..<count], parameter: parameter, into: &packed)
            }
        }
        packed.append(Mode.bitSet)
        var words = [UInt64](repeating: 0, count: bitSetBytes / 8)
        for doc in docs {
            let bit = Int(doc - base)
            words[bit >> 6] |= 1 << UInt64(bit & 63)
        }
        packed.appendLittleEndian(all: words)
    }

    private static func packedBytes(_ bits: Int, _ exceptions: Int) -> Int {
        bits * 32 + (exceptions > 0 ? 1 + 2 * exceptions : 0)
    }

    /// The bits a gap that make a block of 256 shortest, and how many gaps need more.
    private func bestBits() -> (bits: Int, exceptions: Int) {
        var counts = [Int](repeating: 0, count: 33)
        for gap in gaps { counts[UInt32.bitWidth - gap.leadingZeroBitCount] += 1 }
        var most = 32
        while most > 0, counts[most] == 0 { most -= 1 }
        var best = (bits: most, exceptions: 0)
        var above = 0
        // The rest of a large gap has eight bits.
        for bits in stride(from: most - 1, through: max(0, most - 8), by: -1) {
            above += counts[bits + 1]
            if above > 255 { break }
            if Self.packedBytes(bits, above) < Self.packedBytes(best.bits, best.exceptions) { best = (bits, above) }
        }
        return best
    }

    /// Eight lanes side by side: value `i` is row `i / 8` of lane `i % 8`; each lane is a stream of 32-bit words,
    /// lowest bits first, and the lanes' words alternate, so that one vector load brings one word of each.
    private mutating func appendPacked(_ bits: Int, _ exceptions: Int) {
        packed.append(exceptions > 0 ? Mode.exceptions + UInt8(bits) : UInt8(bits))
        if bits > 0 {
            let mask = bits == 32 ? UInt32.max : (1 &<< UInt32(bits)) &- 1
            var word = SIMD8<UInt32>(repeating: 0)
            var shift = 0
            unsafe gaps.withUnsafeBytes { gaps in
                for row in 0..<(Self.blockLength / 8) {
                    // Holds: 32 rows of eight gaps.
                    let values = unsafe gaps.loadUnaligned(fromByteOffset: row * 32, as: SIMD8<UInt32>.self) & mask
                    word |= values &<< UInt32(shift)
                    shift += bits
                    if shift >= 32 {
                        unsafe Swift.withUnsafeBytes(of: word) { unsafe packed.append(contentsOf: $0) }
                        shift -= 32
                        word = shift == 0 ? SIMD8(repeating: 0) : values &>> UInt32(bits - shift)
                    }
                }
            }
        }
        guard exceptions > 0 else { return }
        packed.append(UInt8(exceptions))
        let places = gaps.indices.filter { gaps[$0] >> UInt32(bits) > 0 }
        for place in places { packed.append(UInt8(place)) }
        for place in places { packed.append(UInt8(gaps[place] >> UInt32(bits))) }
    }
}

/// Weights of a list or block: half a byte each; or, where most are 0, a bit each and half a byte for the others.
enum WeightCode {
    static func isSparse(words: Int, of count: Int) -> Bool { 4 * words + count < 4 * count }

    static func isSparse(_ weights: ArraySlice<UInt8>) -> Bool {
        isSparse(words: weights.reduce(0) { $0 + ($1 > 0 ? 1 : 0) }, of: weights.count)
    }

    static func append(_ weights: ArraySlice<UInt8>, sparse: Bool, into out: inout [UInt8]) {
        if sparse {
            var byte: UInt8 = 0
            var bit: UInt8 = 0
            for weight in weights {
                if weight > 0 { byte |= 1 << bit }
                bit += 1
                if bit == 8 {
                    out.append(byte)
                    (byte, bit) = (0, 0)
                }
            }
            if bit > 0 { out.append(byte) }
        }
        var half: UInt8?
        for weight in weights where !sparse || weight > 0 {
            if let low = half {
                out.append(low | weight << 4)
                half = nil
            } else {
                half = weight & 0x0F
            }
        }
        if let half { out.append(half) }
    }
}

/// Gaps of a short list as streams of bits. Near the least that gaps of random documents can take.
///
/// - Source: Rice & Plaunt, "Adaptive variable-length coding", 1971.
enum RiceCode {
    /// From this quotient on a gap stands as it is, in 32 bits: a code never has more than 57.
    static let quotientMax: UInt32 = 24

    /// The parameter for `count` documents at random places among `universe`: their mean gap · ln 2, as a power of 2.
    static func parameter(_ count: Int, of universe: UInt32) -> Int {
        let mean = UInt64(universe) * 11 / (UInt64(count) * 16)
        return mean < 2 ? 0 : 63 - mean.leadingZeroBitCount
    }

    static func byteCount(_ gaps: ArraySlice<UInt32>, parameter: Int) -> Int {
        var bits = 0
        for gap in gaps {
            let quotient = gap >> UInt32(parameter)
            bits += quotient < quotientMax ? Int(quotient) + 1 + parameter : Int(quotientMax) + 33
        }
        return (bits + 7) / 8
    }

    static func append(_ gaps: ArraySlice<UInt32>, parameter: Int, into out: inout [UInt8]) {
        var bits: UInt64 = 0
        var held: UInt64 = 0
        for gap in gaps {
            let quotient = gap >> UInt32(parameter)
            if quotient < quotientMax {
                let rest = UInt64(gap) & ((1 << UInt64(parameter)) - 1)
                bits |= (rest << 1 | 1) << (held + UInt64(quotient))
                held += UInt64(quotient) + 1 + UInt64(parameter)
            } else {
                bits |= (UInt64(gap) << 1 | 1) << (held + UInt64(quotientMax))
                held += UInt64(quotientMax) + 33
            }
            while held >= 8 {
                out.append(UInt8(truncatingIfNeeded: bits))
                bits >>= 8
                held -= 8
            }
        }
        if held > 0 { out.append(UInt8(truncatingIfNeeded: bits)) }
    }
}
