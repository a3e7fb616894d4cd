// Records as grouping compares them, kept for all threads: in the order of arrival each record is compared with dozens that
// came shortly before it, so nearly all that is needed was read a moment ago.

import Records
import Similarity
import Synchronization

/// A record as another is compared with it when an archive is grouped.
final class GroupedFiling: Sendable {
    let vector: PairVector
    /// Without its texts, which the index has; nil as long as nobody asked.
    let filing: ComparedFiling?

    init(_ vector: PairVector, _ filing: ComparedFiling?) {
        self.vector = vector
        self.filing = filing
    }

    /// About what it takes in memory: a record without texts is a few short strings.
    var bytesHeld: Int { vector.bytesHeld + (filing == nil ? 160 : 800) }
}

/// A version of a record never changes, so what was read stays true.
final class GroupedFilings: Sendable {
    private struct Kept {
        /// Two halves: when the newer one is full, the older one is forgotten.
        var newer: [RecordSequence: GroupedFiling] = [:]
        var older: [RecordSequence: GroupedFiling] = [:]
        var newerBytes = 0

        mutating func add(_ sequence: RecordSequence, _ grouped: GroupedFiling, halfBytes: Int) {
            if newerBytes + grouped.bytesHeld > halfBytes { (older, newer, newerBytes) = (newer, [:], 0) }
            newerBytes += grouped.bytesHeld - (newer.updateValue(grouped, forKey: sequence)?.bytesHeld ?? 0)
        }
    }

    private let kept = Mutex(Kept())
    private let halfBytes: Int

    init(bytesMax: Int) { halfBytes = bytesMax / 2 }

    /// What is kept of each.
    func find(_ sequences: [RecordSequence]) -> [GroupedFiling?] {
        kept.withLock { kept in
            sequences.map { sequence in
                if let known = kept.newer[sequence] { return known }
                guard let known = kept.older[sequence] else { return nil }
                kept.add(sequence, known, halfBytes: halfBytes)
                return known
            }
        }
    }

    func add(_ all: [(sequence: RecordSequence, grouped: GroupedFiling)]) {
        kept.withLock { kept in
            for (sequence, grouped) in all { kept.add(sequence, grouped, halfBytes: halfBytes) }
        }
    }
}
