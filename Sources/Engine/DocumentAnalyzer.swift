// From a record to what the index keeps of it: zones folded and joined, numbers masked, words found.

import Dispatch
import Index
import Records
import Search
import Similarity
import Synchronization
import TextAnalysis

/// One for a thread: it owns a word breaker.
struct DocumentAnalyzer {
    fileprivate var analyzer: TextAnalyzer
    /// One zone, in memory that is kept.
    fileprivate var analyzed = AnalyzedText()
    private var sketcher = Sketcher()

    init(lexicon: Lexicon) { analyzer = TextAnalyzer(lexicon: lexicon) }

    mutating func document(_ record: IndexedRecord) -> IndexableDocument { documentAndNumbers(record).document }

    /// Also the numbers recognised in the text: the personal ones among them are masked in the document.
    mutating func documentAndNumbers(
        _ record: IndexedRecord
    ) -> (document: IndexableDocument, numbers: [RecognizedNumber]) {
        var document = IndexableDocument()
        let numbers = make(&document, of: record)
        return (document, numbers)
    }

    /// As above, in memory of a document that is no longer used.
    mutating func make(_ document: inout IndexableDocument, of record: IndexedRecord) -> [RecognizedNumber] {
        document.units.removeAll(keepingCapacity: true)
        document.words.removeAll(keepingCapacity: true)
        var numbers: [RecognizedNumber] = []
        // A character has three bytes, as a rule, and a word nearly two characters.
        var bytes = 0
        for place in record.zones.indices { bytes += record.zones[place].text.utf8.count }
        document.units.reserveCapacity(bytes / 3 + bytes / 8 + 2 * record.zones.count)
        document.words.reserveCapacity(bytes / 4)
        /// Where the zones that may be compared end: they come first.
        var comparedEnd = 0
        // The title first: early words count more.
        let zones = record.zones.count > 1 ? record.zones.sorted { $0.zone.rawValue < $1.zone.rawValue } : record.zones
        for zone in zones {
            document.units.append(DocumentText.zoneMark)
            document.units.append(UInt16(zone.zone.rawValue))
            let start = Int32(document.units.count)
            analyzed.removeAll()
            analyzer.append(zone.text.utf8.span, to: &analyzed, masking: true)
            document.units.append(contentsOf: analyzed.units)
            if !analyzed.numbers.isEmpty { numbers += analyzed.numbers }
            document.words.append(addingCapacity: analyzed.words.count) { words in
                for word in analyzed.words { words.append(IndexableDocument.Word(start: start &+ word.start, length: word.length)) }
            }
            if ComparedText.isCompared(zone.zone) { comparedEnd = document.units.count }
        }
        let compared = ComparedText.range(in: document.units.span.extracting(..<comparedEnd))
        var bands: [UInt32] = []
        swap(&bands, &document.bands)
        sketcher.makeBands(of: document.units.span.extracting(compared), into: &bands)
        document.bands = bands
        document.sequence = record.sequence
        document.recordNumber = record.recordNumber
        document.receivedAtSeconds = record.receivedAtSeconds
        document.facets = record.facets
        document.quantities = record.quantities
        return numbers
    }

    /// Words of folded text, as the documents are cut. Folding leaves folded text as it is.
    mutating func words(of units: [UInt16]) -> [Range<Int>] {
        let analyzed = analyzer.analyze(String(decoding: units, as: UTF16.self), masking: false)
        return analyzed.units == units ? analyzed.words.map(\.range) : []
    }
}

extension DocumentAnalyzer {
    /// As `words(of:)`, one after the other and in memory that is kept.
    mutating func forEachWord(ofFolded units: [UInt16], _ body: (Range<Int>) -> Void) {
        analyzer.words(ofFolded: units, into: &analyzed)
        for word in analyzed.words { body(word.range) }
    }
}

enum Parallel {
    /// Maps pieces of `items` on all cores; the order is kept, the first error is thrown.
    static func map<Item: Sendable, Result: Sendable>(
        _ items: [Item], pieceLength: Int = 256,
        _ body: @Sendable (ArraySlice<Item>) throws -> [Result]
    ) throws -> [Result] {
        let pieces = stride(from: 0, to: items.count, by: pieceLength).map { $0..<min($0 + pieceLength, items.count) }
        guard pieces.count > 1 else { return try body(items[...]) }
        let results = Mutex<[Swift.Result<[Result], any Error>?]>(Array(repeating: nil, count: pieces.count))
        Patience.perform(iterations: pieces.count) { number in
            let result = Swift.Result { try body(items[pieces[number]]) }
            results.withLock { $0[number] = result }
        }
        var all: [Result] = []
        all.reserveCapacity(items.count)
        for result in results.withLock({ $0 }) { all.append(contentsOf: try result!.get()) }
        return all
    }
}
