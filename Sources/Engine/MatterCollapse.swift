// Records on one subject grouped into matters (事项): copies, repeats and appeals are one with what they repeat. For the
// ladder of a year.
//
// A record joins the first matter in which it is D0, D1, D2 or D5 to any record; else it begins one. Comparing all with
// all would cost the square of what a large unit has in a year. So a record is compared only with those that can be one of
// these to it: by person, by number, by decision; and texts, each once, by the rarest tenth of the shorter one's
// shingles, of which a text that holds nine tenths of it has one (Chaudhuri, Ganti, Kaushik, ICDE 2006).

import Archive
import Records
import Similarity

struct MatterCollapse {
    private struct Member {
        var filing: CheckedFiling
        var decisions: [RecordNumber: LinkDecision]
        var text: Int
    }

    /// What decides whether two texts say the same.
    private struct TextKey: Hashable {
        var text: [UInt16]
        var respondents: RespondentNames
    }

    private var members: [Member] = []
    private var texts: [TextKey: Int] = [:]
    /// By text: its shingles, and one member that has it.
    private var shingles: [ShingleSet] = []
    private var examples: [Int] = []

    init() {}

    /// Adds a record that was filed after all that were added before.
    mutating func add(_ filing: CheckedFiling, decisions: [RecordNumber: LinkDecision], _ checker: Checker) {
        let key = TextKey(text: filing.filing.text, respondents: filing.filing.respondents)
        let text: Int
        if let known = texts[key] { text = known } else {
            text = shingles.count
            // No text is no text like any other.
            if !key.text.isEmpty { texts[key] = text }
            shingles.append(ShingleSet(filing.filing.text.span, without: checker.common))
            examples.append(members.count)
        }
        members.append(Member(filing: filing, decisions: decisions, text: text))
    }

    /// The matter of each record, numbered in the order in which they begin.
    func matters(_ checker: Checker) throws -> [Int] {
        let same = textsThatSayTheSame(checker.rules)
        var matterOf: [Int] = []
        var matterCount = 0
        /// By text: the first matter that has it.
        var matterOfText = [Int](repeating: .max, count: shingles.count)
        var known = KeyedMembers()
        for (place, member) in members.enumerated() {
            var first = Int.max
            if member.decisions.isEmpty {
                for text in same[member.text] { first = min(first, matterOfText[text]) }
                for other in known.members(related: member.filing) where matterOf[other] < first {
                    if try isOneMatter(member, members[other], checker) { first = matterOf[other] }
                }
            } else {
                // Few records have any: these are compared with all, for what people decided goes first.
                for other in 0..<place where matterOf[other] < first {
                    if try isOneMatter(member, members[other], checker) { first = matterOf[other] }
                }
            }
            if first == .max {
                first = matterCount
                matterCount += 1
            }
            matterOf.append(first)
            matterOfText[member.text] = min(matterOfText[member.text], first)
            known.add(member.filing, place)
        }
        return matterOf
    }

    private func isOneMatter(_ later: Member, _ earlier: Member, _ checker: Checker) throws -> Bool {
        if let own = earlier.filing.own, let decision = later.decisions[own] { return decision.isLink }
        switch try checker.verdict(later.filing, earlier.filing) {
        case .sameFiling, .sameText, .repeatComplaint, .appeal: return true
        default: return false
        }
    }

    /// For each text those that say the same, itself among them.
    private func textsThatSayTheSame(_ rules: VerdictRules) -> [Set<Int>] {
        /// Rarest first, by counts of hashes: any order does that is the same for all texts.
        var counts = [UInt32](repeating: 0, count: 1 << 18)
        func slot(_ key: UInt64) -> Int { Int((key &* 0x9E37_79B9_7F4A_7C15) >> 46) }
        for set in shingles { for key in set.keys { counts[slot(key)] += 1 } }
        var holders: [UInt64: [Int32]] = [:]
        for (text, set) in shingles.enumerated() {
            let needed = Int((rules.sameTextContainment * Double(set.count)).rounded(.up))
            let rarest = set.keys.sorted { (counts[slot($0)], $0) < (counts[slot($1)], $1) }
            for key in rarest.prefix(set.count - needed + 1) { holders[key, default: []].append(Int32(text)) }
        }
        var same = shingles.indices.map { Set([$0]) }
        var candidates: Set<Int> = []
        for (text, set) in shingles.enumerated() {
            candidates.removeAll(keepingCapacity: true)
            for key in set.keys { for other in holders[key] ?? [] where Int(other) != text { candidates.insert(Int(other)) } }
            for other in candidates {
                let (a, b) = (members[examples[text]].filing.filing, members[examples[other]].filing.filing)
                let evidence = Evidence(a, b, shingles: (set, shingles[other]), likeness: 0, persons: .unknown)
                guard rules.sayTheSame(evidence) else { continue }
                same[text].insert(other)
                same[other].insert(text)
            }
        }
        return same
    }
}

/// Earlier records by what makes another one theirs whatever it says.
private struct KeyedMembers {
    private var byPerson: [UInt64: [Int]] = [:]
    private var byName: [UInt64: [Int]] = [:]
    private var byNumber: [String: [Int]] = [:]
    private var byUpstreamNumber: [String: [Int]] = [:]

    mutating func add(_ filing: CheckedFiling, _ place: Int) {
        for person in filing.persons { byPerson[person.hash.short, default: []].append(place) }
        for name in filing.names { byName[name.short, default: []].append(place) }
        for number in Set(filing.filing.numbers) { byNumber[number, default: []].append(place) }
        for number in Set(filing.filing.upstreamNumbers) { byUpstreamNumber[number, default: []].append(place) }
    }

    /// In ascending order, each once.
    func members(related filing: CheckedFiling) -> [Int] {
        var related: Set<Int> = []
        for person in filing.persons { related.formUnion(byPerson[person.hash.short] ?? []) }
        for name in filing.names { related.formUnion(byName[name.short] ?? []) }
        for number in filing.filing.upstreamNumbers { related.formUnion(byUpstreamNumber[number] ?? []) }
        for number in filing.filing.appealOf { related.formUnion(byNumber[number] ?? []) }
        return related.sorted()
    }
}
