// Dates and numbers of a segment's documents, a field after the other.

import Records

extension SegmentReader {
    /// The values of a date or number field, ascending by document.
    ///
    /// - Parameter docs: of these alone; nil of all.
    package func forEachQuantity(
        of field: Field, in docs: Range<UInt32>? = nil, _ body: (_ doc: UInt32, _ value: Int64) -> Void
    ) throws(IndexError) {
        var rows = try quantityRows(ofField: field.code)
        if let docs { rows = try row(of: docs.lowerBound, in: rows)..<row(of: docs.upperBound, in: rows) }
        var row = rows.lowerBound
        while row < rows.upperBound {
            let chunk = try QuantityChunk(self, row / SegmentLayout.quantitiesPerChunk)
            let first = row % SegmentLayout.quantitiesPerChunk
            let end = min(chunk.count, first + rows.upperBound - row)
            guard first < end else { throw damaged(.quantities, row / SegmentLayout.quantitiesPerChunk) }
            for i in first..<end { body(UInt32(truncatingIfNeeded: chunk.docs.number(i)), chunk.values.number(i)) }
            row += end - first
        }
    }

    func quantityRows(ofField field: UInt8) throws(IndexError) -> Range<Int> {
        let from = try firstQuantity(atOrAbove: UInt32(field))
        return from..<(try firstQuantity(atOrAbove: UInt32(field) + 1))
    }

    /// The first row of a field's whose document is not below `doc`.
    private func row(of doc: UInt32, in rows: Range<Int>) throws(IndexError) -> Int {
        var (low, high) = (rows.lowerBound, rows.upperBound)
        while low < high {
            let middle = (low + high) / 2
            if try quantity(middle).doc < doc { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func firstQuantity(atOrAbove field: UInt32) throws(IndexError) -> Int {
        var low = 0
        var high = Int(header.quantityRows)
        while low < high {
            let middle = (low + high) / 2
            if try quantity(middle).field < field { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func quantity(_ row: Int) throws(IndexError) -> (field: UInt32, doc: UInt32, value: Int64) {
        let chunk = try QuantityChunk(self, row / SegmentLayout.quantitiesPerChunk)
        let place = row % SegmentLayout.quantitiesPerChunk
        guard place < chunk.count else { throw damaged(.quantities, row / SegmentLayout.quantitiesPerChunk) }
        return (
            UInt32(truncatingIfNeeded: chunk.fields.number(place)), UInt32(truncatingIfNeeded: chunk.docs.number(place)),
            chunk.values.number(place)
        )
    }
}

/// Fields, documents and values of one chunk of quantities: three runs one behind the other.
private struct QuantityChunk {
    let fields: NumberRun
    let docs: NumberRun
    let values: NumberRun
    var count: Int { fields.count }

    init(_ reader: SegmentReader, _ number: Int) throws(IndexError) {
        let bytes = try reader.chunk(.quantities, number)
        guard let fields = NumberRun(bytes), fields.byteCount <= bytes.count,
            let docs = NumberRun(bytes.slice(fields.byteCount, bytes.count - fields.byteCount)),
            fields.byteCount + docs.byteCount <= bytes.count,
            let values = NumberRun(
                bytes.slice(fields.byteCount + docs.byteCount, bytes.count - fields.byteCount - docs.byteCount)),
            fields.count == docs.count, docs.count == values.count
        else { throw reader.damaged(.quantities, number) }
        (self.fields, self.docs, self.values) = (fields, docs, values)
    }
}
