// Documents whose scores grow word by word, those left out that cannot reach the best any more.

import CFind

/// What a term adds to the score of a document by its weight there (level) and by the document's length (rest), BM25 with a floor.
package struct LevelGains: Sendable {
    fileprivate let gains: cscore_gains

    /// A document gains (`k1` + 1) · w / (w + rest) + `floor`, where w is the weight of the level.
    ///
    /// - Precondition: there are 16 weights.
    package init(k1: Float, floor: Float, weights: [Float]) {
        precondition(weights.count == 16)
        var gains = cscore_gains()
        gains.floor = floor
        unsafe withUnsafeMutableBytes(of: &gains.below) { below in
            // Holds: both have 16 numbers, as was checked.
            for level in 0..<16 { unsafe below.storeBytes(of: weights[level], toByteOffset: 4 * level, as: Float.self) }
        }
        unsafe withUnsafeMutableBytes(of: &gains.above) { above in
            // Holds: as above.
            for level in 0..<16 { unsafe above.storeBytes(of: (k1 + 1) * weights[level], toByteOffset: 4 * level, as: Float.self) }
        }
        self.gains = gains
    }
}

package struct ScoredDocs {
    /// Ascending.
    package private(set) var docs: [UInt32]
    package private(set) var sums: [Float]
    /// What stands below the line for each, whatever the term.
    private var rests: [Float]
    private var levels: [UInt8]

    package init(_ docs: [UInt32], sums: [Float], rests: [Float]) {
        precondition(docs.count == sums.count && docs.count == rests.count)
        (self.docs, self.sums, self.rests) = (docs, sums, rests)
        levels = [UInt8](repeating: 0, count: docs.count)
    }

    /// Adds what a word gives, `weight` times its gain in each document.
    package mutating func add(_ weight: Float, _ gains: LevelGains, of list: PostingList, using block: inout PostingBlock) {
        list.weights(of: docs, into: &levels, using: &block)
        unsafe sums.withUnsafeMutableBufferPointer { sums in
            unsafe rests.withUnsafeBufferPointer { rests in
                unsafe levels.withUnsafeBufferPointer { levels in
                    guard let sum = sums.baseAddress, let rest = rests.baseAddress, let level = levels.baseAddress else { return }
                    // Holds: there are as many rests and levels as sums.
                    unsafe withUnsafePointer(to: gains.gains) { unsafe cscore_add($0, weight, level, rest, sums.count, sum) }
                }
            }
        }
    }

    /// Keeps those that reach `least` if they gain `left` of the highest level besides.
    package mutating func keep(reaching least: Float, left: Float, _ gains: LevelGains) {
        let count = docs.count
        let kept = unsafe docs.withUnsafeMutableBufferPointer { docs in
            unsafe sums.withUnsafeMutableBufferPointer { sums in
                unsafe rests.withUnsafeMutableBufferPointer { rests in
                    guard let first = docs.baseAddress, let sum = sums.baseAddress, let rest = rests.baseAddress else { return 0 }
                    // Holds: there are as many sums and rests as documents.
                    return unsafe withUnsafePointer(to: gains.gains) { unsafe cscore_keep($0, left, Self.slack, least, first, rest, sum, count) }
                }
            }
        }
        docs.removeLast(count - kept)
        sums.removeLast(count - kept)
        rests.removeLast(count - kept)
        levels.removeLast(count - kept)
    }

    /// Keeps the documents that are at least `least` and less than `limit` long, in their order, and their lengths.
    package static func keep(_ docs: inout [UInt32], _ lengths: inout [UInt32], from least: UInt32, below limit: UInt32) {
        precondition(docs.count == lengths.count)
        let width = limit > least ? limit - least : 0
        let kept = unsafe docs.withUnsafeMutableBufferPointer { docs in
            unsafe lengths.withUnsafeMutableBufferPointer { lengths in
                var kept = 0
                // Holds: there are as many lengths as documents, and no more are kept than were seen. Each is written before anybody knows
                // whether it is kept: which are short no processor foresees.
                for place in 0..<docs.count {
                    let length = unsafe lengths[place]
                    unsafe docs[kept] = docs[place]
                    unsafe lengths[kept] = length
                    kept &+= length &- least < width ? 1 : 0
                }
                return kept
            }
        }
        docs.removeLast(docs.count - kept)
        lengths.removeLast(lengths.count - kept)
    }

    /// Sums in another order differ in their last bits.
    package static let slack: Float = 1.0001
}
