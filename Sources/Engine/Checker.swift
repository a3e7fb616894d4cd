// Compares one filing with an archive: candidates from every source, each verified exactly.
//
// Sources: bands of the text's sketch; rare pairs of letters, exactly (`PieceSearch`); the person; numbers given by
// others or cited; the respondent with the same category. None decides anything: what is found by any of them goes
// through the same comparison, so a further source can only find more.

import Archive
import Index
import Records
import Search
import Similarity
import TextAnalysis

/// One filing to be compared, with everything it can be found by.
struct CheckedFiling {
    var filing: ComparedFiling
    /// Of the compared text.
    var bands: [UInt32]
    /// Keyed hashes that name a complainant for certain, with what they are made of. Empty without key or person.
    var persons: [(hash: TermHash, match: PersonMatch)]
    /// Who complains, as it is compared with one record at a time; empty without key or person.
    var complainants: ComparedPersons
    /// Keyed hashes of names, by which records of namesakes are looked for.
    var names: [TermHash]
    /// As the record writes them: values of the facet `respondent`.
    var respondentNames: [String]
    /// The record itself, when it is in the archive already: never its own candidate.
    var own: RecordNumber?
}

/// A record of the archive that has to do with the filing.
struct CheckedMatch {
    var sequence: RecordSequence
    var recordNumber: RecordNumber
    /// Nil only in a wide search.
    var ladder: Verdict?
    var verdict: Verdict { ladder! }
    var evidence: Evidence
    /// The record was filed after the one that is checked.
    var isLater: Bool
    var complaint: Complaint
}

/// One for a thread: it keeps a snapshot, and what it learnt from it.
final class Checker {
    let records: RecordStore
    private let identity: IdentityStore?
    let sight: Sight
    let snapshot: IndexSnapshot
    let common: CommonPairs
    /// Documents of the archive when it was learnt what is common and what is rare in it.
    private let documentCount: Int
    /// What it learnt of a large archive, for all threads and for the next process.
    private let pairs: PairCounts?
    private var known: KnownRarities
    private var likeness = LikenessProbe()
    private var pieceCounter = PieceCounter()
    private var weightCounter = WeightCounter()
    private var readFilings = ReadFilings()
    private var analyzer: DocumentAnalyzer
    let rules = VerdictRules()

    /// A pair of letters in more than this share of the records tells nothing …
    private static let commonShare = 0.05
    /// … if they are more than so many: in a small archive a few copies are no set phrase.
    private static let commonCountMin = 60
    /// In a smaller archive every record may change what is common.
    private static let learntDocsMin = 20_000
    private static let nearSharePerMille = 5
    /// Documents that share one band, taken at most. A set phrase that fills the band brings thousands.
    private static let bandShareMax = 24
    private static let bandCandidatesMax = 128
    /// Records looked into that text and person do not suggest.
    static let respondentsMax = 24
    private static let namesakesMax = 256
    /// Of one person's records the newest are candidates for that alone …
    private static let ownRecordsMax = 256
    /// … and so many are known as the person's when they are found otherwise.
    private static let ownRecordsKnown = 4_096
    /// Compared by their words though they share few of them.
    private static let likenessMax = 16
    private static let wideMax = 48
    private static let widePairs = 64
    private static let wideLikeness = 0.09
    /// Newest records taken of each pair in a wide search: a matter is a thing of its time.
    private static let wideNewest = 192
    /// Likeness alone puts no records together that lie further apart.
    static let wideDays = 180
    private static var wideSeconds: Int64 { Int64(wideDays + 1) * 86_400 }
    /// Of those that share a band, so many that share most are compared in a wide search.
    private static let wideBandsMax = 32
    /// Of a wide search so many of the likeliest are read whole, and so many of one person.
    private static let wideRead = 16
    /// Of a text, pairs looked up at most: a text of more is known by these.
    private static let pairsMax = 1_500

    init(_ engine: Engine, identity: IdentityStore?, sharing other: Checker? = nil) throws {
        records = engine.records
        self.identity = identity
        // Taken before the sight, which then knows every version in it. Threads have theirs from the first checker.
        let taken = try engine.index().snapshot()
        let sight: Sight
        if let other, other.sight.isWhole || other.sight.newest >= taken.watermark { sight = other.sight } else { sight = try engine.sight() }
        self.sight = sight
        snapshot = try sight.visible(taken)
        // Replaced documents count as well, which is quicker; hidden ones must not.
        let total = max(1, sight.isWhole ? snapshot.segments.reduce(0) { $0 + $1.docCount } : snapshot.liveDocCount)
        let least = max(Self.commonCountMin, Int(Self.commonShare * Double(total)))
        if let other, other.sight === sight,
            other.snapshot.watermark == snapshot.watermark || sight.isWhole && Self.stillHolds(other.documentCount, for: total)
        {
            (common, known, documentCount, pairs) = (other.common, other.known, other.documentCount, other.pairs)
        } else if sight.isWhole, total >= Self.learntDocsMin {
            let learnt = try engine.pairCounts(snapshot, commonAbove: least) { Self.stillHolds($0, for: total) }
            common = CommonPairs(learnt.common)
            known = KnownRarities(total: learnt.docCount)
            (documentCount, pairs) = (learnt.docCount, learnt)
        } else {
            common = CommonPairs(try snapshot.frequentBigrams(moreThan: least, liveOnly: !sight.isWhole).lazy.map(\.units))
            known = KnownRarities(total: total)
            (documentCount, pairs) = (total, nil)
        }
        analyzer = DocumentAnalyzer(lexicon: try engine.lexicon())
    }

    /// What was learnt of a large archive holds until it has grown by half a percent: a service in which records are added
    /// all day looks nothing up anew.
    private static func stillHolds(_ learntOf: Int, for count: Int) -> Bool {
        learntOf >= learntDocsMin && abs(count - learntOf) * 1_000 <= learntOf * nearSharePerMille
    }

    // MARK: The filing

    func prepare(_ record: ReadRecord, _ complaint: Complaint, own: RecordNumber?) throws -> CheckedFiling {
        let (document, numbers) = analyzer.documentAndNumbers(record.indexed)
        let filing = ComparedFiling(complaint, units: document.units, numbers: numbers)
        var checked = CheckedFiling(
            filing: filing, bands: document.bands, persons: [], complainants: ComparedPersons(), names: [],
            respondentNames: complaint.respondents.flatMap(\.names), own: own)
        if let identity, identity.hasKey, !filing.isAnonymous, let part = record.identity {
            let key = try identity.requireKey()
            checked.persons = part.certainTerms.map { (key.hash($0.term), $0.match) }
            checked.complainants = ComparedPersons(part)
            checked.names = part.nameTerms.map { key.hash($0) }
        }
        return checked
    }

    // MARK: Candidates

    private struct Place: Hashable {
        var segment: Int
        var doc: UInt32
    }

    private struct Found {
        var persons: PersonMatch?
        var isNamed = false
        var bands = 0
        var weight: Float = 0
        var byRespondent = false
        /// Among the likeliest of a wide search.
        var isWide = false
    }

    /// - Parameter last: only records that came into the archive before it.
    /// - Parameter widely: also records without a verdict that are a little like it, for matters.
    func matches(
        of checked: CheckedFiling, earlierThan last: RecordNumber? = nil, widely: Bool = false,
        respondentsMax: Int = respondentsMax
    ) throws -> [CheckedMatch] {
        let stored = try records.snapshot()
        var found: [Place: Found] = [:]
        try addBands(checked.bands, limit: widely ? Self.wideBandsMax : Self.bandCandidatesMax, to: &found)
        if widely { try addLike(checked, stored, to: &found) } else { try addPieces(checked.filing, to: &found) }
        try addPersons(checked, stored, to: &found)
        try addNumbers(checked.filing, stored, to: &found)
        try addRespondents(checked, limit: respondentsMax, to: &found)
        return try verified(checked, found, stored, earlierThan: last, widely: widely)
    }

    /// What the sources of the text alone find, unverified: for measuring them.
    func candidates(of checked: CheckedFiling, bands: Bool, pieces: Bool) throws -> Set<RecordSequence> {
        var found: [Place: Found] = [:]
        if bands { try addBands(checked.bands, limit: Self.bandCandidatesMax, to: &found) }
        if pieces { try addPieces(checked.filing, to: &found) }
        return try Set(found.keys.map { try snapshot.segments[$0.segment].sequence(of: $0.doc) })
    }

    private func addBands(_ bands: [UInt32], limit: Int, to found: inout [Place: Found]) throws {
        guard bands.count == SegmentReader.bandCount else { return }
        var docs: [UInt32] = []
        for (number, segment) in snapshot.segments.enumerated() where segment.hasSketches {
            for band in bands.indices {
                // A hidden document takes no other's place.
                let more = sight.isWhole ? 0 : segment.docCount - segment.liveDocCount
                try segment.docs(sharingBand: band, hash: bands[band], limit: Self.bandShareMax + more, into: &docs)
                for doc in docs.lazy.filter({ !segment.dead.contains($0) }).prefix(sight.isWhole ? docs.count : Self.bandShareMax) {
                    found[Place(segment: number, doc: doc), default: Found()].bands += 1
                }
            }
        }
        guard found.count > limit else { return }
        // Who shares more bands is more alike.
        let kept = found.sorted {
            ($1.value.bands, $1.key.segment, $1.key.doc) < ($0.value.bands, $0.key.segment, $0.key.doc)
        }
        found = Dictionary(uniqueKeysWithValues: kept.prefix(limit).map { ($0.key, $0.value) })
    }

    /// The newest records before this one that share rare pairs with it: in other words on the same matter.
    private func addLike(
        _ checked: CheckedFiling, _ stored: borrowing RecordSnapshot, to found: inout [Place: Found]
    ) throws {
        // Each pair weighs once for this text and once, about as much, for the other.
        let pairs = try weighted(checked.filing.title, checked.filing.text).heaviest(Self.widePairs).map {
            (pair: $0.pair, weight: $0.weight * (try rarity($0.pair)))
        }
        let own = try checked.own.flatMap { try stored.head(of: $0)?.latest }.flatMap { try place(of: $0) }
        let moment = checked.filing.receivedAtSeconds
        let candidates = try PieceSearch().heaviest(
            pairs, newest: Self.wideNewest, before: own.map { ($0.segment, $0.doc) },
            receivedIn: (moment - Self.wideSeconds)...(moment + Self.wideSeconds), limit: Self.wideMax, in: snapshot,
            using: &weightCounter)
        for candidate in candidates {
            found[Place(segment: candidate.segment, doc: candidate.doc), default: Found()].isWide = true
        }
    }

    private func addPieces(_ filing: ComparedFiling, to found: inout [Place: Found]) throws {
        var rare: Set<UInt32> = []
        for text in [filing.text, filing.title] {
            for (first, second) in zip(text, text.dropFirst())
            where Shingles.isLetter(first) && Shingles.isLetter(second) && !common.contains(first, second) {
                rare.insert(CommonPairs.key(first, second))
                if rare.count >= Self.pairsMax { break }
            }
        }
        let counted = try rare.map { ($0, try records(with: $0)) }
        for candidate in try pieceSearch.candidates(counted, in: snapshot, using: &pieceCounter) {
            found[Place(segment: candidate.segment, doc: candidate.doc), default: Found()].weight = candidate.weight
        }
    }

    private var pieceSearch: PieceSearch {
        var search = PieceSearch()
        search.countsLiveOnly = !sight.isWhole
        return search
    }

    private func addPersons(
        _ checked: CheckedFiling, _ stored: borrowing RecordSnapshot, to found: inout [Place: Found]
    ) throws {
        guard let identity, !checked.persons.isEmpty else { return }
        for (hash, match) in checked.persons {
            let own = try identity.newestMatches(hash, upTo: snapshot.watermark, limit: Self.ownRecordsKnown)
                .filter { $0.role == .complainant || $0.role == .principal }
            for other in own.suffix(Self.ownRecordsMax) {
                guard let place = try place(of: other.sequence) else { continue }
                if found[place]?.persons == nil { found[place, default: Found()].persons = match }
            }
            guard own.count > Self.ownRecordsMax else { continue }
            let sequences = Set(own.map(\.sequence))
            for (place, how) in found where how.persons == nil {
                if sequences.contains(try snapshot.segments[place.segment].sequence(of: place.doc)) { found[place]!.persons = match }
            }
        }
    }

    private func addNumbers(
        _ filing: ComparedFiling, _ stored: borrowing RecordSnapshot, to found: inout [Place: Found]
    ) throws {
        for number in Set(filing.upstreamNumbers + filing.appealOf + filing.textNumbers.map(ComparedFiling.folded)) {
            for record in try stored.recordNumbers(alias: number).filter({ sight.sees($0) }).prefix(16) {
                guard let head = try stored.head(of: record), let place = try place(of: head.latest) else { continue }
                found[place, default: Found()].isNamed = true
            }
        }
    }

    /// The newest records on the same respondent, those by the same name and of the same category first.
    private func addRespondents(_ checked: CheckedFiling, limit: Int, to found: inout [Place: Found]) throws {
        var added = 0
        let namesakes = try namesakes(of: checked)
        for (number, segment) in snapshot.segments.enumerated().reversed() {
            guard added < limit || !namesakes.isEmpty else { return }
            var block = PostingBlock()
            var docs: Set<UInt32> = []
            var sameName: Set<UInt32> = []
            let own = namesakes.filter { $0.segment == number }.map(\.doc).sorted()
            for name in checked.respondentNames {
                guard let list = try segment.postings(ofFacet: FacetName.bytes(.respondent, name)) else { continue }
                if sight.isWhole {
                    docs.formUnion(list.lastDocs(limit * 4))
                } else {
                    let more = segment.docCount - segment.liveDocCount
                    docs.formUnion(list.lastDocs(limit * 4 + more).filter { !segment.dead.contains($0) }.suffix(limit * 4))
                }
                if !own.isEmpty { sameName.formUnion(list.intersection(own, using: &block)) }
            }
            for doc in sameName where !segment.dead.contains(doc) {
                found[Place(segment: number, doc: doc), default: Found()].byRespondent = true
            }
            guard !docs.isEmpty, added < limit else { continue }
            var sameTopic: Set<UInt32> = []
            for category in checked.filing.categories {
                let value = Field.category.canonicalValue(category)
                guard let list = try segment.postings(ofFacet: FacetName.bytes(.category, value)) else { continue }
                sameTopic.formUnion(list.intersection(docs.sorted(), using: &block))
            }
            let sorted = docs.sorted { (sameTopic.contains($0) ? 0 : 1, $1) < (sameTopic.contains($1) ? 0 : 1, $0) }
            for doc in sorted where !segment.dead.contains(doc) && added < limit {
                found[Place(segment: number, doc: doc), default: Found()].byRespondent = true
                added += 1
            }
        }
    }

    /// Records by complainants of the same name.
    private func namesakes(of checked: CheckedFiling) throws -> [Place] {
        guard let identity, !checked.names.isEmpty, !checked.respondentNames.isEmpty else { return [] }
        var places: [Place] = []
        for name in checked.names {
            // Those that are hidden take no place among the newest.
            let newest = sight.isWhole
                ? try identity.newestMatches(name, upTo: snapshot.watermark, limit: Self.namesakesMax)
                : Array(try identity.matches(name, upTo: snapshot.watermark).filter { sight.sees($0.recordNumber) }.suffix(Self.namesakesMax))
            for other in newest
            where other.role == .complainant || other.role == .principal {
                if let place = try place(of: other.sequence) { places.append(place) }
            }
        }
        return places
    }

    private func place(of sequence: RecordSequence) throws -> Place? {
        try snapshot.place(of: sequence).map { Place(segment: $0.segment, doc: $0.doc) }
    }

    // MARK: Verifying

    /// A candidate whose text was compared.
    private struct Compared {
        var place: Place
        var how: Found
        var number: RecordNumber
        var overlap: Overlap
        var likeness: Double
        var needsLikeness: Bool
    }

    /// Of what a wide search found, what can put two records into one matter: reading a record costs more than all else.
    private func worthReading(_ compared: [Compared], _ filing: ComparedFiling) throws -> [Compared] {
        func prefix(_ candidates: [Compared]) -> ArraySlice<Compared> {
            candidates.sorted { ($1.likeness, $1.number) < ($0.likeness, $0.number) }.prefix(Self.wideRead)
        }
        let own = prefix(compared.filter { $0.how.persons != nil || $0.how.isNamed || $0.overlap.containment >= rules.sameTextContainment })
        let known = Set(own.map(\.number))
        return Array(own) + prefix(compared.filter { !known.contains($0.number) })
    }

    private func verified(
        _ checked: CheckedFiling, _ found: [Place: Found], _ stored: borrowing RecordSnapshot,
        earlierThan last: RecordNumber?, widely: Bool
    ) throws -> [CheckedMatch] {
        let filing = checked.filing
        var shingles = ShingleProbe(ShingleSet(filing.text.span, without: common))
        let rarity = rarity
        try likeness.begin(title: filing.title.span, text: filing.text.span, rarity: rarity)
        // Pieces alone suggest much: of those only the likeliest are looked into.
        // Where the respondent is known it finds what words do not.
        let likeliest = filing.respondents.isEmpty ? Self.likenessMax : Self.likenessMax / 4
        let lightest = found.values.map(\.weight).sorted(by: >).prefix(likeliest).last ?? 0
        let likenessMin = widely ? Self.wideLikeness : rules.ownMatterLikeness
        var units: [UInt16] = []
        var compared: [Compared] = []
        for (place, how) in found {
            let segment = snapshot.segments[place.segment]
            let number = try segment.recordNumber(of: place.doc)
            if number == checked.own { continue }
            if let last, number >= last { continue }
            // Nothing but the same text puts records together that lie so far apart.
            let isFar = try widely && how.persons == nil && !how.isNamed
                && abs(segment.receivedAt(of: place.doc) - filing.receivedAtSeconds) > Self.wideSeconds
            if isFar, how.bands == 0 { continue }
            try segment.text(of: place.doc).decode(into: &units)
            let range = ComparedText.range(in: units.span)
            let overlap = shingles.overlap(with: units.span.extracting(range), without: common)
            if isFar, overlap.containment < rules.sameTextContainment { continue }
            let isSuggested = how.persons != nil || how.isNamed || how.byRespondent
            // What respondent and category say needs no likeness, and what is contained none either.
            let needsLikeness = widely || !how.byRespondent && overlap.containment < rules.sameTextContainment
            let isHeavy = how.weight > 0 && how.weight >= lightest
            guard isSuggested || isHeavy || how.isWide || overlap.containment >= rules.ownMatterContainment else { continue }
            let title = ComparedText.range(of: .title, in: units.span)
            let likeness = needsLikeness
                ? try likeness.likeness(
                    title: units.span.extracting(title), text: units.span.extracting(range), rarity: rarity) : 0
            guard isSuggested || overlap.containment >= rules.ownMatterContainment || likeness >= likenessMin
            else { continue }
            compared.append(
                Compared(place: place, how: how, number: number, overlap: overlap, likeness: likeness, needsLikeness: needsLikeness))
        }
        if widely { compared = try worthReading(compared, filing) }
        var matches: [CheckedMatch] = []
        for candidate in compared {
            let (how, number, overlap) = (candidate.how, candidate.number, candidate.overlap)
            let segment = snapshot.segments[candidate.place.segment]
            let sequence = try segment.sequence(of: candidate.place.doc)
            guard let read = try read(sequence, candidate.place, stored) else { continue }
            let (complaint, other) = (read.complaint, read.filing)
            var likeness = candidate.likeness
            if !candidate.needsLikeness, filing.categories.isEmpty || other.categories.isEmpty {
                // Where no category decides, likeness does, by whatever way the record was found.
                likeness = try self.likeness.likeness(title: other.title.span, text: other.text.span, rarity: rarity)
            }
            let isLater = Self.isLater(other.receivedAtSeconds, number, than: filing.receivedAtSeconds, checked.own)
            let persons: Persons =
                if let match = how.persons { .same(match) } else if other.isAnonymous || (complaint.complainantCount ?? 0) == 0 {
                    .unknown
                } else {
                    // Whether it is one matter does not hang on who is another person.
                    widely ? .unknown : try persons(checked, read, sequence)
                }
            var evidence =
                isLater
                ? Evidence(other, filing, overlap: overlap.reversed, likeness: likeness, persons: persons)
                : Evidence(filing, other, overlap: overlap, likeness: likeness, persons: persons)
            let verdict = rules.verdict(evidence)
            guard verdict != nil || widely else { continue }
            evidence.overlap = overlap
            matches.append(
                CheckedMatch(
                    sequence: sequence, recordNumber: number, ladder: verdict, evidence: evidence,
                    isLater: isLater, complaint: complaint))
        }
        return widely ? matches : Self.sorted(matches, for: checked)
    }

    static func sorted(_ matches: [CheckedMatch], for checked: CheckedFiling) -> [CheckedMatch] {
        // The same whatever the order in which records came or lie: by what they share, then by how near in
        // time they are, then by name.
        return matches.sorted { a, b in
            if a.verdict != b.verdict { return a.verdict < b.verdict }
            // One name alone is less than one telephone.
            if a.evidence.persons != b.evidence.persons {
                if a.evidence.persons == .same(.name) { return false }
                if b.evidence.persons == .same(.name) { return true }
            }
            let (x, y) = (closeness(a.evidence), closeness(b.evidence))
            if x != y { return x > y }
            let (p, q) = (
                abs(a.complaint.receivedAt.seconds - checked.filing.receivedAtSeconds),
                abs(b.complaint.receivedAt.seconds - checked.filing.receivedAtSeconds)
            )
            if p != q { return p < q }
            // Records of one moment: those that came next to it first.
            if let own = checked.own {
                let (p, q) = (distance(a.recordNumber, own), distance(b.recordNumber, own))
                if p != q { return p < q }
            }
            return a.complaint.archiveID < b.complaint.archiveID
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
    private func read(_ sequence: RecordSequence, _ place: Place, _ stored: borrowing RecordSnapshot) throws -> ReadFiling? {
        if let known = readFilings[sequence] { return known }
        guard let version = try stored.version(at: sequence) else { return nil }
        let complaint = try Engine.complaint(version)
        let units = try snapshot.segments[place.segment].text(of: place.doc).units
        let range = ComparedText.range(in: units.span)
        let read = ReadFiling(complaint, ComparedFiling(complaint, units: units, numbers: RecognizedNumber.all(in: Array(units[range]))))
        readFilings[sequence] = read
        return read
    }

    /// Who complains in a stored record, compared with the one that is checked.
    private func persons(_ checked: CheckedFiling, _ other: ReadFiling, _ sequence: RecordSequence) throws -> Persons {
        guard let identity, !checked.complainants.isEmpty else { return .unknown }
        if other.complainants == nil {
            guard let json = try identity.identity(of: sequence), case .object(let object) = try JSONValue.parse(json.span)
            else { return .unknown }
            other.complainants = ComparedPersons(try IdentityPart(json: object))
        }
        return Self.persons(checked.filing, checked.complainants, other.filing, other.complainants!)
    }

    static func persons(
        _ filing: ComparedFiling, _ persons: ComparedPersons, _ other: ComparedFiling, _ others: ComparedPersons
    ) -> Persons {
        let sharesMatter =
            filing.categories.contains(where: other.categories.contains) && filing.respondents.match(other.respondents) != nil
        return persons.compared(with: others, sharesMatter: sharesMatter)
    }

    func weighted(_ title: [UInt16], _ text: [UInt16]) throws -> WeightedText { try weighted(title.span, text.span) }

    func weighted(_ title: Span<UInt16>, _ text: Span<UInt16>) throws -> WeightedText {
        try WeightedText(title: title, text: text, rarity: rarity)
    }

    /// The logarithm of records over records that have the pair; 0 for what only one has.
    @inline(__always)
    private func rarity(_ pair: UInt32) throws -> Float {
        if let weight = pairs?.weight(of: pair) { return weight }
        return try known.rarity(of: pair, docCount: docCount).weight
    }

    private func records(with pair: UInt32) throws -> Int {
        if let count = pairs?.count(of: pair) { return count }
        return try known.rarity(of: pair, docCount: docCount).records
    }

    private func docCount(_ pair: UInt32) throws -> Int {
        var count = 0
        for segment in snapshot.segments {
            let term = TermKey.bigram(UInt16(truncatingIfNeeded: pair >> 16), UInt16(truncatingIfNeeded: pair))
            guard let list = try segment.postings(of: term) else { continue }
            count += sight.isWhole ? list.docCount : segment.liveCount(list)
        }
        return count
    }
}

extension IdentityPart {
    /// What names a complainant for certain. An agent's own person does not count: the principal must be the same.
    var certainTerms: [(term: IdentityTerm, match: PersonMatch)] {
        var certain: [(IdentityTerm, PersonMatch)] = []
        for term in terms where term.role == .complainant || term.role == .principal {
            switch term.kind {
            case .idNumber: certain.append((term, .idNo))
            case .phone: certain.append((term, .phone))
            case .nameAndAddress: certain.append((term, .nameAndAddress))
            default: break
            }
        }
        return certain.sorted { Self.rank($0.1) < Self.rank($1.1) }
    }

    var nameTerms: Set<IdentityTerm> {
        Set(terms.filter { $0.kind == .name && ($0.role == .complainant || $0.role == .principal) })
    }

    private static func rank(_ match: PersonMatch) -> Int {
        switch match {
        case .idNo: 0
        case .phone: 1
        case .nameAndAddress: 2
        case .name: 3
        }
    }
}
