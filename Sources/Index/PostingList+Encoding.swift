// Writes posting lists. The bytes are specified in FORMAT.md, "Posting list".
//
// A segment of some hundred thousand documents has tens of millions of postings, so all of this runs on raw memory.

import Glibc

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

    func shortest(of docs: UnsafeBufferPointer<UInt32>) -> UInt16 {
        // 0 says nothing, and is always true.
        guard let last = unsafe docs.last, Int(last) < units.count else { return 0 }
        return unsafe units.withUnsafeBufferPointer { units in
            var shortest = UInt16.max
            // Holds: documents ascend, and the last has a length.
            for unsafe doc in unsafe docs { unsafe shortest = min(shortest, units[Int(doc)]) }
            return shortest
        }
    }
}

/// Turns ascending documents (and weights) into the bytes of a posting list.
@safe struct PostingEncoder: ~Copyable {
    /// Postings per block. 256 gaps unpack as 32 rows of 8 lanes; skip columns count in these.
    static let blockLength = 256

    enum Mode {
        /// Low bits of the gaps side by side, the rest of the large ones behind. Added to the bits of a gap.
        static let exceptions: UInt8 = 0x40
        /// Gaps in Rice code. Added to the parameter.
        static let rice: UInt8 = 0x80
        static let bitSet: UInt8 = 0xFF
    }

    // Holds for the places below: `makeRoom` reserves what the longest code of all postings takes before any is written.
    private var bytes = GrowingMemory<UInt8>(capacity: 1 << 12, isZeroed: false)
    private var gaps = GrowingMemory<UInt32>(capacity: PostingEncoder.blockLength)

    init() {}

    /// Appends the list to `out`.
    ///
    /// - Parameter weights: one 4-bit weight a document, or none.
    /// - Precondition: `docs` ascends strictly and has at least two entries.
    mutating func encode(
        _ docs: ArraySlice<UInt32>, weights: ArraySlice<UInt8>, lengths: DocumentLengths, into out: inout [UInt8]
    ) {
        unsafe docs.withUnsafeBufferPointer { docs in
            unsafe weights.withUnsafeBufferPointer { weights in unsafe encode(docs, weights, lengths, into: &out) }
        }
    }

    mutating func encode(
        _ docs: UnsafeBufferPointer<UInt32>, _ weights: UnsafeBufferPointer<UInt8>, _ lengths: DocumentLengths,
        into out: inout [UInt8]
    ) {
        precondition(weights.isEmpty || weights.count == docs.count)
        makeRoom(for: docs.count)
        let count: Int
        if docs.count < Self.blockLength {
            unsafe gather(docs, base: 0)
            let parameter = RiceCode.parameter(docs.count, of: lengths.count)
            var end = unsafe RiceCode.write(gaps.elements, docs.count, parameter: parameter, to: bytes.elements)
            if !weights.isEmpty {
                end += unsafe WeightCode.write(weights, sparse: WeightCode.isSparse(weights), to: bytes.elements + end)
            }
            count = end
        } else {
            count = unsafe encodeLong(docs, weights, lengths)
        }
        unsafe out.append(contentsOf: UnsafeBufferPointer(start: bytes.elements, count: count))
    }

    /// A gap takes at most eight bytes, in any code; a weight less than one; a block ten and its modes.
    private mutating func makeRoom(for postings: Int) { bytes.reserve(postings * 9 + postings / Self.blockLength * 16 + 64) }

    private mutating func encodeLong(
        _ docs: UnsafeBufferPointer<UInt32>, _ weights: UnsafeBufferPointer<UInt8>, _ lengths: DocumentLengths
    ) -> Int {
        let blocks = (docs.count + Self.blockLength - 1) / Self.blockLength
        let out = unsafe UnsafeMutableRawPointer(bytes.elements)
        let start = blocks * 10
        var end = start
        var base: UInt32 = 0  // first document the block could hold
        for block in 0..<blocks {
            let from = block * Self.blockLength
            let to = min(from + Self.blockLength, docs.count)
            let part = unsafe UnsafeBufferPointer(rebasing: docs[from..<to])
            end += unsafe encodeBlock(part, base: base, to: bytes.elements + end)
            if !weights.isEmpty {
                let weights = unsafe UnsafeBufferPointer(rebasing: weights[from..<to])
                let sparse = unsafe WeightCode.isSparse(weights)
                unsafe bytes.elements[end] = sparse ? 1 : 0
                end += 1 + (unsafe WeightCode.write(weights, sparse: sparse, to: bytes.elements + end + 1))
            }
            let last = unsafe docs[to - 1]
            unsafe out.storeBytes(of: last.littleEndian, toByteOffset: 4 * block, as: UInt32.self)
            unsafe out.storeBytes(of: UInt32(end - start).littleEndian, toByteOffset: 4 * (blocks + block), as: UInt32.self)
            unsafe out.storeBytes(of: lengths.shortest(of: part).littleEndian, toByteOffset: 8 * blocks + 2 * block, as: UInt16.self)
            base = last &+ 1
        }
        return end
    }

    @inline(__always)
    private mutating func gather(_ docs: UnsafeBufferPointer<UInt32>, base: UInt32) {
        let gaps = unsafe gaps.elements
        var next = base
        for place in 0..<docs.count {
            let doc = unsafe docs[place]
            unsafe gaps[place] = doc &- next
            next = doc &+ 1
        }
    }

    /// Writes a block to `out`; returns its bytes.
    private mutating func encodeBlock(
        _ docs: UnsafeBufferPointer<UInt32>, base: UInt32, to out: UnsafeMutablePointer<UInt8>
    ) -> Int {
        unsafe gather(docs, base: base)
        let count = docs.count
        let span = unsafe Int(docs[count - 1] - base) + 1
        let bitSetBytes = (span + 63) / 64 * 8
        if count == Self.blockLength {
            let (bits, exceptions) = bestBits()
            if bitSetBytes > Self.packedBytes(bits, exceptions) { return unsafe writePacked(bits, exceptions, to: out) }
        } else {
            let parameter = RiceCode.parameter(count, of: UInt32(clamping: span))
            if unsafe bitSetBytes > RiceCode.byteCount(gaps.elements, count, parameter: parameter) {
                unsafe out[0] = Mode.rice + UInt8(parameter)
                return unsafe 1 + RiceCode.write(gaps.elements, count, parameter: parameter, to: out + 1)
            }
        }
        unsafe out[0] = Mode.bitSet
        unsafe memset(out + 1, 0, bitSetBytes)
        for place in 0..<count {
            let bit = unsafe Int(docs[place] - base)
            unsafe out[1 + bit >> 3] |= 1 &<< UInt8(truncatingIfNeeded: bit & 7)
        }
        return 1 + bitSetBytes
    }

    private static func packedBytes(_ bits: Int, _ exceptions: Int) -> Int {
        bits * 32 + (exceptions > 0 ? 1 + 2 * exceptions : 0)
    }

    /// The bits a gap that make a block of 256 shortest, and how many gaps need more.
    private func bestBits() -> (bits: Int, exceptions: Int) {
        var counts = InlineArray<33, Int>(repeating: 0)
        for place in 0..<Self.blockLength { unsafe counts[UInt32.bitWidth &- gaps.elements[place].leadingZeroBitCount] &+= 1 }
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
    private func writePacked(_ bits: Int, _ exceptions: Int, to out: UnsafeMutablePointer<UInt8>) -> Int {
        unsafe out[0] = exceptions > 0 ? Mode.exceptions + UInt8(bits) : UInt8(bits)
        var end = 1
        if bits > 0 {
            let mask = bits == 32 ? UInt32.max : (1 &<< UInt32(bits)) &- 1
            var word = SIMD8<UInt32>(repeating: 0)
            var shift = 0
            let gaps = unsafe UnsafeRawPointer(gaps.elements)
            for row in 0..<(Self.blockLength / 8) {
                // Holds: 32 rows of eight gaps.
                let values = unsafe gaps.loadUnaligned(fromByteOffset: row * 32, as: SIMD8<UInt32>.self) & mask
                word |= values &<< UInt32(shift)
                shift += bits
                if shift >= 32 {
                    unsafe UnsafeMutableRawPointer(out + end).storeBytes(of: word, as: SIMD8<UInt32>.self)
                    end += 32
                    shift -= 32
                    word = shift == 0 ? SIMD8(repeating: 0) : values &>> UInt32(bits - shift)
                }
            }
        }
        guard exceptions > 0 else { return end }
        unsafe out[end] = UInt8(exceptions)
        var place = end + 1
        var rest = place + exceptions
        for number in 0..<Self.blockLength {
            let above = unsafe gaps.elements[number] >> UInt32(bits)
            guard above > 0 else { continue }
            unsafe out[place] = UInt8(truncatingIfNeeded: number)
            unsafe out[rest] = UInt8(truncatingIfNeeded: above)
            place += 1
            rest += 1
        }
        return rest
    }
}

/// Weights of a list or block: half a byte each; or, where most are 0, a bit each and half a byte for the others.
enum WeightCode {
    static func isSparse(words: Int, of count: Int) -> Bool { 4 * words + count < 4 * count }

    static func isSparse(_ weights: UnsafeBufferPointer<UInt8>) -> Bool {
        var words = 0
        for unsafe weight in unsafe weights { words &+= weight > 0 ? 1 : 0 }
        return isSparse(words: words, of: weights.count)
    }

    /// Returns the bytes written, at most one a weight and eight more.
    static func write(_ weights: UnsafeBufferPointer<UInt8>, sparse: Bool, to out: UnsafeMutablePointer<UInt8>) -> Int {
        var end = 0
        if sparse {
            var place = 0
            while place < weights.count {
                var byte: UInt8 = 0
                for bit in 0..<min(8, weights.count &- place) {
                    unsafe byte |= (weights[place &+ bit] > 0 ? 1 : 0) &<< UInt8(truncatingIfNeeded: bit)
                }
                unsafe out[end] = byte
                end &+= 1
                place &+= 8
            }
        }
        // Sixteen weights fill a word; a weight of 0 that is left out adds nothing to it.
        var word: UInt64 = 0
        var filled: UInt64 = 0
        for unsafe weight in unsafe weights {
            word |= UInt64(weight & 0x0F) &<< (4 &* filled)
            filled &+= !sparse || weight > 0 ? 1 : 0
            if filled == 16 {
                unsafe UnsafeMutableRawPointer(out + end).storeBytes(of: word.littleEndian, as: UInt64.self)
                end &+= 8
                (word, filled) = (0, 0)
            }
        }
        unsafe UnsafeMutableRawPointer(out + end).storeBytes(of: word.littleEndian, as: UInt64.self)
        return end &+ Int(filled &+ 1) / 2
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

    static func byteCount(_ gaps: UnsafePointer<UInt32>, _ count: Int, parameter: Int) -> Int {
        var bits = 0
        for place in 0..<count {
            let quotient = unsafe gaps[place] >> UInt32(parameter)
            bits += quotient < quotientMax ? Int(quotient) + 1 + parameter : Int(quotientMax) + 33
        }
        return (bits + 7) / 8
    }

    /// Returns the bytes written; up to eight more are overwritten.
    static func write(
        _ gaps: UnsafePointer<UInt32>, _ count: Int, parameter: Int, to out: UnsafeMutablePointer<UInt8>
    ) -> Int {
        let parameter = UInt64(parameter)
        let mask = (1 as UInt64) &<< parameter &- 1
        var bits: UInt64 = 0
        var held: UInt64 = 0
        var end = 0
        for place in 0..<count {
            let gap = unsafe UInt64(gaps[place])
            let quotient = gap &>> parameter
            if quotient < UInt64(quotientMax) {
                bits |= ((gap & mask) &<< 1 | 1) &<< (held &+ quotient)
                held &+= quotient &+ 1 &+ parameter
            } else {
                bits |= (gap &<< 1 | 1) &<< (held &+ UInt64(quotientMax))
                held &+= UInt64(quotientMax) &+ 33
            }
            // Whole bytes go out, seven bits stay at most: a code has 57, so that they are 64 at the most.
            unsafe UnsafeMutableRawPointer(out + end).storeBytes(of: bits.littleEndian, as: UInt64.self)
            let whole = held &>> 3
            end &+= Int(truncatingIfNeeded: whole)
            bits = (bits &>> (whole &* 4)) &>> (whole &* 4)
            held &= 7
        }
        if held > 0 {
            unsafe out[end] = UInt8(truncatingIfNeeded: bits)
            end &+= 1
        }
        return end
    }
}
