// Counts which documents of a segment stand in some lists of pairs, and how often.
//
// A few thousand documents of a million are counted, so their counts are kept by a table that is as large as the lists: one that has
// a place for every document would have to come from memory with each of them.

import Glibc
import Index

/// Counts hits in one segment after the other, in memory that is kept.
package struct PieceCounter: ~Copyable {
    private struct Count {
        var doc: UInt32 = 0
        var hits: UInt32 = 0
        var weight: Float = 0
    }

    /// Documents counted, as they came; the first `countsEnd` of it.
    private var counts: [Count] = []
    private var countsEnd = 0
    /// Where the count of a document is, by open addressing: `doc << 32 | place + 1`; 0 where nothing is.
    private var places: [UInt64] = []
    private var block = PostingBlock()
    private var lists = KnownLists()
    /// How many weights lie in each of some steps.
    private var steps = [UInt32](repeating: 0, count: stepCount)

    package init() {}

    mutating func count(
        _ pairs: [(pair: UInt32, weight: Float)], _ number: Int, in snapshot: IndexSnapshot, hitsMin: Int, heaviest: Int,
        into found: inout [PieceCandidate]
    ) throws {
        let segment = snapshot.segments[number]
        var read: [(list: PostingList, weight: Float)] = []
        read.reserveCapacity(pairs.count)
        for (pair, weight) in pairs {
            if let list = try lists.list(of: pair, number, in: snapshot) { read.append((list, weight)) }
        }
        guard !read.isEmpty else { return }
        begin(read.reduce(0) { $0 + $1.list.docCount })
        for (list, weight) in read { add(list, weight) }
        // Only what is heavy enough to be among the best of all segments is handed on. Where one hit is enough all are exact, and the
        // heaviest are kept.
        let bestLeast = leastWeight(of: heaviest, segment)
        let least = hitsMin > 1 ? min(4, hitsMin) : 4
        var likely: [PieceCandidate] = []
        for count in counts[..<countsEnd] where count.hits >= least || count.weight >= bestLeast {
            if segment.dead.contains(count.doc) { continue }
            likely.append(PieceCandidate(segment: number, doc: count.doc, hits: Int(count.hits), weight: count.weight, isShort: false))
        }
        likely.sort { $0.doc < $1.doc }
        var lengths = segment.lengthColumn
        for var candidate in likely {
            // Most pairs of a text are not among the rare ones that are counted.
            if candidate.hits >= 4 { candidate.isShort = candidate.hits * 4 >= Int(try lengths.number(of: candidate.doc)) }
            if candidate.isShort || candidate.weight >= bestLeast || hitsMin > 1 && candidate.hits >= hitsMin { found.append(candidate) }
        }
    }

    /// - Parameter docCount: documents that the lists have together.
    private mutating func begin(_ docCount: Int) {
        countsEnd = 0
        if counts.count < docCount { counts = [Count](repeating: Count(), count: docCount) }
        var room = 1 << 8
        while room < 2 * docCount { room *= 2 }
        if places.count == room {
            unsafe places.withUnsafeMutableBytes { _ = unsafe memset($0.baseAddress!, 0, $0.count) }
        } else {
            places = [UInt64](repeating: 0, count: room)
        }
    }

    private mutating func add(_ list: PostingList, _ weight: Float) {
        let mask = places.count - 1
        let start = countsEnd
        countsEnd = unsafe places.withUnsafeMutableBufferPointer { places in
            unsafe counts.withUnsafeMutableBufferPointer { counts in
                var end = start
                for number in 0..<list.blockCount {
                    list.withDocs(ofBlock: number, using: &block) { docs in
                        for index in docs.indices {
                            let doc = docs[index]
                            var place = Int(truncatingIfNeeded: (UInt64(doc) &* 0x9E37_79B9_7F4A_7C15) &>> 32) & mask
                            // Holds: places are below the room, half of which is empty at least; there is a count for each document of
                            // all lists.
                            while true {
                                let known = unsafe places[place]
                                if known == 0 {
                                    unsafe counts[end] = Count(doc: doc, hits: 1, weight: weight)
                                    end &+= 1
                                    unsafe places[place] = UInt64(doc) &<< 32 | UInt64(truncatingIfNeeded: end)
                                    break
                                }
                                if UInt32(truncatingIfNeeded: known &>> 32) == doc {
                                    let at = Int(UInt32(truncatingIfNeeded: known)) &- 1
                                    unsafe counts[at].hits &+= 1
                                    unsafe counts[at].weight += weight
                                    break
                                }
                                place = (place &+ 1) & mask
                            }
                        }
                    }
                }
                return end
            }
        }
    }

    /// The least weight of the `limit` heaviest live documents; 0 if there are no more.
    private mutating func leastWeight(of limit: Int, _ segment: SegmentReader) -> Float {
        let hasDead = !segment.dead.isEmpty
        let end = countsEnd
        return unsafe counts.withUnsafeBufferPointer { counts in
            unsafe steps.withUnsafeMutableBufferPointer { steps in
                for step in 0..<Self.stepCount { unsafe steps[step] = 0 }
                // Holds: there are so many counts, and the step of a weight is below the number of steps.
                for place in 0..<end {
                    if hasDead, unsafe segment.dead.contains(counts[place].doc) { continue }
                    unsafe steps[Self.step(of: counts[place].weight)] &+= 1
                }
                var (step, above) = (Self.stepCount, 0)
                repeat {
                    step -= 1
                    if step < 0 { return 0 }
                    unsafe above += Int(steps[step])
                } while above < limit
                unsafe above -= Int(steps[step])
                // Which of those of one step it is, is told by sorting these few.
                var within: [Float] = []
                for place in 0..<end {
                    let weight = unsafe counts[place].weight
                    guard Self.step(of: weight) == step else { continue }
                    if hasDead, unsafe segment.dead.contains(counts[place].doc) { continue }
                    within.append(weight)
                }
                within.sort(by: >)
                return within[limit - above - 1]
            }
        }
    }

    private static let stepCount = 512

    /// Ascends with the weight.
    @inline(__always)
    private static func step(of weight: Float) -> Int { Int(min(weight * 4, Float(stepCount - 1))) }
}
