// Which characters stand before and behind a character, and in how many documents, of one segment: what a typing slip is
// mended by. The dictionary has pairs by their first character alone; the table has them by both. It is made when a slip is
// first looked into, and kept for as long as the process and the segment live.

import Synchronization

/// The bigrams of a segment by either character.
///
/// - Units: documents, dead ones included.
package final class NeighbourTable: Sendable {
    /// One direction: for each unit, where its neighbours begin; neighbours ascend.
    private struct Side: Sendable {
        var starts = [UInt32](repeating: 0, count: 1 << 16 + 1)
        var units: [UInt16] = []
        var docCounts: [UInt32] = []

        func add(_ unit: UInt16, to sums: inout NeighbourSums) {
            for place in Int(starts[Int(unit)])..<Int(starts[Int(unit) + 1]) { sums.add(units[place], docCounts[place]) }
        }
    }

    private let following: Side
    private let preceding: Side

    init(_ segment: SegmentReader) throws(IndexError) {
        var pairs: [(first: UInt16, second: UInt16, docCount: UInt32)] = []
        try segment.forEachBigram { first, second, docCount in pairs.append((first, second, UInt32(docCount))) }
        var following = Side(), preceding = Side()
        for pair in pairs {
            following.starts[Int(pair.first) + 1] += 1
            preceding.starts[Int(pair.second) + 1] += 1
        }
        for unit in 1...(1 << 16) {
            following.starts[unit] += following.starts[unit - 1]
            preceding.starts[unit] += preceding.starts[unit - 1]
        }
        following.units = pairs.map(\.second)
        following.docCounts = pairs.map(\.docCount)
        preceding.units = [UInt16](repeating: 0, count: pairs.count)
        preceding.docCounts = [UInt32](repeating: 0, count: pairs.count)
        // Pairs come by their first character, so those that share the second keep that order.
        var next = preceding.starts
        for pair in pairs {
            let place = Int(next[Int(pair.second)])
            next[Int(pair.second)] += 1
            preceding.units[place] = pair.first
            preceding.docCounts[place] = pair.docCount
        }
        (self.following, self.preceding) = (following, preceding)
    }

    /// Adds to the sum of each unit the documents in which it stands directly behind `unit`.
    package func addFollowing(_ unit: UInt16, to sums: inout NeighbourSums) { following.add(unit, to: &sums) }

    /// The same of those directly before it.
    package func addPreceding(_ unit: UInt16, to sums: inout NeighbourSums) { preceding.add(unit, to: &sums) }
}

/// Documents by neighbour, over all segments. Used again and again: only what was touched is cleared.
package struct NeighbourSums {
    private var counts = [UInt32](repeating: 0, count: 1 << 16)
    /// Those that have a sum, in no order.
    package private(set) var units: [UInt16] = []

    package init() {}

    package subscript(unit: UInt16) -> UInt32 { counts[Int(unit)] }

    mutating func add(_ unit: UInt16, _ count: UInt32) {
        if counts[Int(unit)] == 0 { units.append(unit) }
        counts[Int(unit)] &+= count
    }

    package mutating func clear() {
        for unit in units { counts[Int(unit)] = 0 }
        units.removeAll(keepingCapacity: true)
    }
}

/// The tables of a process.
final class NeighbourTableKeeper: Sendable {
    private let tables = Mutex<[SegmentID: NeighbourTable]>([:])

    func table(_ segment: SegmentReader) throws(IndexError) -> NeighbourTable {
        if let known = tables.withLock({ $0[segment.id] }) { return known }
        let table = try NeighbourTable(segment)
        tables.withLock { $0[segment.id] = table }
        return table
    }

    func forget(_ segment: SegmentID) { tables.withLock { $0[segment] = nil } }
}
