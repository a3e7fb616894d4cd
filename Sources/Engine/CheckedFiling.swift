// What is compared, and what comes of it: a filing with everything that it can be found by, and a record of the archive that
// has to do with it.

import Archive
import Records
import Similarity

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
    /// Where only what came before it is looked for: the version that is compared, and where the index has it.
    var before: (sequence: RecordSequence, place: Checker.Place)?

    /// Nothing to find others by yet.
    init(_ filing: ComparedFiling, own: RecordNumber?) {
        self.filing = filing
        (bands, persons, complainants, names, respondentNames) = ([], [], ComparedPersons(), [], [])
        self.own = own
    }

    /// Who complains. Takes nobody without a key, and nobody of an anonymous record.
    mutating func takePersons(of part: IdentityPart, _ identity: IdentityStore?) throws {
        guard let identity, identity.hasKey, !filing.isAnonymous else { return }
        let key = try identity.requireKey()
        persons = part.certainTerms.map { (key.hash($0.term), $0.match) }
        complainants = ComparedPersons(part)
        names = part.nameTerms.map { key.hash($0) }
    }
}

/// A record of the archive that has to do with the filing.
struct CheckedMatch {
    var sequence: RecordSequence
    var recordNumber: RecordNumber
    var verdict: Verdict
    var evidence: Evidence
    /// The record was filed after the one that is checked.
    var isLater: Bool
    var other: ReadFiling
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
