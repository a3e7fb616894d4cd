// Writes several neighbouring segments as one, leaving dead documents behind.

import Records

struct SegmentMerge {
    private let inputs: [SegmentReader]
    /// By input: the new number of each document, `.max` for a dead one.
    private var documentNumbers: [[UInt32]] = []
    /// By input: the new ordinal of each facet name, `.max` for one without a live document.
    private var facetOrdinals: [[UInt32]] = []

    /// - Precondition: `inputs` are neighbours, ascending by sequence.
    init(_ inputs: [SegmentReader]) {
        self.inputs = inputs
        var next: UInt32 = 0
        for input in inputs {
            documentNumbers.append(
                (0..<UInt32(input.docCount)).map { doc in
                    guard !input.dead.contains(doc) else { return .max }
                    defer { next += 1 }
                    return next
                })
        }
    }

    mutating func write<Sink: ChunkSink & ~Copyable>(
        as segment: SegmentID, to sink: consuming Sink
    ) throws -> Sink {
        var writer = SegmentWriter(segment: segment, sink: sink)
        try writeDocuments(&writer)
        try writeQuantities(&writer)
        try writeFacetNames(&writer)
        try writeTerms(&writer)
        return try writer.finish()
    }

    private func writeDocuments<Sink: ChunkSink & ~Copyable>(_ writer: inout SegmentWriter<Sink>) throws {
        for input in inputs {
            for doc in 0..<UInt32(input.docCount) where !input.dead.contains(doc) {
                try writer.add(
                    document: DocumentColumns(
                        sequence: try input.sequence(of: doc), recordNumber: try input.recordNumber(of: doc),
                        receivedAtSeconds: try input.receivedAt(of: doc)),
                    text: try input.text(of: doc), unitCount: Int(try input.length(of: doc)))
            }
        }
    }

    /// Field by field, and in each one input after the other: the order of the rows without holding them.
    private func writeQuantities<Sink: ChunkSink & ~Copyable>(_ writer: inout SegmentWriter<Sink>) throws {
        for field in UInt8.min...UInt8.max {
            for (input, numbers) in zip(inputs, documentNumbers) where input.header.quantityRows > 0 {
                for row in try input.quantityRows(ofField: field) {
                    let quantity = try input.quantity(row)
                    let number = numbers[Int(quantity.doc)]
                    guard number != .max else { continue }
                    try writer.add(quantity: QuantityRow(field: field, doc: number, value: quantity.value))
                }
            }
        }
    }

    private mutating func writeFacetNames<Sink: ChunkSink & ~Copyable>(_ writer: inout SegmentWriter<Sink>) throws {
        facetOrdinals = inputs.map { [UInt32](repeating: .max, count: $0.facetNameCount) }
        var heads = [Int](repeating: 0, count: inputs.count)
        var names: [[UInt8]?] = []
        for i in inputs.indices { names.append(try liveName(i, &heads[i])) }
        var ordinal: UInt32 = 0
        while let least = names.compactMap({ $0 }).min(by: { $0.lexicographicallyPrecedes($1) }) {
            try writer.add(facetName: least)
            for i in inputs.indices where names[i] == least {
                facetOrdinals[i][heads[i]] = ordinal
                heads[i] += 1
                names[i] = try liveName(i, &heads[i])
            }
            ordinal += 1
        }
    }

    /// The name at `head` or the first behind it that still has a live document; moves `head` there.
    private func liveName(_ i: Int, _ head: inout Int) throws -> [UInt8]? {
        let input = inputs[i]
        while head < input.facetNameCount {
            if input.dead.isEmpty { return try input.facetName(head) }
            var alive = false
            var block = PostingBlock()
            try input.postings(of: .facet(ordinal: head))?.forEach(using: &block) { doc, _ in
                alive = alive || !input.dead.contains(doc)
            }
            if alive { return try input.facetName(head) }
            head += 1
        }
        return nil
    }

    private func writeTerms<Sink: ChunkSink & ~Copyable>(_ writer: inout SegmentWriter<Sink>) throws {
        var walks: [DictionaryWalk?] = []
        var entries: [DictionaryWalk.Entry?] = []
        for i in inputs.indices {
            walks.append(inputs[i].termCount > 0 ? try DictionaryWalk(inputs[i], block: 0) : nil)
            entries.append(try advance(i, &walks[i]))
        }
        var docs: [UInt32] = []
        var weights: [UInt8] = []
        var block = PostingBlock()
        while true {
            var least: UInt64?
            for entry in entries { if let term = entry?.term, term < least ?? .max { least = term } }
            guard let term = least else { break }
            docs.removeAll(keepingCapacity: true)
            weights.removeAll(keepingCapacity: true)
            var isWord = false
            for i in inputs.indices {
                guard let entry = entries[i], entry.term == term else { continue }
                let numbers = documentNumbers[i]
                try walks[i]!.list(entry).forEach(using: &block) { doc, weight in
                    let number = numbers[Int(doc)]
                    guard number != .max else { return }
                    docs.append(number)
                    weights.append(weight)
                    isWord = isWord || weight > 0
                }
                entries[i] = try advance(i, &walks[i])
            }
            try writer.add(term: term, docs: docs[...], weights: isWord ? weights[...] : [])
        }
    }

    /// The next entry of input `i`, its facet terms renumbered.
    private func advance(_ i: Int, _ walk: inout DictionaryWalk?) throws -> DictionaryWalk.Entry? {
        while var entry = try walk?.nextAcrossBlocks() {
            let key = TermKey(rawValue: entry.term)
            guard key.kind == .facet else { return entry }
            guard Int(key.value) < facetOrdinals[i].count else { throw inputs[i].damaged(.dictionary, 0) }
            let ordinal = facetOrdinals[i][Int(key.value)]
            if ordinal == .max { continue }
            entry.term = TermKey.facet(ordinal: Int(ordinal)).rawValue
            return entry
        }
        return nil
    }
}
