// The quick ways against the general ones.

import Records
import TestSupport
import TextAnalysis
import Testing

@testable import Similarity

@Suite struct FoldedTextTests {
    @Test(arguments: Seed.sample(8)) func `folded text is the text that UTF-16 says`(start: Seed) {
        var seed = start
        let units: [UInt16] = [0x20, 0x41, 0x7A, 0x7F, 0x80, 0xE9, 0x7FF, 0x800, 0x4E00, 0xD7FF, 0xE000, 0xFFFD, 0xFFFF]
        for _ in 0..<100 {
            var text = (0..<Int.random(in: 0...12, using: &seed)).map { _ in units.randomElement(using: &seed)! }
            if Bool.random(using: &seed) { text += [[0xD840, 0xDC00], [0xD840], [0xDC00]].randomElement(using: &seed)! + [0x4E01] }
            #expect(String(folded: text) == String(decoding: text, as: UTF16.self), "\(text)")
        }
    }

    @Test(arguments: Seed.sample(8)) func `a number is folded as any text is`(start: Seed) {
        var seed = start
        let letters = Array("0189azAZ-_ /.（）Ａ９号〔〕—")
        for _ in 0..<200 {
            let number = String((0..<Int.random(in: 0...10, using: &seed)).map { _ in letters.randomElement(using: &seed)! })
            #expect(FoldedNumber.of(number) == FoldedNumber.slowly(number), "\(number)")
        }
        for byte in UInt8(0x20)..<0x7F {
            let number = "1\(Character(Unicode.Scalar(byte)))B"
            #expect(FoldedNumber.of(number) == FoldedNumber.slowly(number), "\(number)")
        }
    }

    @Test(arguments: Seed.sample(8)) func `zones are found where a plain walk finds them`(start: Seed) {
        var seed = start
        for _ in 0..<100 {
            var (units, ranges): ([UInt16], [UInt16: Range<Int>]) = ([], [:])
            for zone in UInt16(0)..<5 where Bool.random(using: &seed) {
                units += [ComparedText.zoneMark, zone]
                let text = (0..<Int.random(in: 0...19, using: &seed)).map { _ in [0x4E00, 0xFFFE, 0x7FFF, 0x8000, 0x20].randomElement(using: &seed)! as UInt16 }
                ranges[zone] = units.count..<(units.count + text.count)
                units += text
            }
            for zone in TextZone.allCases where zone.rawValue < 5 {
                let found = ComparedText.range(of: zone, in: units.span)
                #expect(found == ranges[UInt16(zone.rawValue)] ?? 0..<0)
            }
        }
    }

    @Test(arguments: Seed.sample(4)) func `a pair is common if it was said to be`(start: Seed) {
        var seed = start
        for count in [0, 1, 3, 60, 900] {
            let pairs = Set((0..<count).map { _ in UInt32.random(in: 1...5_000, using: &seed) &* 65_537 })
            let common = CommonPairs(pairs)
            #expect(common.count == pairs.count)
            for pair in UInt32(1)...5_000 {
                let pair = pair &* 65_537
                let said = common.contains(UInt16(truncatingIfNeeded: pair >> 16), UInt16(truncatingIfNeeded: pair))
                #expect(said == pairs.contains(pair))
            }
        }
    }

    @Test func `a person without a letter is no respondent`() {
        var (a, b) = (Respondent(), Respondent())
        (a.person, b.person) = ("？？", "——")
        #expect(RespondentNames([a]).match(RespondentNames([b])) == nil)
        let zone = Normalizer.shared.fold("某公司")
        let differ = RespondentNames.differ(RespondentNames([a]).ends, fromNamesIn: zone.span)
        #expect(!differ)
    }
}
