// Likeness of two texts in other words: pairs of neighbouring letters and digits, rare ones weighing more, those of the
// title most. Measured on letters of different citizens about one matter.

import Glibc
import Records

/// The pairs of a text, each with its weight; of unit length taken as a vector.
package struct WeightedText: Sendable {
    /// Ascending.
    private var pairs: [UInt32] = []
    private var weights: [Float] = []

    /// A pair of the title counts as so many of the content.
    static let titleShare: Float = 3

    package var isEmpty: Bool { pairs.isEmpty }

    /// Letters and digits: in `A7县` or `3号线` the digit names the place.
    @inline(__always)
    static func isCounted(_ unit: UInt16) -> Bool { Shingles.isLetter(unit) || (0x30...0x39).contains(unit) }

    /// - Parameter rarity: of a pair in the archive: the logarithm of records over records that have it; 0 leaves it out.
    package init(title: Span<UInt16>, text: Span<UInt16>, rarity: (UInt32) throws -> Float) rethrows {
        let inTitle = Self.pairs(of: title)
        let inText = Self.pairs(of: text)
        var (i, j) = (0, 0)
        var squares: Float = 0
        while i < inTitle.count || j < inText.count {
            let a = i < inTitle.count ? inTitle[i] : .max
            let b = j < inText.count ? inText[j] : .max
            let pair = min(a, b)
            var count: Float = 0
            if a == pair {
                count += Self.titleShare
                i += 1
            }
            if b == pair {
                count += 1
                j += 1
            }
            let weight = Self.damped(count) * (try rarity(pair))
            guard weight > 0 else { continue }
            pairs.append(pair)
            weights.append(weight)
            squares += weight * weight
        }
        guard squares > 0 else { return }
        let length = squares.squareRoot()
        for place in weights.indices { weights[place] /= length }
    }

    /// log(1 + count) of the three counts there are.
    private static func damped(_ count: Float) -> Float { count == 1 ? 0.693 : count == 3 ? 1.386 : 1.609 }

    private static func pairs(of units: Span<UInt16>) -> [UInt32] {
        var pairs: [UInt32] = []
        pairs.reserveCapacity(units.count)
        for place in units.indices.dropFirst() where isCounted(units[place - 1]) && isCounted(units[place]) {
            pairs.append(CommonPairs.key(units[place - 1], units[place]))
        }
        pairs.sort()
        var kept = 0
        for place in pairs.indices where place == 0 || pairs[place] != pairs[place - 1] {
            pairs[kept] = pairs[place]
            kept += 1
        }
        pairs.removeLast(pairs.count - kept)
        return pairs
    }

    /// 0 … 1: the cosine.
    package func likeness(to other: WeightedText) -> Double {
        var (i, j): (Int, Int) = (0, 0)
        var sum: Float = 0
        let (a, b) = (pairs.span, other.pairs.span)
        while i < a.count, j < b.count {
            let (x, y) = (a[i], b[j])
            if x == y { sum += weights[i] * other.weights[j] }
            if x <= y { i += 1 }
            if y <= x { j += 1 }
        }
        return Double(min(sum, 1))
    }

    /// The heaviest pairs, heaviest first: by which others are looked for.
    package func heaviest(_ count: Int) -> [(pair: UInt32, weight: Float)] {
        pairs.indices.sorted { weights[$0] != weights[$1] ? weights[$0] > weights[$1] : pairs[$0] < pairs[$1] }
            .prefix(count).map { (pairs[$0], weights[$0]) }
    }
}

package enum TextRarity {
    /// How much a pair tells that stands in `docCount` of `total` records.
    package static func weight(docCount: Int, of total: Int) -> Float { logf(Float(total) / Float(max(1, docCount))) }

    /// The same, but 0 for what only one has: it tells nothing of two.
    package static func telling(docCount: Int, of total: Int) -> Float {
        docCount < 2 ? 0 : weight(docCount: docCount, of: total)
    }
}
