// One merge under way: writes several neighbouring segments as one, leaving dead documents behind, a slice at a time.
//
// Between two slices nothing is held of the file: a snapshot kept for the length of a merge would keep every page that
// is replaced meanwhile. Segments never change, so a place in one is found again in the next snapshot.

import Records

final class MergeRun {
    /// Neighbours, ascending by sequence.
    let inputs: [SegmentID]
    /// Documents to write again.
    let docCount: Int
    let isOfAll: Bool
    /// By input: the new number of each document, `.max` for one that was dead when the merge began.
    private let documentNumbers: [[UInt32]]
    /// By input: the new ordinal of each facet name, `.max` for one without a live document.
    private var facetOrdinals: [[UInt32]]
    private let sink: SegmentSink
    private var writer: SegmentWriter<SegmentSink>?
    /// The sink of a merge that is done and has a document.
    private(set) var finished: SegmentSink?

    private enum Place {
        case documents(input: Int, doc: UInt32)
        case quantities(field: UInt8, input: Int, row: Int)
        case bands(next: Int)
        /// By input, the next name.
        case facetNames(heads: [Int], ordinal: UInt32)
        /// By input, the next term and its dictionary block; nil behind the last.
        case terms(heads: [TermHead?])
        case end
    }

    private struct TermHead {
        var block: Int
        /// As the input has it: a facet not yet renumbered.
        var term: UInt64
    }

    private var place: Place

    init(_ segments: ArraySlice<SegmentReader>, of generation: IndexGeneration, isOfAll: Bool) {
        inputs = segments.map(\.id)
        docCount = segments.reduce(0) { $0 + $1.liveDocCount }
        self.isOfAll = isOfAll
        var next: UInt32 = 0
        documentNumbers = segments.map { segment in
            (0..<UInt32(segment.docCount)).map { doc in
                guard !segment.dead.contains(doc) else { return .max }
                defer { next += 1 }
                return next
            }
        }
        facetOrdinals = segments.map { Array(repeating: .max, count: $0.facetNameCount) }
        sink = SegmentSink(generation, .merging, inputs: inputs)
        place = docCount > 0 ? .documents(input: 0, doc: 0) : .end
        writer = SegmentWriter(segment: SegmentSink.unnumbered, sink: sink)
    }

    func abandon() { sink.abandon() }

    /// Documents that died since the merge began, by their new numbers.
    ///
    /// - `dead`: those of an input as they are now.
    func newlyDead(_ dead: (SegmentID) throws -> DeadDocuments) throws -> DeadDocuments {
        var found = DeadDocuments()
        for (input, numbers) in zip(inputs, documentNumbers) {
            for doc in try dead(input).docs where numbers[Int(doc)] != .max { found.insert(numbers[Int(doc)]) }
        }
        return found
    }

    // MARK: Slices

    /// When a slice ends. Asking the clock costs as much as a short posting list, so not every call asks.
    private struct Deadline {
        let end: ContinuousClock.Instant
        private var calls = 0

        init(_ end: ContinuousClock.Instant) { self.end = end }

        mutating func isReached() -> Bool {
            calls += 1
            return calls % 16 == 0 && ContinuousClock.now >= end
        }

        func isReachedNow() -> Bool { ContinuousClock.now >= end }
    }

    /// Goes on until it is done or the time is up.
    ///
    /// - Parameter snapshot: one that holds all inputs.
    /// - Returns: whether it is done.
    func step(_ snapshot: IndexSnapshot, until end: ContinuousClock.Instant) throws -> Bool {
        let readers = inputs.map { id in snapshot.segments.first { $0.id == id }! }
        var deadline = Deadline(end)
        while true {
            let isDone: Bool
            switch place {
            case .documents(let input, let doc):
                isDone = try writeDocuments(readers, input, doc, &deadline)
                if isDone { place = .quantities(field: 0, input: 0, row: 0) }
            case .quantities(let field, let input, let row):
                isDone = try writeQuantities(readers, field, input, row, &deadline)
                if isDone { place = .bands(next: 0) }
            case .bands(let band):
                isDone = try writeBands(readers, band, &deadline)
                if isDone { place = .facetNames(heads: inputs.map { _ in 0 }, ordinal: 0) }
            case .facetNames(let heads, let ordinal):
                isDone = try writeFacetNames(readers, heads, ordinal, &deadline)
                if isDone {
                    let first = readers.map { $0.termCount > 0 ? TermHead(block: 0, term: 0) : nil }
                    place = .terms(heads: first)
                }
            case .terms(let heads):
                isDone = try writeTerms(readers, heads, &deadline)
                if isDone { place = .end }
            case .end:
                if docCount > 0, let writer = writer.take() { finished = try writer.finish() }
                return true
            }
            if !isDone { return false }
        }
    }

    private func writeDocuments(
        _ readers: [SegmentReader], _ firstInput: Int, _ firstDoc: UInt32, _ deadline: inout Deadline
    ) throws -> Bool {
        var from = firstDoc
        for input in firstInput..<readers.count {
            let reader = readers[input]
            let numbers = documentNumbers[input]
            for doc in from..<UInt32(reader.docCount) where numbers[Int(doc)] != .max {
                if deadline.isReached() {
                    place = .documents(input: input, doc: doc)
                    return false
                }
                try writer!.add(
                    document: DocumentColumns(
                        sequence: try reader.sequence(of: doc), recordNumber: try reader.recordNumber(of: doc),
                        receivedAtSeconds: try reader.receivedAt(of: doc)),
                    text: try reader.text(of: doc), unitCount: Int(try reader.length(of: doc)))
            }
            from = 0
        }
        return true
    }

    /// Field by field, and in each one input after the other: the order of the rows without holding them.
    private func writeQuantities(
        _ readers: [SegmentReader], _ firstField: UInt8, _ firstInput: Int, _ firstRow: Int, _ deadline: inout Deadline
    ) throws -> Bool {
        var (fromInput, fromRow) = (firstInput, firstRow)
        for field in firstField...UInt8.max {
            for input in fromInput..<readers.count where readers[input].header.quantityRows > 0 {
                let reader = readers[input]
                let rows = try reader.quantityRows(ofField: field)
                for row in max(rows.lowerBound, min(fromRow, rows.upperBound))..<rows.upperBound {
                    if deadline.isReached() {
                        place = .quantities(field: field, input: input, row: row)
                        return false
                    }
                    let quantity = try reader.quantity(row)
                    let number = documentNumbers[input][Int(quantity.doc)]
                    guard number != .max else { continue }
                    try writer!.add(quantity: QuantityRow(field: field, doc: number, value: quantity.value))
                }
                fromRow = 0
            }
            fromInput = 0
        }
        return true
    }

    // MARK: Sketch bands

    /// Band by band, each in one slice: a merge of walks in order, some ten nanoseconds an entry.
    private func writeBands(_ readers: [SegmentReader], _ firstBand: Int, _ deadline: inout Deadline) throws -> Bool {
        guard readers.contains(where: \.hasSketches) else { return true }
        for band in firstBand..<BandLayout.bandCount {
            if band > firstBand, deadline.isReachedNow() {
                place = .bands(next: band)
                return false
            }
            writer!.beginBand()
            var cursors = try readers.map { try $0.bandEntries(band) }
            /// By input: hash and new number of the next live entry; `.max` behind the last.
            var heads: [UInt64] = []
            for input in readers.indices { heads.append(try nextEntry(&cursors[input], input)) }
            while true {
                var least = 0
                for input in heads.indices where heads[input] < heads[least] { least = input }
                let head = heads[least]
                if head == .max { break }
                try writer!.add(bandHash: UInt32(head >> 32), doc: UInt32(truncatingIfNeeded: head))
                heads[least] = try nextEntry(&cursors[least], least)
            }
            try writer!.endBand()
        }
        return true
    }

    private func nextEntry(_ cursor: inout BandCursor, _ input: Int) throws -> UInt64 {
        while let entry = try cursor.next() {
            let number = documentNumbers[input][Int(entry.doc)]
            if number != .max { return UInt64(entry.hash) << 32 | UInt64(number) }
        }
        return .max
    }

    // MARK: Facet names

    private func writeFacetNames(
        _ readers: [SegmentReader], _ firstHeads: [Int], _ firstOrdinal: UInt32, _ deadline: inout Deadline
    ) throws -> Bool {
        var heads = firstHeads
        var ordinal = firstOrdinal
        var names: [[UInt8]?] = []
        for input in readers.indices { names.append(try liveName(readers[input], input, &heads[input])) }
        while let least = names.compactMap({ $0 }).min(by: { $0.lexicographicallyPrecedes($1) }) {
            if deadline.isReached() {
                place = .facetNames(heads: heads, ordinal: ordinal)
                return false
            }
            try writer!.add(facetName: least)
            for input in readers.indices where names[input] == least {
                facetOrdinals[input][heads[input]] = ordinal
                heads[input] += 1
                names[input] = try liveName(readers[input], input, &heads[input])
            }
            ordinal += 1
        }
        return true
    }

    /// The name at `head` or the first behind it that still has a live document; moves `head` there.
    private func liveName(_ reader: SegmentReader, _ input: Int, _ head: inout Int) throws -> [UInt8]? {
        let numbers = documentNumbers[input]
        while head < reader.facetNameCount {
            if reader.dead.isEmpty { return try reader.facetName(head) }
            var alive = false
            var block = PostingBlock()
            try reader.postings(of: .facet(ordinal: head))?.forEach(using: &block) { doc, _ in
                alive = alive || numbers[Int(doc)] != .max
            }
            if alive { return try reader.facetName(head) }
            head += 1
        }
        return nil
    }

    // MARK: Terms

    private func writeTerms(
        _ readers: [SegmentReader], _ heads: [TermHead?], _ deadline: inout Deadline
    ) throws -> Bool {
        var walks: [DictionaryWalk?] = []
        var entries: [DictionaryWalk.Entry?] = []
        /// The entries' terms, facets renumbered.
        var terms: [UInt64?] = []
        for input in readers.indices {
            walks.append(try heads[input].map { try DictionaryWalk(readers[input], block: $0.block) })
            entries.append(nil)
            terms.append(nil)
            try advance(readers[input], input, &walks[input], &entries[input], &terms[input], from: heads[input]?.term ?? 0)
        }
        var docs: [UInt32] = []
        var weights: [UInt8] = []
        var block = PostingBlock()
        while true {
            var least: UInt64?
            for case let term? in terms where term < least ?? .max { least = term }
            guard let least else { return true }
            if deadline.isReached() {
                place = .terms(heads: readers.indices.map { input in
                    entries[input].map { TermHead(block: walks[input]!.block, term: $0.term) }
                })
                return false
            }
            docs.removeAll(keepingCapacity: true)
            weights.removeAll(keepingCapacity: true)
            var isWord = false
            for input in readers.indices where terms[input] == least {
                let numbers = documentNumbers[input]
                try walks[input]!.list(entries[input]!).forEach(using: &block) { doc, weight in
                    let number = numbers[Int(doc)]
                    guard number != .max else { return }
                    docs.append(number)
                    weights.append(weight)
                    isWord = isWord || weight > 0
                }
                try advance(readers[input], input, &walks[input], &entries[input], &terms[input], from: 0)
            }
            if !docs.isEmpty { try writer!.add(term: least, docs: docs[...], weights: isWord ? weights[...] : []) }
        }
    }

    /// Moves to the next entry of an input whose own term is not below `from`, leaving out facets nobody has.
    private func advance(
        _ reader: SegmentReader, _ input: Int, _ walk: inout DictionaryWalk?, _ entry: inout DictionaryWalk.Entry?, _ term: inout UInt64?,
        from: UInt64
    ) throws {
        while let next = try walk?.nextAcrossBlocks() {
            if next.term < from { continue }
            let key = TermKey(rawValue: next.term)
            entry = next
            guard key.kind == .facet else {
                term = next.term
                return
            }
            guard key.value < UInt64(facetOrdinals[input].count) else {
                throw reader.damaged(.dictionary, 0)
            }
            let ordinal = facetOrdinals[input][Int(key.value)]
            if ordinal == .max { continue }
            term = TermKey.facet(ordinal: Int(ordinal)).rawValue
            return
        }
        (entry, term) = (nil, nil)
    }
}
