// Gathers documents in memory and writes them as one segment.
//
// Per posting there is one hash look-up and eight bytes: each term gets a number on first sight, postings are
// (term number, document) in order of arrival, and a counting sort at the end brings each term's documents
// together, ascending by construction.

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

    private var documents: [IndexableDocument] = []
    private var terms = TermNumbers()
    private var lastDoc: [UInt32] = []  // by term number: the document of its newest posting
    private var docFrequency: [UInt32] = []
    private var postingTerms: [UInt32] = []
    private var postingDocs: [UInt32] = []
    private var wordTerms = TermNumbers()
    private var wordPostings: [(term: UInt32, doc: UInt32, weight: Float)] = []
    private var newestWordPosting: [UInt32] = []  // by word term number
    private var wordFrequency: [UInt32] = []
    private var facetPostings: [[UInt8]: [UInt32]] = [:]

    /// - Parameter memoryBytes: what the builder may take until it is full.
    package init(memoryBytes: Int = 384 << 20) {
        postingsMax = max(300_000, memoryBytes / Self.bytesPerPosting)
    }

    package var docCount: Int { documents.count }
    package var postingCount: Int { postingTerms.count + wordPostings.count }
    package var isFull: Bool { postingCount >= postingsMax }

    package mutating func add(_ document: IndexableDocument) {
        let doc = UInt32(documents.count)
        addPieces(document.units, doc)
        addWords(document, doc)
        addFacets(document.facets, doc)
        documents.append(document)
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
            addPosting(.unigram(unit), doc)
            if let previous { addPosting(.bigram(previous, unit), doc) }
            previous = unit
            i += 1
        }
    }

    @inline(__always)
    private mutating func addPosting(_ key: TermKey, _ doc: UInt32) {
        let term = terms.number(of: key.rawValue)
        if Int(term) == lastDoc.count {
            lastDoc.append(.max)
            docFrequency.append(0)
        }
        guard lastDoc[Int(term)] != doc else { return }
        lastDoc[Int(term)] = doc
        docFrequency[Int(term)] += 1
        postingTerms.append(term)
        postingDocs.append(doc)
    }

    private mutating func addWords(_ document: IndexableDocument, _ doc: UInt32) {
        for (position, word) in document.words.enumerated() {
            let from = Int(word.start)
            let key = TermKey.word(document.units[from..<(from + Int(word.length))])
            let term = Int(wordTerms.number(of: key.rawValue))
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
                units: document.units,
                quantities: document.quantities.map { ($0.field.code, $0.value) })
        }
        documents = []
        try writePieces(&writer)
        try writeWords(&writer)
        try writeFacets(&writer)
        return try writer.finish()
    }

    private mutating func writePieces<Sink: ChunkSink & ~Copyable>(_ writer: inout SegmentWriter<Sink>) throws {
        let order = terms.order()
        let starts = Self.starts(order, docFrequency)
        var next = starts
        var docs = [UInt32](repeating: 0, count: postingDocs.count)
        for i in postingTerms.indices {
            let term = Int(postingTerms[i])
            docs[Int(next[term])] = postingDocs[i]
            next[term] += 1
        }
        for term in order {
            let from = Int(starts[Int(term)])
            let to = from + Int(docFrequency[Int(term)])
            try writer.add(term: terms.keys[Int(term)], docs: docs[from..<to], weights: [])
        }
    }

    private mutating func writeWords<Sink: ChunkSink & ~Copyable>(_ writer: inout SegmentWriter<Sink>) throws {
        let order = wordTerms.order()
        let starts = Self.starts(order, wordFrequency)
        var next = starts
        var docs = [UInt32](repeating: 0, count: wordPostings.count)
        var weights = [UInt8](repeating: 0, count: wordPostings.count)
        for posting in wordPostings {
            let at = Int(next[Int(posting.term)])
            docs[at] = posting.doc
            weights[at] = WordWeight.level(of: posting.weight)
            next[Int(posting.term)] += 1
        }
        for term in order {
            let from = Int(starts[Int(term)])
            let to = from + Int(wordFrequency[Int(term)])
            try writer.add(term: wordTerms.keys[Int(term)], docs: docs[from..<to], weights: weights[from..<to])
        }
    }

    private mutating func writeFacets<Sink: ChunkSink & ~Copyable>(_ writer: inout SegmentWriter<Sink>) throws {
        let names = facetPostings.keys.sorted { $0.lexicographicallyPrecedes($1) }
        for (ordinal, name) in names.enumerated() {
            try writer.add(facetName: name)
            let docs = facetPostings[name]!
            try writer.add(term: TermKey.facet(ordinal: ordinal).rawValue, docs: docs[...], weights: [])
        }
    }

    /// Where each term's documents begin, terms laid out in `order`.
    private static func starts(_ order: [UInt32], _ frequency: [UInt32]) -> [UInt32] {
        var starts = [UInt32](repeating: 0, count: frequency.count)
        var total: UInt32 = 0
        for term in order {
            starts[Int(term)] = total
            total += frequency[Int(term)]
        }
        return starts
    }
}

/// Numbers terms in order of first sight: open addressing, half full at most.
private struct TermNumbers {
    private(set) var keys: [UInt64] = []
    private var slots = [UInt32](repeating: .max, count: 1 << 12)

    @inline(__always)
    mutating func number(of key: UInt64) -> UInt32 {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 20) & mask
        while true {
            let number = slots[slot]
            if number == .max { break }
            if keys[Int(number)] == key { return number }
            slot = (slot + 1) & mask
        }
        let number = UInt32(keys.count)
        keys.append(key)
        slots[slot] = number
        if keys.count * 2 > slots.count { grow() }
        return number
    }

    private mutating func grow() {
        slots = [UInt32](repeating: .max, count: slots.count * 4)
        let mask = slots.count - 1
        for (number, key) in keys.enumerated() {
            var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 20) & mask
            while slots[slot] != .max { slot = (slot + 1) & mask }
            slots[slot] = UInt32(number)
        }
    }

    /// Term numbers in ascending order of their keys.
    func order() -> [UInt32] {
        Array(0..<UInt32(keys.count)).sorted { keys[Int($0)] < keys[Int($1)] }
    }
}
