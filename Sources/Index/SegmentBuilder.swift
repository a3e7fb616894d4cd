// Gathers documents in memory and writes them as one segment.
//
// Per posting there is one look-up and four bytes: each term gets a number on first sight, postings are the numbers of
// one document after the other, and a counting sort at the end brings each term's documents together, ascending by
// construction.

import Records

/// What the index needs of one document, text analysed.
package struct IndexableDocument: Sendable {
    package struct Word: Sendable {
        /// Start in `units`, counted in units.
        package var start: Int32
        package var length: UInt16
        package init(start: Int32, length: UInt16) {
            self.start = start
            self.length = length
        }
    }

    package var sequence: RecordSequence
    package var recordNumber: RecordNumber
    package var receivedAtSeconds: Int64
    /// The zones one after the other, each led by `DocumentText.zoneMark` and the zone's number.
    package var units: [UInt16]
    package var words: [Word]
    package var facets: [IndexedRecord.FacetValue]
    package var quantities: [IndexedRecord.Quantity]

    package init(
        sequence: RecordSequence, recordNumber: RecordNumber, receivedAtSeconds: Int64, units: [UInt16],
        words: [Word], facets: [IndexedRecord.FacetValue], quantities: [IndexedRecord.Quantity]
    ) {
        self.sequence = sequence
        self.recordNumber = recordNumber
        self.receivedAtSeconds = receivedAtSeconds
        self.units = units
        self.words = words
        self.facets = facets
        self.quantities = quantities
    }
}

/// How the zones of a document stand in one array of units.
package enum DocumentText {
    /// Leads each zone, followed by the zone's number as a unit. Neither occurs in normalised text.
    package static let zoneMark: UInt16 = 0xFFFF
}

package struct SegmentBuilder: ~Copyable {
    /// Memory that a posting takes while it is gathered and written, with its share of texts and tables: measured as
    /// the peak of imports of 150,000 records (23 to 24) and a little more.
    private static let bytesPerPosting = 26

    /// Postings held before the caller should write a segment.
    private let postingsMax: Int
    /// Units of text held at most, for texts so long that they bring few postings.
    private let unitsMax: Int

    private struct Term {
        /// The document of its newest posting.
        var lastDoc: UInt32 = .max
        var docFrequency: UInt32 = 0
    }

    private var documents: [IndexableDocument] = []
    private var unitCount = 0
    private var pieces = PieceNumbers()
    private var pieceTerms: [Term] = []  // by number
    private var postings: [UInt32] = []  // numbers of pieces
    private var postingEnds: [Int] = []  // by document
    private var words = TermNumbers()
    private var wordPostings: [(term: UInt32, doc: UInt32, weight: Float)] = []
    private var newestWordPosting: [UInt32] = []  // by number of the word
    private var wordFrequency: [UInt32] = []
    private var facetPostings: [[UInt8]: [UInt32]] = [:]

    /// - Parameter memoryBytes: what the builder may take until it is full.
    package init(memoryBytes: Int = 384 << 20) {
        postingsMax = max(300_000, memoryBytes / Self.bytesPerPosting)
        unitsMax = max(1_000_000, memoryBytes / 12)
    }

    package var docCount: Int { documents.count }
    package var postingCount: Int { postings.count + wordPostings.count }
    package var isFull: Bool { postingCount >= postingsMax || unitCount >= unitsMax }

    package mutating func add(_ document: IndexableDocument) {
        let doc = UInt32(documents.count)
        addPieces(document.units, doc)
        addWords(document, doc)
        addFacets(document.facets, doc)
        unitCount += document.units.count
        documents.append(document)
        // They stand in the postings now.
        documents[documents.count - 1].words = []
        documents[documents.count - 1].facets = []
    }

    private mutating func addPieces(_ units: [UInt16], _ doc: UInt32) {
        var i = 0
        var previous: UInt16?
        while i < units.count {
            let unit = units[i]
            if unit == DocumentText.zoneMark {
                previous = nil
                i += 2
                continue
            }
            addPosting(pieces.number(ofUnit: unit), doc)
            if let previous { addPosting(pieces.number(ofPair: UInt32(previous) << 16 | UInt32(unit)), doc) }
            previous = unit
            i += 1
        }
        postingEnds.append(postings.count)
    }

    @inline(__always)
    private mutating func addPosting(_ number: UInt32, _ doc: UInt32) {
        let term = Int(number)
        if term == pieceTerms.count { pieceTerms.append(Term()) }
        guard pieceTerms[term].lastDoc != doc else { return }
        pieceTerms[term].lastDoc = doc
        pieceTerms[term].docFrequency += 1
        postings.append(number)
    }

    private mutating func addWords(_ document: IndexableDocument, _ doc: UInt32) {
        for (position, word) in document.words.enumerated() {
            let from = Int(word.start)
            let term = Int(words.number(of: .word(document.units[from..<(from + Int(word.length))])))
            if term == newestWordPosting.count {
                newestWordPosting.append(.max)
                wordFrequency.append(0)
            }
            let gain = WordWeight.gain(at: position)
            let newest = newestWordPosting[term]
            if newest != .max, wordPostings[Int(newest)].doc == doc {
                wordPostings[Int(newest)].weight += gain
            } else {
                newestWordPosting[term] = UInt32(wordPostings.count)
                wordFrequency[term] += 1
                wordPostings.append((UInt32(term), doc, gain))
            }
        }
    }

    private mutating func addFacets(_ facets: [IndexedRecord.FacetValue], _ doc: UInt32) {
        for facet in facets {
            for value in FacetName.selfAndAncestors(facet) where facetPostings[value]?.last != doc {
                facetPostings[value, default: []].append(doc)
            }
        }
    }

    /// The document of a record version gathered here, or nil. Documents come in sequence.
    func doc(of sequence: RecordSequence) -> UInt32? {
        var low = 0
        var high = documents.count
        while low < high {
            let middle = (low + high) / 2
            if documents[middle].sequence < sequence { low = middle + 1 } else { high = middle }
        }
        return low < documents.count && documents[low].sequence == sequence ? UInt32(low) : nil
    }

    /// Writes everything gathered as one segment and is used up.
    package consuming func write<Sink: ChunkSink & ~Copyable>(
        as segment: SegmentID, to sink: consuming Sink
    ) throws -> Sink {
        var writer = SegmentWriter(segment: segment, sink: sink)
        for document in documents {
            try writer.add(
                document: DocumentColumns(
                    sequence: document.sequence, recordNumber: document.recordNumber,
                    receivedAtSeconds: document.receivedAtSeconds),
                units: document.units)
        }
        try writeQuantities(&writer)
        documents = []
        let words = sortedWords()
        try writePieces(words, &writer)
        for word in words.long {
            try writer.add(term: words.terms[word].rawValue, docs: words.docs(word), weights: words.weights(word))
        }
        try writeFacets(&writer)
        return try writer.finish()
    }

    private func writeQuantities<Sink: ChunkSink & ~Copyable>(_ writer: inout SegmentWriter<Sink>) throws {
        var rows: [QuantityRow] = []
        for (doc, document) in documents.enumerated() {
            for quantity in document.quantities {
                rows.append(QuantityRow(field: quantity.field.code, doc: UInt32(doc), value: quantity.value))
            }
        }
        rows.sort { ($0.field, $0.doc, $0.value) < ($1.field, $1.doc, $1.value) }
        for row in rows { try writer.add(quantity: row) }
    }

    /// Pieces that are words of some documents get their weights.
    private mutating func writePieces<Sink: ChunkSink & ~Copyable>(
        _ words: SortedWords, _ writer: inout SegmentWriter<Sink>
    ) throws {
        let terms = pieces.sorted()
        var next = [UInt32](repeating: 0, count: terms.count)
        var total: UInt32 = 0
        for (_, number) in terms {
            next[Int(number)] = total
            total += pieceTerms[Int(number)].docFrequency
        }
        var docs = [UInt32](repeating: 0, count: postings.count)
        var from = 0
        for (doc, end) in postingEnds.enumerated() {
            for number in postings[from..<end] {
                docs[Int(next[Int(number)])] = UInt32(doc)
                next[Int(number)] += 1
            }
            from = end
        }
        postings = []
        var word = 0
        var weights: [UInt8] = []
        for (term, number) in terms {
            let end = Int(next[Int(number)])
            let start = end - Int(pieceTerms[Int(number)].docFrequency)
            while word < words.long.lowerBound, words.terms[word] < term { word += 1 }
            weights.removeAll(keepingCapacity: true)
            if word < words.long.lowerBound, words.terms[word] == term {
                words.spread(word, over: docs[start..<end], into: &weights)
            }
            try writer.add(term: term.rawValue, docs: docs[start..<end], weights: weights[...])
        }
    }

    /// Each word's documents brought together, ascending.
    private mutating func sortedWords() -> SortedWords {
        let terms = words.sorted()
        var sorted = SortedWords(terms: terms.map(\.0), postings: wordPostings.count)
        var next = [UInt32](repeating: 0, count: terms.count)
        var total: UInt32 = 0
        for (_, number) in terms {
            next[Int(number)] = total
            total += wordFrequency[Int(number)]
            sorted.ends.append(total)
        }
        for posting in wordPostings {
            let at = Int(next[Int(posting.term)])
            sorted.docs[at] = posting.doc
            sorted.weights[at] = WordWeight.level(of: posting.weight)
            next[Int(posting.term)] += 1
        }
        wordPostings = []
        return sorted
    }

    private mutating func writeFacets<Sink: ChunkSink & ~Copyable>(_ writer: inout SegmentWriter<Sink>) throws {
        let names = facetPostings.keys.sorted { $0.lexicographicallyPrecedes($1) }
        for (ordinal, name) in names.enumerated() {
            try writer.add(facetName: name)
            let docs = facetPostings[name]!
            try writer.add(term: TermKey.facet(ordinal: ordinal).rawValue, docs: docs[...], weights: [])
        }
    }
}

/// The words of a segment with their documents, one after the other; those of one and two units first.
private struct SortedWords {
    let terms: [TermKey]
    /// Words with lists of their own: those of three units and more.
    let long: Range<Int>
    var ends: [UInt32] = []
    var docs: [UInt32]
    var weights: [UInt8]

    init(terms: [TermKey], postings: Int) {
        self.terms = terms
        long = (terms.firstIndex { $0.kind == .word } ?? terms.count)..<terms.count
        docs = [UInt32](repeating: 0, count: postings)
        weights = [UInt8](repeating: 0, count: postings)
    }

    private func range(_ word: Int) -> Range<Int> { (word == 0 ? 0 : Int(ends[word - 1]))..<Int(ends[word]) }
    func docs(_ word: Int) -> ArraySlice<UInt32> { docs[range(word)] }
    func weights(_ word: Int) -> ArraySlice<UInt8> { weights[range(word)] }

    /// A weight for each document of the piece that the word is: 0 where it is no word.
    func spread(_ word: Int, over docs: ArraySlice<UInt32>, into weights: inout [UInt8]) {
        var rest = range(word)
        for doc in docs {
            if let place = rest.first, self.docs[place] == doc {
                weights.append(self.weights[place])
                rest = rest.dropFirst()
            } else {
                weights.append(0)
            }
        }
    }
}
