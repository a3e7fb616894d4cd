// Walks one posting list in DocID order, a block of 256 at a time. The bytes are specified in FORMAT.md,
// "Posting list". Intersection and scoring call these loops millions of times a query: nothing here allocates
// after the scratch block is made.

/// The documents of one segment that hold one term, ascending.
///
/// - Units: documents are raw `DocID`s of the segment; weights are 4-bit levels (`WordWeight`).
package struct PostingList {
    package let docCount: Int
    /// Documents with a weight above 0: those in which the term is a word.
    package let wordDocCount: Int
    package let hasWeights: Bool
    /// Documents of the segment: short lists are coded by it.
    let universe: UInt32
    /// The only document, when `docCount` is 1: such lists live in the dictionary.
    let single: (doc: UInt32, weight: UInt8)?
    let bytes: Bytes

    package var isLong: Bool { docCount >= PostingEncoder.blockLength }
    package var blockCount: Int { (docCount + PostingEncoder.blockLength - 1) / PostingEncoder.blockLength }

    init(single doc: UInt32, weight: UInt8, hasWeights: Bool) {
        docCount = 1
        wordDocCount = hasWeights ? 1 : 0
        self.hasWeights = hasWeights
        universe = 0
        single = (doc, weight)
        bytes = unsafe Bytes(UnsafeRawBufferPointer(start: nil, count: 0))
    }

    init(_ bytes: Bytes, docCount: Int, wordDocCount: Int? = nil, hasWeights: Bool, universe: UInt32) {
        self.docCount = docCount
        self.wordDocCount = wordDocCount ?? (hasWeights ? docCount : 0)
        self.hasWeights = hasWeights
        self.universe = universe
        self.bytes = bytes
        single = nil
    }

    func blockSize(_ block: Int) -> Int {
        min(PostingEncoder.blockLength, docCount - block * PostingEncoder.blockLength)
    }

    func lastDoc(ofBlock block: Int) -> UInt32 { bytes.u32(block * 4) }

    /// The first document that could stand in a block.
    func firstPossible(inBlock block: Int) -> UInt32 { block == 0 ? 0 : lastDoc(ofBlock: block - 1) &+ 1 }

    /// Units of the shortest document of a block, 65,535 for all that are as long or longer.
    package func shortest(ofBlock block: Int) -> UInt16 { bytes.u16(blockCount * 8 + block * 2) }

    /// The blocks that may hold one of the `count` shortest documents, or one as short; nil if the list has no blocks.
    package func blocks(ofShortest count: Int) -> [Int]? {
        guard isLong, count < blockCount else { return nil }
        // Each block has a document as short as it says: so many blocks of the least numbers have as many documents.
        var least = [UInt16](repeating: .max, count: count)
        let shortest = (0..<blockCount).map { self.shortest(ofBlock: $0) }
        for units in shortest where units < least[count - 1] {
            var place = count - 1
            while place > 0, least[place - 1] > units {
                least[place] = least[place - 1]
                place -= 1
            }
            least[place] = units
        }
        return shortest.indices.filter { shortest[$0] <= least[count - 1] }
    }

    /// Of the blocks that may hold a document shorter than `limit`, about the `count` with the shortest ones, these first.
    ///
    /// - Returns: also the length from which on documents may stand in other blocks too: `limit` at most.
    package func blocks(ofShortest count: Int, below limit: UInt32) -> (blocks: [Int], reach: UInt32) {
        var counts = [Int](repeating: 0, count: Self.lengthClasses)
        for block in 0..<blockCount { counts[min(Int(shortest(ofBlock: block)), counts.count - 1)] += 1 }
        var (sum, reach) = (0, 0)
        while reach < counts.count, reach < limit, sum + counts[reach] <= count {
            sum += counts[reach]
            reach += 1
        }
        // The last class has no end.
        let end = reach == counts.count ? limit : min(limit, UInt32(reach))
        let blocks = (0..<blockCount).filter { UInt32(shortest(ofBlock: $0)) < end }
        return (blocks.sorted { shortest(ofBlock: $0) < shortest(ofBlock: $1) }, end)
    }

    private static var lengthClasses: Int { 4_096 }

    /// The documents of one block.
    package func docs(ofBlock number: Int, using block: inout PostingBlock) -> [UInt32] {
        read(number, into: &block, weighted: false)
        return unsafe Array(block.docs)
    }

    func body(ofBlock block: Int) -> Bytes {
        let blocks = blockCount
        let start = block == 0 ? 0 : Int(bytes.u32(blocks * 4 + (block - 1) * 4))
        return bytes.slice(blocks * 10 + start, Int(bytes.u32(blocks * 4 + block * 4)) - start)
    }

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

extension PostingList {
    /// Calls `body` with every document and its weight (0 in lists without weights).
    package func forEach(using block: inout PostingBlock, _ body: (UInt32, UInt8) -> Void) {
        for number in 0..<blockCount {
            read(number, into: &block)
            // Holds: both buffers have the block's count.
            for i in 0..<block.count { unsafe body(block.docs[i], hasWeights ? block.weights[i] : 0) }
        }
    }

    /// Lends the documents of one block, of a list of any length.
    package func withDocs(ofBlock number: Int, using block: inout PostingBlock, _ body: (Span<UInt32>) -> Void) {
        read(number, into: &block, weighted: false)
        unsafe body(block.docs.span)
    }

    /// Decodes one block, of a list of any length.
    @inline(__always)
    func read(_ number: Int, into block: inout PostingBlock, weighted: Bool = true) {
        if isLong {
            block.decode(self, block: number, weighted: weighted)
        } else {
            block.decodeShort(self, weighted: weighted)
        }
    }

    /// For each of the ascending `candidates` that is in the list, calls `body` with its index there and the weight.
    ///
    /// - Complexity: decodes only blocks that can hold a candidate, and where these are few, only what they need.
    @inline(__always)
    package func intersect(
        _ candidates: [UInt32], weighted: Bool = true, using block: inout PostingBlock,
        _ body: (_ index: Int, _ weight: UInt8) -> Void
    ) {
        unsafe candidates.withUnsafeBufferPointer { candidates in
            var at = 0
            var number = 0
            while at < candidates.count {
                if isLong {
                    number = unsafe self.block(holding: candidates[at], from: number)
                    guard number < blockCount else { return }
                }
                guard isLong else {
                    read(number, into: &block, weighted: weighted)
                    return unsafe match(block, candidates, &at, upTo: .max, weighted && hasWeights, body)
                }
                let last = lastDoc(ofBlock: number)
                if unsafe at + Self.fewCandidates >= candidates.count || candidates[at + Self.fewCandidates] > last {
                    unsafe lookUp(candidates, &at, upTo: last, block: number, weighted && hasWeights, using: &block, body)
                } else {
                    read(number, into: &block, weighted: weighted)
                    unsafe match(block, candidates, &at, upTo: last, weighted && hasWeights, body)
                }
                number += 1
            }
        }
    }

    /// Goes through the candidates up to `last` and the block side by side.
    @inline(__always)
    func match(
        _ block: borrowing PostingBlock, _ candidates: UnsafeBufferPointer<UInt32>, _ at: inout Int,
        upTo last: UInt32, _ weighted: Bool, _ body: (Int, UInt8) -> Void
    ) {
        let docs = unsafe block.docs
        var i = unsafe block.place(of: candidates[at])
        // Holds: `at` and `i` are checked against the counts before each read.
        while at < candidates.count, unsafe candidates[at] <= last {
            let wanted = unsafe candidates[at]
            while i < docs.count, unsafe docs[i] < wanted { i += 1 }
            guard i < docs.count else {
                while at < candidates.count, unsafe candidates[at] <= last { at += 1 }
                return
            }
            if unsafe docs[i] == wanted { unsafe body(at, weighted ? block.weights[i] : 0) }
            at += 1
        }
    }
}
