// The newest documents of a list, without decoding the rest.

extension PostingList {
    /// The last documents, ascending; at most about `count` of them (whole blocks are read).
    package func lastDocs(_ count: Int) -> [UInt32] {
        var block = PostingBlock()
        var first = blockCount
        var held = 0
        while first > 0, held < count {
            first -= 1
            held += blockSize(first)
        }
        var docs: [UInt32] = []
        for number in first..<blockCount {
            read(number, into: &block, weighted: false)
            // Holds: the buffer has the block's count.
            for i in 0..<block.count { unsafe docs.append(block.docs[i]) }
        }
        return Array(docs.suffix(count))
    }

    /// Visits the last documents below `end`, `count` at most, from the last one back.
    ///
    /// - Returns: how many there were.
    package func forEachLast(
        _ count: Int, below end: UInt32, using block: inout PostingBlock, _ body: (UInt32) -> Void
    ) -> Int {
        var left = count
        var number = min(blockCount - 1, end == .max || !isLong ? blockCount - 1 : self.block(holding: end, from: 0))
        while number >= 0, left > 0 {
            read(number, into: &block, weighted: false)
            var place = block.place(of: end)
            while place > 0, left > 0 {
                place -= 1
                left -= 1
                // Holds: a place of the block.
                unsafe body(block.docs[place])
            }
            number -= 1
        }
        return count - left
    }
}
