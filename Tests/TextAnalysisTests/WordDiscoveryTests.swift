// Suggested words against plain counting, and what makes two words worth proposing for one another.

import Glibc
import Records
import TestSupport
import Testing

@testable import TextAnalysis

@Suite struct WordDiscoveryTests {
    /// Counts every piece by looking at each place of each text.
    private func counted(_ texts: [[UInt16]], _ length: Int) -> [[UInt16]: (texts: Int, places: Int)] {
        var counts: [[UInt16]: (texts: Int, places: Int)] = [:]
        for text in texts where text.count >= length {
            var seen: Set<[UInt16]> = []
            for start in 0...(text.count - length) {
                let piece = Array(text[start..<start + length])
                guard piece.allSatisfy(WordDiscovery.isHan) else { continue }
                counts[piece, default: (0, 0)].places += 1
                if seen.insert(piece).inserted { counts[piece, default: (0, 0)].texts += 1 }
            }
        }
        return counts
    }

    @Test(arguments: Seed.sample(8)) func `counts and cohesion are those of plain counting`(seed: Seed) {
        var random = seed
        // Few characters, so that pieces repeat; a sign now and then.
        let alphabet = Array("停车费物业收电梯，".utf16)
        let texts = (0..<60).map { _ in (0..<Int.random(in: 1...30, using: &random)).map { _ in alphabet.randomElement(using: &random)! } }
        var discovery = WordDiscovery()
        for text in texts { discovery.add(text) }
        var limits = WordDiscovery.Limits()
        limits.textCountMin = 2
        limits.cohesionMin = -.infinity
        limits.entropyMin = 0
        let found = discovery.candidates(limits)
        var tables: [[[UInt16]: (texts: Int, places: Int)]] = [[:]]
        for length in 1...WordDiscovery.lengthMax { tables.append(counted(texts, length)) }
        let total = Double(tables[1].values.reduce(0) { $0 + $1.places })
        var expected = 0
        for length in 2...WordDiscovery.lengthMax { expected += tables[length].values.count { $0.texts >= 2 } }
        #expect(found.count == expected)
        for candidate in found {
            let count = tables[candidate.units.count][candidate.units]
            #expect(count?.texts == candidate.textCount && count?.places == candidate.occurrenceCount)
            var weakest = Double.infinity
            for seam in 1..<candidate.units.count {
                let left = Double(tables[seam][Array(candidate.units[..<seam])]!.places)
                let right = Double(tables[candidate.units.count - seam][Array(candidate.units[seam...])]!.places)
                weakest = min(weakest, Double(candidate.occurrenceCount) * total / (left * right))
            }
            #expect(abs(candidate.cohesion - log2(weakest)) < 1e-9)
            for sample in candidate.samples {
                let text = texts[sample.text]
                #expect(Array(text[sample.start..<sample.start + candidate.units.count]) == candidate.units)
            }
        }
    }

    @Test func `a piece with one neighbour only is no word`() {
        var discovery = WordDiscovery()
        for number in 0..<20 {
            let varied = ["甲", "乙", "丙", "丁"][number % 4]
            discovery.add("\(varied)业委会\(varied)；其他的话语内容不同一些".utf16)
        }
        let words = discovery.candidates(WordDiscovery.Limits()).map { String(decoding: $0.units, as: UTF16.self) }
        #expect(words.contains("业委会"))
        #expect(!words.contains("业委") && !words.contains("委会"), "their one neighbour is part of the word")
    }

    @Test(arguments: [
        ("业委会", "业主委员会", true), ("市监局", "市场监督管理局", true), ("物业", "物业公司", true), ("城管", "交警", false),
        ("委员会", "业主委员会", false), ("停车", "停车", false),
    ])
    func `an abbreviation keeps the order and the first character`(short: String, long: String, expected: Bool) {
        #expect(WordAssociation.isAbbreviation(Array(short.utf16), Array(long.utf16)) == expected)
        #expect(WordAssociation.isAbbreviation(Array(long.utf16), Array(short.utf16)) == expected)
    }

    @Test(arguments: [("十条", "十七条", true), ("中山路", "中山北路", true), ("移车", "挪车", false), ("业委会", "业主委员会", false)])
    func `numbers and directions make siblings`(a: String, b: String, expected: Bool) {
        #expect(WordAssociation.isSibling(Array(a.utf16), Array(b.utf16)) == expected)
    }

    @Test func `words in the same company are proposed, others are not`() {
        var association = WordAssociation()
        let before = ["司机", "业主", "民警", "保安", "物业", "邻居", "队员", "居民"]
        let behind = ["请求", "联系", "通知", "电话", "现场", "尽快", "及时", "协助"]
        for number in 0..<240 {
            let middle = ["挪车", "移车", "停水"][number % 3]
            let (left, right) = (before[number / 3 % 8], behind[(number / 3 + number / 24) % 8])
            // 停水 keeps other company.
            let words = middle == "停水" ? ["小区", middle, "多日"] : [left, middle, right]
            association.count(association.add(words.map { Array($0.utf16) }))
        }
        var limits = WordAssociation.Limits()
        limits.textShareMax = 1
        let pairs = association.proposals(limits).map { Set([$0.left, $0.right].map { String(decoding: $0, as: UTF16.self) }) }
        #expect(pairs.contains(["挪车", "移车"]))
        #expect(!pairs.contains { $0.contains("停水") })
    }
}
