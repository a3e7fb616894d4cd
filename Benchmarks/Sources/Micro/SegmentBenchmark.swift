// Question: what does it cost to gather analysed documents and encode them as one segment?
// Input: 10,000 synthetic records, analysed before the clock starts. The chunks are counted and thrown away: writing
// them is measured under LMDB.

import Index
import Measuring
import Records
import TextAnalysis

struct SegmentBenchmark {
    private var documents: [IndexableDocument] = []
    private var bytes = 0

    init(_ texts: Texts) {
        var analyzer = TextAnalyzer(lexicon: .domain)
        for record in texts.records {
            var units: [UInt16] = []
            var words: [IndexableDocument.Word] = []
            for zone in record.zones {
                units += [DocumentText.zoneMark, UInt16(zone.zone.rawValue)]
                let start = Int32(units.count)
                let analyzed = analyzer.analyze(zone.text, masking: true)
                units += analyzed.units
                words += analyzed.words.map { IndexableDocument.Word(start: start + $0.start, length: $0.length) }
                bytes += zone.text.utf8.count
            }
            documents.append(
                IndexableDocument(
                    sequence: record.sequence, recordNumber: record.recordNumber,
                    receivedAtSeconds: record.receivedAtSeconds, units: units, words: words, facets: record.facets,
                    quantities: record.quantities))
        }
    }

    func run() throws {
        try Repetition.measure("gather and encode a segment", per: "document", operations: documents.count, bytes: bytes) {
            var builder = SegmentBuilder()
            for document in documents { builder.add(document) }
            use(try builder.write(as: 1, to: CountingSink()).bytes)
        }
    }

    private struct CountingSink: ChunkSink {
        var bytes = 0
        mutating func put(key: [UInt8], payload: [UInt8]) { bytes += payload.count }
    }
}
