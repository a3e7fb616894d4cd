// What a report counts of one record version; of the records of the index it is read column by column (`FigureRows`). Both ways
// give the same.

import Records

package struct FigureRecord: Sendable {
    package var sequence: RecordSequence
    package var recordNumber: RecordNumber
    /// Days since 1970-01-01 at +08:00.
    package var day: Int
    /// Values by the slots of a `FigureLayout`; of a path all its levels.
    package var values: [[String]]
    /// By the slots of the layout's quantities.
    package var quantities: [Int64?]

    package init(sequence: RecordSequence, recordNumber: RecordNumber, day: Int, _ layout: FigureLayout) {
        self.sequence = sequence
        self.recordNumber = recordNumber
        self.day = day
        values = Array(repeating: [], count: layout.fields.count)
        quantities = Array(repeating: nil, count: layout.quantities.count)
    }

    package init(_ record: IndexedRecord, _ layout: FigureLayout) {
        self.init(
            sequence: record.sequence, recordNumber: record.recordNumber,
            day: PeriodGrid.day(ofSeconds: record.receivedAtSeconds), layout)
        for facet in record.facets {
            guard let slot = layout.slot(of: facet.field) else { continue }
            let all = facet.field.kind == .path ? RegionTree.paths(of: facet.value) + [facet.value] : [facet.value]
            for value in all where !values[slot].contains(value) { values[slot].append(value) }
        }
        for quantity in record.quantities {
            guard let slot = layout.quantities.firstIndex(of: quantity.field) else { continue }
            quantities[slot] = min(quantities[slot] ?? .max, quantity.value)
        }
    }
}

/// Which fields a report reads.
package struct FigureLayout: Sendable {
    package let fields: [Field]
    package let quantities: [Field]
    private let slots: [Int]

    /// What every measure needs, and the fields asked for.
    package init(_ asked: [Field]) {
        var fields: [Field] = [.matter, .group, .satisfaction, .verified]
        for field in asked where !fields.contains(field) { fields.append(field) }
        self.fields = fields
        quantities = [.closedAt, .due, .people]
        var slots = [Int](repeating: -1, count: 256)
        for (slot, field) in fields.enumerated() { slots[Int(field.code)] = slot }
        self.slots = slots
    }

    package func slot(of field: Field) -> Int? {
        let slot = slots[Int(field.code)]
        return slot < 0 ? nil : slot
    }
}

/// A condition on a record, answered alike by the index and by a version: `field=value`.
package struct FigureCondition: Hashable, Sendable {
    package var field: Field
    package var value: String

    package init(_ field: Field, _ value: String) {
        self.field = field
        self.value = value
    }

    package func holds(_ record: FigureRecord, _ layout: FigureLayout) -> Bool {
        guard let slot = layout.slot(of: field) else { return false }
        return holds(record.values[slot])
    }

    /// - Parameter values: a record's, of the field.
    package func holds(_ values: [String]) -> Bool {
        let wanted = field.canonicalValue(value)
        return values.contains { field.kind == .region ? $0.hasPrefix(wanted) : $0 == wanted }
    }
}
