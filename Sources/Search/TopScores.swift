// The best of very many documents by a score: a document that cannot be among them costs one comparison.

import Index

/// Keeps the `limit` best; of equal scores the earlier document.
struct TopScores {
    struct Entry {
        var segment: Int
        var doc: UInt32
        var score: Float
    }

    let limit: Int
    /// What a score must be above or at to come in; 0 while there is room.
    private(set) var least: Float = 0
    /// Bits of the score, which is not negative and so in the order of the scores, then the place of the document, upside down.
    private var keys: [UInt64] = []
    /// The place of each segment's first document.
    private let bases: [UInt32]

    init(limit: Int, snapshot: IndexSnapshot) {
        precondition(limit > 0)
        self.limit = limit
        var base: UInt32 = 0
        var bases: [UInt32] = []
        for segment in snapshot.segments {
            bases.append(base)
            base += UInt32(segment.docCount)
        }
        self.bases = bases
    }

    /// - Returns: whether `least` has risen.
    @inline(__always)
    @discardableResult
    mutating func offer(_ score: Float, _ segment: Int, _ doc: UInt32) -> Bool {
        guard score >= least else { return false }
        keys.append(UInt64(max(score, 0).bitPattern) << 32 | UInt64(~(bases[segment] + doc)))
        guard keys.count >= 2 * limit else { return false }
        return cut()
    }

    /// Raises `least` as far as what was offered allows.
    mutating func settle() { _ = cut() }

    private mutating func cut() -> Bool {
        guard keys.count > limit else { return false }
        Self.select(limit, of: &keys)
        keys.removeLast(keys.count - limit)
        let worst = Float(bitPattern: UInt32(truncatingIfNeeded: keys.min()! >> 32))
        defer { least = worst }
        return worst > least
    }

    /// The best, in the order of their documents.
    mutating func inOrderOfDocuments() -> [Entry] {
        _ = cut()
        var segment = 0
        return keys.map { $0 << 32 | $0 >> 32 }.sorted(by: >).map { key in
            let place = ~UInt32(truncatingIfNeeded: key >> 32)
            while segment + 1 < bases.count, bases[segment + 1] <= place { segment += 1 }
            return Entry(segment: segment, doc: place - bases[segment], score: Float(bitPattern: UInt32(truncatingIfNeeded: key)))
        }
    }

    /// Moves the `count` largest of those from `start` on to the front of them (Hoare, "Algorithm 65: find", 1961).
    private static func select(_ wanted: Int, of keys: inout [UInt64], from start: Int = 0) {
        let count = start + wanted
        var (low, high) = (start, keys.count - 1)
        while low < high {
            let pivot = keys[low + (high - low) / 2]
            var (i, j) = (low, high)
            while i <= j {
                while keys[i] > pivot { i += 1 }
                while keys[j] < pivot { j -= 1 }
                if i <= j {
                    keys.swapAt(i, j)
                    i += 1
                    j -= 1
                }
            }
            // What lies between is equal to the pivot.
            if count - 1 <= j { high = j } else if count - 1 >= i { low = i } else { return }
        }
    }

    /// Offers documents of a segment that are in doubt, the best first: who cannot come in any more is not asked.
    ///
    /// - Parameter holding: those of some documents that count, ascending as they are.
    mutating func offer(
        _ scores: [Float], _ segment: Int, _ docs: [UInt32], holding: ([UInt32]) throws -> [UInt32]
    ) rethrows {
        var waiting: [UInt64] = []
        for place in docs.indices where scores[place] >= least {
            waiting.append(UInt64(max(scores[place], 0).bitPattern) << 32 | UInt64(~UInt32(truncatingIfNeeded: place)))
        }
        var (from, taken) = (0, 0)
        while from < waiting.count, taken < limit {
            let count = min(waiting.count - from, max(64, limit - taken))
            if from + count < waiting.count { Self.select(count, of: &waiting, from: from) }
            // Of these each stands before all that still wait. Asked in the order of documents, as their texts lie.
            let places = waiting[from..<(from + count)].map { Int(~UInt32(truncatingIfNeeded: $0)) }.filter { scores[$0] >= least }.sorted()
            var place = places.startIndex
            for doc in try holding(places.map { docs[$0] }) {
                while docs[places[place]] != doc { place += 1 }
                offer(scores[places[place]], segment, doc)
                taken += 1
            }
            from += count
        }
    }
}
