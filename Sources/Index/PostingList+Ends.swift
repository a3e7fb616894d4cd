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
}
