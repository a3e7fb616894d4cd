// Hits shown on the untouched original.

import TestSupport
import Testing
import TextAnalysis

private func shown(_ hit: String, in text: String) -> String? {
    var units: [UInt16] = []
    var offsets: [UInt32] = []
    Normalizer.shared.fold(text.utf8.span, into: &units, offsets: &offsets)
    let wanted = Array(hit.utf16)
    guard let start = units.indices.first(where: { units[$0...].starts(with: wanted) }) else { return nil }
    let range = SourceRange.original(of: start..<start + wanted.count, offsets: offsets, in: text.utf8.span)
    return String(decoding: Array(text.utf8)[range], as: UTF8.self)
}

@Suite struct SourceRangeTests {
    @Test(arguments: [
        ("肥料", "对肥\n料方面", "肥\n料"), ("工商", "由⼯ 商部门", "⼯ 商"), ("举报", "舉報，", "舉報"), ("举报", "举报\u{200B} 处", "举报"),
        ("回访查", "客户回访Fra bibliotek查：", "回访Fra bibliotek查"), ("回访", "回访Fra bibliotek查", "回访"), ("ab", "ＡＢ１", "ＡＢ"),
        ("株", "㈱某", "㈱"), ("é", "caf\u{65}\u{301}s", "e\u{301}"), ("e", "te\u{20DD}t", "e\u{20DD}"), ("诉", "投诉", "诉"),
        ("가", "x\u{1100}\u{1161}y", "\u{1100}\u{1161}"),
    ])
    func `a hit is shown whole on the original`(_ hit: String, _ text: String, _ expected: String) {
        #expect(shown(hit, in: text).map { Array($0.utf8) } == Array(expected.utf8))
    }

    @Test(arguments: Seed.sample(100)) func `ranges never cut a character`(seed: Seed) {
        var seed = seed
        let pieces = ["举", "e\u{301}\u{323}", "👩‍👩‍👧", "\u{1100}\u{1161}\u{11A8}", "ｶﾞ", " ", "\n", "𠀀", "①", "㈱", "A", "\u{200B}", "\u{301}"]
        for _ in 0..<30 {
            let text = (0..<Int.random(in: 1...12, using: &seed)).map { _ in pieces.randomElement(using: &seed)! }.joined()
            var units: [UInt16] = []
            var offsets: [UInt32] = []
            Normalizer.shared.fold(text.utf8.span, into: &units, offsets: &offsets)
            guard !units.isEmpty else { continue }
            let start = Int.random(in: 0..<units.count, using: &seed)
            let end = Int.random(in: start...units.count, using: &seed)
            for range in [
                SourceRange.original(of: start..<end, offsets: offsets, in: text.utf8.span),
                SourceRange.wholeCharacters(around: min(start, text.utf8.count)..<min(end, text.utf8.count), in: text.utf8.span),
            ] {
                let bytes = Array(text.utf8)[range]
                #expect(String(validating: bytes, as: UTF8.self) != nil, "\(text.unicodeScalars.map(\.value))")
                if range.upperBound < text.utf8.count {
                    let next = String(decoding: Array(text.utf8)[range.upperBound...], as: UTF8.self).unicodeScalars.first!
                    #expect(next.properties.generalCategory != .nonspacingMark || range.isEmpty)
                }
            }
        }
    }
}
