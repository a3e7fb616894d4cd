// Question: what does each step from text to words cost, and how does breaking compare with ICU's own?
// Input: the contents of 10,000 synthetic records. Both ways of breaking begin with the text as written, so that they
// do the same work; equal breaks are the tests' affair.

import CICU
import Measuring
import Records
import TextAnalysis

struct TextBenchmarks {
    private let texts: Texts

    init(_ texts: Texts) { self.texts = texts }

    func run() {
        let (count, bytes) = (texts.contents.count, texts.contentBytes)
        var units: [UInt16] = []
        Repetition.measure("normalisation", per: "text", operations: count, bytes: bytes) {
            for text in texts.contents {
                units.removeAll(keepingCapacity: true)
                Normalizer.shared.fold(text.utf8.span, into: &units)
            }
            use(units)
        }
        guard let words = unsafe cicu_openWords("zh") else { return }
        defer { unsafe cicu_closeWords(words) }
        var pairs: [Int32] = []
        Repetition.measure("normalisation and breaks, by ICU", per: "text", operations: count, bytes: bytes) {
            for text in texts.contents {
                units.removeAll(keepingCapacity: true)
                Normalizer.shared.fold(text.utf8.span, into: &units)
                if pairs.count < units.count * 2 { pairs = Array(repeating: 0, count: units.count * 2) }
                // Holds: there is room for a pair a unit, the most that there can be.
                _ = unsafe cicu_wordBreaks(words, units, Int32(units.count), &pairs, Int32(units.count))
            }
            use(pairs)
        }
        var plain = TextAnalyzer(lexicon: nil)
        Repetition.measure("normalisation and breaks, ours", per: "text", operations: count, bytes: bytes) {
            for text in texts.contents { use(plain.analyze(text, masking: false)) }
        }
        var whole = TextAnalyzer(lexicon: .domain)
        Repetition.measure("whole analysis: words, lexicon, numbers", per: "text", operations: count, bytes: bytes) {
            for text in texts.contents { use(whole.analyze(text, masking: true)) }
        }
    }
}
