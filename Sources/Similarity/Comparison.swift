// Compares two filings: what they share, measured exactly. Order matters only where it must (which is contained in
// which, which appeals against which).

import Records

extension Evidence {
    /// - Parameter later: the one filed later, or not yet filed.
    /// - Parameter likeness: as measured with the weights of the archive (`WeightedText`).
    package init(
        _ later: ComparedFiling, _ earlier: ComparedFiling, shingles: (later: ShingleSet, earlier: ShingleSet), likeness: Double,
        persons: Persons
    ) {
        self.init()
        overlap = shingles.later.overlap(with: shingles.earlier)
        isSameText = !later.text.isEmpty && later.text == earlier.text
        self.likeness = likeness
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
        let (shorter, longer) = later.text.count <= earlier.text.count ? (later.text, earlier.text) : (earlier.text, later.text)
        numbersDiffer = !Self.digitRuns(shorter).isSubset(of: Self.digitRuns(longer))
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
        let text = String(decoding: (filing.title + [0x20] + filing.text).filter { $0 != ComparedText.zoneMark }, as: UTF16.self)
        return respondents.names.contains { $0.unicodeScalars.count >= 4 && text.contains($0) }
    }
}
