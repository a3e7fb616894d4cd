// The documents of a list within a span of documents, without decoding the rest.

extension PostingList {
    /// Lends the documents, ascending, block by block. The first and the last block may hold some outside of the span.
    @inline(__always)
    package func forEachBlock(from first: UInt32, below end: UInt32, using block: inout PostingBlock, _ body: (Span<UInt32>) -> Void) {
        if let single, single.doc < first || single.doc >= end { return }
        var number = isLong ? self.block(holding: first, from: 0) : 0
        while number < blockCount {
            if isLong, firstPossible(inBlock: number) >= end { return }
            read(number, into: &block, weighted: false)
            unsafe body(block.docs.span)
            number += 1
        }
    }
}
