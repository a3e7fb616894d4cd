// Walks one posting list in DocID order, a block of 256 at a time. The bytes are specified in FORMAT.md,
// "Posting list". Intersection and scoring call these loops millions of times a query: nothing here allocates
// after the scratch block is made.

/// The documents of one segment that hold one term, ascending.
///
/// - Units: documents are raw `DocID`s of the segment; weights are 4-bit levels (`WordWeight`).
package struct PostingList {
    package let docCount: Int
    let hasWeights: Bool
    /// The only document, when `docCount` is 1: such lists live in the dictionary.
    let single: (doc: UInt32, weight: UInt8)?
    let bytes: Bytes

    var isLong: Bool { docCount >= PostingEncoder.blockLength }
    var blockCount: Int { (docCount + PostingEncoder.blockLength - 1) / PostingEncoder.blockLength }

    init(single doc: UInt32, weight: UInt8, hasWeights: Bool) {
        docCount = 1
        self.hasWeights = hasWeights
        single = (doc, weight)
        bytes = unsafe Bytes(UnsafeRawBufferPointer(start: nil, count: 0))
    }

    init(_ bytes: Bytes, docCount: Int, hasWeights: Bool) {
        self.docCount = docCount
        self.hasWeights = hasWeights
        self.bytes = bytes
        single = nil
    }

    func blockSize(_ block: Int) -> Int {
        min(PostingEncoder.blockLength, docCount - block * PostingEncoder.blockLength)
    }

    func lastDoc(ofBlock block: Int) -> UInt32 { bytes.u32(block * 4) }

    /// First block whose last document is at or after `doc`, not before `from`; `blockCount` if none.
    func block(holding doc: UInt32, from: Int) -> Int {
        var low = from
        var step = 1
        while low + step < blockCount, lastDoc(ofBlock: low + step - 1) < doc {
            low += step
            step *= 2
        }
        var high = min(low + step, blockCount)
        while low < high {
            let middle = (low + high) / 2
            if lastDoc(ofBlock: middle) < doc { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// One decoded block, used again and again.
package struct PostingBlock {
    package private(set) var docs = [UInt32](repeating: 0, count: PostingEncoder.blockLength)
    package private(set) var weights = [UInt8](repeating: 0, count: PostingEncoder.blockLength)
    package private(set) var count = 0

    package init() {}

    /// Decodes a whole short or single list.
    mutating func decodeShort(_ list: PostingList) {
        if let single = list.single {
            docs[0] = single.doc
            weights[0] = single.weight
            count = 1
            return
        }
        var offset = 0
        var next: UInt32 = 0
        for i in 0..<list.docCount {
            let doc = next &+ UInt32(truncatingIfNeeded: list.bytes.varint(&offset))
            docs[i] = doc
            next = doc &+ 1
        }
        count = list.docCount
        if list.hasWeights { decodeNibbles(list.bytes, at: offset) }
    }

    /// Decodes block `block` of a long list.
    mutating func decode(_ list: PostingList, block: Int) {
        count = list.blockSize(block)
        let blocks = list.blockCount
        let data = blocks * 8
        let start = data + (block == 0 ? 0 : Int(list.bytes.u32(blocks * 4 + (block - 1) * 4)))
        let end = data + Int(list.bytes.u32(blocks * 4 + block * 4))
        let base = block == 0 ? 0 : list.lastDoc(ofBlock: block - 1) &+ 1
        let body = list.bytes.slice(start, end - start)
        let mode = body.u8(0)
        var used = 1
        if mode == 0xFF {
            used += decodeBits(body, base: base)
        } else {
            used += decodePacked(body, base: base, bits: Int(mode))
        }
        if list.hasWeights { decodeNibbles(body, at: used) }
    }

    private mutating func decodeBits(_ body: Bytes, base: UInt32) -> Int {
        var filled = 0
        var offset = 1
        var wordBase = base
        while filled < count {
            var word = body.u64(offset)
            while word != 0, filled < count {
                docs[filled] = wordBase &+ UInt32(truncatingIfNeeded: word.trailingZeroBitCount)
                filled += 1
                word &= word &- 1
            }
            offset += 8
            wordBase &+= 64
        }
        return offset - 1
    }

    private mutating func decodePacked(_ body: Bytes, base: UInt32, bits: Int) -> Int {
        precondition(bits <= 32, "damaged posting block")
        let rows = (count + 7) / 8
        let wordsPerLane = (bits * rows + 31) / 32
        let mask: UInt32 = bits == 32 ? .max : (1 &<< UInt32(bits)) &- 1
        var next = base
        let size = count
        unsafe docs.withUnsafeMutableBufferPointer { out in
            unsafe body.slice(1, wordsPerLane * 32).withBuffer { source in
                for row in 0..<rows {
                    var lanes = SIMD8<UInt32>(repeating: 0)
                    if bits > 0 {
                        let bit = row * bits
                        let word = bit / 32
                        let shift = UInt32(bit % 32)
                        // Holds: `word` and, where the value crosses, `word + 1` are below `wordsPerLane`.
                        lanes = unsafe source.loadUnaligned(fromByteOffset: word * 32, as: SIMD8<UInt32>.self) &>> shift
                        if Int(shift) + bits > 32 {
                            let upper = unsafe source.loadUnaligned(
                                fromByteOffset: (word + 1) * 32, as: SIMD8<UInt32>.self)
                            lanes |= upper &<< (32 - shift)
                        }
                        lanes &= SIMD8(repeating: mask)
                    }
                    let first = row * 8
                    for lane in 0..<min(8, size - first) {
                        let doc = next &+ lanes[lane]
                        unsafe out[first + lane] = doc
                        next = doc &+ 1
                    }
                }
            }
        }
        return wordsPerLane * 32
    }

    private mutating func decodeNibbles(_ bytes: Bytes, at offset: Int) {
        for i in 0..<count {
            let pair = bytes.u8(offset + i / 2)
            weights[i] = i & 1 == 0 ? pair & 0x0F : pair >> 4
        }
    }
}

extension PostingList {
    /// Calls `body` with every document and its weight (0 in lists without weights).
    package func forEach(using block: inout PostingBlock, _ body: (UInt32, UInt8) -> Void) {
        forEachBlock(using: &block) { block in
            for i in 0..<block.count { body(block.docs[i], hasWeights ? block.weights[i] : 0) }
        }
    }

    func forEachBlock(using block: inout PostingBlock, _ body: (borrowing PostingBlock) -> Void) {
        guard isLong else {
            block.decodeShort(self)
            body(block)
            return
        }
        for number in 0..<blockCount {
            block.decode(self, block: number)
            body(block)
        }
    }

    /// For each of the ascending `candidates` that is in the list, calls `body` with its index there and the weight.
    ///
    /// - Complexity: decodes only blocks that can hold a candidate.
    package func intersect(
        _ candidates: [UInt32], using block: inout PostingBlock, _ body: (_ index: Int, _ weight: UInt8) -> Void
    ) {
        guard !candidates.isEmpty else { return }
        var at = 0
        if !isLong {
            block.decodeShort(self)
            matchBlock(block, candidates, &at, upTo: .max, body)
            return
        }
        var number = 0
        while at < candidates.count {
            number = self.block(holding: candidates[at], from: number)
            guard number < blockCount else { return }
            block.decode(self, block: number)
            matchBlock(block, candidates, &at, upTo: lastDoc(ofBlock: number), body)
            number += 1
        }
    }

    private func matchBlock(
        _ block: borrowing PostingBlock, _ candidates: [UInt32], _ at: inout Int, upTo last: UInt32,
        _ body: (Int, UInt8) -> Void
    ) {
        var i = 0
        while at < candidates.count, candidates[at] <= last {
            let wanted = candidates[at]
            while i < block.count, block.docs[i] < wanted { i += 1 }
            guard i < block.count else {
                if last == .max { at = candidates.count }
                else { while at < candidates.count, candidates[at] <= last { at += 1 } }
                return
            }
            if block.docs[i] == wanted { body(at, hasWeights ? block.weights[i] : 0) }
            at += 1
        }
    }
}
