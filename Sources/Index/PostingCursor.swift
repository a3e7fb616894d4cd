// A place in a posting list that only moves forward, for sums over a window of documents at a time: the lists of a
// long query are walked side by side, each block decoded once.

package final class PostingCursor {
    private let list: PostingList
    private var block = PostingBlock()
    /// The decoded block; the number of blocks behind the last.
    private var number: Int
    /// The place in it that comes next.
    private var place = 0

    package init(_ list: PostingList) {
        self.list = list
        number = 0
        list.read(0, into: &block, weighted: false)
    }

    /// Moves to the block that may hold `doc`; false behind the last.
    private func seek(_ doc: UInt32) -> Bool {
        guard number < list.blockCount else { return false }
        // The decoded block may still hold it.
        if let last = unsafe block.docs.last, doc <= last { return true }
        guard list.isLong else {
            number = list.blockCount
            return false
        }
        number = list.block(holding: doc, from: number + 1)
        guard number < list.blockCount else { return false }
        list.read(number, into: &block, weighted: false)
        place = 0
        return true
    }

    /// Adds `weight` to the sums of the list's documents in `window`; the sums begin with the window.
    @unsafe func add(_ weight: Int32, to sums: UnsafeMutableBufferPointer<Int32>, window: Range<UInt32>) {
        precondition(window.count <= sums.count)
        guard seek(window.lowerBound) else { return }
        // Windows that follow one another go on where the last one ended.
        if unsafe block.docs[place] < window.lowerBound { place = block.place(of: window.lowerBound) }
        while true {
            let docs = unsafe block.docs
            let last = unsafe docs[docs.count - 1]
            var next = place
            if last < window.upperBound {
                // Holds: documents from `place` on lie in the window, for which there is room.
                while next < docs.count {
                    unsafe sums[Int(docs[next] &- window.lowerBound)] &+= weight
                    next &+= 1
                }
            } else {
                // Holds: as above; the last document lies behind the window.
                while unsafe docs[next] < window.upperBound {
                    unsafe sums[Int(docs[next] &- window.lowerBound)] &+= weight
                    next &+= 1
                }
            }
            place = next
            guard next == docs.count, last < .max, seek(last + 1) else { return }
        }
    }
}
