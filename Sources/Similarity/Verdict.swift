// What two records are to each other: the ladder of the field, decided by rules that can be read aloud.
//
// Nothing here calls a person anything. A repeat is a fact about two filings; why they were made is for people to judge.

import Records

package enum Verdict: String, Sendable, CaseIterable, Comparable {
    /// The same bytes, or the same number of a higher body.
    case sameFiling = "D0"
    /// The same text: nine tenths of the shorter one stand in the other.
    case sameText = "D1"
    /// 重复: the same person and the same matter.
    case repeatComplaint = "D2"
    /// 关联, a candidate for 集体: another person, the same respondent and matter.
    case sameMatter = "D3"
    /// The same respondent, another matter: counts for the ladder of a year.
    case sameRespondent = "D4"
    /// An appeal or review of an earlier matter: no repeat.
    case appeal = "D5"

    /// The order in which people want to see them.
    package var rank: Int {
        switch self {
        case .sameFiling: 0
        case .sameText: 1
        case .repeatComplaint: 2
        case .appeal: 3
        case .sameMatter: 4
        case .sameRespondent: 5
        }
    }

    package static func < (a: Verdict, b: Verdict) -> Bool { a.rank < b.rank }

    package var linkType: LinkType {
        switch self {
        case .sameFiling: .sameFiling
        case .sameText: .sameText
        case .repeatComplaint: .repeatComplaint
        case .sameMatter: .sameMatter
        case .sameRespondent: .sameRespondent
        case .appeal: .appeal
        }
    }
}

/// How the persons of two records were found to be one.
package enum PersonMatch: String, Sendable {
    case idNo, phone, nameAndAddress
    /// The name alone, no other sign against it, and one respondent and topic: people should make sure.
    case name
}

/// What is known of the persons of two records.
package enum Persons: Sendable, Equatable {
    case same(PersonMatch)
    /// Both are named, and differ.
    case different
    /// One is anonymous, or names nobody, or there is no key.
    case unknown
}

/// Everything a verdict rests on.
package struct Evidence: Sendable {
    package var overlap = Overlap(shared: 0, own: 0, others: 0)
    /// The compared texts are equal, unit by unit.
    package var isSameText = false
    /// Likeness of all that stands in both, rare words weighing more: 0 … 1.
    package var likeness = 0.0
    /// Pairs of letters in both that stand in hardly any other record.
    package var sharedRarePairs = 0
    /// Both texts name one place of its own (`NamedPlaces`); asked only where the verdict rests on it.
    package var sharesNamedPlace = false
    /// Both texts name estates, or companies, and none that is the other's; asked only where the verdict rests on it.
    package var estatesDiffer = false
    /// One text is written in Latin letters: likeness by pairs of letters tells nothing of it.
    package var isLatin = false
    package var persons = Persons.unknown
    package var respondent: RespondentNames.Match?
    /// Both name a respondent, and it is not the same.
    package var respondentsDiffer = false
    /// One names a respondent of which the other's text says nothing: like words are then no sign of one matter.
    package var respondentOfOneOnly = false
    package var sharesTopic = false
    package var topicsDiffer = false
    package var sharesUpstreamNumber = false
    /// One cites a number of the other.
    package var citesNumber = false
    package var isAppeal = false
    package var appealNamesOther = false
    package var sharedNumbers: [String] = []
    /// The shorter text has a run of digits that the other has not; of two short texts either has.
    package var numbersDiffer = false
    package var sharesRegion = false
    package var sharesPlace = false
    package var daysBetween = 0

    package init() {}
}

/// The limits of the rules. Measured by tools/quality duplicates.
package struct VerdictRules: Sendable {
    /// Of the shorter text, in the longer.
    package var sameTextContainment = 0.9
    /// A shorter text that has fewer shingles than this must be nearly equal …
    package var sameTextShinglesMin = 8
    /// … and one of fewer than this says the same only if its numbers do too: line 41 is not line 55.
    package static let numbersTellBelow = 25
    package var shortTextContainment = 0.95
    /// A text of fewer than this is a phrase that a long one may hold: it says the same as one that is not much longer.
    package var phraseShingles = 15
    package var phraseJaccard = 0.5
    /// Where no respondent is known: so much of the shorter text makes one matter …
    package var matterContainment = 0.5
    /// … or so much likeness.
    package var matterLikeness = 0.32
    /// Filings so near in time need less: a caller who asks again says little.
    package var nearDays = 14
    package var nearMatterContainment = 0.35
    package var nearMatterLikeness = 0.22
    /// One person's two filings need less.
    package var ownMatterContainment = 0.3
    package var ownMatterLikeness = 0.2
    /// Of texts in Latin letters, and of one person's: any two letters of a language share a third of their threes.
    package var latinMatterContainment = 0.75
    package var ownLatinMatterContainment = 0.6
    /// The same likeness is enough, however long ago, where both name one place and share so many rare pairs.
    package var rarePairsAtPlace = 8

    package init() {}

    /// Whether likeness can make a difference: no respondent and category decide, and the texts share little.
    package func restsOnLikeness(_ evidence: Evidence) -> Bool {
        if evidence.respondentsDiffer || evidence.respondentOfOneOnly || evidence.isLatin { return false }
        if evidence.respondent == nil { return evidence.overlap.containment < sameTextContainment }
        return !evidence.sharesTopic && !evidence.topicsDiffer && evidence.overlap.containment < ownMatterContainment
    }

    /// Whether a place that both texts name would make a difference.
    package func restsOnPlace(_ evidence: Evidence) -> Bool {
        evidence.respondent == nil && evidence.likeness >= ownMatterLikeness && evidence.sharedRarePairs >= rarePairsAtPlace
    }

    /// Whether estates that both texts name would make a difference: nothing else than like words puts the two together.
    package func restsOnEstates(_ evidence: Evidence) -> Bool {
        evidence.respondent == nil && !evidence.citesNumber && verdict(evidence) == .sameMatter
    }

    /// Nil: they have nothing to do with each other.
    package func verdict(_ evidence: Evidence) -> Verdict? {
        if evidence.sharesUpstreamNumber { return .sameFiling }
        if evidence.isAppeal, isAppealOfOther(evidence) { return .appeal }
        if isSameText(evidence), !evidence.respondentsDiffer {
            return evidence.isSameText && evidence.persons != .different ? .sameFiling : .sameText
        }
        if evidence.respondent != nil {
            let isSameMatter =
                evidence.sharesTopic
                || (!evidence.topicsDiffer && isMuchShared(evidence, ownMatterContainment, ownMatterLikeness))
                || evidence.overlap.containment >= (evidence.isLatin ? latinMatterContainment : matterContainment)
            if !isSameMatter { return .sameRespondent }
            if case .same = evidence.persons { return .repeatComplaint }
            return .sameMatter
        }
        if evidence.respondentsDiffer { return nil }
        if case .same = evidence.persons {
            return isAlike(evidence, ownMatterContainment, ownMatterLikeness) || evidence.citesNumber ? .repeatComplaint : nil
        }
        let isNear = evidence.daysBetween <= nearDays
        let isOneMatter = !evidence.estatesDiffer && isAlike(
            evidence, isNear ? nearMatterContainment : matterContainment, isNear ? nearMatterLikeness : matterLikeness)
        return isOneMatter || evidence.citesNumber ? .sameMatter : nil
    }

    /// Whether the texts alone make two filings D0 or D1.
    package func sayTheSame(_ evidence: Evidence) -> Bool { isSameText(evidence) && !evidence.respondentsDiffer }

    private func isSameText(_ evidence: Evidence) -> Bool {
        if evidence.isSameText { return true }
        let overlap = evidence.overlap
        guard overlap.containment >= sameTextContainment, overlap.shared > 0 else { return false }
        let shorter = min(overlap.own, overlap.others)
        if shorter < Self.numbersTellBelow, evidence.numbersDiffer || overlap.containment < shortTextContainment { return false }
        if shorter < phraseShingles, overlap.jaccard < phraseJaccard { return false }
        return shorter >= sameTextShinglesMin || overlap.jaccard >= sameTextContainment
    }

    private func isAppealOfOther(_ evidence: Evidence) -> Bool {
        if evidence.appealNamesOther { return true }
        guard case .same = evidence.persons, !evidence.respondentsDiffer else { return false }
        return evidence.respondent != nil
            ? !evidence.topicsDiffer || evidence.sharesTopic : isAlike(evidence, ownMatterContainment, ownMatterLikeness)
    }

    private func isAlike(_ evidence: Evidence, _ containment: Double, _ likeness: Double) -> Bool {
        guard min(evidence.overlap.own, evidence.overlap.others) >= sameTextShinglesMin else { return false }
        if evidence.respondentOfOneOnly { return isMuchShared(evidence, containment, .infinity) }
        return isMuchShared(evidence, containment, likeness) || evidence.sharesNamedPlace && restsOnPlace(evidence)
    }

    private func isMuchShared(_ evidence: Evidence, _ containment: Double, _ likeness: Double) -> Bool {
        if evidence.isLatin {
            let isOwn = if case .same = evidence.persons { true } else { false }
            return evidence.overlap.containment >= (isOwn ? ownLatinMatterContainment : latinMatterContainment)
        }
        return evidence.overlap.containment >= containment || evidence.likeness >= likeness
    }
}
