// What the candidates are to the filing: texts are compared first, from the index alone; of those that may have to do with it
// the record is read.

import Archive
import Index
import Records
import Similarity
import TextAnalysis

extension Checker {
    /// A candidate whose text was compared.
    struct Compared {
        var place: Place
        var how: Found
        var number: RecordNumber
        var overlap: Overlap
        /// Nil as long as nothing rested on it.
        var likeness: Double?
        var sharedRarePairs = 0
    }

    /// All that person, number or respondent suggest, and of those that only the text suggests the ones that share most: where a
    /// set text fills the archive, hundreds share it.
    private func nearest(_ compared: [Compared], _ textsMax: Int) throws -> [Compared] {
        let byText = compared.filter { !$0.how.isSuggested }
        guard byText.count > textsMax else { return compared }
        let kept = byText.sorted { a, b in
            if a.overlap.containment != b.overlap.containment { return a.overlap.containment > b.overlap.containment }
            if a.overlap.jaccard != b.overlap.jaccard { return a.overlap.jaccard > b.overlap.jaccard }
            return a.number > b.number
        }
        return compared.filter(\.how.isSuggested) + kept.prefix(textsMax)
    }

    func verified(
        _ checked: CheckedFiling, _ found: [Place: Found], _ stored: borrowing RecordSnapshot,
        earlierThan last: RecordNumber?, textsMax: Int
    ) throws -> [CheckedMatch] {
        var matches: [CheckedMatch] = []
        for candidate in try nearest(texts(of: found, comparedWith: checked, earlierThan: last, stored), textsMax) {
            if let match = try match(candidate, checked, stored) { matches.append(match) }
        }
        return Self.sorted(matches, for: checked)
    }

    /// Compares the texts alone, as the index has them, and keeps what may have to do with the filing.
    private func texts(
        of found: [Place: Found], comparedWith checked: CheckedFiling, earlierThan last: RecordNumber?, _ stored: borrowing RecordSnapshot
    ) throws -> [Compared] {
        let filing = checked.filing
        var shingles = ShingleProbe(ShingleSet(filing.text.span, without: common))
        let rarity = rarity
        // A record that is not filed yet is counted as if it were.
        try likeness.begin(
            title: filing.title.span, text: filing.text.span, isRareFrom: rareFrom,
            rarity: checked.own == nil ? rarityOnceFiled : rarity)
        // Pieces alone suggest much: of those only the likeliest are looked into.
        // Where the respondent is known it finds what words do not.
        let likeliest = filing.respondents.isEmpty ? Self.likenessMax : Self.likenessMax / 4
        let lightest = found.values.map(\.weight).sorted(by: >).prefix(likeliest).last ?? 0
        let ends = filing.respondents.ends
        var units: [UInt16] = []
        var compared: [Compared] = []
        var texts: [(place: Place, how: Found, number: RecordNumber, text: StoredText)] = []
        texts.reserveCapacity(found.count)
        for (place, how) in found {
            let segment = snapshot.segments[place.segment]
            let number = try segment.recordNumber(of: place.doc)
            if number == checked.own { continue }
            if let last, number >= last { continue }
            texts.append((place, how, number, try segment.text(of: place.doc)))
            // All are on their way before the first is waited for.
            texts.last!.text.prefetch()
        }
        for (place, how, number, storedText) in texts {
            storedText.decode(through: ends == nil ? .demand : .respondents, into: &units)
            // About another respondent it is nothing, unless it came later and says itself what it appeals against.
            let isOther = !how.isSuggested && Self.isOther(units.span, ends)
            if isOther, try snapshot.segments[place.segment].receivedAt(of: place.doc) < filing.receivedAtSeconds { continue }
            let range = ComparedText.range(in: units.span)
            let text = units.span.extracting(range)
            let isHeavy = how.weight > 0 && how.weight >= lightest
            let overlap: Overlap
            if how.isSuggested || isHeavy {
                overlap = shingles.overlap(with: text, without: common)
            } else {
                let least = how.isOnlyOfCrowd ? rules.sameTextContainment : rules.ownMatterContainment
                guard let found = shingles.overlap(with: text, without: common, reaching: least) else { continue }
                overlap = found
            }
            var candidate = Compared(place: place, how: how, number: number, overlap: overlap)
            if !how.isSuggested, overlap.containment < rules.ownMatterContainment {
                let title = ComparedText.range(of: .title, in: units.span)
                candidate.likeness = try likeness.likeness(
                    title: units.span.extracting(title), text: units.span.extracting(range),
                    atLeast: rules.ownMatterLikeness, rarities: rarities)
                candidate.sharedRarePairs = likeness.sharedRarePairs
                guard candidate.likeness! >= rules.ownMatterLikeness else { continue }
            }
            if isOther, try !namesAppeal(place, stored) { continue }
            compared.append(candidate)
        }
        return compared
    }

    /// Whether a text names another respondent than those with these ends of names.
    private static func isOther(_ units: Span<UInt16>, _ ends: [ArraySlice<UInt16>]?) -> Bool {
        ends != nil && RespondentNames.differ(ends, fromNamesIn: units.extracting(ComparedText.range(of: .respondents, in: units)))
    }

    /// Whether a record has a member `appealOf`; found without reading it.
    private func namesAppeal(_ place: Place, _ stored: borrowing RecordSnapshot) throws -> Bool {
        guard let json = try stored.version(at: snapshot.segments[place.segment].sequence(of: place.doc))?.json else { return false }
        let member = Array("\"appealOf\"".utf8)
        let sign = UInt8(ascii: "O")  // seldom stands in a record, and the member has one
        guard let signPlace = member.firstIndex(of: sign) else { return false }
        for place in json.indices where json[place] == sign {
            let start = place - signPlace
            if start >= 0, start + member.count <= json.count, json[start..<(start + member.count)] == member[...] { return true }
        }
        return false
    }

    /// Reads the record of a candidate and says what it is to the filing; nil for nothing.
    private func match(
        _ candidate: Compared, _ checked: CheckedFiling, _ stored: borrowing RecordSnapshot
    ) throws -> CheckedMatch? {
        let filing = checked.filing
        let (how, number) = (candidate.how, candidate.number)
        let sequence = try snapshot.segments[candidate.place.segment].sequence(of: candidate.place.doc)
        guard let read = try read(sequence, candidate.place, stored) else { return nil }
        let other = read.filing
        let isLater = Self.isLater(other.receivedAtSeconds, number, than: filing.receivedAtSeconds, checked.own)
        let persons: Persons = if let match = how.persons { .same(match) } else { .unknown }
        var evidence =
            isLater
            ? Evidence(other, filing, overlap: candidate.overlap.reversed, likeness: candidate.likeness ?? 0, persons: persons)
            : Evidence(filing, other, overlap: candidate.overlap, likeness: candidate.likeness ?? 0, persons: persons)
        // The same whatever the way in which the record was found.
        if rules.restsOnLikeness(evidence) {
            if candidate.likeness == nil {
                evidence.likeness = try likeness.likeness(
                    title: other.title.span, text: other.text.span, atLeast: rules.ownMatterLikeness, rarities: rarities)
                evidence.sharedRarePairs = likeness.sharedRarePairs
            } else {
                evidence.sharedRarePairs = candidate.sharedRarePairs
            }
            if rules.restsOnPlace(evidence) {
                evidence.sharesNamedPlace = try !namedPlaces(filing).isDisjoint(with: namedPlaces(other))
            }
        } else {
            evidence.likeness = 0
        }
        if rules.restsOnEstates(evidence) {
            let (own, others) = try (estates(filing), estates(other))
            evidence.estatesDiffer = !own.isEmpty && !others.isEmpty && own.isDisjoint(with: others)
            if !evidence.estatesDiffer {
                evidence.estatesDiffer = try CompanyNames.differ(companies(filing.text.span), companies(other.text.span))
            }
        }
        guard var verdict = rules.verdict(evidence) else { return nil }
        // Whether it is one matter does not hang on who is another person, nor does another matter.
        if verdict != .sameRespondent, how.persons == nil {
            evidence.persons = try self.persons(checked, read, sequence)
            guard let known = rules.verdict(evidence) else { return nil }
            verdict = known
        }
        evidence.overlap = candidate.overlap
        return CheckedMatch(
            sequence: sequence, recordNumber: number, verdict: verdict, evidence: evidence, isLater: isLater, other: read)
    }

    private func estates(_ filing: ComparedFiling) throws -> Set<UInt32> {
        let most = estateRecordsMax
        return try NamedPlaces.estates(in: filing.text.span) { try records(with: $0) <= most }
    }

    /// The companies that a text names with their legal form.
    func companies(_ text: Span<UInt16>) throws -> [[UInt32]] {
        let most = companyRecordsMax
        return try CompanyNames.all(in: text) { try records(with: $0) <= most }
    }

    private func namedPlaces(_ filing: ComparedFiling) throws -> Set<UInt64> {
        let placeFrom = placeFrom
        return try NamedPlaces.all(in: filing.text.span) { try rarity($0) >= placeFrom }
    }

    static func sorted(_ matches: [CheckedMatch], for checked: CheckedFiling) -> [CheckedMatch] {
        // The same whatever the order in which records came or lie: by what they share; was it filed before, so earlier
        // ones first; then by how near in time they are, then by name.
        return matches.sorted { a, b in
            if a.verdict != b.verdict { return a.verdict < b.verdict }
            // One name alone is less than one telephone.
            if a.evidence.persons != b.evidence.persons {
                if a.evidence.persons == .same(.name) { return false }
                if b.evidence.persons == .same(.name) { return true }
            }
            let (x, y) = (closeness(a.evidence), closeness(b.evidence))
            if x != y { return x > y }
            if a.isLater != b.isLater { return b.isLater }
            let (p, q) = (
                abs(a.other.filing.receivedAtSeconds - checked.filing.receivedAtSeconds),
                abs(b.other.filing.receivedAtSeconds - checked.filing.receivedAtSeconds)
            )
            if p != q { return p < q }
            // Records of one moment: those that came next to it first.
            if let own = checked.own {
                let (p, q) = (distance(a.recordNumber, own), distance(b.recordNumber, own))
                if p != q { return p < q }
            }
            return a.other.filing.id < b.other.filing.id
        }
    }

    private static func closeness(_ evidence: Evidence) -> Double {
        evidence.overlap.containment + max(evidence.overlap.jaccard, evidence.likeness) + (evidence.appealNamesOther ? 2 : 0)
    }

    private static func distance(_ a: RecordNumber, _ b: RecordNumber) -> UInt64 {
        a.rawValue > b.rawValue ? a.rawValue - b.rawValue : b.rawValue - a.rawValue
    }

    /// Of two filings of one moment the one that came into the archive later; what is not in it yet comes last.
    static func isLater(_ seconds: Int64, _ number: RecordNumber, than ownSeconds: Int64, _ own: RecordNumber?) -> Bool {
        if seconds != ownSeconds { return seconds > ownSeconds }
        return own.map { number > $0 } ?? false
    }

    /// A stored record as it is compared; nil if it is not there.
    func read(_ sequence: RecordSequence, _ place: Place, _ stored: borrowing RecordSnapshot) throws -> ReadFiling? {
        if let known = readFilings[sequence] { return known }
        guard let version = try stored.version(at: sequence) else { return nil }
        var units: [UInt16] = []
        try snapshot.segments[place.segment].text(of: place.doc).decode(through: .demand, into: &units)
        let range = ComparedText.range(in: units.span)
        let complaint = try Self.compared(version)
        let read = ReadFiling(
            ComparedFiling(complaint, units: units, numbers: RecognizedNumber.all(in: Array(units[range]))),
            isNamed: (complaint.complainantCount ?? 0) > 0)
        readFilings[sequence] = read
        return read
    }

    /// Of a stored version what is compared; the rest stays unread.
    static func compared(_ version: StoredVersion) throws -> Complaint {
        try Complaint(some: try JSONObject.members(Complaint.comparedMembers, of: version.json.span))
    }

    /// Who complains in a stored record, compared with the one that is checked.
    func persons(_ checked: CheckedFiling, _ other: ReadFiling, _ sequence: RecordSequence) throws -> Persons {
        guard !checked.complainants.isEmpty, other.isNamed, !other.filing.isAnonymous else { return .unknown }
        return Self.persons(checked.filing, checked.complainants, other.filing, try complainants(of: other, sequence))
    }

    /// Who complains in a stored record; nobody where there is no key, or the record is anonymous.
    func complainants(of read: ReadFiling, _ sequence: RecordSequence) throws -> ComparedPersons {
        if let known = read.complainants { return known }
        var found = ComparedPersons()
        if let identity, identity.hasKey, !read.filing.isAnonymous, let json = try identity.identity(of: sequence),
            case .object(let object) = try JSONValue.parse(json.span)
        {
            found = ComparedPersons(try IdentityPart(json: object))
        }
        read.complainants = found
        return found
    }

    static func persons(
        _ filing: ComparedFiling, _ persons: ComparedPersons, _ other: ComparedFiling, _ others: ComparedPersons
    ) -> Persons {
        let sharesMatter =
            filing.categories.contains(where: other.categories.contains) && filing.respondents.match(other.respondents) != nil
        return persons.compared(with: others, sharesMatter: sharesMatter)
    }
}
