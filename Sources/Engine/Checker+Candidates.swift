// Where to look for records that have to do with a filing: each source adds places of the index, and what it knows of them.

import Archive
import Index
import Records
import Search
import Similarity

extension Checker {
    struct Place: Hashable {
        var segment: Int
        var doc: UInt32

        func hash(into hasher: inout Hasher) { hasher.combine(UInt64(truncatingIfNeeded: segment) << 32 | UInt64(doc)) }
    }

    struct Found {
        var persons: PersonMatch?
        var isNamed = false
        var bands = 0
        var weight: Float = 0
        var byRespondent = false
        /// Found in the crowd of a crowded band: a candidate only as a copy.
        var isOfCrowd = false

        /// By more than its text.
        var isSuggested: Bool { persons != nil || isNamed || byRespondent }

        /// Suggested by nothing but a crowded band.
        var isOnlyOfCrowd: Bool { isOfCrowd && weight == 0 && !isSuggested }
    }

    /// Documents that share bands.
    ///
    /// - Parameter count: bands that are looked into.
    /// - Parameter limit: documents taken at most, those that share most bands; as many again where a band is crowded, which are
    ///   candidates as copies alone: set phrases bring thousands, of which nothing else is to be said.
    /// - Parameter crowd: of a crowded band so many; 0 for no more than of any other.
    func addBands(
        _ bands: [UInt32], count: Int = SegmentReader.bandCount, limit: Int, crowd: Int, to found: inout [Place: Found]
    ) throws {
        guard bands.count == SegmentReader.bandCount else { return }
        let bands = Array(bands.prefix(count))
        let isCrowded = try visitBands(bands, share: Self.bandShareMax) { found[$0, default: Found()].bands += 1 }
        Self.keepNearest(limit, of: &found)
        guard isCrowded, crowd > 0 else { return }
        // A short question that many people ask fills its bands: who shares more of them is looked for among all.
        var others: [Place: Found] = [:]
        try visitBands(bands, share: crowd) { others[$0, default: Found()].bands += 1 }
        for place in found.keys { others[place] = nil }
        Self.keepNearest(limit, of: &others)
        for (place, how) in others { found[place] = Found(bands: how.bands, isOfCrowd: true) }
    }

    /// - Returns: whether a band has more documents than `share`.
    @discardableResult
    private func visitBands(_ bands: [UInt32], share: Int, _ body: (Place) -> Void) throws -> Bool {
        var isCrowded = false
        for (number, segment) in snapshot.segments.enumerated() {
            // A hidden document takes no other's place.
            if try segment.forEachDoc(sharing: bands, limit: share, liveOnly: !sight.isWhole, { body(Place(segment: number, doc: $0)) }) {
                isCrowded = true
            }
        }
        return isCrowded
    }

    private static func keepNearest(_ limit: Int, of found: inout [Place: Found]) {
        guard found.count > limit else { return }
        // Who shares more bands is more alike.
        let kept = found.sorted {
            ($1.value.bands, $1.key.segment, $1.key.doc) < ($0.value.bands, $0.key.segment, $0.key.doc)
        }
        found = Dictionary(uniqueKeysWithValues: kept.prefix(limit).map { ($0.key, $0.value) })
    }

    func addPieces(_ filing: ComparedFiling, to found: inout [Place: Found]) throws {
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

    var pieceSearch: PieceSearch {
        var search = PieceSearch()
        search.countsLiveOnly = !sight.isWhole
        return search
    }

    func addPersons(
        _ checked: CheckedFiling, _ stored: borrowing RecordSnapshot, to found: inout [Place: Found]
    ) throws {
        guard let identity, !checked.persons.isEmpty else { return }
        let last = checked.before?.sequence ?? snapshot.watermark
        for (hash, match) in checked.persons {
            let own = try identity.newestMatches(hash, roles: Self.complaining, upTo: last, limit: Self.ownRecordsMax + 1)
            for other in own.suffix(Self.ownRecordsMax) {
                guard let place = try place(of: other.sequence) else { continue }
                if found[place]?.persons == nil { found[place, default: Found()].persons = match }
            }
            // Older ones are the person's too where they are found otherwise.
            guard own.count > Self.ownRecordsMax else { continue }
            let others = try found.filter { $0.value.persons == nil }.keys.map { ($0, try snapshot.segments[$0.segment].sequence(of: $0.doc)) }
            let known = try identity.mentions(hash, roles: Self.complaining, among: others.map(\.1))
            for (place, sequence) in others where known.contains(sequence) { found[place]!.persons = match }
        }
    }

    /// The roles of those who complain.
    private static let complaining: [IdentityRole] = [.complainant, .principal]

    func addNumbers(
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
    func addRespondents(_ checked: CheckedFiling, limit: Int, to found: inout [Place: Found]) throws {
        var added = 0
        let namesakes = try namesakes(of: checked)
        for (number, segment) in snapshot.segments.enumerated().reversed() {
            if let before = checked.before?.place, number > before.segment { continue }
            let end = checked.before.flatMap { number == $0.place.segment ? $0.place.doc : nil } ?? .max
            guard added < limit || !namesakes.isEmpty else { return }
            var block = PostingBlock()
            var docs: Set<UInt32> = []
            var sameName: Set<UInt32> = []
            let own = namesakes.filter { $0.segment == number }.map(\.doc).sorted()
            for name in checked.respondentNames {
                guard let list = try segment.postings(ofFacet: FacetName.bytes(.respondent, name)) else { continue }
                // A hidden document takes no other's place.
                let more = sight.isWhole ? 0 : segment.docCount - segment.liveDocCount
                var newest: [UInt32] = []
                _ = list.forEachLast(limit * 4 + more, below: end, using: &block) { newest.append($0) }
                if !sight.isWhole { newest.removeAll(where: segment.dead.contains) }
                docs.formUnion(newest.prefix(limit * 4))
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
    func namesakes(of checked: CheckedFiling) throws -> [Place] {
        guard let identity, !checked.names.isEmpty, !checked.respondentNames.isEmpty else { return [] }
        var places: [Place] = []
        for name in checked.names {
            // Those that are hidden take no place among the newest.
            let last = checked.before?.sequence ?? snapshot.watermark
            let newest = sight.isWhole
                ? try identity.newestMatches(name, roles: Self.complaining, upTo: last, limit: Self.namesakesMax)
                : Array(
                    try identity.matches(name, upTo: last)
                        .filter { Self.complaining.contains($0.role) && sight.sees($0.recordNumber) }.suffix(Self.namesakesMax))
            for other in newest {
                if let place = try place(of: other.sequence) { places.append(place) }
            }
        }
        return places
    }

    func place(of sequence: RecordSequence) throws -> Place? {
        try snapshot.place(of: sequence).map { Place(segment: $0.segment, doc: $0.doc) }
    }
}
