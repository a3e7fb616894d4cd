// Gathers documents on one thread: each occurrence of a term is one look-up in a table that stays in the processor's cache,
// and a posting is two numbers behind one another. Only when some hundred documents are in are the postings put in lists.

import CHash
import Glibc
import Records

/// One for a thread. Empty again after `finish`.
package final class DocumentGatherer {
    private var gathering = Gathering()

    package init() {}

    package var count: Int { gathering.gathered.count }

    /// Whether to call `finish` before the next document.
    package var isFull: Bool { gathering.isFull }

    /// - Precondition: not full.
    package func add(_ document: IndexableDocument) { gathering.add(document) }

    package func finish() -> GatheredDocuments { gathering.finish() }
}

private struct Gathering: ~Copyable {
    private var tables = GatherTables()
    private(set) var gathered = GatheredDocuments()

    var isFull: Bool { gathered.count >= GatheredDocuments.docsMax || gathered.texts.count >= 8 << 20 }

    mutating func add(_ document: IndexableDocument) {
        precondition(gathered.count < GatheredDocuments.docsMax)
        let doc = UInt32(gathered.count)
        gathered.documents.append(
            DocumentColumns(
                sequence: document.sequence, recordNumber: document.recordNumber,
                receivedAtSeconds: document.receivedAtSeconds))
        TextCode.append(document: document.units[...], to: &gathered.texts)
        gathered.textEnds.append(UInt32(gathered.texts.count))
        gathered.unitCounts.append(UInt32(document.units.count))
        gathered.bands.append(document.bands, doc)
        for quantity in document.quantities {
            gathered.quantities.append(QuantityRow(field: quantity.field.code, doc: doc, value: quantity.value))
        }
        tables.begin(unitCount: document.units.count, wordCount: document.words.count)
        tables.addPieces(document.units.span)
        tables.addWords(document.words.span, document.units.span)
        for facet in document.facets { gathered.facets.forEachNumber(of: facet) { tables.add(facet: Int($0)) } }
        tables.end()
    }

    mutating func finish() -> GatheredDocuments {
        tables.makeRuns(&gathered)
        var finished = GatheredDocuments()
        swap(&finished, &gathered)
        gathered.reserve(as: finished)
        return finished
    }
}

/// Terms of some documents, numbered in order of first sight, and postings in the order of documents.
@safe private struct GatherTables: ~Copyable {
    private struct WordSlot: BitwiseCopyable {
        /// `TermKey` of a word; 0: free.
        var term: UInt64
        var id: UInt32
    }

    private static let slotsAtFirst = 1 << 12
    private static let slotsKept = 1 << 18

    // Holds for all places below: `begin` makes room for what a document can bring before its first is used; table places
    // are masked; ids are below `termCount`, postings below `postingCount`.

    /// By unit: id + 1.
    private var unigrams = GrowingMemory<UInt32>(capacity: 1 << 16)
    /// Open addressing, half full at most: both units in the upper half, id + 1 in the lower; 0: free.
    private var bigrams = GrowingMemory<UInt64>(capacity: slotsAtFirst)
    private var bigramCount = 0
    private var words = GrowingMemory<WordSlot>(capacity: slotsAtFirst)
    private var wordCount = 0
    /// By facet number: id + 1.
    private var facets = GrowingMemory<UInt32>(capacity: 1 << 8)

    /// By id.
    private var terms = GrowingMemory<UInt64>(capacity: slotsAtFirst)
    /// By id: newest posting + 1.
    private var newest = GrowingMemory<UInt32>(capacity: slotsAtFirst)
    private var termCount = 0

    /// By posting: the term's id.
    private var ids = GrowingMemory<UInt32>(capacity: 1 << 13)
    /// By posting: `WordWeight`; 0 where the term is no word.
    private var weights = GrowingMemory<Float>(capacity: 1 << 13)
    private var postingCount = 0
    /// Where the postings of the document under way begin.
    private var docStart: UInt32 = 0
    private var docEnds: [UInt32] = []

    /// By unit of the document two: the posting of that unit, and of it with the one before. A word of one or two units is these.
    private var piecePostings = GrowingMemory<UInt32>(capacity: 1 << 11)

    /// What `makeRuns` works in.
    private var ends = GrowingMemory<UInt32>(capacity: slotsAtFirst)
    private var sorted = GrowingMemory<UInt32>(capacity: 1 << 13, isZeroed: false)

    init() {}

    // MARK: A document

    mutating func begin(unitCount: Int, wordCount count: Int) {
        piecePostings.reserve(2 * unitCount)
        let most = 2 * unitCount + count + 1
        terms.reserve(termCount + most)
        newest.reserve(termCount + most)
        ids.reserve(postingCount + most)
        weights.reserve(postingCount + most)
        while (bigramCount + unitCount) * 2 > bigrams.capacity { growBigrams() }
        while (wordCount + count) * 2 > words.capacity { growWords() }
        docStart = UInt32(postingCount)
    }

    mutating func end() { docEnds.append(UInt32(postingCount)) }

    /// The terms and postings under way as locals of a loop: what it writes could be any of these otherwise, and each would be
    /// read again for every unit.
    ///
    /// - Invariant: used while `begin` has made room and nothing grows.
    @safe private struct Hand {
        let terms: UnsafeMutablePointer<UInt64>
        let newest: UnsafeMutablePointer<UInt32>
        let ids: UnsafeMutablePointer<UInt32>
        let weights: UnsafeMutablePointer<Float>
        let docStart: UInt32
        var termCount: Int
        var postingCount: Int

        /// Notes that the term stands in the document, if that is not known yet.
        @inline(__always)
        mutating func post(_ id: UInt32) -> UInt32 {
            // No jump, as it would be guessed wrong every third time: the place behind the last is written in any case. Holds:
            // `begin` makes room for it.
            let known = unsafe newest[Int(id)]
            unsafe ids[postingCount] = id
            unsafe weights[postingCount] = 0
            let isNew = known <= docStart
            let posting = isNew ? UInt32(truncatingIfNeeded: postingCount) &+ 1 : known
            postingCount &+= isNew ? 1 : 0
            unsafe newest[Int(id)] = posting
            return posting &- 1
        }

        /// The id of a new term + 1.
        @inline(__always)
        mutating func newTerm(_ key: TermKey) -> UInt32 {
            unsafe terms[termCount] = key.rawValue
            unsafe newest[termCount] = 0
            termCount &+= 1
            return UInt32(truncatingIfNeeded: termCount)
        }
    }

    @inline(__always)
    private var hand: Hand {
        unsafe Hand(
            terms: terms.elements, newest: newest.elements, ids: ids.elements, weights: weights.elements, docStart: docStart,
            termCount: termCount, postingCount: postingCount)
    }

    @inline(__always)
    private mutating func take(back hand: Hand) { (termCount, postingCount) = (hand.termCount, hand.postingCount) }

    @inline(__always)
    private static func slot(_ number: UInt64, _ capacity: Int) -> Int {
        // Multiplicative hashing (Knuth, vol. 3, 6.4) by the golden ratio; the upper bits are the well mixed ones.
        Int(truncatingIfNeeded: (number &* 0x9E37_79B9_7F4A_7C15) >> 32) & (capacity - 1)
    }

    /// Pairs are looked for in a table that fits no first cache: their places are fetched so many units ahead.
    private static let pairsFetchedAhead = 12

    mutating func addPieces(_ units: Span<UInt16>) {
        var hand = hand
        let (unigrams, bigrams, capacity, postings) = unsafe (unigrams.elements, bigrams.elements, bigrams.capacity, piecePostings.elements)
        let count = units.count
        var newBigrams = 0
        var previous = DocumentText.zoneMark
        var place = 0
        while place < count {
            let unit = units[place]
            let ahead = place &+ Self.pairsFetchedAhead
            if ahead < count {
                unsafe chash_prefetch(bigrams + Self.slot(UInt64(units[ahead &- 1]) << 16 | UInt64(units[ahead]), capacity))
            }
            if unit == DocumentText.zoneMark {
                previous = unit
                place &+= 2
                continue
            }
            var id = unsafe unigrams[Int(unit)]
            if id == 0 {
                id = hand.newTerm(.unigram(unit))
                unsafe unigrams[Int(unit)] = id
            }
            unsafe postings[2 &* place] = hand.post(id &- 1)
            if previous != DocumentText.zoneMark {
                let pair = UInt64(previous) << 16 | UInt64(unit)
                var slot = Self.slot(pair, capacity)
                var found = unsafe bigrams[slot]
                while found >> 32 != pair || found == 0 {
                    if found == 0 {
                        found = pair << 32 | UInt64(hand.newTerm(.bigram(previous, unit)))
                        unsafe bigrams[slot] = found
                        newBigrams &+= 1
                        break
                    }
                    slot = (slot &+ 1) & (capacity &- 1)
                    unsafe found = bigrams[slot]
                }
                unsafe postings[2 &* place &+ 1] = hand.post(UInt32(truncatingIfNeeded: found) &- 1)
            } else {
                unsafe postings[2 &* place &+ 1] = .max
            }
            previous = unit
            place &+= 1
        }
        bigramCount += newBigrams
        take(back: hand)
    }

    mutating func addWords(_ list: Span<IndexableDocument.Word>, _ units: Span<UInt16>) {
        var hand = hand
        let postings = unsafe piecePostings.elements
        let allGains = WordWeight.gains
        let gains = allGains.span
        for number in list.indices {
            let start = Int(list[number].start)
            let count = Int(list[number].length)
            precondition(start >= 0 && count > 0 && start + count <= units.count)
            let posting: UInt32
            if count <= 2 {
                // One unit: the even place of its own; two: the odd one of the second.
                posting = unsafe postings[2 &* start &+ 3 &* (count &- 1)]
            } else {
                posting = hand.post(word(TermKey.word(units.extracting(start..<(start + count))), &hand))
            }
            precondition(posting < hand.postingCount, "a word of two zones")
            unsafe hand.weights[Int(posting)] += number < gains.count ? gains[number] : 1
        }
        take(back: hand)
    }

    @inline(__always)
    private mutating func word(_ key: TermKey, _ hand: inout Hand) -> UInt32 {
        var place = Self.slot(key.rawValue, words.capacity)
        while true {
            let found = unsafe words.elements[place].term
            if found == key.rawValue { return unsafe words.elements[place].id }
            if found == 0 { break }
            place = (place + 1) & (words.capacity - 1)
        }
        let id = hand.newTerm(key) - 1
        unsafe words.elements[place] = WordSlot(term: key.rawValue, id: id)
        wordCount += 1
        return id
    }

    mutating func add(facet number: Int) {
        facets.reserve(number + 1)
        terms.reserve(termCount + 1)
        newest.reserve(termCount + 1)
        ids.reserve(postingCount + 2)
        weights.reserve(postingCount + 2)
        var hand = hand
        var id = unsafe facets.elements[number]
        if id == 0 {
            id = hand.newTerm(.facet(ordinal: number))
            unsafe facets.elements[number] = id
        }
        _ = hand.post(id - 1)
        take(back: hand)
    }

    private mutating func growBigrams() {
        var grown = GrowingMemory<UInt64>(capacity: bigrams.capacity * 2)
        swap(&grown, &bigrams)
        for old in 0..<grown.capacity {
            let entry = unsafe grown.elements[old]
            guard entry != 0 else { continue }
            var place = Self.slot(entry >> 32, bigrams.capacity)
            while unsafe bigrams.elements[place] != 0 { place = (place + 1) & (bigrams.capacity - 1) }
            unsafe bigrams.elements[place] = entry
        }
    }

    private mutating func growWords() {
        var grown = GrowingMemory<WordSlot>(capacity: words.capacity * 2)
        swap(&grown, &words)
        for old in 0..<grown.capacity {
            let entry = unsafe grown.elements[old]
            guard entry.term != 0 else { continue }
            var place = Self.slot(entry.term, words.capacity)
            while unsafe words.elements[place].term != 0 { place = (place + 1) & (words.capacity - 1) }
            unsafe words.elements[place] = entry
        }
    }

    // MARK: All documents

    /// Puts the postings in lists by term, and is empty.
    mutating func makeRuns(_ gathered: inout GatheredDocuments) {
        // Counting sort by id: where the list of each id ends, going backwards through it as it is filled.
        ends.reserve(termCount)
        // Document over level.
        sorted.reserve(postingCount)
        let (termCount, postingCount) = (termCount, postingCount)
        let (ends, sorted, ids, weights, terms) = unsafe (ends.elements, sorted.elements, ids.elements, weights.elements, terms.elements)
        unsafe ends.update(repeating: 0, count: termCount)
        for posting in 0..<postingCount { unsafe ends[Int(ids[posting])] += 1 }
        var sum: UInt32 = 0
        for id in 0..<termCount {
            let count = unsafe ends[id]
            unsafe ends[id] = sum
            sum &+= count
        }
        let allSteps = WordWeight.steps
        let steps = allSteps.span
        var posting = 0
        for doc in docEnds.indices {
            let end = Int(docEnds[doc])
            let doc = UInt32(truncatingIfNeeded: doc) << 8
            while posting < end {
                let id = unsafe Int(ids[posting])
                let place = unsafe ends[id]
                unsafe ends[id] = place &+ 1
                unsafe sorted[Int(place)] = doc | UInt32(WordWeight.level(of: weights[posting], steps))
                posting &+= 1
            }
        }
        gathered.postingCount = postingCount
        gathered.runs = unsafe [GatheredDocuments.Run](unsafeUninitializedCapacity: termCount) { runs, filled in
            // At most a varint of two bytes (there are `docsMax` documents) and a level for each posting, and two bytes that are
            // written and not kept. Most are fewer, and batches wait: what is kept has no room to spare.
            gathered.postings = unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 3 * postingCount + 2) { room in
                guard let bytes = room.baseAddress, let runs = runs.baseAddress else { return [] }
                var at = 0
                var start = 0
                for id in 0..<termCount {
                    let end = unsafe Int(ends[id])
                    let (first, last) = unsafe (sorted[start], sorted[end - 1])
                    unsafe (runs + id).initialize(
                        to: GatheredDocuments.Run(
                            term: terms[id], rest: UInt32(truncatingIfNeeded: at),
                            count: UInt16(truncatingIfNeeded: end - start), first: UInt16(truncatingIfNeeded: first >> 8),
                            last: UInt16(truncatingIfNeeded: last >> 8), firstLevel: UInt8(truncatingIfNeeded: first)))
                    var before = first >> 8
                    var place = start &+ 1
                    while place < end {
                        let posting = unsafe sorted[place]
                        let (doc, level) = (posting >> 8, UInt8(truncatingIfNeeded: posting))
                        let hasLevel: UInt32 = level > 0 ? 1 : 0
                        let value = (doc &- before &- 1) << 1 | hasLevel
                        before = doc
                        // No jump: short and long ones stand in no order.
                        let isLong: UInt32 = value >= 0x80 ? 1 : 0
                        unsafe bytes[at] = UInt8(truncatingIfNeeded: value & 0x7F | isLong << 7)
                        unsafe bytes[at &+ 1] = UInt8(truncatingIfNeeded: value >> 7)
                        at &+= 1 &+ Int(truncatingIfNeeded: isLong)
                        unsafe bytes[at] = level
                        at &+= Int(truncatingIfNeeded: hasLevel)
                        place &+= 1
                    }
                    start = end
                }
                return unsafe Array(UnsafeBufferPointer(start: bytes, count: at))
            }
            filled = termCount
        }
        reset()
    }

    private mutating func reset() {
        // Each unit's own place, not all of the table.
        for id in 0..<termCount {
            let key = unsafe TermKey(rawValue: terms.elements[id])
            if key.kind == .unigram { unsafe unigrams.elements[Int(key.value)] = 0 }
        }
        bigrams.reset(capacity: min(bigrams.capacity, Self.slotsKept))
        words.reset(capacity: min(words.capacity, Self.slotsKept))
        facets.reset(capacity: min(facets.capacity, Self.slotsKept))
        (bigramCount, wordCount, termCount, postingCount, docStart) = (0, 0, 0, 0, 0)
        docEnds.removeAll(keepingCapacity: true)
        guard ids.capacity > 1 << 21 else { return }
        // One very long document is not to be paid for by all that come later.
        ids.reset(capacity: 1 << 13)
        weights.reset(capacity: 1 << 13)
        terms.reset(capacity: Self.slotsAtFirst)
        newest.reset(capacity: Self.slotsAtFirst)
        piecePostings.reset(capacity: 1 << 11)
        ends.reset(capacity: Self.slotsAtFirst)
        sorted.reset(capacity: 1 << 13)
    }
}
