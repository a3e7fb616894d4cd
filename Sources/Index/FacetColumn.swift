// Which values of a facet each document has, as one small number: matches are then counted by their values with an
// addition a match, however many values there are. Made of the posting lists when a field is asked for again, kept
// for as long as the process and the segment live.

import Synchronization

/// The values of one facet field over the documents of one segment.
///
/// - Shape: documents with the same values have the same number; 0 is no value.
package final class FacetColumn: Sendable {
    private enum Numbers: Sendable {
        case narrow([UInt16])
        case wide([UInt32])
    }

    /// By number, ordinals of facet names.
    private let values: [[UInt32]]
    private let numbers: Numbers

    init(_ segment: SegmentReader, ordinals: Range<Int>) throws(IndexError) {
        var values: [[UInt32]] = [[]]
        var numbers = [UInt32](repeating: 0, count: segment.docCount)
        var block = PostingBlock()
        try segment.forEachFacet(in: ordinals) { ordinal, list throws(IndexError) in
            // What a set of values becomes by one more. Ordinals come in order, so that a set is made once.
            var next: [UInt32: UInt32] = [:]
            var last: (from: UInt32, to: UInt32) = (.max, 0)
            list.forEach(using: &block) { doc, _ in
                let from = numbers[Int(doc)]
                if from != last.from {
                    if let known = next[from] {
                        last = (from, known)
                    } else {
                        last = (from, UInt32(values.count))
                        next[from] = last.to
                        values.append(values[Int(from)] + [UInt32(ordinal)])
                    }
                }
                numbers[Int(doc)] = last.to
            }
        }
        self.values = values
        self.numbers = values.count <= 1 << 16 ? .narrow(numbers.map { UInt16($0) }) : .wide(numbers)
    }

    var byteCount: Int {
        let perDoc = switch numbers {
        case .narrow(let numbers): 2 * numbers.count
        case .wide(let numbers): 4 * numbers.count
        }
        return perDoc + values.reduce(0) { $0 + 40 + 4 * $1.count }
    }

    /// How many of the documents have each value, by ordinal.
    package func counts(of docs: [UInt32]) -> [UInt32: Int] {
        var counts = [UInt32](repeating: 0, count: values.count)
        switch numbers {
        case .narrow(let numbers): for doc in docs { counts[Int(numbers[Int(doc)])] &+= 1 }
        case .wide(let numbers): for doc in docs { counts[Int(numbers[Int(doc)])] &+= 1 }
        }
        return byOrdinal(counts)
    }

    /// The same of a set with a bit a document.
    package func counts(ofBits words: [UInt64]) -> [UInt32: Int] {
        var counts = [UInt32](repeating: 0, count: values.count)
        switch numbers {
        case .narrow(let numbers): Self.add(words, numbers, to: &counts)
        case .wide(let numbers): Self.add(words, numbers, to: &counts)
        }
        return byOrdinal(counts)
    }

    private static func add<Number: FixedWidthInteger>(_ words: [UInt64], _ numbers: [Number], to counts: inout [UInt32]) {
        for place in words.indices {
            var rest = words[place]
            while rest != 0 {
                counts[Int(numbers[place &* 64 &+ rest.trailingZeroBitCount])] &+= 1
                rest &= rest &- 1
            }
        }
    }

    private func byOrdinal(_ counts: [UInt32]) -> [UInt32: Int] {
        var totals: [UInt32: Int] = [:]
        for (number, count) in counts.enumerated() where count > 0 {
            for ordinal in values[number] { totals[ordinal, default: 0] += Int(count) }
        }
        return totals
    }
}

/// The columns of a process.
final class FacetColumnKeeper: Sendable {
    /// Bytes of all of them at most.
    static let byteCountMax = 64 << 20

    private struct Key: Hashable {
        var segment: SegmentID
        var field: UInt8
    }

    private struct State {
        var columns: [Key: FacetColumn] = [:]
        /// Asked for once.
        var asked: Set<Key> = []
        var byteCount = 0
    }

    private let state = Mutex(State())

    /// - Returns: nil when the field is asked for the first time: one answer is found sooner without.
    func column(_ segment: SegmentReader, _ field: UInt8) throws(IndexError) -> FacetColumn? {
        let key = Key(segment: segment.id, field: field)
        let (known, isNew) = state.withLock { ($0.columns[key], $0.asked.insert(key).inserted) }
        if let known { return known }
        if isNew { return nil }
        let column = try FacetColumn(segment, ordinals: segment.facetOrdinals(prefix: [field]))
        let byteCount = column.byteCount
        guard byteCount <= Self.byteCountMax else { return column }
        state.withLock { state in
            guard state.columns[key] == nil else { return }
            if state.byteCount + byteCount > Self.byteCountMax { (state.columns, state.byteCount) = ([:], 0) }
            state.columns[key] = column
            state.byteCount += byteCount
        }
        return column
    }

    func forget(_ segment: SegmentID) {
        state.withLock { state in
            for (key, column) in state.columns where key.segment == segment {
                state.byteCount -= column.byteCount
                state.columns[key] = nil
            }
            state.asked = state.asked.filter { $0.segment != segment }
        }
    }
}
