// A posting list as a set of documents or a column of sums: what matching and scoring do with whole lists. Loops run
// over raw memory, block by block, without a call per posting.

import CFind

extension PostingList {
    /// All documents.
    package func docs(using block: inout PostingBlock) -> [UInt32] {
        if let single { return [single.doc] }
        return unsafe [UInt32](unsafeUninitializedCapacity: docCount) { target, filled in
            for number in 0..<blockCount {
                read(number, into: &block, weighted: false)
                // Holds: the blocks have `docCount` documents in all.
                unsafe (target.baseAddress! + filled).update(from: block.docs.baseAddress!, count: block.count)
                filled += block.count
            }
        }
    }

    /// Those of the ascending `candidates` that are in the list.
    package func intersection(_ candidates: [UInt32], using block: inout PostingBlock) -> [UInt32] {
        // Each step writes one before it knows whether that counts.
        unsafe [UInt32](unsafeUninitializedCapacity: min(candidates.count, docCount) + 1) { target, filled in
            if isLong {
                filled = unsafe intersectLong(candidates, into: target, &block)
            } else {
                block.decodeShort(self, weighted: false)
                filled = unsafe candidates.withUnsafeBufferPointer {
                    unsafe Self.intersect($0, block.docs, into: target.baseAddress!)
                }
            }
        }
    }

    private func intersectLong(
        _ candidates: [UInt32], into target: UnsafeMutableBufferPointer<UInt32>, _ block: inout PostingBlock
    ) -> Int {
        var filled = 0
        unsafe candidates.withUnsafeBufferPointer { candidates in
            var at = 0
            var number = 0
            while at < candidates.count {
                number = unsafe self.block(holding: candidates[at], from: number)
                guard number < blockCount else { return }
                let last = lastDoc(ofBlock: number)
                var end = at + 1
                while end + 8 <= candidates.count, unsafe candidates[end + 7] <= last { end += 8 }
                while end < candidates.count, unsafe candidates[end] <= last { end += 1 }
                let here = unsafe UnsafeBufferPointer(rebasing: candidates[at..<end])
                // Holds: what was found is among the candidates and in the list, so that there is room for it and one more.
                let found = unsafe target.baseAddress! + filled
                let body = body(ofBlock: number)
                if body.u8(0) == PostingEncoder.Mode.bitSet {
                    filled += unsafe Self.test(here, in: body.slice(1, body.count - 1), base: firstPossible(inBlock: number), into: found)
                } else {
                    block.decode(self, block: number, weighted: false)
                    filled += unsafe Self.intersect(here, block.docs, into: found)
                }
                at = end
                number += 1
            }
        }
        return filled
    }

    private static func intersect(
        _ candidates: UnsafeBufferPointer<UInt32>, _ docs: UnsafeBufferPointer<UInt32>,
        into target: UnsafeMutablePointer<UInt32>
    ) -> Int {
        guard let first = candidates.baseAddress, let second = docs.baseAddress else { return 0 }
        return unsafe cblock_intersect(first, candidates.count, second, docs.count, target)
    }

    private static func test(
        _ candidates: UnsafeBufferPointer<UInt32>, in bits: Bytes, base: UInt32,
        into target: UnsafeMutablePointer<UInt32>
    ) -> Int {
        guard let first = candidates.baseAddress else { return 0 }
        return unsafe bits.withBuffer { bits in
            guard let words = bits.baseAddress else { return 0 }
            return unsafe cblock_test(first, candidates.count, words.assumingMemoryBound(to: UInt8.self), bits.count / 8, base, target)
        }
    }

    /// Sets the bit of every document.
    ///
    /// - Precondition: there is a word for each 64 documents of the segment.
    package func fill(_ words: inout [UInt64], using block: inout PostingBlock) {
        let room = words.count
        unsafe words.withUnsafeMutableBufferPointer { words in
            for number in 0..<blockCount {
                if isLong, unsafe orBits(ofBlock: number, into: words) { continue }
                read(number, into: &block, weighted: false)
                let docs = unsafe block.docs
                // A list that names a document beyond the segment is damaged.
                guard let last = unsafe docs.last else { continue }
                precondition(Int(last >> 6) < room, "damaged posting list")
                guard let first = docs.baseAddress, let word = words.baseAddress else { return }
                // Holds: the documents ascend, and the last was checked.
                unsafe cblock_fill(first, docs.count, word)
            }
        }
    }

    /// How many of its documents are dead, and of how many of those it is a word.
    ///
    /// - Parameter weighs: whether the second number is wanted.
    package func count(of dead: DeadDocuments, weighs: Bool, using block: inout PostingBlock) -> (docs: Int, words: Int) {
        if dead.isEmpty || docCount == 0 { return (0, 0) }
        // Where it is a word of all documents or of none, it is enough to count.
        let isRead = weighs && wordDocCount != docCount && wordDocCount != 0
        var gone = (docs: 0, words: 0)
        if dead.count < docCount / Self.fewDead {
            intersect(dead.docs, weighted: isRead, using: &block) { _, weight in
                gone.docs += 1
                if weight > 0 { gone.words += 1 }
            }
        } else {
            unsafe dead.withWords { words in
                for number in 0..<blockCount {
                    if !isRead, isLong, let count = unsafe countBits(ofBlock: number, in: words) {
                        gone.docs += count
                        continue
                    }
                    read(number, into: &block, weighted: isRead)
                    let found = unsafe block.count(in: words, weighted: isRead)
                    gone.docs += found.docs
                    gone.words += found.words
                }
            }
        }
        if !isRead { gone.words = wordDocCount == 0 ? 0 : gone.docs }
        return gone
    }

    /// So many times fewer dead documents than documents of the list are looked up one by one.
    private static var fewDead: Int { 32 }

    /// Documents of a block that are in `words`, which has a word for each 64 of the segment; nil when the block is no bit set.
    private func countBits(ofBlock number: Int, in words: UnsafeBufferPointer<UInt64>) -> Int? {
        let body = body(ofBlock: number)
        guard body.u8(0) == PostingEncoder.Mode.bitSet else { return nil }
        let base = firstPossible(inBlock: number)
        let count = (Int(lastDoc(ofBlock: number) - base) + 64) / 64
        let shift = UInt64(base & 63)
        var place = Int(base >> 6)
        var found = 0
        for i in 0..<count {
            guard place < words.count else { break }
            let next = shift != 0 && place + 1 < words.count ? unsafe words[place + 1] &<< (64 - shift) : 0
            found &+= unsafe (body.u64(1 + 8 * i) & (words[place] &>> shift | next)).nonzeroBitCount
            place += 1
        }
        return found
    }

    /// A bit set is moved to its place word by word.
    private func orBits(ofBlock number: Int, into words: UnsafeMutableBufferPointer<UInt64>) -> Bool {
        let body = body(ofBlock: number)
        guard body.u8(0) == PostingEncoder.Mode.bitSet else { return false }
        let base = firstPossible(inBlock: number)
        let count = (Int(lastDoc(ofBlock: number) - base) + 64) / 64
        precondition(
            Int(base >> 6) + count <= words.count + 1 && Int(lastDoc(ofBlock: number) >> 6) < words.count, "damaged posting list")
        unsafe body.slice(1, 8 * count).withBuffer { bits in
            guard let bits = bits.baseAddress, let word = words.baseAddress else { return }
            // Holds: the slice has `count` words, and nothing is written behind the last one of `words`.
            unsafe cblock_or(bits.assumingMemoryBound(to: UInt8.self), count, base, word, words.count)
        }
        return true
    }

    /// Adds `weight` to the score of every candidate that is in the list.
    package func add(_ weight: Float, to scores: inout [Float], of candidates: [UInt32], using block: inout PostingBlock) {
        precondition(scores.count == candidates.count)
        unsafe scores.withUnsafeMutableBufferPointer { scores in
            // Holds: there is a score for each candidate.
            intersect(candidates, weighted: false, using: &block) { index, _ in unsafe scores[index] += weight }
        }
    }
}
