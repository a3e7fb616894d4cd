// Some hundred documents as one thread made them ready for a segment: texts encoded, postings in lists by term. A segment
// takes such lists in whole, so the thread that puts a segment together touches each term once for hundreds of documents.

import Records

/// Documents, numbered from 0 among themselves, and what stands in them.
package struct GatheredDocuments: Sendable {
    /// Numbers within are of 16 bits, and what is gathered is to stay in the processor's cache.
    package static let docsMax = 1 << 12

    private static let textBytesReserved = 1 << 20

    /// The documents of one term.
    struct Run: BitwiseCopyable {
        /// `TermKey`; of a facet by its number in `facets`.
        var term: UInt64
        /// Where its postings behind the first begin in `postings`; they end where the next run's begin.
        var rest: UInt32
        var count: UInt16
        var first: UInt16
        var last: UInt16
        /// `WordWeight` level in the first document; 0 where the term is no word.
        var firstLevel: UInt8
    }

    /// What the index needs of each, text apart.
    var documents: [DocumentColumns] = []
    /// `TextCode`, one after the other.
    var texts: [UInt8] = []
    var textEnds: [UInt32] = []
    var unitCounts: [UInt32] = []
    var quantities: [QuantityRow] = []
    var facets = FacetNumbers()
    var bands = GatheredBands()
    var runs: [Run] = []
    /// A posting: varint((documents between it and the one before) · 2 + 1 if a level follows), and the level.
    var postings: [UInt8] = []
    var postingCount = 0

    init() {}

    /// Room for as much as others took: the next will take about that. Not for long texts, which are few.
    mutating func reserve(as others: GatheredDocuments) {
        guard others.texts.count <= Self.textBytesReserved else { return }
        documents.reserveCapacity(others.documents.count)
        texts.reserveCapacity(others.texts.count)
        textEnds.reserveCapacity(others.textEnds.count)
        unitCounts.reserveCapacity(others.unitCounts.count)
        quantities.reserveCapacity(others.quantities.count)
    }

    package var count: Int { documents.count }
    /// Memory that it takes.
    package var bytesHeld: Int {
        documents.capacity * MemoryLayout<DocumentColumns>.stride + texts.capacity + (textEnds.capacity + unitCounts.capacity) * 4
            + quantities.capacity * MemoryLayout<QuantityRow>.stride + facets.bytesHeld + bands.bytesHeld
            + runs.capacity * MemoryLayout<Run>.stride + postings.capacity
    }
    package var lastSequence: RecordSequence? { documents.last?.sequence }

    func text(of doc: Int) -> Range<Int> { Int(doc == 0 ? 0 : textEnds[doc - 1])..<Int(textEnds[doc]) }

    func rest(of run: Int) -> Range<Int> {
        Int(runs[run].rest)..<(run + 1 < runs.count ? Int(runs[run + 1].rest) : postings.count)
    }

    /// Says which record versions these are: known when they are stored. Nil leaves one out.
    package func named(_ names: [(sequence: RecordSequence, recordNumber: RecordNumber)?]) -> GatheredDocuments {
        precondition(names.count == count)
        var named = names.contains { $0 == nil } ? keeping { names[$0] != nil } : self
        for (doc, name) in names.compactMap(\.self).enumerated() {
            named.documents[doc].sequence = name.sequence
            named.documents[doc].recordNumber = name.recordNumber
        }
        return named
    }

    /// Only some of them, numbered anew. Rare: a record that stands twice in an import.
    private func keeping(_ isKept: (Int) -> Bool) -> GatheredDocuments {
        var kept = GatheredDocuments()
        kept.facets = facets
        var numbers: [Int?] = []
        for doc in 0..<count {
            guard isKept(doc) else {
                numbers.append(nil)
                continue
            }
            numbers.append(kept.count)
            kept.documents.append(documents[doc])
            kept.texts += texts[text(of: doc)]
            kept.textEnds.append(UInt32(kept.texts.count))
            kept.unitCounts.append(unitCounts[doc])
        }
        kept.bands = bands.keeping(numbers)
        for row in quantities {
            guard let doc = numbers[Int(row.doc)] else { continue }
            kept.quantities.append(QuantityRow(field: row.field, doc: UInt32(doc), value: row.value))
        }
        for run in runs.indices {
            var list = RunWriter(term: runs[run].term, into: kept.postings.count)
            forEachPosting(of: run) { doc, level in
                if let doc = numbers[doc] { list.append(UInt16(doc), level, to: &kept.postings) }
            }
            guard let made = list.run else { continue }
            kept.runs.append(made)
            kept.postingCount += Int(made.count)
        }
        return kept
    }

    func forEachPosting(of run: Int, _ body: (_ doc: Int, _ level: UInt8) -> Void) {
        var doc = Int(runs[run].first)
        body(doc, runs[run].firstLevel)
        var bytes = postings[rest(of: run)]
        while !bytes.isEmpty {
            var value = 0
            var shift = 0
            while true {
                let byte = bytes.removeFirst()
                value |= Int(byte & 0x7F) << shift
                shift += 7
                if byte < 0x80 { break }
            }
            doc += value >> 1 + 1
            body(doc, value & 1 == 1 ? bytes.removeFirst() : 0)
        }
    }

    /// Puts one run together, posting by posting.
    private struct RunWriter {
        private(set) var run: Run?
        private let term: UInt64
        private let start: Int

        init(term: UInt64, into start: Int) {
            self.term = term
            self.start = start
        }

        mutating func append(_ doc: UInt16, _ level: UInt8, to bytes: inout [UInt8]) {
            guard let before = run else {
                run = Run(term: term, rest: UInt32(start), count: 1, first: doc, last: doc, firstLevel: level)
                return
            }
            bytes.appendVarint(UInt64(doc - before.last - 1) << 1 | (level > 0 ? 1 : 0))
            if level > 0 { bytes.append(level) }
            run!.last = doc
            run!.count += 1
        }
    }
}
