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

    @Test(arguments: Seed.sample(32)) func `two runs have the same in common, and no more is written than there is room for`(start: Seed) {
        var seed = start
        func run(_ count: Int, to last: UInt32) -> [UInt32] {
            Set((0..<count).map { _ in UInt32.random(in: 0...last, using: &seed) }).sorted()
        }
        for (first, second) in [(0, 5), (5, 0), (3, 40), (20, 256), (3, 9), (8, 8), (40, 256), (256, 256), (300, 256), (1_000, 256)] {
            for last in [UInt32(20), 400, 3_000, .max] {
                let (a, b) = (run(first, to: last), run(second, to: last))
                let expected = a.filter(Set(b).contains)
                // A damaged block need not ascend.
                for (b, isWhole) in [(b, true), (b.shuffled(using: &seed) + b, false)] {
                    let room = min(a.count, b.count) + 1
                    for isWide in [true, false] {
                        var found = [UInt32](repeating: 7, count: room + 16)
                        let count = unsafe isWide
                            ? cblock_intersect(a, a.count, b, b.count, &found) : cblock_intersectPlain(a, a.count, b, b.count, &found)
                        if isWhole { #expect(Array(found[..<count]) == expected) }
                        #expect(count < room && found[room...].allSatisfy { $0 == 7 })
                    }
                }
            }
        }
    }

    @Test(arguments: Seed.sample(16)) func `documents and bits of a block are set where they belong, and nowhere else`(start: Seed) {
        var seed = start
        for count in [0, 1, 2, 3, 4, 5, 7, 63, 255, 256] {
            for last in [UInt32(300), 1_000, 60_000] {
                let docs = Set((0..<count).map { _ in UInt32.random(in: 0...last, using: &seed) }).sorted()
                let before = (0..<(Int(last) / 64 + 1)).map { _ in UInt64.random(in: 0...UInt64.max, using: &seed) & UInt64.random(in: 0...UInt64.max, using: &seed) }
                var (words, expected) = (before, before)
                for doc in docs { expected[Int(doc) / 64] |= 1 << UInt64(doc % 64) }
                unsafe cblock_fill(docs, docs.count, &words)
                #expect(words == expected)
            }
        }
        for (count, room) in [(0, 3), (1, 1), (1, 2), (4, 4), (4, 5), (4, 9), (9, 4)] {
            for base in [UInt32(0), 1, 31, 63, 64, 65, 130] {
                let bits = (0..<(8 * count)).map { _ in UInt8.random(in: 0...255, using: &seed) }
                let before = (0..<(room + 2)).map { _ in UInt64.random(in: 0...UInt64.max, using: &seed) & UInt64.random(in: 0...UInt64.max, using: &seed) }
                var (words, expected) = (before, before)
                for place in 0..<(64 * count) where bits[place / 8] >> UInt8(place % 8) & 1 == 1 {
                    let bit = Int(base) + place
                    if bit / 64 < room { expected[bit / 64] |= 1 << UInt64(bit % 64) }
                }
                unsafe cblock_or(bits, count, base, &words, room)
                #expect(words == expected)
            }
        }
    }

    @Test(arguments: Seed.sample(8)) func `a number and the next one are what each is by itself`(start: Seed) {
        var seed = start
        for shift in [0, 8, 16, 20, 24, 40] {
            for step in [Int64(0), 5, 300] {
                let numbers = (0..<40).map { Int64($0) * step + Int64.random(in: 0...(1 << shift), using: &seed) }
                var bytes: [UInt8] = []
                NumberRun.append(numbers[...], to: &bytes)
                unsafe bytes.withUnsafeBytes { bytes in
                    let run = unsafe NumberRun(Bytes(bytes))!
                    for index in 0..<39 { #expect(run.pair(index) == (numbers[index], numbers[index + 1])) }
                }
            }
        }
    }

    @Test(arguments: Seed.sample(8)) func `documents of a range of lengths are kept with these`(start: Seed) {
        var seed = start
        for (least, limit) in [(UInt32(0), UInt32(9)), (3, 7), (0, .max), (5, .max), (7, 7), (9, 3)] {
            let all = (0..<100).map { (doc: UInt32(3 * $0), length: UInt32.random(in: 0...12, using: &seed)) }
            var (docs, lengths) = (all.map(\.doc), all.map(\.length))
            ScoredDocs.keep(&docs, &lengths, from: least, below: limit)
            let expected = all.filter { $0.length >= least && $0.length < limit }
            #expect(docs == expected.map(\.doc) && lengths == expected.map(\.length))
        }
    }

    @Test(arguments: Seed.sample(16)) func `sums are cleared where a bit is set, and nowhere else`(start: Seed) {
        var seed = start
        for (count, wordCount) in [(0, 3), (1, 1), (31, 1), (33, 1), (64, 1), (100, 5), (200, 2), (1_000, 16), (1_024, 0)] {
            let words = (0..<wordCount).map { _ in
                [0, .max, UInt64.random(in: 0...UInt64.max, using: &seed)].randomElement(using: &seed)!
            }
            let before = (0..<(count + 8)).map { _ in Int32.random(in: 1...9, using: &seed) }
            var sums = before
            unsafe cwindow_clear(&sums, count, words, wordCount)
            let expected = before.indices.map { place in
                place < count && place / 64 < wordCount && words[place / 64] >> UInt64(place % 64) & 1 == 1 ? 0 : before[place]
            }
            #expect(sums == expected)
        }
    }

    @Test(arguments: Seed.sample(16)) func `documents are told by their bits`(start: Seed) {
        var seed = start
        for wordCount in [0, 1, 5, 40] {
            let words = (0..<wordCount).map { _ in UInt64.random(in: 0...UInt64.max, using: &seed) & UInt64.random(in: 0...UInt64.max, using: &seed) }
            let base = UInt32.random(in: 0...500, using: &seed)
            let docs = Set((0..<300).map { _ in UInt32.random(in: 0...4_000, using: &seed) }).sorted()
            let expected = docs.filter { doc in
                guard doc >= base, Int(doc - base) < 64 * wordCount else { return false }
                return words[Int(doc - base) / 64] >> UInt64((doc - base) % 64) & 1 == 1
            }
            let bytes = words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
            var found = [UInt32](repeating: 7, count: expected.count + 2)
            let count = unsafe cblock_test(docs, docs.count, bytes, wordCount, base, &found)
            #expect(Array(found[..<count]) == expected && found.last == 7)
        }
    }

    @Test(arguments: Seed.sample(32)) func `weights are spread, and those that are wanted told`(start: Seed) {
        var seed = start
        for count in [1, 7, 8, 9, 31, 32, 33, 255, 256] {
            let share = Int.random(in: 0...10, using: &seed)
            let weights = (0..<count).map { _ in Int.random(in: 0...9, using: &seed) < share ? UInt8.random(in: 1...15, using: &seed) : 0 }
            for isSparse in [true, false] {
                let kept = isSparse ? weights.filter { $0 > 0 } : weights
                var bytes = [UInt8](repeating: 0, count: isSparse ? (count + 7) / 8 : 0)
                if isSparse { for place in weights.indices where weights[place] > 0 { bytes[place / 8] |= 1 << UInt8(place % 8) } }
                for place in stride(from: 0, to: kept.count, by: 2) {
                    bytes.append(kept[place] | (place + 1 < kept.count ? kept[place + 1] << 4 : 0))
                }
                let wanted = (0..<16).map { _ in Bool.random(using: &seed) ? UInt8.max : 0 }
                let expected = weights.indices.filter { wanted[Int(weights[$0])] > 0 }
                for isWide in [true, false] {
                    var spread = [UInt8](repeating: 7, count: count + 8)
                    var places = [UInt8](repeating: 0, count: count + 1)
                    let sparse: CInt = isSparse ? 1 : 0
                    if isWide {
                        unsafe cblock_weights(bytes, bytes.count, count, sparse, &spread)
                    } else {
                        unsafe cblock_weightsPlain(bytes, bytes.count, count, sparse, &spread)
                    }
                    #expect(Array(spread[..<count]) == weights)
                    let found = unsafe isWide
                        ? cblock_places(spread, count, wanted, &places) : cblock_placesPlain(spread, count, wanted, &places)
                    #expect(places[..<found].map { Int($0) } == expected)
                }
                // Of what is cut off nothing is read behind the end.
                let cut = Array(bytes.prefix((count + 7) / 8))
                var (wide, plain) = ([UInt8](repeating: 0, count: count + 8), [UInt8](repeating: 0, count: count + 8))
                if isSparse {
                    unsafe cblock_weights(cut, cut.count, count, 1, &wide)
                    unsafe cblock_weightsPlain(cut, cut.count, count, 1, &plain)
                    #expect(wide == plain)
                }
            }
        }
    }

    @Test(arguments: Seed.sample(16)) func `documents are found by their places among bits`(start: Seed) {
        var seed = start
        for wordCount in [1, 5, 40] {
            var words = (0..<wordCount).map { _ in UInt64.random(in: 0...UInt64.max, using: &seed) & UInt64.random(in: 0...UInt64.max, using: &seed) }
            words[0] |= 1 << 63
            let base = UInt32.random(in: 0...500, using: &seed)
            let docs = (0..<64 * wordCount).filter { words[$0 / 64] >> UInt64($0 % 64) & 1 == 1 }.prefix(256)
            let places = docs.indices.filter { _ in Bool.random(using: &seed) }
            let bytes = words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
            for isWide in [true, false] {
                var found = [UInt32](repeating: 7, count: places.count + 1)
                let asked = places.map { UInt8($0) }
                let count = unsafe isWide
                    ? cblock_nth(bytes, wordCount, base, asked, asked.count, &found)
                    : cblock_nthPlain(bytes, wordCount, base, asked, asked.count, &found)
                #expect(Array(found[..<count]) == places.map { base + UInt32(docs[$0]) } && found.last == 7)
            }
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

    @Test(arguments: Seed.sample(16)) func `texts that hold a piece are those that hold it one by one`(start: Seed) {
        var seed = start
        // Of one, two and three bytes, and some whose bytes are those of others.
        let alphabet = Array("的投诉停车\u{20BB7}a7😀龘".utf16)
        let texts = (0..<300).map { number in
            var bytes: [UInt8] = []
            let units = (0..<Int.random(in: 0...(number % 3 == 0 ? 12 : 200), using: &seed)).map { _ in alphabet.randomElement(using: &seed)! }
            TextCode.append(document: ([DocumentText.zoneMark, UInt16.random(in: 1...9, using: &seed)] + units)[...], to: &bytes)
            return bytes
        }
        var all: [UInt8] = []
        var ends: [Int] = []
        for text in texts {
            all += text
            ends.append(all.count)
        }
        let docs = texts.indices.map { UInt32(3 * $0) }
        for length in [1, 1, 2, 2, 3, 4, 8] {
            let piece = TextPiece((0..<length).map { _ in alphabet.randomElement(using: &seed)! })
            unsafe all.withUnsafeBytes { all in
                var from = 0
                var places: [cfind_text] = unsafe []
                var expected: [UInt32] = []
                for (number, end) in ends.enumerated() {
                    let text = unsafe UnsafeRawBufferPointer(rebasing: all[from..<end])
                    unsafe places.append(cfind_text(start: text.baseAddress?.assumingMemoryBound(to: UInt8.self), count: text.count))
                    if unsafe StoredText(bytes: Bytes(text)).contains(piece) { expected.append(docs[number]) }
                    from = end
                }
                var (wide, narrow) = ([UInt32](repeating: 0, count: docs.count), [UInt32](repeating: 0, count: docs.count))
                unsafe piece.withFinder { finder in
                    var finder = unsafe finder
                    let (one, other) = unsafe (
                        cfind_holding(&finder, places, docs, docs.count, &wide), cfind_holdingNarrow(&finder, places, docs, docs.count, &narrow))
                    #expect(Array(wide[..<one]) == expected && Array(narrow[..<other]) == expected)
                }
            }
        }
    }

    @Test(arguments: Seed.sample(16)) func `levels are spread over the documents of a block, and nothing is left behind`(start: Seed) {
        var seed = start
        for span in [UInt32(1), 40, 300, 4_000] {
            let base = UInt32.random(in: 0...500, using: &seed)
            func run(_ count: Int) -> [UInt32] { Set((0..<count).map { _ in UInt32.random(in: base..<(base + span), using: &seed) }).sorted() }
            let (docs, candidates) = (run(256), run(400))
            let weights = docs.map { _ in UInt8.random(in: 0...15, using: &seed) }
            let last = docs.last!
            var levels = [UInt8](repeating: 99, count: candidates.count + 1)
            var table = [UInt8](repeating: 0, count: 4_096)
            let count = unsafe cblock_spread(docs, weights, docs.count, base, last, candidates, candidates.count, &levels, &table, table.count)
            #expect(count == candidates.count { $0 <= last })
            #expect(Array(levels[..<count]) == candidates[..<count].map { doc in docs.firstIndex(of: doc).map { weights[$0] } ?? 0 })
            #expect(levels[count...].allSatisfy { $0 == 99 } && table.allSatisfy { $0 == 0 })
            // What a damaged block holds stays within the table.
            _ = unsafe cblock_spread(docs.map { $0 &* 77_777 }, weights, docs.count, base, .max, candidates, candidates.count, &levels, &table, table.count)
            #expect(table.allSatisfy { $0 == 0 })
        }
    }

    @Test(arguments: Seed.sample(16)) func `scores grow and are left out as one by one`(start: Seed) {
        var seed = start
        var gains = cscore_gains()
        gains.floor = 0.5
        unsafe withUnsafeMutableBytes(of: &gains) { bytes in
            for place in 0..<32 { unsafe bytes.storeBytes(of: Float.random(in: 0...9, using: &seed), toByteOffset: 4 * place, as: Float.self) }
        }
        for count in [0, 1, 7, 8, 9, 100, 1_003] {
            let levels = (0..<count).map { _ in UInt8.random(in: 0...15, using: &seed) }
            let rests = (0..<count).map { _ in Float.random(in: 0.1...4, using: &seed) }
            var (wide, plain) = ([Float](repeating: 1, count: count), [Float](repeating: 1, count: count))
            unsafe cscore_add(&gains, 2.5, levels, rests, count, &wide)
            unsafe cscore_addPlain(&gains, 2.5, levels, rests, count, &plain)
            #expect(wide == plain && zip(levels, wide).allSatisfy { $0 != 0 || $1 == 1 })
            let least = plain.sorted()[safe: count / 2] ?? 1
            var (docs, others) = (Array(0..<UInt32(count)), Array(0..<UInt32(count)))
            var (wideRests, plainRests) = (rests, rests)
            let kept = unsafe cscore_keep(&gains, 0.25, 1.0001, least * 1.2, &docs, &wideRests, &wide, count)
            let keptPlain = unsafe cscore_keepPlain(&gains, 0.25, 1.0001, least * 1.2, &others, &plainRests, &plain, count)
            #expect(kept == keptPlain && docs[..<kept] == others[..<kept] && wide[..<kept] == plain[..<kept] && wideRests[..<kept] == plainRests[..<kept])
            #expect(docs[..<kept].elementsEqual(docs[..<kept].sorted()) && docs[..<kept].allSatisfy { wideRests[Int(docs.firstIndex(of: $0)!)] == rests[Int($0)] })
        }
    }
}

extension Array {
    fileprivate subscript(safe place: Int) -> Element? { indices.contains(place) ? self[place] : nil }
}
