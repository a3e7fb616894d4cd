// Which records are told to be copies, repeats, members of groups, appeals … of earlier ones. Decided once, before any
// text is made, in a table sorted by record number (16 bytes a related record), so that every slice of the archive
// knows its part.

/// How a record is related to the record it was made from.
package enum Relation: UInt8, CaseIterable, Sendable {
    /// The earlier record of a pair: an ordinary record of a named person.
    case source
    // Duplicates: the same text filed again.
    case copy, referral, edited, reordered, boilerplate, numbers, script, scan, shortened, extended
    // The same person and matter in other words.
    case repeated, insistent, byAgent
    /// Same respondent and matter, the person not named.
    case anonymousAgain
    /// A member of a group after its first.
    case groupMember
    case appeal
    /// Another matter of the same respondent.
    case sameRespondent
    /// The same words about another respondent.
    case hardNegative
    case outbreak

    package var isDuplicate: Bool { (Relation.copy.rawValue...Relation.extended.rawValue).contains(rawValue) }
    package var isRepeat: Bool { (Relation.repeated.rawValue...Relation.byAgent.rawValue).contains(rawValue) }
}

package struct Link: Sendable {
    package let record: UInt32
    /// The record it was made from; for outbreaks the number of the outbreak.
    package let of: UInt32
    package let relation: Relation
    /// Rate of edits in percent, or which number of a chain.
    package let detail: UInt8
    /// The problem, where the relation prescribes it; else `.max`.
    package let problem: UInt16
}

package struct Group: Sendable {
    package let first: Int
    package var members: [Int]
}

package struct Outbreak: Sendable {
    package enum Kind: String, Sendable { case category, respondent, region, term }
    package let kind: Kind
    package let problem: Int
    /// The respondent's rank, or −1.
    package let rank: Int
    /// The district, or −1.
    package let district: Int
    package let term: UInt64?
    /// Indices of days.
    package let first: Int
    package let last: Int
    /// How many standard deviations were aimed at for each week.
    package let deviations: Int
    /// Records expected in the window without the outbreak, in thousandths.
    package let baselineThousandths: Int
    package var members: [Int]
}

package struct RelationTable: Sendable {
    package private(set) var links: [Link] = []
    package private(set) var groups: [Group] = []
    package private(set) var outbreaks: [Outbreak] = []

    package init(plan: Plan, seed: UInt64, schedule: Schedule, book: ThemeBook) {
        var planner = Planner(plan: plan, seed: seed, schedule: schedule, book: book)
        planner.injectOutbreaks()
        planner.gatherGroups()
        planner.relate()
        links = planner.links
        links.sort { $0.record < $1.record }
        groups = planner.groups
        outbreaks = planner.outbreaks
    }

    package func link(of record: Int) -> Link? {
        var low = 0
        var high = links.count
        while low < high {
            let middle = (low + high) / 2
            if links[middle].record < UInt32(record) { low = middle + 1 } else { high = middle }
        }
        return low < links.count && links[low].record == UInt32(record) ? links[low] : nil
    }
}

private struct Planner {
    let plan: Plan
    let schedule: Schedule
    let book: ThemeBook
    var random: RandomStream
    var links: [Link] = []
    var groups: [Group] = []
    var outbreaks: [Outbreak] = []
    private var taken: [UInt64]

    init(plan: Plan, seed: UInt64, schedule: Schedule, book: ThemeBook) {
        self.plan = plan
        self.schedule = schedule
        self.book = book
        random = RandomStream(seed, 0x2E1A)
        taken = Array(repeating: 0, count: plan.records / 64 + 1)
    }

    private func isTaken(_ record: Int) -> Bool { taken[record >> 6] >> UInt64(record & 63) & 1 == 1 }
    private mutating func take(_ record: Int) { taken[record >> 6] |= 1 << UInt64(record & 63) }

    /// A free record near a drawn one of the day, after `after`.
    private mutating func free(on day: Int, after: Int) -> Int? {
        guard let drawn = schedule.record(on: day, drawn: &random) else { return nil }
        var record = max(drawn, after + 1)
        for _ in 0..<64 where record < plan.records {
            if !isTaken(record) { return record }
            record += 1
        }
        return nil
    }

    private mutating func add(_ record: Int, of: Int, _ relation: Relation, detail: Int = 0, problem: Int? = nil) {
        take(record)
        links.append(
            Link(
                record: UInt32(record), of: UInt32(of), relation: relation, detail: UInt8(detail),
                problem: problem.map(UInt16.init) ?? .max))
    }

    /// A free record to start from, anywhere in the archive.
    private mutating func source() -> Int? {
        for _ in 0..<32 {
            let record = random.below(plan.records)
            if !isTaken(record) { return record }
        }
        return nil
    }

    mutating func relate() {
        let duplicateKinds: [(Relation, Int)] = [
            (.copy, 14), (.referral, 10), (.edited, 30), (.reordered, 8), (.boilerplate, 10), (.numbers, 8),
            (.script, 4), (.scan, 5), (.shortened, 6), (.extended, 5),
        ]
        let duplicateTotal = duplicateKinds.reduce(0) { $0 + $1.1 }
        var left = plan.records * plan.duplicates / 1000
        while left > 0 {
            left -= 1
            var drawn = random.below(duplicateTotal)
            let kind = duplicateKinds.first { drawn -= $0.1; return drawn < 0 }!.0
            let delay = random.chance(400) ? 0 : random.inside(0, random.chance(700) ? 7 : 60)
            pair(kind, delay: delay, detail: [1, 2, 3, 5, 8, 10, 12, 15, 18, 20][random.below(10)])
        }
        left = plan.records * plan.repeats / 1000
        while left > 0 {
            if random.chance(30), left >= 5 {
                let length = random.inside(5, 9)
                left -= chain(.insistent, length: length, delays: 1...9)
            } else if random.chance(80) {
                left -= chain(.byAgent, length: 1, delays: 3...90)
            } else if random.chance(60) {
                left -= chain(.anonymousAgain, length: 1, delays: 3...60)
            } else {
                let length = random.chance(650) ? 1 : random.chance(700) ? 2 : 3
                left -= chain(.repeated, length: length, delays: 4...150)
            }
        }
        for (relation, share, delays) in [
            (Relation.appeal, plan.appeals, 25...90), (.sameRespondent, plan.sameRespondent, 1...300),
            (.hardNegative, plan.hardNegatives, 0...120),
        ] {
            left = plan.records * share / 1000
            while left > 0 {
                left -= 1
                pair(relation, delay: random.inside(delays.lowerBound, delays.upperBound), detail: 0)
            }
        }
    }

    private mutating func pair(_ relation: Relation, delay: Int, detail: Int) {
        guard let source = source() else { return }
        let day = schedule.day(of: source) + delay
        take(source)
        guard let record = free(on: min(day, schedule.dayCount - 1), after: source) else { return }
        add(source, of: source, .source)
        add(record, of: source, relation, detail: detail)
    }

    /// Returns how many records it used up.
    private mutating func chain(_ relation: Relation, length: Int, delays: ClosedRange<Int>) -> Int {
        guard let source = source() else { return length }
        take(source)
        var day = schedule.day(of: source)
        var last = source
        var placed = 0
        for number in 1...length {
            day += random.inside(delays.lowerBound, delays.upperBound)
            guard let record = free(on: day, after: last) else { break }
            add(record, of: source, relation, detail: number)
            last = record
            placed += 1
        }
        if placed > 0 { add(source, of: source, .source) }
        return length
    }

    mutating func gatherGroups() {
        let many = book.problems.indices.filter { book.problems[$0].concernsMany }
        var left = plan.records * plan.groups / 1000
        while left > 1 {
            // Some stay below the five of the rule: they must not be reported as groups.
            let size = min(
                left,
                random.chance(250) ? random.inside(2, 4) : random.chance(800) || left < 200 ? random.inside(5, 14) : random.inside(15, 60))
            left -= max(2, size)
            guard size >= 2, let first = source() else { continue }
            let start = schedule.day(of: first)
            let problem = seasonal(many, on: start)
            take(first)
            var group = Group(first: first, members: [first])
            let span = random.inside(2, 16)
            for _ in 1..<size {
                guard let record = free(on: start + random.below(span), after: first) else { continue }
                add(record, of: first, .groupMember, problem: problem)
                group.members.append(record)
            }
            add(first, of: first, .source, problem: problem)
            group.members.sort()
            if group.members.count > 1 { groups.append(group) }
        }
    }

    /// One of `problems`, as frequent as it is on that day.
    private mutating func seasonal(_ problems: [Int], on day: Int) -> Int {
        let weights = problems.map { Int(schedule.probability(of: $0, on: day) >> 12) + 1 }
        var drawn = random.below(weights.reduce(0, +))
        for (index, weight) in weights.enumerated() {
            if drawn < weight { return problems[index] }
            drawn -= weight
        }
        return problems[0]
    }

    mutating func injectOutbreaks() {
        for number in 0..<plan.outbreakCount {
            let kind = [Outbreak.Kind.category, .respondent, .region, .term][number % 4]
            let weeks = random.inside(1, 6)
            // The first quarter of the time is left quiet, so that there is a history to compare with.
            let first = random.inside(schedule.dayCount / 4, max(schedule.dayCount / 4, schedule.dayCount - weeks * 7 - 1))
            let last = min(schedule.dayCount - 1, first + weeks * 7 - 1)
            // New words come up where something is sold.
            let possible = book.problems.indices.filter {
                kind != .term || ["市场监管", "金融监管", "信息通信"].contains(book.themes[book.problems[$0].theme].categories[0])
            }
            let problem = seasonal(Array(possible), on: first)
            let anchor = book.anchors[book.problems[problem].anchor]
            let rank = kind == .respondent ? random.below(min(1 << anchor.bits, 400)) : -1
            let district = kind == .region ? random.below(8) : -1
            // Expected records: of the day × the problem × the respondent or district.
            var expected: UInt64 = 0
            for day in first...last {
                let count = UInt64(schedule.firstRecord[day + 1] - schedule.firstRecord[day])
                expected += count * schedule.probability(of: problem, on: day)
            }
            var thousandths = Int((expected * 1000) >> 32)
            switch kind {
            case .category: break
            case .term: thousandths = 0
            case .respondent:
                thousandths = Int(UInt64(thousandths).multipliedFullWidth(by: LongTail.probability(of: rank, bits: anchor.bits) << 24).high)
            case .region: thousandths = thousandths * Gazetteer.districts[district].weight / Gazetteer.totalWeight
            }
            let deviations = [2, 3, 5, 8][random.below(4)]
            let perWeek = thousandths / weeks
            // √(mean × 1.6) for counts that scatter somewhat more than Poisson's, in whole records.
            let deviation = max(1, squareRoot(perWeek * 1600) / 1000)
            let wanted = max(kind == .term ? 8 : 4, deviations * deviation * weeks)
            let room = (schedule.firstRecord[last + 1] - schedule.firstRecord[first]) / 4
            var members: [Int] = []
            for _ in 0..<min(wanted, room) {
                // Rising at first: the later half of the window gets two thirds.
                let day = first + max(random.below(last - first + 1), random.below(last - first + 1))
                guard let record = free(on: day, after: -1), schedule.day(of: record) <= last else { continue }
                add(record, of: number, .outbreak, problem: problem)
                members.append(record)
            }
            outbreaks.append(
                Outbreak(
                    kind: kind, problem: problem, rank: rank, district: district,
                    term: kind == .term ? random.next() : nil, first: first, last: last, deviations: deviations,
                    baselineThousandths: thousandths, members: members.sorted()))
        }
    }

    private func squareRoot(_ value: Int) -> Int {
        var root = 0
        var bit = 1 << 30
        var rest = value
        while bit > rest { bit >>= 2 }
        while bit != 0 {
            if rest >= root + bit { rest -= root + bit; root = root >> 1 + bit } else { root >>= 1 }
            bit >>= 2
        }
        return root
    }
}
