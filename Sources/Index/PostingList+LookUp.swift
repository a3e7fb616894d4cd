// A few documents looked up in a block of a list: what stands between them is not decoded. A list of results has some
// hundred candidates among a million documents, so that most blocks are asked for one or two.

extension PostingList {
    /// Up to so many candidates of a block are looked up one by one; more are walked side by side with the whole block.
    static var fewCandidates: Int { 24 }

    /// The weight of each of the ascending `candidates`; 0 for those that are not in the list.
    ///
    /// - Precondition: `levels` has room for all.
    package func weights(of candidates: [UInt32], into levels: inout [UInt8], using block: inout PostingBlock) {
        precondition(levels.count >= candidates.count)
        unsafe levels.withUnsafeMutableBufferPointer { levels in
            unsafe levels.update(repeating: 0)
            guard hasWeights else { return }
            guard isLong else {
                // Holds: there is room for a level of each candidate.
                return intersect(candidates, using: &block) { index, level in unsafe levels[index] = level }
            }
            unsafe candidates.withUnsafeBufferPointer { candidates in
                var (at, number) = (0, 0)
                // Holds, here and below: `at` is checked against the count before each read.
                while at < candidates.count {
                    number = unsafe self.block(holding: candidates[at], from: number)
                    guard number < blockCount else { return }
                    let (base, last) = (firstPossible(inBlock: number), lastDoc(ofBlock: number))
                    if unsafe at + Self.fewCandidates >= candidates.count || candidates[at + Self.fewCandidates] > last {
                        unsafe lookUp(candidates, &at, upTo: last, block: number, true, using: &block) { index, level in unsafe levels[index] = level }
                    } else {
                        read(number, into: &block)
                        if last &- base < PostingBlock.spreadRoom {
                            unsafe block.spread(from: base, upTo: last, candidates, &at, into: levels)
                        } else {
                            unsafe match(block, candidates, &at, upTo: last, true) { index, level in unsafe levels[index] = level }
                        }
                    }
                    number += 1
                }
            }
        }
    }

    /// As `intersect`, for the candidates up to `last`, the last document of the block.
    @inline(__always)
    func lookUp(
        _ candidates: UnsafeBufferPointer<UInt32>, _ at: inout Int, upTo last: UInt32, block number: Int, _ weighted: Bool,
        using block: inout PostingBlock, _ body: (Int, UInt8) -> Void
    ) {
        let bytes = self.body(ofBlock: number)
        if bytes.u8(0) == PostingEncoder.Mode.bitSet {
            let base = firstPossible(inBlock: number)
            let wordCount = Int((last - base) >> 6) + 1
            let rest = bytes.slice(1, bytes.count - 1)
            let weights = weighted ? BlockWeights(rest, at: 8 * wordCount, count: blockSize(number)) : nil
            // The documents before the word at hand.
            var (place, rank) = (0, 0)
            // Holds, here and below: `at` is checked against the count before each read.
            while at < candidates.count, unsafe candidates[at] <= last {
                defer { at += 1 }
                guard unsafe candidates[at] >= base else { continue }
                let bit = unsafe Int(candidates[at] - base)
                let word = rest.u64(bit >> 6 * 8)
                guard word >> UInt64(bit & 63) & 1 == 1 else { continue }
                guard let weights else {
                    body(at, 0)
                    continue
                }
                while place < bit >> 6 {
                    rank += rest.u64(place * 8).nonzeroBitCount
                    place += 1
                }
                body(at, weights[rank + (word & ((1 << UInt64(bit & 63)) - 1)).nonzeroBitCount])
            }
            return
        }
        let (rest, used) = block.decodeDocs(self, block: number)
        let weights = weighted ? BlockWeights(rest, at: used, count: block.count) : nil
        let docs = unsafe block.docs
        while at < candidates.count, unsafe candidates[at] <= last {
            defer { at += 1 }
            let place = unsafe block.place(of: candidates[at])
            if place < docs.count, unsafe docs[place] == candidates[at] { body(at, weights?[place] ?? 0) }
        }
    }
}

/// The weights of a block where they lie. The bytes are specified in FORMAT.md, "Posting list".
private struct BlockWeights {
    private let bytes: Bytes
    private let isSparse: Bool
    private let count: Int

    /// - Parameter offset: of the byte that says how they are coded.
    init(_ bytes: Bytes, at offset: Int, count: Int) {
        self.bytes = bytes.slice(offset + 1, bytes.count - offset - 1)
        isSparse = bytes.u8(offset) == 1
        self.count = count
    }

    @inline(__always)
    subscript(place: Int) -> UInt8 {
        precondition(place < count, "damaged posting list")
        guard isSparse else { return bytes.u8(place >> 1) >> UInt8(4 * (place & 1)) & 0x0F }
        let byte = bytes.u8(place >> 3)
        guard byte >> UInt8(place & 7) & 1 == 1 else { return 0 }
        // As many weights lie before it as bits are set before its own.
        var rank: Int
        if count == PostingEncoder.blockLength {
            rank = (bytes.u64(place >> 6 * 8) & ((1 &<< UInt64(place & 63)) &- 1)).nonzeroBitCount
            for before in 0..<(place >> 6) { rank += bytes.u64(before * 8).nonzeroBitCount }
        } else {
            rank = (byte & ((1 << UInt8(place & 7)) - 1)).nonzeroBitCount
            for before in 0..<(place >> 3) { rank += bytes.u8(before).nonzeroBitCount }
        }
        return bytes.u8((count + 7) / 8 + rank >> 1) >> UInt8(4 * (rank & 1)) & 0x0F
    }
}
