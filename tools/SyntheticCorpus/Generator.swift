// Makes record `i` of an archive from (seed, i, plan) alone.

/// What stands behind a record: the truth that no importer sees.
package struct Origin: Sendable {
    package var record: Int
    package var day: Int
    package var telling: Telling
    package var kind: Kind
    package var link: Link?
    package var person: Int
    package var isAnonymous: Bool
    /// Records of one matter (D0–D2, appeals) share it: the number of the first of them.
    package var matter: Int
    /// Records of one cause (a group, an outbreak at one respondent) share it.
    package var cause: Cause

    package enum Cause: Hashable, Sendable {
        case record(Int)
        case outbreak(Int)
    }
}

package final class Generator {
    package let seed: UInt64
    package let plan: Plan
    package let book = ThemeBook.shared
    package let schedule: Schedule
    package let relations: RelationTable
    /// Problems by anchor, for other matters of one respondent.
    private let problemsOfAnchor: [[Int]]
    /// Related records are never anonymous, so the others are so more often: the plan's share is that of all records.
    private let anonymousPerMille: Int
    let composer: Composer
    private let writer: RecordWriter
    private var draft = Draft()

    package init(seed: UInt64, plan: Plan) throws(PlanError) {
        if let problem = plan.problem { throw problem }
        self.seed = seed
        self.plan = plan
        schedule = Schedule(plan: plan, seed: seed, book: book)
        relations = RelationTable(plan: plan, seed: seed, schedule: schedule, book: book)
        composer = Composer(book)
        writer = RecordWriter(book)
        var byAnchor = Array(repeating: [Int](), count: book.anchors.count)
        for (index, problem) in book.problems.enumerated() { byAnchor[problem.anchor].append(index) }
        problemsOfAnchor = byAnchor
        let named = relations.links.lazy.filter { $0.relation != .outbreak }.count
        anonymousPerMille = min(1000, plan.anonymous * plan.records / max(1, plan.records - named))
    }

    /// Another generator of the same archive, for another thread: shares the tables, not the buffers.
    package init(sharing other: Generator) {
        seed = other.seed
        plan = other.plan
        schedule = other.schedule
        relations = other.relations
        problemsOfAnchor = other.problemsOfAnchor
        anonymousPerMille = other.anonymousPerMille
        composer = Composer(other.book)
        writer = RecordWriter(other.book)
    }

    /// Appends record `i` as one line of JSON, with the line's end.
    package func recordJSON(_ i: Int, into out: inout [UInt8]) {
        let origin = origin(of: i)
        compose(origin, into: &draft)
        dress(origin, &draft)
        writer.writeJSON(origin, draft, generator: self, into: &out)
    }

    /// Appends record `i` as one row of CSV, with CR LF.
    package func recordCSV(_ i: Int, into out: inout [UInt8]) {
        let origin = origin(of: i)
        compose(origin, into: &draft)
        dress(origin, &draft)
        writer.writeCSV(origin, draft, generator: self, into: &out)
    }

    // MARK: What is told

    private func base(_ i: Int) -> Origin {
        var random = RandomStream(RandomStream.hash(seed, 0xBA5E), UInt64(i))
        let day = schedule.day(of: i)
        let link = relations.link(of: i)
        var problem = schedule.problem(on: day, drawn: random.next())
        if let link, link.problem != .max { problem = Int(link.problem) }
        let bits = book.anchors[book.problems[problem].anchor].bits
        let rank = random.longTailRank(bits: bits)
        // Four times as many people as records: some complain again, of something else.
        let (person, personSeed) = person(from: random.below(plan.records * 4), for: problem)
        let telling = Telling(
            problem: problem, rank: rank, matterSeed: random.next(), occasionSeed: random.next(),
            personSeed: personSeed, wordingSeed: random.next(),
            register: register(for: problem, personSeed: personSeed, random: &random),
            firstDay: Day(number: plan.start.number + day), today: Day(number: plan.start.number + day), term: nil)
        let kindDrawn = random.below(100)
        let theme = book.themes[book.problems[problem].theme].name
        let kind: Kind =
            switch theme {
            case "作风", "污染": kindDrawn < 55 ? .report : kindDrawn < 94 ? .complaint : kindDrawn < 97 ? .inquiry : .suggestion
            default: kindDrawn < 80 ? .complaint : kindDrawn < 88 ? .report : kindDrawn < 95 ? .inquiry : .suggestion
            }
        let anonymous = random.chance(anonymousPerMille) && (link == nil || link?.relation == .outbreak)
        return Origin(
            record: i, day: day, telling: telling, kind: kind, link: link, person: person, isAnonymous: anonymous,
            matter: i, cause: .record(i))
    }

    /// Whether an earlier member of the same group drew this person: the members of a group are different people.
    private func isPersonTaken(_ number: Int, by link: Link, problem: Int, first: Int, record: Int) -> Bool {
        if number == first { return true }
        for other in (Int(link.of) + 1)..<record {
            guard let link = relations.link(of: other), link.relation == .groupMember else { continue }
            guard link.of == relations.link(of: record)?.of else { continue }
            if person(from: base(other).person, for: problem).number == number { return true }
        }
        return false
    }

    private func person(from number: Int, for problem: Int) -> (number: Int, seed: UInt64) {
        var number = number
        while true {
            let personSeed = RandomStream.hash(seed, 0x9E00_0000_0000 + UInt64(number))
            let mayBeOld = book.themes[book.problems[problem].theme].registers[Register.elderly.rawValue] > 0
            if mayBeOld || !PersonFacts.isElderly(personSeed) { return (number, personSeed) }
            number += 1
        }
    }

    private func register(for problem: Int, personSeed: UInt64, random: inout RandomStream) -> Register {
        let weights = book.themes[book.problems[problem].theme].registers
        var drawn = random.below(weights.reduce(0, +))
        var found = Register.hotline
        for (index, weight) in weights.enumerated() {
            if drawn < weight { found = Register(rawValue: index)!; break }
            drawn -= weight
        }
        // Only the old speak as the old do.
        if PersonFacts.isElderly(personSeed) { return found == .online || found == .form ? .elderly : found }
        return found == .elderly ? .hotline : found
    }

    package func origin(of i: Int) -> Origin {
        var own = base(i)
        guard let link = own.link, link.relation != .source else { return own }
        if link.relation == .outbreak {
            let outbreak = relations.outbreaks[Int(link.of)]
            if outbreak.rank >= 0 { own.telling.rank = outbreak.rank }
            if outbreak.district >= 0 {
                var random = RandomStream(RandomStream.hash(seed, 0xD15), UInt64(i))
                let anchor = book.problems[own.telling.problem].anchor
                for _ in 0..<2000 {
                    let rank = random.longTailRank(bits: book.anchors[anchor].bits)
                    own.telling.rank = rank
                    if Gazetteer.district(ofEntity: Narrator.entitySeed(anchor: anchor, rank: rank)) == outbreak.district { break }
                }
            }
            own.telling.term = outbreak.term
            if outbreak.kind == .respondent { own.cause = .outbreak(Int(link.of)) }
            if own.kind == .inquiry || own.kind == .suggestion { own.kind = .complaint }
            return own
        }
        let first = base(Int(link.of))
        var result = own
        result.telling.problem = first.telling.problem
        result.telling.rank = first.telling.rank
        result.telling.firstDay = first.telling.firstDay
        result.kind = first.kind == .inquiry || first.kind == .suggestion ? .complaint : first.kind
        func samePerson() {
            result.person = first.person
            result.telling.personSeed = first.telling.personSeed
        }
        func sameMatter() {
            result.telling.matterSeed = first.telling.matterSeed
            result.telling.occasionSeed = first.telling.occasionSeed
            result.matter = first.record
            result.cause = .record(first.record)
        }
        (result.person, result.telling.personSeed) = person(from: own.person, for: first.telling.problem)
        switch link.relation {
        case .copy, .referral, .edited, .reordered, .boilerplate, .numbers, .script, .scan, .shortened, .extended:
            sameMatter()
            result.telling.wordingSeed = first.telling.wordingSeed
            result.telling.register = first.telling.register
            result.telling.today = first.telling.firstDay
            result.kind = first.kind
            // Form letters: some texts are sent again by somebody else.
            if link.relation == .copy || link.relation == .referral || RandomStream.hash(own.telling.wordingSeed, 7) % 10 < 7 {
                samePerson()
            } else {
                result.matter = own.record
            }
            if link.relation == .numbers {
                result.telling.occasionSeed = own.telling.occasionSeed
            }
        case .repeated, .insistent, .byAgent, .appeal:
            sameMatter()
            samePerson()
            if PersonFacts.isElderly(first.telling.personSeed) != (own.telling.register == .elderly) {
                result.telling.register = PersonFacts.isElderly(first.telling.personSeed) ? .elderly : .letter
            }
            if link.relation == .appeal {
                result.kind = .appeal
                result.telling.register = .letter
            }
        case .anonymousAgain:
            sameMatter()
            result.matter = own.record
            result.isAnonymous = true
        case .groupMember:
            if isPersonTaken(result.person, by: link, problem: first.telling.problem, first: first.person, record: i) {
                // Beyond the numbers drawn from, so nobody else has it.
                (result.person, result.telling.personSeed) = person(
                    from: plan.records * 4 + i * 8, for: first.telling.problem)
            }
            result.telling.matterSeed = first.telling.matterSeed
            result.cause = .record(first.record)
            if PersonFacts.isElderly(result.telling.personSeed) != (own.telling.register == .elderly) {
                result.telling.register = .hotline
            }
        case .sameRespondent:
            let others = problemsOfAnchor[book.problems[first.telling.problem].anchor].filter { $0 != first.telling.problem }
            if !others.isEmpty {
                result.telling.problem = others[Int(own.telling.matterSeed % UInt64(others.count))]
            }
            result.telling.firstDay = own.telling.firstDay
        case .hardNegative:
            result.telling.wordingSeed = first.telling.wordingSeed
            result.telling.register = first.telling.register
            result.kind = first.kind
            let bits = book.anchors[book.problems[first.telling.problem].anchor].bits
            var random = RandomStream(own.telling.matterSeed, 0xA)
            for _ in 0..<8 where result.telling.rank == first.telling.rank {
                result.telling.rank = random.longTailRank(bits: bits)
            }
            result.telling.firstDay = own.telling.firstDay
        case .source, .outbreak: break
        }
        return result
    }

    /// The text as told: what a normaliser that repairs script, width and blanks would see.
    func compose(_ origin: Origin, into draft: inout Draft) {
        let relation = origin.link?.relation
        let again = relation.map { $0 == .repeated || $0 == .insistent } ?? false
        composer.compose(origin.telling, kind: origin.kind, again: again, plan: plan, into: &draft)
        guard let link = origin.link, link.relation.isDuplicate else { return }
        var random = RandomStream(RandomStream.hash(seed, 0xED17), UInt64(origin.record))
        switch link.relation {
        case .edited: TextNoise.edit(&draft.content, percent: Int(link.detail), random: &random)
        case .reordered: TextNoise.reorder(&draft, random: &random)
        case .boilerplate, .referral: composer.addBoilerplate(to: &draft, random: &random)
        case .scan: TextNoise.misread(&draft.content, random: &random)
        case .shortened: TextNoise.shorten(&draft, random: &random)
        case .extended: composer.extend(&draft, telling: origin.telling)
        default: break
        }
    }

    private func dress(_ origin: Origin, _ draft: inout Draft) {
        if origin.link?.relation == .script { draft.looks.traditional.toggle() }
        if origin.link?.relation == .scan { draft.looks.scanned = true }
        var random = RandomStream(origin.telling.wordingSeed, 0xD2E5)
        TextNoise.dress(&draft.content, draft.looks, random: &random)
        if draft.looks.traditional || draft.looks.fullWidth {
            var looks = draft.looks
            looks.scanned = false
            TextNoise.dress(&draft.title, looks, random: &random)
            TextNoise.dress(&draft.demand, looks, random: &random)
        }
    }
}
