// Compares one filing with an archive: candidates from every source, each verified exactly.
//
// Sources (`Checker+Candidates`): bands of the text's sketch; rare pairs of letters, exactly (`PieceSearch`); the person;
// numbers given by others or cited; the respondent with the same category. None decides anything: what is found by any of
// them goes through the same comparison (`Checker+Verifying`), so a further source can only find more.

import Archive
import Index
import Records
import Search
import Similarity
import TextAnalysis

/// One for a thread: it keeps a snapshot, and what it learnt from it.
final class Checker {
    let records: RecordStore
    let identity: IdentityStore?
    let sight: Sight
    let snapshot: IndexSnapshot
    let common: CommonPairs
    /// Documents of the archive when it was learnt what is common and what is rare in it.
    let documentCount: Int
    /// What it learnt of a large archive, for all threads and for the next process.
    let pairs: PairCounts?
    var known: KnownRarities
    var likeness = LikenessProbe()
    var pieceCounter = PieceCounter()
    var weightCounter = WeightCounter()
    var sketcher = Sketcher()
    var readFilings = ReadFilings()
    var analyzer: DocumentAnalyzer
    let rules = VerdictRules()

    /// A pair of letters in more than this share of the records tells nothing …
    static let commonShare = 0.05
    /// … if they are more than so many: in a small archive a few copies are no set phrase.
    static let commonCountMin = 60
    /// In a smaller archive every record may change what is common.
    static let learntDocsMin = 20_000
    static let nearSharePerMille = 5
    /// Documents that share one band, taken at most, and of these so many that share most bands …
    static let bandShareMax = 24
    static let bandCandidatesMax = 128
    /// … and where a band is crowded, as many again of those among so many of each: a short question that many people ask stands in
    /// hundreds of records, a set phrase in thousands.
    static let bandCrowdMax = 256
    /// Records looked into that text and person do not suggest.
    static let respondentsMax = 24
    /// Records read that the text alone suggests.
    static let textsMax = 64
    static let namesakesMax = 256
    /// Of one person's records the newest are candidates for that alone.
    static let ownRecordsMax = 256
    /// Compared by their words though they share few of them.
    static let likenessMax = 16
    /// A pair is rare that stands in one of so many records, or in two of a small archive …
    private static let rareShare = 1_000
    /// … and names a place, before the kind of it, if it stands in one of so many, or in a few.
    private static let placeShare = 500
    private static let placeRecords = 5
    /// Before the kind of an estate a pair is its name if it stands in no more than one of so many, or in a few dozen.
    private static let estateShare = 50
    private static let estateRecords = 24
    /// A pair is part of a company's name, not of its trade, if it stands in no more than one of so many.
    private static let companyShare = 500
    /// Of a text, pairs looked up at most: a text of more is known by these.
    static let pairsMax = 1_500

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
        var checked = CheckedFiling(filing, own: own)
        checked.bands = document.bands
        checked.respondentNames = complaint.respondents.flatMap(\.names)
        if let part = record.identity { try checked.takePersons(of: part, identity) }
        return checked
    }

    // MARK: Matches

    /// - Parameter last: only records that came into the archive before it.
    func matches(
        of checked: CheckedFiling, earlierThan last: RecordNumber? = nil,
        respondentsMax: Int = respondentsMax, textsMax: Int = textsMax
    ) throws -> [CheckedMatch] {
        let stored = try records.snapshot()
        var found: [Place: Found] = [:]
        try addBands(checked.bands, limit: Self.bandCandidatesMax, crowd: Self.bandCrowdMax, to: &found)
        try addPieces(checked.filing, to: &found)
        try addPersons(checked, stored, to: &found)
        try addNumbers(checked.filing, stored, to: &found)
        try addRespondents(checked, limit: respondentsMax, to: &found)
        return try verified(checked, found, stored, earlierThan: last, textsMax: textsMax)
    }

    /// What the sources of the text alone find, unverified: for measuring them.
    func candidates(of checked: CheckedFiling, bands: Bool, pieces: Bool) throws -> Set<RecordSequence> {
        var found: [Place: Found] = [:]
        if bands { try addBands(checked.bands, limit: Self.bandCandidatesMax, crowd: Self.bandCrowdMax, to: &found) }
        if pieces { try addPieces(checked.filing, to: &found) }
        return try Set(found.keys.map { try snapshot.segments[$0.segment].sequence(of: $0.doc) })
    }

    // MARK: What is rare

    func weighted(_ title: [UInt16], _ text: [UInt16]) throws -> WeightedText {
        try WeightedText(title: title.span, text: text.span, rarity: rarity)
    }

    /// The logarithm of records over records that have the pair; 0 for what only one has.
    @inline(__always)
    func rarity(_ pair: UInt32) throws -> Float {
        if let weight = pairs?.weight(of: pair) { return weight }
        return try known.rarity(of: pair, docCount: docCount).weight
    }

    /// The same of several pairs at once.
    func rarities(_ pairs: Span<UInt32>, into rarities: inout [Float]) throws {
        guard let table = self.pairs else {
            for place in pairs.indices { rarities[place] = try rarity(pairs[place]) }
            return
        }
        table.weights(of: pairs, into: &rarities)
        for place in pairs.indices where rarities[place] < 0 { rarities[place] = try known.rarity(of: pairs[place], docCount: docCount).weight }
    }

    /// The same where the text that has the pair is to be counted too.
    func rarityOnceFiled(_ pair: UInt32) throws -> Float {
        if let weight = pairs?.weight(of: pair) { return weight }
        return TextRarity.telling(docCount: try known.rarity(of: pair, docCount: docCount).records + 1, of: documentCount + 1)
    }

    /// In how many records the name of an estate may stand.
    var estateRecordsMax: Int { max(Self.estateRecords, documentCount / Self.estateShare) }

    /// In how many records a pair of a company's name may stand.
    var companyRecordsMax: Int { max(Self.estateRecords, documentCount / Self.companyShare) }

    /// The least rarity of a pair that names a place.
    var placeFrom: Float {
        TextRarity.weight(docCount: max(Self.placeRecords, documentCount / Self.placeShare), of: documentCount)
    }

    /// The least rarity of a rare pair.
    var rareFrom: Float { TextRarity.weight(docCount: max(2, documentCount / Self.rareShare), of: documentCount) }

    func records(with pair: UInt32) throws -> Int {
        if let count = pairs?.count(of: pair) { return count }
        return try known.rarity(of: pair, docCount: docCount).records
    }

    func docCount(_ pair: UInt32) throws -> Int {
        var count = 0
        for segment in snapshot.segments {
            let term = TermKey.bigram(UInt16(truncatingIfNeeded: pair >> 16), UInt16(truncatingIfNeeded: pair))
            guard let list = try segment.postings(of: term) else { continue }
            count += sight.isWhole ? list.docCount : segment.liveCount(list)
        }
        return count
    }
}
