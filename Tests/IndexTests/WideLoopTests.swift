// Loops that take eight numbers at a time do what those do that take one.

import CFind
import TestSupport
import Testing

@testable import Index

@Suite struct WideLoopTests {
    @Test(arguments: Seed.sample(8)) func `a block unpacks to the same gaps and documents`(start: Seed) {
        var seed = start
        for bits in 0...32 {
            let packed = (0..<max(1, 32 * bits)).map { _ in UInt8.random(in: 0...255, using: &seed) }
            var (wide, plain) = ([UInt32](repeating: 7, count: 256), [UInt32](repeating: 9, count: 256))
            unsafe cblock_unpack(packed, CInt(bits), &wide)
            unsafe cblock_unpackPlain(packed, CInt(bits), &plain)
            #expect(wide == plain, "\(bits) bits")
            #expect(bits == 32 || plain.allSatisfy { $0 < 1 << UInt32(bits) })
            let base = UInt32.random(in: 0...UInt32.max, using: &seed)
            var expected: [UInt32] = []
            for gap in plain { expected.append((expected.last.map { $0 &+ 1 } ?? base) &+ gap) }
            unsafe cblock_sum(&wide, base)
            unsafe cblock_sumPlain(&plain, base)
            #expect(wide == expected && plain == expected, "\(bits) bits")
        }
    }

    @Test(arguments: Seed.sample(16)) func `what is large is taken out of a window, and nothing stays`(start: Seed) {
        var seed = start
        for count in [0, 1, 7, 8, 9, 64, 1_000] {
            let sums = (0..<count).map { _ in Int32.random(in: 0...(Bool.random(using: &seed) ? 3 : 90_000), using: &seed) }
            for least in [Int32(1), 2, 50_000, .max] {
                let needed = Int32.random(in: 1...60_000, using: &seed)
                let expected = sums.indices.filter { sums[$0] >= least }
                for isWide in [true, false] {
                    var left = sums
                    var (places, values) = ([UInt32](repeating: 0, count: count), [Int32](repeating: 0, count: count))
                    var counted = 0
                    let found = unsafe isWide
                        ? cwindow_take(&left, count, least, needed, &places, &values, &counted)
                        : cwindow_takePlain(&left, count, least, needed, &places, &values, &counted)
                    #expect(places[..<found].map { Int($0) } == expected)
                    #expect(Array(values[..<found]) == expected.map { sums[$0] })
                    #expect(counted == sums.count { $0 >= needed })
                    #expect(left.allSatisfy { $0 == 0 })
                }
            }
        }
    }

    @Test(arguments: Seed.sample(8)) func `lists are added up in windows`(start: Seed) {
        var seed = start
        let postings = [2, 40, 300, 2_000, 9_000].map { count in
            Postings(docs: Set((0..<count).map { _ in UInt32.random(in: 0..<20_000, using: &seed) } + [0, 1]).sorted())
        }
        var expected: [UInt32: Int32] = [:]
        for (number, list) in postings.enumerated() { for doc in list.docs { expected[doc, default: 0] += Int32(number + 1) } }
        let end = postings.flatMap(\.docs).max()! + 1
        var found: [UInt32: Int32] = [:]
        var window = SumWindow(room: 1_024)
        func walk(_ rest: ArraySlice<Postings>, _ cursors: [PostingCursor], _ window: inout SumWindow) {
            if let first = rest.first { return first.withList { walk(rest.dropFirst(), cursors + [PostingCursor($0)], &window) } }
            for base in stride(from: UInt32(0), to: end, by: 1_024) {
                let range = base..<min(end, base + 1_024)
                for (number, cursor) in cursors.enumerated() { window.add(Int32(number + 1), of: cursor, window: range) }
                #expect(window.take(range, atLeast: 2, counting: 1) == expected.keys.count { range.contains($0) })
                for (doc, sum) in zip(window.docs, window.taken) { found[doc] = sum }
            }
        }
        walk(postings[...], [], &window)
        #expect(found == expected.filter { $0.value >= 2 })
    }
}
