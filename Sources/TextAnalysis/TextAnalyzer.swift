// From text to folded units, words and numbers: what the index stores and what a query is matched with.

import Records

/// Analyses texts one after the other. One per thread: it owns an ICU iterator and scratch memory.
///
/// The result depends on the text and the lexicon alone, not on texts analysed before.
package struct TextAnalyzer {
    private let breaker: WordBreaker
    private let lexicon: Lexicon?
    /// 1 where ICU breaks, one entry a unit of the zone and one more.
    private var breakMarks: [UInt8] = []
    private var scratch: [UInt16] = []
    private var offsets: [UInt32] = []

    /// Without a lexicon (`nil`) words are exactly ICU's and numbers are not recognised.
    /// - Parameter breaker: none other may use it.
    package init(lexicon: Lexicon?, breaker: WordBreaker = WordBreaker()) {
        self.lexicon = lexicon
        self.breaker = breaker
    }

    /// A record: personal numbers are masked after they were recognised.
    package mutating func analyze(_ zones: [IndexedRecord.Zone]) -> AnalyzedText {
        var result = AnalyzedText()
        analyze(zones, into: &result)
        return result
    }

    /// As above, into memory used before.
    package mutating func analyze(_ zones: [IndexedRecord.Zone], into result: inout AnalyzedText) {
        result.removeAll()
        for (place, zone) in zones.enumerated() {
            if place > 0 { result.units.append(AnalyzedText.zoneSeparator) }
            append(zone.text.utf8.span, to: &result, masking: true)
        }
    }

    /// One text. Queries are not masked: `masking` is for text of records.
    package mutating func analyze(_ text: String, masking: Bool) -> AnalyzedText {
        var result = AnalyzedText()
        append(text.utf8.span, to: &result, masking: masking)
        return result
    }

    /// Words of text that is folded already, as `analyze` finds them: what the index stores is cut again without a way through
    /// a string.
    package mutating func words(ofFolded units: [UInt16], into result: inout AnalyzedText) {
        result.removeAll()
        result.zoneStarts.append(0)
        result.units.append(contentsOf: units)
        guard let lexicon else { return appendPlainWords(from: 0, to: &result) }
        NumberRecognizer.appendNumbers(in: result.units, zone: 0..<result.units.count, to: &result.numbers)
        appendWords(from: 0, lexicon: lexicon, numbers: 0, masking: false, to: &result)
    }

    /// Appends one zone. The caller puts the separator between zones.
    package mutating func append(_ utf8: Span<UInt8>, to result: inout AnalyzedText, masking: Bool) {
        let start = result.units.count
        result.zoneStarts.append(Int32(start))
        let firstNumber = result.numbers.count
        guard let lexicon else {
            Normalizer.shared.fold(utf8, into: &result.units)
            appendPlainWords(from: start, to: &result)
            return
        }
        if NumberRecognizer.needsOffsets(utf8) {
            // ①138… is item 1 and a telephone, not twelve digits: digits of circled numbers are hidden (M3).
            offsets.removeAll(keepingCapacity: true)
            Normalizer.shared.fold(utf8, into: &result.units, offsets: &offsets)
            scratch.removeAll(keepingCapacity: true)
            scratch.append(contentsOf: result.units[start...])
            NumberRecognizer.hideUnreal(digits: &scratch, offsets: offsets, source: utf8)
            NumberRecognizer.appendNumbers(
                in: scratch, zone: 0..<scratch.count, shift: start, to: &result.numbers)
        } else {
            Normalizer.shared.fold(utf8, into: &result.units)
            NumberRecognizer.appendNumbers(in: result.units, zone: start..<result.units.count, to: &result.numbers)
        }
        if masking {
            for number in result.numbers[firstNumber...] where number.isPersonal {
                for place in number.range where NumberRecognizer.isLetterOrDigit(result.units[place]) {
                    result.units[place] = AnalyzedText.mask
                }
            }
        }
        appendWords(from: start, lexicon: lexicon, numbers: firstNumber, masking: masking, to: &result)
    }

    // MARK: Words

    private func appendPlainWords(from start: Int, to result: inout AnalyzedText) {
        let count = breaker.findBreaks(in: result.units, range: start..<result.units.count)
        result.words.append(addingCapacity: count) { words in
            var wordStart = start
            for piece in 0..<count {
                let end = start + Int(breaker.pairs[2 * piece])
                let status = breaker.pairs[2 * piece + 1]
                if status >= 100 { TextAnalyzer.appendWord(wordStart..<end, TextAnalyzer.kind(of: status), to: &words) }
                wordStart = end
            }
        }
    }

    /// ICU's words, overridden by recognised numbers and then by the longest words of the lexicon.
    private mutating func appendWords(
        from start: Int, lexicon: Lexicon, numbers firstNumber: Int, masking: Bool, to result: inout AnalyzedText
    ) {
        let end = result.units.count
        if start == end { return }
        let pieceCount = breaker.findBreaks(in: result.units, range: start..<end)
        breakMarks.removeAll(keepingCapacity: true)
        breakMarks.append(contentsOf: repeatElement(0, count: end - start + 1))
        let (units, numbers) = (result.units, result.numbers)
        // Holds for the pointers: they are lent for this closure; marks and units have an entry for every place below,
        // and the last pair ends at `end`.
        unsafe breaker.pairs.withUnsafeBufferPointer { pairs in
            unsafe breakMarks.withUnsafeMutableBufferPointer { marks in
                unsafe units.withUnsafeBufferPointer { units in
                    unsafe marks[0] = 1
                    for piece in 0..<pieceCount { unsafe marks[Int(pairs[2 &* piece])] = 1 }
                    var overrides = unsafe WordOverrides(
                        pairs: pairs, marks: UnsafeBufferPointer(marks), units: units, start: start, end: end)
                    // No two words share a unit.
                    result.words.append(addingCapacity: end - start) { words in
                        for number in numbers[firstNumber...] {
                            overrides.appendWords(upTo: number.range.lowerBound, lexicon, to: &words)
                            overrides.skip(to: number.range.upperBound)
                            let hidden = masking && number.isPersonal
                            if !hidden { TextAnalyzer.appendWord(number.range, .number, to: &words) }
                        }
                        overrides.appendWords(upTo: end, lexicon, to: &words)
                    }
                }
            }
        }
    }

    /// Goes through one zone once: ICU's pieces, and words of the lexicon where they may override them.
    @safe private struct WordOverrides {
        // Holds: lent for the life of this value by `appendWords`.
        let pairs: UnsafeBufferPointer<Int32>
        let marks: UnsafeBufferPointer<UInt8>
        let units: UnsafeBufferPointer<UInt16>
        let start: Int
        let end: Int
        private var piece = 0
        /// Where the last override ended; nothing behind it is written yet.
        private var position: Int

        init(
            pairs: UnsafeBufferPointer<Int32>, marks: UnsafeBufferPointer<UInt8>, units: UnsafeBufferPointer<UInt16>,
            start: Int, end: Int
        ) {
            unsafe self.pairs = pairs
            unsafe self.marks = marks
            unsafe self.units = units
            self.start = start
            self.end = end
            position = start
        }

        mutating func skip(to place: Int) { position = place }

        /// Writes the words up to `limit`, which no word crosses.
        @inline(__always)
        mutating func appendWords(upTo limit: Int, _ lexicon: Lexicon, to words: inout OutputSpan<Word>) {
            var scan = position
            while true {
                scan = unsafe lexicon.nextStart(in: units, from: scan, limit: limit)
                if scan >= limit { break }
                if let match = match(at: scan, limit: limit, lexicon) {
                    flush(upTo: scan, to: &words)
                    TextAnalyzer.appendWord(scan..<match, .lexicon, to: &words)
                    (position, scan) = (match, match)
                } else {
                    scan &+= 1
                }
            }
            flush(upTo: limit, to: &words)
        }

        private func match(at scan: Int, limit: Int, _ lexicon: Lexicon) -> Int? {
            unsafe lexicon.longestMatch(in: units.span, at: scan, limit: limit) { wordEnd in
                // A word of the lexicon may join ICU's pieces or cut one of them, but not stand wholly inside one
                // and not float between two cuts of its own making: one end is a break of ICU's.
                let startsOnBreak = unsafe marks[scan - start] == 1 || scan == position
                let endsOnBreak = unsafe marks[wordEnd - start] == 1
                if startsOnBreak && endsOnBreak { return true }
                guard startsOnBreak || endsOnBreak else { return false }
                return unsafe marks[(scan - start + 1)..<(wordEnd - start)].contains(1)
            }
        }

        /// Writes what ICU makes of the text up to `limit`, from where the last override ended.
        @inline(__always)
        private mutating func flush(upTo limit: Int, to words: inout OutputSpan<Word>) {
            while position < limit {
                while unsafe start &+ Int(pairs[2 &* piece]) <= position { piece &+= 1 }
                let pieceEnd = unsafe min(start &+ Int(pairs[2 &* piece]), limit)
                let status = unsafe pairs[2 &* piece &+ 1]
                if status >= 100 { TextAnalyzer.appendWord(position..<pieceEnd, TextAnalyzer.kind(of: status), to: &words) }
                position = pieceEnd
            }
        }
    }

    @inline(__always)
    private static func kind(of status: Int32) -> Word.Kind {
        switch status {
        case 100..<200: .number
        case 200..<300: .latin
        case 300..<400: .kana
        case 400..<500: .han
        default: .other
        }
    }

    /// A word too long for its length field is no word that anyone looks for.
    @inline(__always)
    private static func appendWord(_ range: Range<Int>, _ kind: Word.Kind, to words: inout OutputSpan<Word>) {
        guard range.count <= Int(UInt16.max) else { return }
        words.append(Word(start: Int32(range.lowerBound), length: UInt16(range.count), kind: kind))
    }
}
