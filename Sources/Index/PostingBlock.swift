// Decodes one block of a posting list. The bytes are specified in FORMAT.md, "Posting list". Everything a query does
// with a list passes through here, so it runs on raw memory: the bounds are checked once a block.

import CFind

/// One decoded block, used again and again.
@safe package struct PostingBlock: ~Copyable {
    /// Rows are written whole, so there is room for one more than a block.
    private static let room = PostingEncoder.blockLength + 8

    private let docMemory: UnsafeMutablePointer<UInt32>
    private let weightMemory: UnsafeMutablePointer<UInt8>
    private let placeMemory: UnsafeMutablePointer<UInt8>
    /// A weight for each document from some one on; all 0 in between. Made when it is first wanted: a long text has hundreds of lists, each
    /// with a block at hand, that only ever say who holds what.
    private var spreadMemory: UnsafeMutablePointer<UInt8>?
    /// Documents that it has room for: what a list spreads a block over that holds every 32nd document and more.
    static let spreadRoom = 8_192
    package private(set) var count = 0

    package init() {
        unsafe docMemory = .allocate(capacity: Self.room)
        unsafe weightMemory = .allocate(capacity: Self.room)
        unsafe placeMemory = .allocate(capacity: Self.room)
        unsafe placeMemory.initialize(repeating: 0, count: Self.room)
        unsafe docMemory.initialize(repeating: 0, count: Self.room)
        unsafe weightMemory.initialize(repeating: 0, count: Self.room)
    }

    deinit {
        unsafe docMemory.deallocate()
        unsafe weightMemory.deallocate()
        unsafe placeMemory.deallocate()
        unsafe spreadMemory?.deallocate()
    }

    /// The documents, ascending.
    var docs: UnsafeBufferPointer<UInt32> { unsafe UnsafeBufferPointer(start: docMemory, count: count) }
    /// Their weights; of a list without weights, or when they were not asked for, what was there before.
    var weights: UnsafeBufferPointer<UInt8> { unsafe UnsafeBufferPointer(start: weightMemory, count: count) }

    /// The place of the first document not below `doc`.
    @inline(__always)
    func place(of doc: UInt32) -> Int {
        guard count > 0 else { return 0 }
        // Half of the time either side: no jump is foreseen, so none is made.
        var from = 0
        var length = count
        // Holds: `from + length` is at most `count`, so that all that is read lies before it.
        while length > 1 {
            let half = length >> 1
            from &+= half & (unsafe docMemory[from &+ half &- 1] < doc ? -1 : 0)
            length &-= half
        }
        return from &+ (unsafe docMemory[from] < doc ? 1 : 0)
    }

    /// Writes the weights of the candidates from `at` up to `last`, the block's last document, and moves behind them.
    ///
    /// - Precondition: `base`, the first document that the block could hold, and `last` are less than `spreadRoom` apart; there is a level for
    ///   each candidate.
    mutating func spread(
        from base: UInt32, upTo last: UInt32, _ candidates: UnsafeBufferPointer<UInt32>, _ at: inout Int, into levels: UnsafeMutableBufferPointer<UInt8>
    ) {
        guard at < candidates.count, let first = candidates.baseAddress, let target = levels.baseAddress else { return }
        precondition(levels.count >= candidates.count)
        if unsafe spreadMemory == nil {
            let made = UnsafeMutablePointer<UInt8>.allocate(capacity: Self.spreadRoom)
            unsafe made.initialize(repeating: 0, count: Self.spreadRoom)
            unsafe spreadMemory = made
        }
        // Holds: there are `count` documents and weights; levels were counted above; what is beyond the room is folded into it.
        at += unsafe cblock_spread(
            docMemory, weightMemory, count, base, last, first + at, candidates.count - at, target + at, spreadMemory!, Self.spreadRoom)
    }

    /// How many of the documents are in a set with a word for each 64 of the segment, and how many of those weigh.
    func count(in words: UnsafeBufferPointer<UInt64>, weighted: Bool) -> (docs: Int, words: Int) {
        var found: UInt64 = 0, weighing: UInt64 = 0
        // Holds: there are `count` documents and weights; a document behind the last word is not in the set.
        for i in 0..<count {
            let doc = unsafe docMemory[i]
            guard Int(doc >> 6) < words.count else { break }
            let bit = unsafe words[Int(doc >> 6)] &>> UInt64(doc & 63) & 1
            found &+= bit
            if weighted { weighing &+= bit & (unsafe weightMemory[i] == 0 ? 0 : 1) }
        }
        return (Int(found), Int(weighing))
    }

    /// Decodes a whole short or single list.
    mutating func decodeShort(_ list: PostingList, weighted: Bool) {
        count = list.docCount
        if let single = list.single {
            unsafe docMemory[0] = single.doc
            unsafe weightMemory[0] = single.weight
            return
        }
        let used = decodeRice(list.bytes, base: 0, parameter: RiceCode.parameter(count, of: list.universe))
        if weighted, list.hasWeights {
            decodeWeights(list.bytes, at: used, sparse: WeightCode.isSparse(words: list.wordDocCount, of: count))
        }
    }

    /// Decodes block `block` of a long list.
    mutating func decode(_ list: PostingList, block: Int, weighted: Bool) {
        let (rest, used) = decodeDocs(list, block: block)
        if weighted, list.hasWeights { decodeWeights(rest, at: used + 1, sparse: rest.u8(used) == 1) }
    }

    /// Decodes the documents of a block of a long list.
    ///
    /// - Returns: the block's bytes behind its mode, and how many of them the documents take.
    mutating func decodeDocs(_ list: PostingList, block: Int) -> (rest: Bytes, used: Int) {
        count = list.blockSize(block)
        let body = list.body(ofBlock: block)
        let base = list.firstPossible(inBlock: block)
        let mode = body.u8(0)
        let rest = body.slice(1, body.count - 1)
        let used =
            if mode == PostingEncoder.Mode.bitSet {
                decodeBits(rest, base: base)
            } else if mode >= PostingEncoder.Mode.rice {
                decodeRice(rest, base: base, parameter: Int(mode - PostingEncoder.Mode.rice))
            } else {
                decodePacked(rest, base: base, mode: mode)
            }
        return (rest, used)
    }

    private mutating func decodeBits(_ bytes: Bytes, base: UInt32) -> Int {
        var filled = 0
        var offset = 0
        var wordBase = base
        while filled < count {
            var word = bytes.u64(offset)
            while word != 0, filled < count {
                // Holds: `filled` is below `count`, which is below the room.
                unsafe docMemory[filled] = wordBase &+ UInt32(truncatingIfNeeded: word.trailingZeroBitCount)
                filled += 1
                word &= word &- 1
            }
            offset += 8
            wordBase &+= 64
        }
        return offset
    }

    private mutating func decodeRice(_ bytes: Bytes, base: UInt32, parameter: Int) -> Int {
        precondition(parameter <= 31, "damaged posting list")
        let low = UInt64(parameter)
        let mask: UInt64 = (1 &<< low) &- 1
        var bit = 0
        var next = base
        for i in 0..<count {
            let word = bytes.word(atBit: bit)
            let quotient = UInt64(truncatingIfNeeded: word.trailingZeroBitCount)
            let gap: UInt64
            if quotient < UInt64(RiceCode.quotientMax) {
                gap = quotient &<< low | (word &>> (quotient &+ 1)) & mask
                bit += Int(quotient) + 1 + parameter
            } else {
                precondition(quotient == UInt64(RiceCode.quotientMax), "damaged posting list")
                gap = (word &>> (quotient &+ 1)) & 0xFFFF_FFFF
                bit += Int(quotient) + 33
            }
            let doc = next &+ UInt32(truncatingIfNeeded: gap)
            // Holds: `i` is below `count`, which is below the room.
            unsafe docMemory[i] = doc
            next = doc &+ 1
        }
        return (bit + 7) / 8
    }

    /// Only whole blocks are packed.
    private mutating func decodePacked(_ bytes: Bytes, base: UInt32, mode: UInt8) -> Int {
        let hasExceptions = mode & PostingEncoder.Mode.exceptions != 0
        let bits = Int(mode & ~PostingEncoder.Mode.exceptions)
        precondition(bits <= 32 && count == PostingEncoder.blockLength, "damaged posting block")
        var used = bits * 32
        // Holds: the slice has `32 * bits` bytes, and there is room for a whole block.
        unsafe bytes.slice(0, used).withBuffer { packed in
            if bits == 0 { return unsafe docMemory.update(repeating: 0, count: PostingEncoder.blockLength) }
            unsafe cblock_unpack(packed.baseAddress!.assumingMemoryBound(to: UInt8.self), CInt(bits), docMemory)
        }
        if hasExceptions {
            let exceptions = Int(bytes.u8(used))
            for i in 0..<exceptions {
                let place = Int(bytes.u8(used + 1 + i))
                let high = UInt32(bytes.u8(used + 1 + exceptions + i))
                // Holds: a place has eight bits, and the block 256.
                unsafe docMemory[place] |= high &<< UInt32(bits)
            }
            used += 1 + 2 * exceptions
        }
        unsafe cblock_sum(docMemory, base)
        return used
    }

    private func decodeWeights(_ bytes: Bytes, at offset: Int, sparse: Bool) {
        let bytes = bytes.slice(offset, bytes.count - offset)
        precondition(bytes.count >= (sparse ? (count + 7) / 8 : (count + 1) / 2), "damaged posting list")
        unsafe bytes.withBuffer { source in
            guard let start = source.baseAddress else { return }
            // Holds: there are bits, or weights, for all documents, nothing behind the bytes is read, and there is room for eight more.
            unsafe cblock_weights(start.assumingMemoryBound(to: UInt8.self), source.count, count, sparse ? 1 : 0, weightMemory)
        }
    }

    // MARK: Those that weigh enough

    /// Decodes the weights of a block of a long list, and of its documents only those whose weights are wanted, if these are few.
    ///
    /// - Parameter wanted: by weight, 255 or 0.
    /// - Returns: how many documents are wanted, for `wantedPosting`; nil if the whole block was decoded.
    mutating func decodeWanted(_ list: PostingList, block: Int, wanted: [16 of UInt8]) -> Int? {
        count = list.blockSize(block)
        let body = list.body(ofBlock: block)
        let base = list.firstPossible(inBlock: block)
        let mode = body.u8(0)
        let rest = body.slice(1, body.count - 1)
        let used: Int
        if mode == PostingEncoder.Mode.bitSet {
            used = (Int(list.lastDoc(ofBlock: block) &- base) / 64 + 1) * 8
        } else {
            used = decodeDocs(list, block: block).used
        }
        decodeWeights(rest, at: used + 1, sparse: rest.u8(used) == 1)
        let found = places(of: wanted)
        if mode != PostingEncoder.Mode.bitSet {
            guard found < Self.fewWanted else { return nil }
            // Holds: places ascend, and are below the count.
            for number in 0..<found { unsafe docMemory[number] = docMemory[Int(placeMemory[number])] }
            return found
        }
        guard found < Self.fewWanted else {
            _ = decodeBits(rest, base: base)
            return nil
        }
        let held = unsafe rest.slice(0, used).withBuffer { bits in
            // Holds: there is room for a document of each place.
            unsafe cblock_nth(
                bits.baseAddress!.assumingMemoryBound(to: UInt8.self), used / 8, base, placeMemory, found, docMemory)
        }
        precondition(held == found, "damaged posting block")
        return found
    }

    /// From so many on a block is decoded and gone through as a whole.
    private static let fewWanted = 64

    /// Notes the places of the weights that are wanted.
    private func places(of wanted: [16 of UInt8]) -> Int {
        var wanted = wanted
        var span = wanted.mutableSpan
        return unsafe span.withUnsafeMutableBufferPointer { wanted in
            // Holds: there are sixteen, and room for a place of each document and one more.
            unsafe cblock_places(weightMemory, count, wanted.baseAddress!, placeMemory)
        }
    }

    /// One of the documents that `decodeWanted` left.
    @inline(__always)
    func wantedPosting(_ number: Int) -> (doc: UInt32, weight: UInt8) {
        precondition(number < Self.fewWanted)
        // Holds: there is room for more than that.
        return unsafe (docMemory[number], weightMemory[Int(placeMemory[number])])
    }
}

extension Bytes {
    /// At least 57 bits from bit `bit` on, zeros behind the end.
    @inline(__always)
    fileprivate func word(atBit bit: Int) -> UInt64 {
        let offset = bit >> 3
        let shift = UInt64(bit & 7)
        if offset + 8 <= count { return u64(offset) &>> shift }
        precondition(offset < count, "read past the end of a posting list")
        var word: UInt64 = 0
        for place in (offset..<count).reversed() { word = word << 8 | UInt64(u8(place)) }
        return word &>> shift
    }
}
