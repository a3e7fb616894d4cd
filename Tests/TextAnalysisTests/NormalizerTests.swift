// Folding: what it makes of the traps of real archives, its laws, and its oracle.

import CICU
import TestSupport
import Testing
import TextAnalysis

private func folded(_ text: String) -> String {
    String(decoding: Normalizer.shared.fold(text), as: UTF16.self)
}

private func folded(_ text: [UInt32]) -> [UInt32] {
    var units: [UInt16] = []
    Normalizer.shared.fold(utf8(text).span, into: &units)
    return units.codePoints
}

private func utf8(_ text: [UInt32]) -> [UInt8] {
    text.flatMap { Array(String(Unicode.Scalar($0)!).utf8) }
}

/// Characters as they meet in archives, and every trap of folding, mixed.
private func randomText(_ seed: inout Seed, atMost count: Int) -> [UInt32] {
    let traps: [UInt32] = [
        0x20, 0x20, 0x0A, 0x0A, 0x0D, 0x09, 0x3000, 0xA0, 0x2028, 0x2029, 0x85, 0x0C, 0x200B, 0xFEFF, 0xAD, 0xFE00,
        0x3002, 0xFF1B, 0xFF1A, 0xFF0C, 0x2C, 0x3A, 0x201D, 0xFF09, 0x30, 0x39, 0xFF11, 0x2460, 0x3231, 0xFDFA, 0xA8,
        0x300, 0x301, 0x308, 0x323, 0x345, 0x344, 0x338, 0x3C, 0x3099, 0x30AB, 0x304B, 0xFF76, 0xFF9E, 0x1100, 0x1161,
        0x11A8, 0xAC00, 0x1200, 0x1201, 0x1201, 0x4E2D, 0x5DE5, 0x2F2F, 0x2EA0, 0x82CE, 0x82E7, 0x85B4, 0x767C, 0x20000,
        0x2F800, 0x41, 0xC4, 0xDF, 0x130, 0x1E9B, 0x3A3, 0x434, 0x9BE, 0x9C7, 0xDD9, 0xDCF, 0xDDF, 0x1D400, 0xE0100, 0xFFFF,
        0x1FFFE, 0xFDD0, 0,
    ]
    var text: [UInt32] = []
    for _ in 0..<Int.random(in: 0...count, using: &seed) {
        switch Int.random(in: 0..<12, using: &seed) {
        case 0..<6: text.append(traps.randomElement(using: &seed)!)
        case 6..<8: text.append(UInt32.random(in: 0x4E00...0x9FFF, using: &seed))
        case 8: text.append(UInt32.random(in: 0x20...0x7E, using: &seed))
        case 9: text.append(UInt32.random(in: 0xA0...0x33FF, using: &seed))
        case 10:
            let marks = ["fra bibliotek", "Fra Baidu Bibliotek", "Байду номын сангаас", "ቤተ መጻሕፍቲ ባይዱ"]
            text += marks.randomElement(using: &seed)!.unicodeScalars.map(\.value)
        default:
            var any = UInt32.random(in: 0...0x10FFFF, using: &seed)
            if (0xD800...0xDFFF).contains(any) { any = 0x4E00 }
            text.append(any)
        }
    }
    return text
}

@Suite struct NormalizerTests {
    @Test(arguments: [
        ("ＡＰＰ下載：１２３", "app下载:123"),
        ("⼯商⾏政", "工商行政"), ("⺬范⻋⺠", "示范车民"),  // M3
        ("㈱①", "(株)1"),
        ("对肥\n料的统计汇\r\n总，拨打1231\n2热线", "对肥料的统计汇总,拨打12312热线"),  // M4
        ("第一条。\n第二条", "第一条。\u{2029}第二条"), ("标题\n\n正文", "标题\u{2029}正文"),
        ("他说：“好。”\n第二天", "他说:\"好。\"\u{2029}第二天"),
        ("line one\nline two", "line one line two"), ("投诉 举 报", "投诉举报"), ("  APP  下载 ", " app 下载 "),
        ("投\u{200B}诉\u{FEFF}举\u{AD}报", "投诉举报"), ("a\u{0}b\tc", "a b c"), ("苎苧薴", "苎苎苎"),
        ("e\u{301}É", "éé"), ("か\u{3099}ｶﾞ", "がガ"), ("ㄱㅏ", "\u{AC00}"),
        ("回访Fra bibliotek查", "回访查"), ("办理\nቤተ መጻሕፍቲ ባይዱ\n社区", "办理社区"),  // M9
        ("意见。Байду номын сангаас\n当面", "意见。当面"),
        // Punctuation beyond U+FFFF counts as any other: a random text met U+1173D (AHOM SIGN SECTION) here.
        ("意见\u{1173D}ቤተ መጻሕፍቲ ባይዱ当面", "意见\u{1173D}当面"), ("见\u{10100} fra bibliotek 当", "见\u{10100}当"),
        ("4S店 K歌 A市 iPhone手机，找Иван先生", "4s店 k歌 a市 iphone手机,找иван先生"),
    ])
    func `each trap folds as stated`(_ text: String, _ expected: String) {
        #expect(folded(text) == expected, "\(folded(text).unicodeScalars.map { String($0.value, radix: 16) })")
    }

    @Test func `ill-formed UTF-8 becomes replacement characters`() {
        var units: [UInt16] = []
        let bytes: [UInt8] = [0x41, 0xFF, 0xE5, 0xB7, 0xED, 0xA0, 0x80, 0xC0, 0x80, 0xF4, 0x90, 0xE5, 0xB7, 0xA5, 0xE5]
        Normalizer.shared.fold(bytes.span, into: &units)
        #expect(String(decoding: units, as: UTF16.self) == "a\u{FFFD}\u{FFFD}" + "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}工\u{FFFD}")
    }

    @Test func `every assigned code point folds to characters that fold to themselves`() {
        let table = Normalizer.shared.table
        for codePoint in UInt32(0)...0x10FFFF where !(0xD800...0xDFFF).contains(codePoint) && cicu_age(codePoint) != 0 {
            var once: [UInt32] = []
            table.appendFolded(codePoint, to: &once)
            var twice: [UInt32] = []
            for character in once { table.appendFolded(character, to: &twice) }
            if once != twice { Issue.record("U+\(String(codePoint, radix: 16)): \(once) → \(twice)") }
            #expect(!once.contains { $0 & 0xFFFE == 0xFFFE })
        }
    }

    @Test(arguments: Seed.sample(200)) func `every piece of folded text folds to itself`(seed: Seed) {
        var seed = seed
        for _ in 0..<20 {
            let text = randomText(&seed, atMost: 40)
            let once = folded(text)
            #expect(folded(once) == once, "\(text)")
            #expect(FoldReference.caseFolded(once) == once, "\(text)")
            #expect(!once.contains { $0 == 0x0A || $0 & 0xFFFE == 0xFFFE })
            for _ in 0..<10 {
                let start = Int.random(in: 0...once.count, using: &seed)
                let end = Int.random(in: start...once.count, using: &seed)
                let piece = Array(once[start..<end])
                #expect(folded(piece) == piece, "\(text) \(start) \(end)")
            }
        }
    }

    @Test func `the table in one pass does what ICU and plain passes do`() {
        let reference = FoldReference()
        // Two texts that once parted table and passes: punctuation beyond U+FFFF before a watermark, and a sentence
        // end after a prepended mark, which the passes took for one character.
        for text: [UInt32] in [
            [0x77F4, 0x31, 0x1E61, 0x1173D] + "ቤተ መጻሕፍቲ ባይዱ".unicodeScalars.map(\.value) + [0x4E2D],
            [0x5DE5, 0x600, 0x3002, 0x0C, 0x66],
        ] { #expect(folded(text) == reference.folded(text)) }
        for seed in Seed.sample(4_000) {
            var random = seed
            let text = randomText(&random, atMost: 40)
            #expect(folded(text) == reference.folded(text), "\(seed) \(text)")
        }
    }

    @Test(arguments: Seed.sample(100)) func `offsets start characters, never decrease and fold as without`(seed: Seed) {
        var seed = seed
        for _ in 0..<20 {
            let text = randomText(&seed, atMost: 60)
            let bytes = utf8(text)
            var units: [UInt16] = [7]
            var offsets: [UInt32] = [9]
            Normalizer.shared.fold(bytes.span, into: &units, offsets: &offsets)
            #expect(Array(units.dropFirst()).codePoints == folded(text))
            #expect(units.count == offsets.count && units[0] == 7 && offsets[0] == 9)
            let places = offsets.dropFirst()
            #expect(zip(places, places.dropFirst()).allSatisfy { $0 <= $1 })
            #expect(places.allSatisfy { bytes[Int($0)] & 0xC0 != 0x80 })
        }
    }

    @Test func `a thousand marks on one letter do not stall folding, and the law holds`() {
        let text: [UInt32] = [0x61] + (0..<100_000).map { $0 % 2 == 0 ? 0x301 : 0x323 } + [0x4E2D]
        let once = folded(text)
        #expect(once.count < 70 && once.last == 0x4E2D)
        #expect(folded(once) == once)
        let spaced = folded([0xA8] + text)
        #expect(folded(spaced) == spaced)
    }

    @Test func `variants listed by hand are those ICU leaves`() {
        let reference = FoldReference()
        #expect(FoldChoices.own.count > 100)
        for pair in FoldChoices.variants.split(separator: " ") {
            let variant = pair.unicodeScalars.first!.value
            #expect(reference.simplified(variant) == variant, "\(pair)")
            #expect(folded(String(pair.first!)) == folded(String(pair.last!)), "\(pair)")
        }
    }
}
