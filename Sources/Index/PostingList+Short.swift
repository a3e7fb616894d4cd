// The documents of a list that are short enough to matter, found without a call for each of the others.

extension PostingList {
    /// Calls `body` with every document that is shorter than `limits` says for its weight, and with its units of text
    /// as `lengths` has them.
    ///
    /// - Parameter limits: by weight, 0 … 15; `body` may lower them. Blocks whose shortest document is no shorter
    ///   than the largest limit are not decoded, nor the documents of those in which nothing weighs enough.
    package func forEachShort(
        _ limits: inout [UInt32], lengths: inout ColumnCursor, using block: inout PostingBlock,
        _ body: (_ doc: UInt32, _ weight: UInt8, _ length: UInt32, _ limits: inout [UInt32]) throws(IndexError) -> Void
    ) throws(IndexError) {
        precondition(limits.count == 16)
        var room = [UInt32](repeating: 0, count: PostingEncoder.blockLength)
        for number in 0..<blockCount {
            if isLong {
                let shortest = UInt32(shortest(ofBlock: number))
                var wanted: [16 of UInt8] = .init(repeating: 0)
                var isWanted = false
                for weight in 0..<16 where limits[weight] > shortest {
                    wanted[weight] = .max
                    isWanted = true
                }
                if !isWanted { continue }
                if !hasWeights {
                    read(number, into: &block)
                } else if let count = block.decodeWanted(self, block: number, wanted: wanted) {
                    for place in 0..<count {
                        let (doc, weight) = block.wantedPosting(place)
                        let length = UInt32(truncatingIfNeeded: try lengths.number(of: doc))
                        if length < limits[Int(weight)] { try body(doc, weight, length, &limits) }
                    }
                    continue
                }
            } else {
                read(number, into: &block)
            }
            try lengths.numbers(ofBlock: block, into: &room)
            for i in 0..<block.count {
                // Holds: both buffers have the block's count; a weight has four bits.
                let weight = unsafe hasWeights ? block.weights[i] : 0
                let length = room[i]
                guard length < limits[Int(weight)] else { continue }
                try unsafe body(block.docs[i], weight, length, &limits)
            }
        }
    }
}

extension ColumnCursor {
    /// The numbers of a block's documents, cut to 32 bits.
    ///
    /// - Precondition: `numbers` has room for a block.
    mutating func numbers(ofBlock block: borrowing PostingBlock, into numbers: inout [UInt32]) throws(IndexError) {
        precondition(numbers.count >= block.count)
        var from = 0
        while from < block.count {
            // Holds, here and below: the indices are below the block's count.
            let (run, first) = try unsafe self.run(holding: block.docs[from])
            let end = first + UInt32(run.count)
            if let plain = run.plain16 {
                unsafe plain.withBuffer { source in
                    while from < block.count, unsafe block.docs[from] < end {
                        // Holds: the document lies in this run, and the run has 16 bits for each of its documents.
                        numbers[from] = unsafe UInt32(
                            source.loadUnaligned(fromByteOffset: 2 * Int(block.docs[from] &- first), as: UInt16.self))
                        from += 1
                    }
                }
            } else {
                while from < block.count, unsafe block.docs[from] < end {
                    numbers[from] = unsafe UInt32(truncatingIfNeeded: run.number(Int(block.docs[from] &- first)))
                    from += 1
                }
            }
        }
    }
}
