// What folding must do, asked from ICU one code point at a time and written as slowly and plainly as possible.
//
// Two uses: the folding table is made from it (tools/make-fold-table), and it is the oracle of the tests.

import CICU
import TextAnalysis

@safe final class FoldReference {
    private let simplifier: OpaquePointer
    private var known: [UInt32: [UInt32]] = [:]

    init() {
        unsafe simplifier = cicu_openSimplifier()!
    }

    deinit { unsafe cicu_closeSimplifier(simplifier) }

    // MARK: One code point

    /// The folded form of one code point seen alone; of white space, a character of the same kind.
    func folded(_ codePoint: UInt32) -> [UInt32] {
        if let result = known[codePoint] { return result }
        // ICU's traditional-simplified table holds cycles (苎 → 苧 → 苎): their smallest member stands for all.
        var seen: [[UInt32]] = [[codePoint]]
        while true {
            let next = step(seen.last!)
            guard let place = seen.firstIndex(of: next) else {
                seen.append(next)
                continue
            }
            let result = seen[place...].min { $0.lexicographicallyPrecedes($1) }!
            known[codePoint] = result
            return result
        }
    }

    private func step(_ text: [UInt32]) -> [UInt32] {
        let own = text.flatMap { FoldChoices.own[$0].map { [$0] } ?? FoldReference.harmless($0) }
        return FoldReference.caseFolded(own).map(simplified)
    }

    /// Control characters are blanks; what can be no character is U+FFFD.
    private static func harmless(_ codePoint: UInt32) -> [UInt32] {
        if codePoint & 0xFFFE == 0xFFFE || (0xFDD0...0xFDEF).contains(codePoint) || (0xD800...0xDFFF).contains(codePoint) {
            return [0xFFFD]
        }
        let isControl = codePoint < 0x20 || (0x7F...0x9F).contains(codePoint)
        return [isControl && !isLineEnd(codePoint) ? 0x20 : codePoint]
    }

    static func isLineEnd(_ codePoint: UInt32) -> Bool {
        (0x0A...0x0D).contains(codePoint) || codePoint == 0x85 || codePoint == 0x2028
    }

    static func caseFolded(_ text: [UInt32]) -> [UInt32] {
        unsafe normalised(text) { unsafe cicu_nfkcCasefold($0, $1, $2, $3) }
    }

    static func composed(_ text: [UInt32]) -> [UInt32] { unsafe normalised(text) { unsafe cicu_nfc($0, $1, $2, $3) } }

    private static func normalised(
        _ text: [UInt32],
        by form: (UnsafePointer<UInt16>, Int32, UnsafeMutablePointer<UInt16>?, Int32) -> Int32
    ) -> [UInt32] {
        let units = utf16(text)
        var result = [UInt16](repeating: 0, count: units.count * 20 + 1)
        let count = unsafe form(units, Int32(units.count), &result, Int32(result.count))
        precondition(count >= 0 && count <= result.count)
        return Array(result[..<Int(count)]).codePoints
    }

    /// What ICU's traditional-simplified table makes of one code point.
    func simplified(_ codePoint: UInt32) -> UInt32 {
        let units = FoldReference.utf16([codePoint])
        var result = [UInt16](repeating: 0, count: 16)
        let count = unsafe cicu_simplify(simplifier, units, Int32(units.count), &result, 16)
        precondition(count >= 0)
        let characters = Array(result[..<Int(count)]).codePoints
        return characters.count == 1 ? characters[0] : codePoint
    }

    static func utf16(_ text: [UInt32]) -> [UInt16] {
        text.flatMap { $0 < 0x10000 ? [UInt16($0)] : [UInt16(0xD7C0 + ($0 >> 10)), UInt16(0xDC00 + ($0 & 0x3FF))] }
    }

    // MARK: Class of a code point

    func characterClass(_ codePoint: UInt32) -> UInt8 {
        let text = folded(codePoint)
        if text.isEmpty { return CharacterClass.Kind.removed | CharacterClass.joinsBackward }
        var result = text.count > 1 ? CharacterClass.Kind.expansion : FoldReference.kind(text[0])
        if !cicu_hasBoundaryBefore(codePoint) { result |= CharacterClass.joinsBackward }
        if !cicu_hasBoundaryAfter(codePoint) { result |= CharacterClass.joinsForward }
        return result
    }

    /// Kind of a folded character.
    static func kind(_ codePoint: UInt32) -> UInt8 {
        typealias Kind = CharacterClass.Kind
        if codePoint == 0x2029 { return Kind.paragraph }
        if isLineEnd(codePoint) { return Kind.lineEnd }
        if codePoint == 0x20 { return Kind.space }
        if (0x30...0x39).contains(codePoint) { return Kind.digit }
        // ICU: U_DASH_PUNCTUATION … U_OTHER_PUNCTUATION are 19…23, initial and final quotes 28 and 29.
        let category = cicu_generalCategory(codePoint)
        if (19...23).contains(category) || category == 28 || category == 29 { return Kind.punctuation }
        let script = unsafe String(cString: cicu_script(codePoint))
        if script == "Hani" { return Kind.han }
        if script == "Hira" || script == "Kana" || codePoint == 0x30FC { return Kind.kana }
        if codePoint < 0x10000 && !FoldChoices.scriptsBesideHan.contains(script) { return Kind.foreign }
        return Kind.other
    }

    // MARK: A whole text

    /// Folds a text in passes over arrays. Assumes no more than 63 marks in a row.
    func folded(_ text: [UInt32]) -> [UInt32] {
        // Characters, with CR LF as one line end; composed where they were mapped.
        var lines: [UInt32] = []
        for (place, character) in text.enumerated() {
            if character == 0x0A && place > 0 && text[place - 1] == 0x0D { continue }
            lines.append(character)
        }
        let mapped = FoldReference.composed(lines.flatMap(folded))
        return withoutWatermarks(withWhiteSpaceSettled(mapped))
    }

    private func withWhiteSpaceSettled(_ text: [UInt32]) -> [UInt32] {
        typealias Kind = CharacterClass.Kind
        func isWhite(_ c: UInt32) -> Bool { c == 0x20 || c == 0x2029 || FoldReference.isLineEnd(c) }
        var result: [UInt32] = []
        var place = 0
        while place < text.count {
            guard isWhite(text[place]) else {
                result.append(text[place])
                place += 1
                continue
            }
            var end = place
            while end < text.count && isWhite(text[end]) { end += 1 }
            let run = text[place..<end]
            let left = place > 0 ? FoldReference.kind(text[place - 1]) : Kind.border
            let right = end < text.count ? FoldReference.kind(text[end]) : Kind.border
            // By code points: a String would join a prepended mark (U+0600) with the sentence end after it.
            let before = text[max(0, place - 2)..<place]
            let sentenceEnds = Array("。;:!?".unicodeScalars.map(\.value))
            let closing = Array("\"')】》".unicodeScalars.map(\.value))
            let ends = before.last.map(sentenceEnds.contains) ?? false
                || (before.count == 2 && sentenceEnds.contains(before.first!) && closing.contains(before.last!))
            let lineEnds = run.count(where: FoldReference.isLineEnd)
            let chinese = [Kind.han, Kind.kana]
            let joinable = chinese + [Kind.digit, Kind.punctuation]
            if run.contains(0x2029) || lineEnds > 1 || (lineEnds == 1 && ends) {
                result.append(0x2029)
            } else if lineEnds == 1 {
                let joined = (left == Kind.digit && right == Kind.digit)
                    || (chinese.contains(left) && joinable.contains(right))
                    || (chinese.contains(right) && joinable.contains(left))
                if !joined { result.append(0x20) }
            } else if left != Kind.han || right != Kind.han {
                result.append(0x20)
            }
            place = end
        }
        return result
    }

    private func withoutWatermarks(_ text: [UInt32]) -> [UInt32] {
        typealias Kind = CharacterClass.Kind
        let names = [
            "fra bibliotek", "fra baidu bibliotek", "baidu nhomakorabea", "байду номын сангаас", "ቤተ መጻሕፍቲ ባይዱ",
        ].map { Array($0.unicodeScalars.map(\.value)) }
        var result: [UInt32] = []
        var place = 0
        next: while place < text.count {
            // Does a watermark begin here, and does Han text go on after it?
            let before = result.last.map(FoldReference.kind) ?? Kind.border
            var start = place
            if text[start] == 0x20 { start += 1 }
            if before == Kind.han || before == Kind.punctuation {
                var ends = names.filter { text[start...].starts(with: $0) }.map { start + $0.count }
                if before == Kind.han {
                    var end = start
                    while end < text.count, FoldReference.kind(text[end]) == Kind.foreign
                        || (text[end] == 0x20 && end > start && end + 1 < text.count
                            && FoldReference.kind(text[end + 1]) == Kind.foreign) { end += 1 }
                    if end > start && end - start <= 24 { ends.append(end) }
                }
                for end in ends {
                    var after = end
                    if after < text.count && text[after] == 0x20 { after += 1 }
                    if after < text.count && FoldReference.kind(text[after]) == Kind.han {
                        place = after
                        continue next
                    }
                }
            }
            result.append(text[place])
            place += 1
        }
        return result
    }
}
