// Compares two filings: what they share, measured exactly. Order matters only where it must (which is contained in
// which, which appeals against which).

import Records

extension Evidence {
    /// - Parameter later: the one filed later, or not yet filed.
    package init(
        _ later: ComparedFiling, _ earlier: ComparedFiling, shingles: (later: ShingleSet, earlier: ShingleSet), likeness: Double,
        persons: Persons
    ) {
        self.init(
            later, earlier, overlap: shingles.later.overlap(with: shingles.earlier), likeness: likeness, persons: persons)
    }

    /// - Parameter overlap: the later one's own.
    /// - Parameter likeness: as measured with the weights of the archive (`WeightedText`).
    package init(
        _ later: ComparedFiling, _ earlier: ComparedFiling, overlap: Overlap, likeness: Double, persons: Persons
    ) {
        self.init()
        self.overlap = overlap
        isSameText = !later.text.isEmpty && later.text == earlier.text
        self.likeness = likeness
        isLatin = later.isLatin || earlier.isLatin
        self.persons = later.isAnonymous || earlier.isAnonymous ? .unknown : persons
        respondent = later.respondents.match(earlier.respondents)
        if respondent == nil {
            if later.respondents.isEmpty != earlier.respondents.isEmpty {
                let (named, other) = later.respondents.isEmpty ? (earlier, later) : (later, earlier)
                if Self.names(named.respondents, other) { respondent = .inText } else { respondentOfOneOnly = true }
            } else if !later.respondents.isEmpty {
                respondentsDiffer = true
            }
        }
        sharesTopic = Self.sharesTopic(later, earlier)
        topicsDiffer = !sharesTopic && !later.categories.isEmpty && !earlier.categories.isEmpty
        sharesUpstreamNumber = later.upstreamNumbers.contains(where: earlier.upstreamNumbers.contains)
        citesNumber =
            !later.textNumbers.isDisjoint(with: earlier.numbers) || !earlier.textNumbers.isDisjoint(with: later.numbers)
        isAppeal = later.isAppeal
        appealNamesOther = later.appealOf.contains(where: earlier.numbers.contains)
        sharedNumbers = later.textNumbers.intersection(earlier.textNumbers).sorted()
        // Only asked of short texts.
        if min(overlap.own, overlap.others) < VerdictRules.numbersTellBelow {
            let (shorter, longer) = later.text.count <= earlier.text.count ? (later.text, earlier.text) : (earlier.text, later.text)
            let (few, many) = (Self.digitRuns(shorter), Self.digitRuns(longer))
            // Of two short ones neither may say a number more: code 41 is not any code.
            numbersDiffer = max(overlap.own, overlap.others) < VerdictRules.numbersTellBelow ? few != many : !few.isSubset(of: many)
        }
        sharesRegion = later.region != nil && later.region == earlier.region
        sharesPlace = later.place != nil && later.place == earlier.place
        daysBetween = Int(abs(later.receivedAtSeconds - earlier.receivedAtSeconds) / 86_400)
    }

    private static func digitRuns(_ text: [UInt16]) -> Set<ArraySlice<UInt16>> {
        Set(text.split { !(0x30...0x39).contains($0) })
    }

    /// Categories that agree down to the deepest level, or one cause.
    private static func sharesTopic(_ a: ComparedFiling, _ b: ComparedFiling) -> Bool {
        if let cause = a.cause, cause == b.cause { return true }
        return a.categories.contains(where: b.categories.contains)
    }

    /// The text of a record without a respondent holds the other's name.
    private static func names(_ respondents: RespondentNames, _ filing: ComparedFiling) -> Bool {
        respondents.names.contains { name in
            guard name.unicodeScalars.count >= 4 else { return false }
            let units = Array(name.utf16)
            return holds(units, in: filing.text) || holds(units, in: filing.title)
        }
    }

    private static func holds(_ piece: [UInt16], in text: [UInt16]) -> Bool {
        guard piece.count <= text.count else { return false }
        for start in 0...(text.count - piece.count) where text[start] == piece[0] {
            var place = 1
            while place < piece.count, text[start + place] == piece[place] { place += 1 }
            if place == piece.count { return true }
        }
        return false
    }
}
