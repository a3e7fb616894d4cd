// The opening of a text for a list: as many characters as people see.

import TestSupport
import Testing

@testable import Engine

@Suite struct OpeningTests {
    @Test(arguments: Seed.sample(40)) func `an opening is the prefix of as many characters`(seed: Seed) {
        var seed = seed
        let pieces = [
            "停", "车", "费", "，", "。", "、", "（", "１", "Ａ", "a", "7", " ", "\r\n", "\n", "é", "e\u{301}", "\u{301}", "か\u{3099}", "가", "👨‍👩‍👧", "🇨🇳",
            "〪", "\u{200D}", "\u{FE0F}", "ｶﾞ", "䷀", "\u{4DBF}", "鿿", "𠮷",
        ]
        for _ in 0..<300 {
            let isPlain = Bool.random(using: &seed)
            let text = (0..<Int.random(in: 0...30, using: &seed)).map { _ in pieces[..<(isPlain ? 12 : pieces.count)].randomElement(using: &seed)! }.joined()
            for count in [0, 1, 5, 24, 40] { #expect(text.opening(count) == text.prefix(count), "\(text.unicodeScalars.map(\.value)), \(count)") }
        }
    }
}
