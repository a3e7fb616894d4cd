// Words: ICU's, overridden by the lexicon and by numbers.

import CICU
import Records
import TestSupport
import Testing
@testable import TextAnalysis

private func words(_ text: String, _ lexicon: Lexicon?) -> [String] {
    var analyzer = TextAnalyzer(lexicon: lexicon)
    let result = analyzer.analyze(text, masking: false)
    return result.words.map { String(decoding: result.units[$0.range], as: UTF16.self) }
}

/// Texts as they stand in archives, made of our own words.
private func randomSentence(_ seed: inout Seed) -> String {
    let pieces = [
        "举报", "投诉人", "工作日", "物业", "油烟", "扰民", "拖欠工资", "已经", "向", "街道办事处", "反映", "多次", "，", "。", "没有", "答复",
        "小区", "停车费", "2024年1月5日", "APP", "wifi", "カタカナ", "ひらがな", "한국어", "русский", "12345", "13800138000", "\n", " ",
        "e\u{301}", "㐀", "𠀀", "️", "房地产开发商", "的", "来", "信访", "不动产", "人", "日", "工", "作", "报", "①", "JD20240315-0099881",
    ]
    return (0..<Int.random(in: 1...30, using: &seed)).map { _ in pieces.randomElement(using: &seed)! }.joined()
}

@Suite struct TextAnalyzerTests {
    @Test(arguments: [
        "举报", "信访", "督办", "催办", "转办", "交办", "立卷", "结案", "首问", "首办", "办结", "督查", "回访", "追责", "诫勉", "工作日", "打击报复",
        "维权", "退货", "油烟", "扰民", "预付卡", "霸王条款", "医保", "社保", "公积金", "微信", "下单", "移车", "来电", "整改",
    ])
    func `what ICU cuts up is one word by the lexicon`(_ word: String) {
        #expect(words(word, .domain) == [word])
        #expect(words("要求\(word)，并", .domain).contains(word))
    }

    @Test func `the lexicon wins where ICU breaks and yields where it does not`() {
        #expect(words("被举报人", .domain) == ["被举报人"])
        let own = Lexicon(folding: ["报人", "地产", "Wi-Fi密码"])
        #expect(words("房地产", own) == words("房地产", nil))
        #expect(words("请给WI-FI密碼", own).contains("wi-fi密码"))
    }

    @Test func `without a lexicon words are exactly ICU's`() {
        let breaker = unsafe cicu_openWords("zh")!
        defer { unsafe cicu_closeWords(breaker) }
        for seed in Seed.sample(300) {
            var random = seed
            let text = randomSentence(&random)
            var analyzer = TextAnalyzer(lexicon: nil)
            let result = analyzer.analyze(text, masking: true)
            var pairs = [Int32](repeating: 0, count: result.units.count * 2)
            let count = unsafe cicu_wordBreaks(breaker, result.units, Int32(result.units.count), &pairs, Int32(result.units.count))
            var expected: [Range<Int>] = []
            var start = 0
            for piece in 0..<Int(count) {
                if pairs[2 * piece + 1] >= 100 { expected.append(start..<Int(pairs[2 * piece])) }
                start = Int(pairs[2 * piece])
            }
            #expect(result.words.map(\.range) == expected, "\(seed)")
            #expect(result.numbers.isEmpty && start == result.units.count)
        }
    }

    @Test(arguments: Seed.sample(40)) func `words are ICU's, cut by numbers and joined by the lexicon as plain passes do it`(seed: Seed) {
        var seed = seed
        let known = Set(DomainLexicon.words.map { Normalizer.shared.fold($0) }.filter { (2...31).contains($0.count) })
        var analyzer = TextAnalyzer(lexicon: .domain)
        for _ in 0..<10 {
            let text = randomSentence(&seed) + DomainLexicon.words.randomElement(using: &seed)! + randomSentence(&seed)
            let result = analyzer.analyze(text, masking: true)
            let expected = overriddenWords(result.units, result.numbers, known)
            #expect(result.words.map(\.range) == expected, "\(seed) \(text)")
        }
    }

    /// What `TextAnalyzer` states, written without pieces, tables or pointers.
    private func overriddenWords(_ units: [UInt16], _ numbers: [RecognizedNumber], _ known: Set<[UInt16]>) -> [Range<Int>] {
        let breaker = WordBreaker(reference: ())
        let count = breaker.findBreaks(in: units, range: 0..<units.count)
        let ends = (0..<count).map { Int(breaker.pairs[2 * $0]) }
        let breaks = Set([0] + ends)
        /// Overrides: where they start and end, and whether the word counts.
        var overrides: [(range: Range<Int>, isWord: Bool)] = []
        var place = 0
        while place < units.count {
            if let number = numbers.first(where: { $0.range.lowerBound == place }) {
                overrides.append((number.range, !number.isPersonal))
                place = number.range.upperBound
                continue
            }
            let limit = numbers.first { $0.range.lowerBound > place }?.range.lowerBound ?? units.count
            let starts = breaks.contains(place) || overrides.last?.range.upperBound == place
            let match = stride(from: min(limit, place + 31), to: place + 1, by: -1).first { end in
                guard known.contains(Array(units[place..<end])) else { return false }
                let inside = (place + 1..<end).contains(where: breaks.contains)
                return (starts && breaks.contains(end)) || ((starts || breaks.contains(end)) && inside)
            }
            if let match { overrides.append((place..<match, true)) }
            place = match ?? place + 1
        }
        // ICU's pieces, less what is overridden.
        var words = overrides.filter(\.isWord).map(\.range)
        for (piece, end) in ends.enumerated() where breaker.pairs[2 * piece + 1] >= 100 {
            var start = piece == 0 ? 0 : ends[piece - 1]
            for override in overrides where override.range.upperBound > start && override.range.lowerBound < end {
                if override.range.lowerBound > start { words.append(start..<override.range.lowerBound) }
                start = override.range.upperBound
            }
            if start < end { words.append(start..<end) }
        }
        return words.sorted { $0.lowerBound < $1.lowerBound }
    }

    @Test(arguments: Seed.sample(20)) func `words do not depend on the texts before`(seed: Seed) {
        var seed = seed
        let texts = (0..<60).map { _ in randomSentence(&seed) }
        let fresh = texts.map { words($0, .domain) }
        var analyzer = TextAnalyzer(lexicon: .domain)
        for place in texts.indices.shuffled(using: &seed) {
            let result = analyzer.analyze(texts[place], masking: false)
            let again = result.words.map { String(decoding: result.units[$0.range], as: UTF16.self) }
            #expect(again == fresh[place], "\(texts[place])")
        }
    }

    @Test func `zones stand apart and keep their words`() {
        var analyzer = TextAnalyzer(lexicon: .domain)
        let zones = [IndexedRecord.Zone(.title, "举"), .init(.content, "报停车费"), .init(.demand, ""), .init(.cause, "退货")]
        let result = analyzer.analyze(zones)
        #expect(result.units == Array("举\u{FFFF}报停车费\u{FFFF}\u{FFFF}退货".utf16))
        #expect(result.zoneStarts == [0, 2, 7, 8])
        #expect((0..<4).map { result.zoneRange($0) } == [0..<1, 2..<6, 7..<7, 8..<10])
        #expect(result.words.map(\.range).allSatisfy { word in (0..<4).contains { result.zoneRange($0).contains(word.lowerBound) } })
        #expect(result.words.last?.kind == .lexicon)
    }

    @Test func `the shipped lexicon has hundreds of words and none twice`() {
        #expect(Lexicon.domain.count >= 400)
        #expect(Lexicon.domain.contains(Array("诫勉谈话".utf16)))
        var seen: Set<String> = []
        let doubled = DomainLexicon.words.filter { !seen.insert($0).inserted }
        #expect(doubled.isEmpty, "\(doubled)")
        #expect(DomainLexicon.words.allSatisfy { (2...12).contains($0.count) })
    }

    @Test func `a lexicon file is read line by line`() throws {
        let lexicon = try Lexicon(parsing: "# ours\n南溪鎮\r\n  某某新區 # remark\n\n", path: "lexicon.txt")
        #expect(lexicon.contains(Array("南溪镇".utf16)) && lexicon.contains(Array("某某新区".utf16)))
        #expect(lexicon.count == Lexicon.domain.count + 2)
        #expect(throws: LexiconError.wordLength(path: "l", line: 2, unitsMax: Lexicon.wordLengthMax)) {
            try Lexicon(parsing: "好的\n字\n", path: "l")
        }
        let error = LexiconError.wordLength(path: "l", line: 2, unitsMax: 31)
        for language in [Language.chinese, .english] {
            #expect(error.notice(in: language).split(separator: "\n").count == 3)
        }
    }

    @Test func `the report tells what each step did`() {
        let report = AnalysisReport(of: "⼯商　局，舉報ＡB\n投訴，電話13800138000", lexicon: .domain, masking: true)
        #expect(report.normalised == "工商局,举报ab 投诉,电话███████████")
        let steps = Dictionary(uniqueKeysWithValues: report.steps.map { ($0.name, $0.count) })
        #expect(steps[.radicals] == 1 && steps[.variants] == 5 && steps[.blanksRemoved] == 1)
        #expect(steps[.fullWidth] == 3 && steps[.capitals] == 1 && steps[.personalCharactersMasked] == 11)
        #expect(report.words == ["工商局", "举报", "ab", "投诉", "电话"])
        #expect(report.breaks == [3, 6, 8, 11, 14])
        #expect(report.numbers.map(\.start) == [14] && report.numbers[0].length == 11)
    }

    @Test func `banners are lines that come back, and stay in the text`() {
        let text = "某某文库\n第一段。\n  某某文库\n第二段。\n----\n某某文库　\n----\n----"
        let ranges = Boilerplate.ranges(in: text.utf8.span)
        #expect(ranges.map { String(decoding: Array(text.utf8)[$0], as: UTF8.self) } == ["某某文库", "某某文库", "某某文库"])
        var units: [UInt16] = []
        var offsets: [UInt32] = []
        Normalizer.shared.fold(text.utf8.span, into: &units, offsets: &offsets)
        #expect(Boilerplate.unitRanges(ranges, offsets: offsets).map { String(decoding: units[$0], as: UTF16.self) }
            == ["某某文库", "某某文库", "某某文库"])
    }
}
