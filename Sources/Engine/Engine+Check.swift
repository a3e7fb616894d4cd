// Was this filed before? Records not yet filed, or one of the archive, against everything in it.

import Archive
import Index
import Records
import Search
import Similarity
import TextAnalysis

package typealias CheckVerdict = Verdict

/// One record that has to do with the one that is checked, as people and programs read it.
package struct CheckCandidate: Sendable {
    package struct Passage: Sendable {
        /// In characters (Unicode scalars) of the compared text of the record that is checked …
        package var start: Int
        /// … and of the candidate's.
        package var otherStart: Int
        package var length: Int
        package var otherLength: Int
        /// As the candidate has it, personal numbers hidden.
        package var text: String
    }

    package var id: String
    package var verdict: Verdict
    package var jaccard: Double
    package var containment: Double
    /// The share of the checked text that stands in the candidate, and the other way round.
    package var containedInCandidate: Double
    package var containsCandidate: Double
    package var likeness: Double
    package var persons: Persons
    package var respondent: RespondentNames.Match?
    package var respondentsDiffer: Bool
    package var respondentName: String?
    package var sharesTopic: Bool
    package var sharesRegion: Bool
    package var sharesPlace: Bool
    package var sharedNumbers: [String]
    package var daysBetween: Int
    /// The candidate was filed after the one that is checked.
    package var isLater: Bool
    package var passages: [Passage]
    package var date: String
    package var title: String
    package var category: String?
    package var leadUnit: String?
    package var handler: String?
    package var status: String?
    package var verified: String?
    package var outcome: String?
    package var reason: Notice
    /// What people decided on the pair, if they did.
    package var decision: LinkDecision?
}

package struct CheckAnswer: Sendable {
    /// What the checked record is called: its id or number, else the number of its line.
    package var query: String
    package var candidates: [CheckCandidate]
    /// Candidates by verdict, those that were not listed among them.
    package var counts: [Verdict: Int]
    /// Records by other named people on the same respondent and topic within `CheckRequest.groupDays`: with this one, a
    /// group that should elect representatives once it is large enough (R92).
    package var groupRecords: Int
    /// Records to which people have said already what they are: not proposed again.
    package var decided: Int
    /// Persons were compared: there is a key, and the record names somebody.
    package var comparedPersons: Bool
    package var isAnonymous: Bool
}

package struct CheckRequest: Sendable {
    package var limit = 10
    /// Only these; all if empty.
    package var verdicts: Set<Verdict> = []
    /// Also pairs that people refused or confirmed.
    package var includesDecided = false
    /// What counts as one group at the desk.
    package static let groupDays = 30

    package init() {}
}

extension Engine {
    /// Compares a record that is not filed yet.
    ///
    /// - Parameter number: of its line, for a record without any number of its own.
    /// - Throws: `RecordError` for what is no record.
    func unloggedCheck(_ object: JSONObject, number: Int, _ request: CheckRequest) throws -> CheckAnswer {
        return try checker().check(self, Self.completed(object, number: number), request)
    }

    /// Compares a record of the archive with all others.
    func unloggedCheck(record id: String, _ request: CheckRequest) throws -> CheckAnswer {
        guard let number = try recordNumbers(named: id).first, let version = try records.latest(of: number) else {
            throw EngineError.recordUnknown(id: id)
        }
        let complaint = try complaintWithIdentity(version)
        return try checker().check(self, complaint, request, own: number)
    }

    /// What is at hand while the caller is on the line may lack a number and a date.
    static func completed(_ object: JSONObject, number: Int) throws -> Complaint {
        var object = object
        if object["id"] == nil, object["registerNo"] == nil { object.set("id", to: .string("#\(number)")) }
        if object["receivedAt"] == nil {
            object.set("receivedAt", to: .string(Timestamp(seconds: Engine.nowSeconds)?.text ?? ""))
        }
        return try Complaint(json: object)
    }

    /// The record with its persons, when there is a key.
    func complaintWithIdentity(_ version: StoredVersion) throws -> Complaint {
        var complaint = try Self.complaint(version)
        let identity = try identity()
        guard identity.hasKey, let json = try identity.identity(of: version.sequence),
            case .object(let object) = try JSONValue.parse(json.span)
        else { return complaint }
        complaint.rejoin(try IdentityPart(json: object))
        return complaint
    }

    /// The checker of the newest state of the index. What it learnt of the archive is kept while little has changed.
    func checker() throws -> Checker {
        let index = try currentIndex().index
        if let known = openChecker, try known.snapshot.watermark == index.watermark, try known.sight === sight() { return known }
        let made = try Checker(self, identity: identity(), sharing: openChecker)
        openChecker = made
        return made
    }
}

extension Checker {
    func check(
        _ engine: Engine, _ complaint: Complaint, _ request: CheckRequest, own: RecordNumber? = nil,
        earlierThan last: RecordNumber? = nil
    ) throws -> CheckAnswer {
        let record = ReadRecord(complaint)
        var own = own
        if own == nil { own = try engine.records.recordNumber(id: record.id) }
        let checked = try prepare(record, complaint, own: own)
        let matches = try matches(
            of: checked, earlierThan: last, respondentsMax: max(Self.respondentsMax, request.limit),
            textsMax: max(Self.textsMax, request.limit))
        let decisions = try own.map { try engine.records.standingDecisions(on: $0) } ?? [:]
        return try answer(matches, of: checked, complaint, request, decisions: decisions)
    }

    func answer(
        _ matches: [CheckedMatch], of checked: CheckedFiling, _ complaint: Complaint, _ request: CheckRequest,
        decisions: [RecordNumber: LinkDecision]
    ) throws -> CheckAnswer {
        var counts: [Verdict: Int] = [:]
        var candidates: [CheckCandidate] = []
        var decided = 0
        let text = OriginalText(complaint)
        let group = matches.count { match in
            match.verdict == .sameMatter && match.evidence.persons == .different && match.evidence.respondent != nil
                && match.evidence.sharesTopic && match.evidence.daysBetween <= CheckRequest.groupDays
        }
        for match in matches where request.verdicts.isEmpty || request.verdicts.contains(match.verdict) {
            let decision = decisions[match.recordNumber]
            if let decision, decision.settles, !request.includesDecided {
                decided += 1
                continue
            }
            counts[match.verdict, default: 0] += 1
            guard candidates.count < request.limit else { continue }
            candidates.append(try candidate(match, of: checked, text, decision: decision))
        }
        return CheckAnswer(
            query: complaint.archiveID, candidates: candidates, counts: counts, groupRecords: group, decided: decided,
            comparedPersons: !checked.complainants.isEmpty, isAnonymous: checked.filing.isAnonymous)
    }

    private func candidate(
        _ match: CheckedMatch, of checked: CheckedFiling, _ text: OriginalText, decision: LinkDecision?
    ) throws -> CheckCandidate {
        guard let version = try records.version(at: match.sequence) else {
            throw ArchiveError.recordUnreadable(path: "records.lmdb", sequence: match.sequence.rawValue)
        }
        var evidence = match.evidence
        let other = try Complaint(some: try JSONObject.members(Complaint.candidateMembers, of: version.json.span))
        // Another matter is told apart without asking who complains.
        if match.verdict == .sameRespondent, evidence.persons == .unknown {
            evidence.persons = try persons(checked, match.other, match.sequence)
        }
        return CheckCandidate(
            id: other.archiveID, verdict: match.verdict, jaccard: evidence.overlap.jaccard,
            containment: evidence.overlap.containment, containedInCandidate: evidence.overlap.containedInOther,
            containsCandidate: evidence.overlap.containsOther, likeness: evidence.likeness, persons: evidence.persons,
            respondent: evidence.respondent, respondentsDiffer: evidence.respondentsDiffer,
            respondentName: RespondentNames(other.respondents).shown, sharesTopic: evidence.sharesTopic,
            sharesRegion: evidence.sharesRegion, sharesPlace: evidence.sharesPlace,
            sharedNumbers: evidence.sharedNumbers, daysBetween: evidence.daysBetween, isLater: match.isLater,
            passages: passages(text, OriginalText(other)), date: other.receivedAt.date.text,
            title: PersonalNumbers.title(of: other), category: other.category.first, leadUnit: other.leadUnit,
            handler: other.handler, status: other.status?.canonicalText, verified: other.verified?.canonicalText,
            outcome: (other.outcome?.text ?? other.outcome?.codes.first).map(PersonalNumbers.masked),
            reason: Notice(
                chinese: VerdictReason.sentence(match.verdict, evidence, isLater: match.isLater, in: .chinese),
                english: VerdictReason.sentence(match.verdict, evidence, isLater: match.isLater, in: .english)),
            decision: decision)
    }

    /// The passages in common, in characters of both original texts.
    private func passages(_ own: OriginalText, _ others: OriginalText) -> [CheckCandidate.Passage] {
        let passages = CommonPassages.find(in: own.units.span, and: others.units.span, without: common)
        guard !passages.isEmpty else { return [] }
        let shown = PersonalNumbers.passages(of: others.text)
        return passages.map { passage in
            let range = own.characters(passage.start..<(passage.start + passage.length))
            let otherRange = others.characters(passage.otherStart..<(passage.otherStart + passage.length))
            return CheckCandidate.Passage(
                start: range.lowerBound, otherStart: otherRange.lowerBound, length: range.count,
                otherLength: otherRange.count, text: shown(otherRange))
        }
    }
}

/// A compared text with the way back to the original.
private struct OriginalText {
    let units: [UInt16]
    private let offsets: [UInt32]
    let text: String

    init(_ complaint: Complaint) {
        let texts = [complaint.content, complaint.title, complaint.demand].compactMap { $0 }
        var text = texts.first { Normalizer.shared.fold($0).contains(where: Shingles.isLetter) } ?? ""
        text.makeContiguousUTF8()
        var units: [UInt16] = []
        var offsets: [UInt32] = []
        Normalizer.shared.fold(text.utf8.span, into: &units, offsets: &offsets)
        (self.units, self.offsets, self.text) = (units, offsets, text)
    }

    /// Units to Unicode scalars of the original.
    func characters(_ range: Range<Int>) -> Range<Int> {
        let bytes = text.utf8.span
        let from = Int(offsets[range.lowerBound])
        let to = range.upperBound < offsets.count ? Int(offsets[range.upperBound]) : bytes.count
        let first = Self.characters(bytes.extracting(..<from))
        return first..<(first + Self.characters(bytes.extracting(from..<max(from, to))))
    }

    /// Those that begin here: a byte that continues one has its top bits 10.
    private static func characters(_ bytes: Span<UInt8>) -> Int {
        unsafe bytes.withUnsafeBufferPointer { unsafe $0.reduce(0) { $0 &+ ($1 & 0xC0 == 0x80 ? 0 : 1) } }
    }
}
