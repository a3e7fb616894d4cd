// The index as plain dictionaries, slow and simple, and the same view read out of a snapshot: the two must be equal.

import Records
import TestSupport

@testable import Index

/// Everything an index says of its live documents. What depends on how they lie in segments is not in it.
struct IndexContents: Equatable, Sendable {
    struct Document: Equatable, Sendable {
        var recordNumber: UInt64
        var receivedAt: Int64
        var units: [UInt16]
        /// Sorted by (field, value).
        var quantities: [[Int64]]
    }

    /// By record sequence.
    var documents: [UInt64: Document] = [:]
    /// By term (facets apart), by record sequence: the weight, 0 for terms without weights.
    var terms: [UInt64: [UInt64: UInt8]] = [:]
    /// By name, the record sequences, ascending.
    var facets: [[UInt8]: [UInt64]] = [:]
    var textUnits: UInt64 = 0
    /// By band · 2³² + hash, the record sequences, ascending.
    var bands: [UInt64: [UInt64]] = [:]

    // MARK: What must be there

    init(_ live: [IndexableDocument]) {
        for document in live {
            let sequence = document.sequence.rawValue
            documents[sequence] = Document(
                recordNumber: document.recordNumber.rawValue, receivedAt: document.receivedAtSeconds,
                units: document.units,
                quantities: document.quantities.map { [Int64($0.field.code), $0.value] }
                    .sorted { $0.lexicographicallyPrecedes($1) })
            textUnits += UInt64(document.units.count)
            for term in Self.pieces(document.units) { terms[term, default: [:]][sequence] = 0 }
            for (term, weight) in Self.words(document) { terms[term, default: [:]][sequence] = weight }
            for name in Self.facetNames(document) { facets[name, default: []].append(sequence) }
            for (band, hash) in document.bands.enumerated() {
                bands[UInt64(band) << 32 | UInt64(hash & 0xFFF_FFFF), default: []].append(sequence)
            }
        }
        for name in facets.keys { facets[name]!.sort() }
    }

    private static func pieces(_ units: [UInt16]) -> Set<UInt64> {
        var found: Set<UInt64> = []
        for zone in zones(units) {
            for unit in zone { found.insert(UInt64(unit)) }
            for (a, b) in zip(zone, zone.dropFirst()) { found.insert(1 << 60 + UInt64(a) << 16 + UInt64(b)) }
        }
        return found
    }

    /// The text of each zone, without its head.
    static func zones(_ units: [UInt16]) -> [[UInt16]] {
        units.split(separator: DocumentText.zoneMark).map { Array($0.dropFirst()) }
    }

    private static func words(_ document: IndexableDocument) -> [UInt64: UInt8] {
        var sums: [UInt64: Float] = [:]
        for (position, word) in document.words.enumerated() {
            let units = document.units[Int(word.start)..<(Int(word.start) + Int(word.length))]
            sums[TermKey.word(units).rawValue, default: 0] += WordWeight.gain(at: position)
        }
        return sums.mapValues(WordWeight.level)
    }

    private static func facetNames(_ document: IndexableDocument) -> Set<[UInt8]> {
        var names: Set<[UInt8]> = []
        for facet in document.facets {
            var values = [Array(facet.value.utf8)]
            if facet.field.kind == .path {
                for (place, byte) in values[0].enumerated() where byte == UInt8(ascii: "/") && place > 0 {
                    values.append(Array(values[0][..<place]))
                }
            }
            for value in values { names.insert([facet.field.code] + value) }
        }
        return names
    }

    // MARK: What is there

    init(_ snapshot: IndexSnapshot) throws {
        for segment in snapshot.segments {
            let sequences = try readDocuments(segment)
            let names = try readFacetNames(segment)
            try readTerms(segment, sequences, names)
            try readBands(segment)
        }
        for key in bands.keys { bands[key]!.sort() }
        for name in facets.keys { facets[name]!.sort() }
        textUnits = try snapshot.liveTextUnits()
    }

    /// The sequence of each document, nil for dead ones.
    private mutating func readDocuments(_ segment: SegmentReader) throws -> [UInt64?] {
        var sequences: [UInt64?] = []
        for doc in 0..<UInt32(segment.docCount) {
            let sequence = try segment.sequence(of: doc).rawValue
            sequences.append(segment.dead.contains(doc) ? nil : sequence)
            let text = try segment.text(of: doc)
            guard !segment.dead.contains(doc) else { continue }
            precondition(documents[sequence] == nil, "a version stands in two segments")
            documents[sequence] = Document(
                recordNumber: try segment.recordNumber(of: doc).rawValue, receivedAt: try segment.receivedAt(of: doc),
                units: text.units, quantities: [])
        }
        for field in Field.all {
            try segment.forEachQuantity(of: field) { doc, value in
                guard let sequence = sequences[Int(doc)] else { return }
                documents[sequence]!.quantities.append([Int64(field.code), value])
            }
        }
        return sequences
    }

    private func readFacetNames(_ segment: SegmentReader) throws -> [[UInt8]] {
        try (0..<segment.facetNameCount).map { try segment.facetName($0) }
    }

    private mutating func readTerms(_ segment: SegmentReader, _ sequences: [UInt64?], _ names: [[UInt8]]) throws {
        guard segment.termCount > 0 else { return }
        var walk = try DictionaryWalk(segment, block: 0)
        var block = PostingBlock()
        while let entry = try walk.nextAcrossBlocks() {
            let list = try walk.list(entry)
            var found: [(UInt64, UInt8)] = []
            list.forEach(using: &block) { doc, weight in
                if let sequence = sequences[Int(doc)] { found.append((sequence, weight)) }
            }
            guard !found.isEmpty else { continue }
            let key = TermKey(rawValue: entry.term)
            if key.kind == .facet {
                facets[names[Int(key.value)], default: []] += found.map(\.0)
            } else {
                for (sequence, weight) in found { terms[entry.term, default: [:]][sequence] = weight }
            }
        }
    }
}

extension IndexContents {
    fileprivate mutating func readBands(_ segment: SegmentReader) throws {
        var docs: [UInt32] = []
        for band in 0..<SegmentReader.bandCount {
            var cursor = try segment.bandEntries(band)
            var previous: (UInt32, UInt32)?
            while let entry = try cursor.next() {
                if let previous { precondition(previous < (entry.hash, entry.doc), "bands stand in order") }
                previous = (entry.hash, entry.doc)
                // The look-up finds what the walk finds.
                if segment.dead.contains(entry.doc) { continue }
                docs.removeAll(keepingCapacity: true)
                try segment.forEachDoc(sharing: [entry.hash], from: band, limit: .max, liveOnly: true) { docs.append($0) }
                precondition(docs.contains(entry.doc), "a walk and a look-up differ")
                bands[UInt64(band) << 32 | UInt64(entry.hash), default: []].append(
                    try segment.sequence(of: entry.doc).rawValue)
            }
            try segment.forEachDoc(sharing: [0xFFF_FFFF], from: band, limit: .max, liveOnly: false) { _ in
                preconditionFailure("no document has this hash")
            }
        }
    }
}
