// The records of a report's period as columns: a field's values are numbered, and whoever counts looks at each set of
// values once and at each record as a number. A year of a million records is counted in the time that reading its
// values as texts takes for a day.

import Index
import Records

package struct FigureRows: Sendable {
    /// A field over the rows.
    package struct Column: Sendable {
        /// By row. Rows with the same values have the same number.
        package fileprivate(set) var numbers: [UInt32] = []
        /// By number; of a path all its levels. 0 is no value.
        package fileprivate(set) var values: [[String]] = [[]]
        /// Made when a second source brings values.
        private var known: [[String]: UInt32]?

        package init() {}

        mutating func number(of values: [String]) -> UInt32 {
            if values.isEmpty { return 0 }
            if known == nil { known = Dictionary(self.values.enumerated().map { ($1, UInt32($0)) }) { first, _ in first } }
            if let number = known![values] { return number }
            let number = UInt32(self.values.count)
            self.values.append(values)
            known![values] = number
            return number
        }

        /// Numbers of the values that another source has numbered.
        mutating func numbers(of others: [[String]]) -> [UInt32] {
            guard values.count > 1 else {
                values = others
                return Array(0..<UInt32(others.count))
            }
            return others.map { number(of: $0) }
        }

        mutating func append(_ numbers: [UInt32]) { self.numbers += numbers }

        /// Other values for the same rows.
        package mutating func rename(_ name: ([String]) -> [String]) {
            values = values.map(name)
            known = nil
        }
    }

    package let layout: FigureLayout
    package var sequences: [RecordSequence] = []
    package var recordNumbers: [RecordNumber] = []
    /// Days since 1970-01-01 at +08:00.
    package var days: [Int32] = []
    /// By the slots of the layout.
    package var columns: [Column]
    /// By the slots of the layout's quantities; `none` where there is none.
    package var quantities: [[Int64]]
    /// A time limit of the rules had passed, and was not met, when the period ended: who counts reckons it.
    package var isOverdue: [Bool] = []

    package static let none = Int64.max
    package var count: Int { days.count }

    package init(_ layout: FigureLayout) {
        self.layout = layout
        columns = layout.fields.map { _ in Column() }
        quantities = layout.quantities.map { _ in [] }
    }

    package mutating func append(_ record: FigureRecord) {
        sequences.append(record.sequence)
        recordNumbers.append(record.recordNumber)
        days.append(Int32(record.day))
        for slot in columns.indices { columns[slot].append([columns[slot].number(of: record.values[slot])]) }
        for slot in quantities.indices { quantities[slot].append(record.quantities[slot] ?? Self.none) }
        isOverdue.append(false)
    }

    package mutating func keep(_ isKept: (Int) -> Bool) {
        let kept = (0..<count).filter(isKept)
        guard kept.count < count else { return }
        sequences = kept.map { sequences[$0] }
        recordNumbers = kept.map { recordNumbers[$0] }
        days = kept.map { days[$0] }
        isOverdue = kept.map { isOverdue[$0] }
        for slot in columns.indices {
            let numbers = columns[slot].numbers
            columns[slot].numbers = kept.map { numbers[$0] }
        }
        for slot in quantities.indices {
            let values = quantities[slot]
            quantities[slot] = kept.map { values[$0] }
        }
    }

    package mutating func keep(where conditions: [FigureCondition]) {
        for condition in conditions {
            guard let slot = layout.slot(of: condition.field) else { return keep { _ in false } }
            let holds = columns[slot].values.map { condition.holds($0) }
            let numbers = columns[slot].numbers
            keep { holds[Int(numbers[$0])] }
        }
    }
}

// MARK: Out of the index

extension FigureRows {
    /// The live documents of a snapshot that were received on these days.
    package init(_ snapshot: IndexSnapshot, days: ClosedRange<Int>, _ layout: FigureLayout) throws {
        self.init(layout)
        for segment in snapshot.segments where segment.docCount > 0 { try append(segment, days) }
    }

    private mutating func append(_ segment: SegmentReader, _ wanted: ClosedRange<Int>) throws {
        let seconds = (
            Int64(wanted.lowerBound) * 86_400 - Timestamp.zoneSeconds, Int64(wanted.upperBound + 1) * 86_400 - Timestamp.zoneSeconds - 1
        )
        guard segment.latestReceivedAt >= seconds.0, segment.earliestReceivedAt <= seconds.1 else { return }
        var span = try segment.docs(receivedFrom: seconds.0, to: seconds.1) ?? 0..<UInt32(segment.docCount)
        var moments = segment.receivedAtColumn
        // Row of a document of the span, from this segment's first row on; `.max` for none.
        var places = [UInt32](repeating: .max, count: span.count)
        var docs: [UInt32] = []
        docs.reserveCapacity(span.count)
        for doc in span where !segment.dead.contains(doc) {
            let day = PeriodGrid.day(ofSeconds: try moments.number(of: doc))
            guard wanted.contains(day) else { continue }
            places[Int(doc - span.lowerBound)] = UInt32(docs.count)
            docs.append(doc)
            self.days.append(Int32(day))
        }
        guard let first = docs.first, let last = docs.last else { return }
        places.removeLast(Int(span.upperBound - last - 1))
        places.removeFirst(Int(first - span.lowerBound))
        span = first..<(last + 1)
        isOverdue += Array(repeating: false, count: docs.count)
        var numbersOfSequences = segment.sequenceColumn
        for doc in docs {
            sequences.append(RecordSequence(UInt64(bitPattern: try numbersOfSequences.number(of: doc))))
            recordNumbers.append(try segment.recordNumber(of: doc))
        }
        for slot in columns.indices {
            let found = try Self.values(of: layout.fields[slot], in: segment, span, places, count: docs.count)
            let names = try found.sets.map { set in try set.map { FacetName.value(try segment.facetName(Int($0))) } }
            let numbers = columns[slot].numbers(of: names)
            columns[slot].append(found.numbers.map { numbers[Int($0)] })
        }
        for (slot, field) in layout.quantities.enumerated() {
            var values = [Int64](repeating: Self.none, count: docs.count)
            try segment.forEachQuantity(of: field, in: span) { doc, value in
                let place = places[Int(doc - span.lowerBound)]
                if place != .max { values[Int(place)] = min(values[Int(place)], value) }
            }
            quantities[slot] += values
        }
    }

    /// The sets of values of a field, as ordinals, and which of them each row has.
    private static func values(
        of field: Field, in segment: SegmentReader, _ span: Range<UInt32>, _ places: [UInt32], count: Int
    ) throws -> (sets: [[UInt32]], numbers: [UInt32]) {
        var sets: [[UInt32]] = [[]]
        var numbers = [UInt32](repeating: 0, count: count)
        var block = PostingBlock()
        let base = span.lowerBound
        let ordinals = try segment.facetOrdinals(prefix: [field.code])
        try segment.forEachFacet(in: ordinals) { ordinal, list throws(IndexError) in
            // What a set becomes by one more. Ordinals come in order, so that a set is made once.
            var next: [UInt32: UInt32] = [:]
            var lastStep: (from: UInt32, to: UInt32) = (.max, 0)
            list.forEachBlock(from: base, below: span.upperBound, using: &block) { docs in
                for i in docs.indices {
                    let doc = docs[i]
                    guard doc >= base, doc < span.upperBound else { continue }
                    let place = places[Int(doc &- base)]
                    guard place != .max else { continue }
                    let from = numbers[Int(place)]
                    if from != lastStep.from {
                        if let known = next[from] {
                            lastStep = (from, known)
                        } else {
                            lastStep = (from, UInt32(sets.count))
                            next[from] = lastStep.to
                            sets.append(sets[Int(from)] + [UInt32(ordinal)])
                        }
                    }
                    numbers[Int(place)] = lastStep.to
                }
            }
        }
        return (sets, numbers)
    }
}
