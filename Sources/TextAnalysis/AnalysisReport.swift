// What became of a text, step by step, for `juanzong analyze`.

/// Slow and complete: for showing one text, not for indexing.
package struct AnalysisReport: Sendable {
    /// What one step did; steps that changed nothing are left out.
    package struct Step: Hashable, Sendable {
        package enum Name: String, CaseIterable, Sendable {
            case controlCharacters, ignorablesRemoved, radicals, variants, fullWidth, capitals, compatibility
            case watermarkCharacters, lineEndsJoined, blanksRemoved, paragraphBreaks, personalCharactersMasked
            case wordsOfLexicon, numbersRecognized
        }
        package let name: Name
        package let count: Int
    }

    package struct Number: Sendable {
        package let kind: RecognizedNumber.Kind
        package let canonical: String
        /// In code points of `normalised`.
        package let start: Int
        package let length: Int
    }

    package let original: String
    package let normalised: String
    package let steps: [Step]
    /// Ends of words in code points of `normalised`.
    package let breaks: [Int]
    package let words: [String]
    package let numbers: [Number]

    /// - Parameter lexicon: nil gives ICU's words alone and no numbers.
    /// - Parameter masking: as in records: personal numbers become █. Has no effect without a lexicon.
    package init(of text: String, lexicon: Lexicon?, masking: Bool) {
        var analyzer = TextAnalyzer(lexicon: lexicon)
        let analyzed = analyzer.analyze(text, masking: masking)
        original = text
        normalised = String(decoding: analyzed.units, as: UTF16.self)

        // Code points before each unit.
        var codePoints = [0]
        codePoints.reserveCapacity(analyzed.units.count + 1)
        for unit in analyzed.units { codePoints.append(codePoints[codePoints.count - 1] + (unit & 0xFC00 == 0xDC00 ? 0 : 1)) }
        breaks = analyzed.words.map { codePoints[$0.range.upperBound] }
        words = analyzed.words.map { String(decoding: analyzed.units[$0.range], as: UTF16.self) }
        numbers = analyzed.numbers.map {
            let start = codePoints[$0.range.lowerBound]
            return Number(
                kind: $0.kind, canonical: $0.canonical, start: start, length: codePoints[$0.range.upperBound] - start)
        }

        var counts = FoldCounts(of: text).counts
        let masked = masking && lexicon != nil
        counts[.personalCharactersMasked] =
            masked ? analyzed.numbers.filter(\.isPersonal).reduce(0) { sum, number in
                sum + analyzed.units[number.range].count { $0 == AnalyzedText.mask }
            } : 0
        counts[.wordsOfLexicon] = analyzed.words.count { $0.kind == .lexicon }
        counts[.numbersRecognized] = analyzed.numbers.count
        steps = Step.Name.allCases.compactMap { name in
            guard let count = counts[name], count > 0 else { return nil }
            return Step(name: name, count: count)
        }
    }
}

/// Tells from the folded text and its offsets what each rule of folding did.
private struct FoldCounts {
    private(set) var counts: [AnalysisReport.Step.Name: Int] = [:]

    init(of text: String) {
        typealias Kind = CharacterClass.Kind
        let table = Normalizer.shared.table
        var units: [UInt16] = []
        var offsets: [UInt32] = []
        Normalizer.shared.fold(text.utf8.span, into: &units, offsets: &offsets)
        let kept = Set(offsets)

        var place = 0
        var whiteStart = -1
        var blanks = 0
        var lineEnds = 0
        for scalar in text.unicodeScalars {
            let start = place
            place += String(scalar).utf8.count
            let kind = table.characterClass(of: scalar.value)
            var folded: [UInt32] = []
            table.appendFolded(scalar.value, to: &folded)
            if kind.kind == Kind.space || kind.kind == Kind.lineEnd {
                if whiteStart < 0 { whiteStart = start }
                if kind.kind == Kind.lineEnd { lineEnds += 1 } else { blanks += 1 }
                if kind.kind == Kind.space && scalar.value < 0x20 { add(.controlCharacters) }
                continue
            }
            if kind.kind == Kind.removed {
                add(.ignorablesRemoved)
                continue
            }
            if whiteStart >= 0 {
                if !kept.contains(UInt32(whiteStart)) { add(lineEnds > 0 ? .lineEndsJoined : .blanksRemoved) }
                (whiteStart, blanks, lineEnds) = (-1, 0, 0)
            }
            if !kept.contains(UInt32(start)) && !kind.joinsBackward { add(.watermarkCharacters) }
            if folded != [scalar.value] {
                switch scalar.value {
                case 0x2E80...0x2FDF: add(.radicals)
                case 0xFF01...0xFF5E: add(.fullWidth)
                case _ where scalar.properties.isUppercase: add(.capitals)
                case _ where kind.kind == Kind.han: add(.variants)
                default: add(.compatibility)
                }
            }
        }
        counts[.paragraphBreaks] = units.count { $0 == 0x2029 }
    }

    private mutating func add(_ name: AnalysisReport.Step.Name) { counts[name, default: 0] += 1 }
}
