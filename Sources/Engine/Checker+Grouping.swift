// Which earlier records a record may be one matter with: a wide search, for records without a verdict that are a little like
// it. It is made for every record of an archive, so what is worked out of one is kept for those that come after it
// (`GroupedFilings`), and texts are compared letter by letter only where one may be a copy of the other.

import Archive
import Index
import Records
import Search
import Similarity
import TextAnalysis

extension Checker {
    /// Pairs by which others are looked for.
    private static let widePairs = 48
    /// Newest records taken of each pair: a matter is a thing of its time.
    private static let wideNewest = 128
    /// Of these so many that share most weight.
    private static let wideMax = 32
    /// Bands that are looked into: two texts of Jaccard similarity 0.8 share one of so many with probability 0.994.
    private static let wideBands = 13
    /// Of those that share a band, so many that share most.
    private static let wideBandsMax = 32
    /// Newest records on the same respondent that are looked into, whatever their words.
    private static let wideRespondentsMax = 12
    /// Less like it than this is not worth a look.
    private static let wideLikeness = 0.09
    /// So many of the likeliest are looked into, and so many that person, number or text put together with it.
    private static let wideRead = 16
    /// Likeness alone puts no records together that lie further apart.
    static let wideDays = 180
    private static var wideSeconds: Int64 { Int64(wideDays + 1) * 86_400 }
    /// A likeness by respondent and category not further apart than this.
    private static let respondentDays = 21

    /// A record that may belong with the one that is placed.
    private struct Neighbour {
        var place: Place
        var how: Found
        var number: RecordNumber
        var sequence: RecordSequence
        var isFar: Bool
        var likeness = 0.0
        /// Nil as long as nothing rested on it.
        var overlap: Overlap?
        var grouped: GroupedFiling?
    }

    // MARK: The record

    /// A record of the archive as the index has it; nil where this checker's view of the index has not.
    func prepareStored(_ sequence: RecordSequence) throws -> CheckedFiling? {
        guard let place = try place(of: sequence), let version = try records.version(at: sequence) else { return nil }
        var units: [UInt16] = []
        try snapshot.segments[place.segment].text(of: place.doc).decode(through: .demand, into: &units)
        let range = ComparedText.range(in: units.span)
        let title = ComparedText.range(of: .title, in: units.span)
        let complaint = try Self.compared(version)
        var numbers = RecognizedNumber.all(in: Array(units[range]))
        if title != range { numbers += RecognizedNumber.all(in: Array(units[title])) }
        var checked = CheckedFiling(ComparedFiling(complaint, units: units, numbers: numbers), own: version.recordNumber)
        checked.before = (sequence, place)
        checked.bands = sketcher.bands(of: units.span.extracting(range))
        checked.respondentNames = complaint.respondents.flatMap(\.names)
        if let identity, identity.hasKey, !checked.filing.isAnonymous, (complaint.complainantCount ?? 0) > 0,
            let json = try identity.identity(of: sequence), case .object(let object) = try JSONValue.parse(json.span)
        {
            try checked.takePersons(of: IdentityPart(json: object), identity)
        }
        return checked
    }

    // MARK: Its neighbours

    func neighbours(
        of checked: CheckedFiling, decisions: [RecordNumber: LinkDecision], _ kept: GroupedFilings
    ) throws -> [MatterNeighbour] {
        guard let own = checked.own else { return [] }
        let filing = checked.filing
        let stored = try records.snapshot()
        try likeness.begin(title: filing.title.span, text: filing.text.span, rarity: rarity)
        var found: [Place: Found] = [:]
        try addBands(checked.bands, count: Self.wideBands, limit: Self.wideBandsMax, crowd: 0, to: &found)
        try addLike(checked, to: &found)
        try addPersons(checked, stored, to: &found)
        try addNumbers(filing, stored, to: &found)
        try addRespondents(checked, limit: Self.wideRespondentsMax, to: &found)

        let ownVector = likeness.ownVector()
        var compared = try compared(found, with: checked, earlierThan: own, kept)
        if let before = checked.before {
            kept.add([(before.sequence, GroupedFiling(ownVector, filing.withoutTexts))])
        }
        compared = worthReading(compared)
        var neighbours: [MatterNeighbour] = []
        var read: [(sequence: RecordSequence, grouped: GroupedFiling)] = []
        for var candidate in compared {
            if candidate.grouped!.filing == nil {
                guard let other = try self.read(candidate.sequence, candidate.place, stored) else { continue }
                candidate.grouped = GroupedFiling(candidate.grouped!.vector, other.filing.withoutTexts)
                read.append((candidate.sequence, candidate.grouped!))
            }
            let score = try score(candidate, checked, decisions[candidate.number])
            neighbours.append(MatterNeighbour(recordNumber: candidate.number.rawValue, score: score))
        }
        if !read.isEmpty { kept.add(read) }
        return neighbours
    }

    /// The newest records before this one that share rare pairs with it: in other words on the same matter.
    private func addLike(_ checked: CheckedFiling, to found: inout [Place: Found]) throws {
        // Each pair weighs once for this text and once, about as much, for the other.
        let pairs = likeness.heaviest(Self.widePairs).map { (pair: $0.pair, weight: $0.weight * $0.rarity) }
        let moment = checked.filing.receivedAtSeconds
        let candidates = try PieceSearch().heaviest(
            pairs, newest: Self.wideNewest, before: checked.before.map { ($0.place.segment, $0.place.doc) },
            receivedIn: (moment - Self.wideSeconds)...(moment + Self.wideSeconds), limit: Self.wideMax, in: snapshot,
            using: &weightCounter)
        for candidate in candidates {
            found[Place(segment: candidate.segment, doc: candidate.doc), default: Found()].weight = candidate.weight
        }
    }

    /// What is like it, by words, and by letters where that may tell something.
    private func compared(
        _ found: [Place: Found], with checked: CheckedFiling, earlierThan own: RecordNumber, _ kept: GroupedFilings
    ) throws -> [Neighbour] {
        var candidates: [Neighbour] = []
        candidates.reserveCapacity(found.count)
        for (place, how) in found {
            let segment = snapshot.segments[place.segment]
            let number = try segment.recordNumber(of: place.doc)
            guard number < own else { continue }
            // Nothing but the same text puts records together that lie so far apart, and that shares more than one band.
            let isFar = try how.persons == nil && !how.isNamed
                && abs(segment.receivedAt(of: place.doc) - checked.filing.receivedAtSeconds) > Self.wideSeconds
            if isFar, how.bands < BandPairs.bandsMin { continue }
            candidates.append(
                Neighbour(place: place, how: how, number: number, sequence: try segment.sequence(of: place.doc), isFar: isFar))
        }
        var shingles: ShingleProbe?
        var made: [(sequence: RecordSequence, grouped: GroupedFiling)] = []
        var units: [UInt16] = []
        var compared: [Neighbour] = []
        for (index, grouped) in kept.find(candidates.map(\.sequence)).enumerated() {
            var candidate = candidates[index]
            if let grouped { candidate.grouped = grouped } else {
                try snapshot.segments[candidate.place.segment].text(of: candidate.place.doc).decode(through: .demand, into: &units)
                let (title, text) = (ComparedText.range(of: .title, in: units.span), ComparedText.range(in: units.span))
                candidate.grouped = GroupedFiling(
                    try likeness.vector(
                        title: units.span.extracting(title), text: units.span.extracting(text), rarity: rarity), nil)
                made.append((candidate.sequence, candidate.grouped!))
            }
            let vector = candidate.grouped!.vector
            let (likeness, shared) = likeness.likeness(to: vector)
            candidate.likeness = likeness
            // Who shares nine tenths of all runs of three letters shares most pairs.
            if candidate.how.persons != nil || candidate.how.isNamed || shared * 2 >= min(self.likeness.ownCount, vector.count) {
                candidate.overlap = try overlap(checked, candidate.place, &shingles, &units)
            }
            let isSameText = (candidate.overlap?.containment ?? 0) >= rules.sameTextContainment
            if candidate.isFar, !isSameText { continue }
            guard isSameText || candidate.how.isSuggested || likeness >= Self.wideLikeness else { continue }
            compared.append(candidate)
        }
        if !made.isEmpty { kept.add(made) }
        return compared
    }

    private func overlap(
        _ checked: CheckedFiling, _ place: Place, _ shingles: inout ShingleProbe?, _ units: inout [UInt16]
    ) throws -> Overlap {
        if shingles == nil { shingles = ShingleProbe(ShingleSet(checked.filing.text.span, without: common)) }
        try snapshot.segments[place.segment].text(of: place.doc).decode(through: .demand, into: &units)
        return shingles!.overlap(with: units.span.extracting(ComparedText.range(in: units.span)), without: common)
    }

    /// One person, a number or the text itself puts two records together, likeness need not.
    private func isReadAnyway(_ candidate: Neighbour) -> Bool {
        candidate.how.persons != nil || candidate.how.isNamed || (candidate.overlap?.containment ?? 0) >= rules.sameTextContainment
    }

    private func worthReading(_ compared: [Neighbour]) -> [Neighbour] {
        func prefix(_ candidates: [Neighbour]) -> ArraySlice<Neighbour> {
            candidates.sorted { ($1.likeness, $1.number) < ($0.likeness, $0.number) }.prefix(Self.wideRead)
        }
        return Array(prefix(compared.filter(isReadAnyway)) + prefix(compared.filter { !isReadAnyway($0) }))
    }

    // MARK: How much they belong together

    /// Stands for what was not compared letter by letter: long texts that share nothing.
    private static let notMeasured = Overlap(shared: 0, own: 1 << 20, others: 1 << 20)

    private func score(_ candidate: Neighbour, _ checked: CheckedFiling, _ decision: LinkDecision?) throws -> Double {
        if let decision { return decision.isLink ? 1 : 0 }
        var other = candidate.grouped!.filing!
        let persons: Persons = if let match = candidate.how.persons { .same(match) } else { .unknown }
        let isLater = Self.isLater(other.receivedAtSeconds, candidate.number, than: checked.filing.receivedAtSeconds, checked.own)
        func evidence(_ overlap: Overlap) -> Evidence {
            isLater
                ? Evidence(other, checked.filing, overlap: overlap.reversed, likeness: candidate.likeness, persons: persons)
                : Evidence(checked.filing, other, overlap: overlap, likeness: candidate.likeness, persons: persons)
        }
        var found = evidence(candidate.overlap ?? Self.notMeasured)
        // The text that may name the respondent, that may be the same, or be of the same respondent's same matter.
        let restsOnText = candidate.overlap != nil || found.respondentOfOneOnly && other.respondents.isEmpty
            || found.respondent != nil && !found.sharesTopic
        if restsOnText {
            var units: [UInt16] = []
            try snapshot.segments[candidate.place.segment].text(of: candidate.place.doc).decode(through: .demand, into: &units)
            other.take(textsOf: units.span)
            var shingles: ShingleProbe?
            var scratch: [UInt16] = []
            found = evidence(try candidate.overlap ?? overlap(checked, candidate.place, &shingles, &scratch))
        }
        switch rules.verdict(found) {
        case .sameFiling, .sameText, .repeatComplaint, .appeal: return 1
        case .sameMatter where found.respondent != nil && found.sharesTopic && found.daysBetween <= Self.respondentDays:
            return max(0.4, candidate.likeness)
        case .sameRespondent: return 0
        default:
            if found.respondentsDiffer || found.daysBetween > Self.wideDays { return 0 }
            // Every text of such a language is like every other.
            if found.isLatin { return found.overlap.containment >= rules.latinMatterContainment ? found.overlap.containment : 0 }
            return candidate.likeness
        }
    }
}
