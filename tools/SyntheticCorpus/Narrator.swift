// Walks the grammar and writes UTF-8. Facts are drawn once a record and kept, so that the amount in the title is the
// amount in the text; wording and facts draw from streams of their own, so that the same words can be told of other
// facts (a hard negative) and the same facts in other words (a repeat).

/// Everything a text depends on.
package struct Telling: Sendable {
    package var problem: Int
    /// Which of the anchor's respondents.
    package var rank: Int
    package var matterSeed: UInt64
    /// Amounts, dates, rooms, numbers.
    package var occasionSeed: UInt64
    package var personSeed: UInt64
    package var wordingSeed: UInt64
    package var register: Register
    /// The day of the matter's first filing: dates in the text lie before it.
    package var firstDay: Day
    /// The day of this filing: words such as 昨天 are said only on the first day.
    package var today: Day
    package var term: UInt64?

    func reworded(_ wording: UInt64) -> Telling {
        var other = self
        other.wordingSeed = wording
        return other
    }
}

final class Narrator {
    private let ops: [Grammar.Op]
    private let rules: [Grammar.Rule]
    private let literals: [UInt8]
    private let pools: [[[UInt8]]]
    private let anchors: [Anchor]
    private let newTerm: Int32

    private var random = RandomStream(0)
    private var style = RandomStream(0)
    private var telling: Telling
    private var entitySeed: UInt64 = 0
    private(set) var district = 0
    private var anchor: Anchor
    private var epoch: UInt32 = 0
    private var factEpoch: [UInt32]
    private var factStart: [Int]
    private var factEnd: [Int]
    private var facts: [UInt8] = []
    /// The first amount of money that was told, in yuan.
    private(set) var firstAmount: Int?

    init(_ book: ThemeBook) {
        // Copies of its own, down to the innermost arrays: threads that share an array wait for its reference count.
        ops = book.grammar.ops.map { $0 }
        rules = book.grammar.rules.map { rule in
            var own = rule
            own.cumulative = rule.cumulative.map { $0 }
            own.alternatives = rule.alternatives.map { $0 }
            own.variants = rule.variants.map { $0 }
            return own
        }
        literals = book.grammar.literals.map { $0 }
        pools = book.grammar.pools.map { $0.map { $0.map { $0 } } }
        anchors = book.anchors
        anchor = book.anchors[0]
        newTerm = book.rule("新词")
        factEpoch = Array(repeating: 0, count: rules.count)
        factStart = Array(repeating: 0, count: rules.count)
        factEnd = Array(repeating: 0, count: rules.count)
        telling = Telling(
            problem: 0, rank: 0, matterSeed: 0, occasionSeed: 0, personSeed: 0, wordingSeed: 0, register: .hotline,
            firstDay: Day(number: 0), today: Day(number: 0), term: nil)
    }

    static func entitySeed(anchor: Int, rank: Int) -> UInt64 {
        RandomStream.hash(UInt64(rank), 0xE717_0000 + UInt64(anchor))
    }

    /// Starts a record: forgets all facts.
    func begin(_ telling: Telling, anchor number: Int) {
        self.telling = telling
        anchor = anchors[number]
        entitySeed = Self.entitySeed(anchor: number, rank: telling.rank)
        district = Gazetteer.district(ofEntity: entitySeed)
        random = RandomStream(telling.wordingSeed)
        style = RandomStream(telling.wordingSeed, 0x57)
        epoch &+= 1
        facts.removeAll(keepingCapacity: true)
        firstAmount = nil
    }

    /// A draw from the stream of wording.
    func below(_ bound: Int) -> Int { random.below(bound) }
    func chance(_ share: Int) -> Bool { random.chance(share) }

    func alternativeCount(_ rule: Int32) -> Int { rules[Int(rule)].alternatives.count }

    func write(_ rule: Int32, at place: Int = 0, into out: inout [UInt8]) {
        let number = variant(of: Int(rule))
        if rules[number].source == .wording { return writeAlternative(drawn(number), into: &out) }
        if rules[number].source == .matterEach {
            let saved = random
            random = RandomStream(telling.matterSeed, UInt64(place) << 20 | UInt64(number))
            writeAlternative(drawn(number), into: &out)
            random = saved
            return
        }
        if factEpoch[number] != epoch {
            let seed: UInt64 =
                switch rules[number].source {
                case .entity: entitySeed
                case .matter: telling.matterSeed
                case .occasion: telling.occasionSeed
                case .person, .wording, .matterEach: telling.personSeed
                }
            let saved = random
            random = RandomStream(seed, UInt64(number) &+ 0xFAC7)
            let start = out.count
            writeAlternative(drawn(number), into: &out)
            random = saved
            factStart[number] = facts.count
            facts.append(contentsOf: out[start...])
            factEnd[number] = facts.count
            factEpoch[number] = epoch
        } else {
            out.append(contentsOf: facts[factStart[number]..<factEnd[number]])
        }
    }

    /// A rule about some other person than the one who tells: an agent, a handler.
    func write(_ rule: Int32, ofPerson seed: UInt64, into out: inout [UInt8]) {
        let saved = (random, telling.personSeed)
        random = RandomStream(seed, UInt64(rule))
        telling.personSeed = seed
        writeAlternative(drawn(Int(rule)), into: &out)
        (random, telling.personSeed) = saved
    }

    /// One alternative of a rule, chosen by the caller.
    func write(_ rule: Int32, alternative: Int, into out: inout [UInt8]) {
        writeAlternative(rules[Int(rule)].alternatives[alternative], into: &out)
    }

    func variantRule(_ rule: Int32) -> Int32 { Int32(variant(of: Int(rule))) }

    private func variant(of rule: Int) -> Int {
        guard rules[rule].hasVariants else { return rule }
        let found = rules[rule].variants[telling.register.rawValue]
        return found >= 0 ? Int(found) : rule
    }

    private func drawn(_ rule: Int) -> Range<Int> {
        let count = rules[rule].alternatives.count
        if count == 1 { return rules[rule].alternatives[0] }
        let total = rules[rule].cumulative[count - 1]
        let drawn = UInt32(truncatingIfNeeded: UInt64(total).multipliedFullWidth(by: random.next()).high)
        var index = 0
        while rules[rule].cumulative[index] <= drawn { index += 1 }
        return rules[rule].alternatives[index]
    }

    private func writeAlternative(_ range: Range<Int>, into out: inout [UInt8]) {
        for index in range {
            switch ops[index] {
            case .literal(let start, let end): out.append(contentsOf: literals[Int(start)..<Int(end)])
            case .rule(let rule): write(rule, at: index, into: &out)
            case .number(let low, let high, let chinese):
                let value = random.inside(Int(low), Int(high))
                if chinese { Numerals.writeChinese(value, into: &out) } else { Numerals.write(value, into: &out) }
            case .money(let low, let high): writeMoney(low: Int(low), high: Int(high), into: &out)
            case .date(let low, let high):
                let back = random.inside(Int(low), Int(high))
                writeDate(Day(number: telling.firstDay.number - back), daysAgo: back, into: &out)
            case .digits(let count):
                out.append(UInt8(49 + random.below(9)))
                for _ in 1..<max(1, count) { out.append(UInt8(48 + random.below(10))) }
            case .letters(let count):
                for _ in 0..<count { out.append(Numerals.letters[random.below(24)]) }
            case .mixed(let count):
                for _ in 0..<count {
                    let drawn = random.below(34)
                    out.append(drawn < 10 ? UInt8(48 + drawn) : Numerals.letters[drawn - 10])
                }
            case .character(let pool):
                let count = pools[Int(pool)].count
                let index = min(random.below(count), random.below(count))
                out.append(contentsOf: pools[Int(pool)][index])
            case .pooled(let rule, let bits, let local):
                let rank = random.longTailRank(bits: Int(bits))
                let saved = random
                let place = local ? UInt64(district + 1) << 40 : 0
                random = RandomStream(UInt64(rank) | place, UInt64(rule) &+ 0x9001)
                writeAlternative(drawn(Int(rule)), into: &out)
                random = saved
            case .bySex(let male, let female):
                write(PersonFacts.isMale(telling.personSeed) ? male : female, into: &out)
            case .age:
                Numerals.write(
                    telling.firstDay.parts.year - PersonFacts.birthYear(telling.personSeed), into: &out)
            case .district: out.append(contentsOf: Gazetteer.names[district])
            case .city: out.append(contentsOf: Gazetteer.cities[district])
            case .anchorName: write(anchor.nameRule, into: &out)
            case .anchorUnit: write(anchor.unitRule, into: &out)
            case .term: writeTerm(into: &out)
            }
        }
    }

    func writeTerm(into out: inout [UInt8]) {
        let saved = random
        random = RandomStream(telling.term ?? 0, 0x7E23)
        writeAlternative(drawn(Int(newTerm)), into: &out)
        random = saved
    }

    /// The value is a fact; the form it is written in belongs to the wording.
    private func writeMoney(low: Int, high: Int, into out: inout [UInt8]) {
        var value = random.inside(low, high)
        let unit = value >= 10_000 ? 100 : value >= 1000 ? 10 : 1
        if random.chance(600) { value = max(low, value / (unit * 10) * (unit * 10)) }
        if value >= 10_000 { value = value / 100 * 100 }
        if firstAmount == nil { firstAmount = value }
        switch style.below(20) {
        case 0...10: Numerals.write(value, into: &out); out.append(contentsOf: Numerals.yuan)
        case 11...12 where value >= 10_000:
            Numerals.write(value / 10_000, into: &out)
            let rest = value % 10_000 / 100
            if rest > 0 {
                out.append(46)
                out.append(UInt8(48 + rest / 10))
                if rest % 10 > 0 { out.append(UInt8(48 + rest % 10)) }
            }
            out.append(contentsOf: Numerals.wan)
        case 13...14 where value >= 1000:
            Numerals.write(value / 1000, into: &out)
            out.append(44)
            Numerals.writePadded(value % 1000, digits: 3, into: &out)
            out.append(contentsOf: Numerals.yuan)
        case 15...16: Numerals.writeChinese(value, into: &out); out.append(contentsOf: Numerals.yuan)
        case 17...18: Numerals.write(value, into: &out); out.append(contentsOf: Numerals.kuai)
        default: Numerals.write(value, into: &out); out.append(contentsOf: Numerals.yuan)
        }
    }

    private func writeDate(_ day: Day, daysAgo: Int, into out: inout [UInt8]) {
        let (year, month, dayOfMonth) = day.parts
        let form = style.below(20)
        let needsYear = daysAgo > 60 || year != telling.firstDay.parts.year
        switch form {
        case 0...1 where daysAgo <= 2 && telling.today == telling.firstDay: out.append(contentsOf: Numerals.recent[daysAgo])
        case 2...3 where daysAgo > 2 && daysAgo <= telling.firstDay.weekday + 7 && telling.today == telling.firstDay:
            out.append(contentsOf: (daysAgo > telling.firstDay.weekday ? "上周" : "本周").utf8)
            out.append(contentsOf: Numerals.weekdays[day.weekday])
        case 4:
            Numerals.write(year, into: &out)
            out.append(45)
            Numerals.writePadded(month, digits: 2, into: &out)
            out.append(45)
            Numerals.writePadded(dayOfMonth, digits: 2, into: &out)
        case 5:
            Numerals.write(year, into: &out)
            out.append(46)
            Numerals.write(month, into: &out)
            out.append(46)
            Numerals.write(dayOfMonth, into: &out)
        case 6 where !needsYear:
            Numerals.writeChinese(month, into: &out)
            out.append(contentsOf: Numerals.month)
            Numerals.writeChinese(dayOfMonth, into: &out)
            out.append(contentsOf: Numerals.number)
        case 7 where daysAgo > 60:
            let thisYear = telling.firstDay.parts.year
            if thisYear - year == 1 { out.append(contentsOf: Numerals.lastYear) }
            else if thisYear == year { out.append(contentsOf: Numerals.thisYear) }
            else { Numerals.write(year, into: &out); out.append(contentsOf: Numerals.year) }
            Numerals.write(month, into: &out)
            out.append(contentsOf: Numerals.month)
        default:
            if needsYear {
                Numerals.write(year, into: &out)
                out.append(contentsOf: Numerals.year)
            }
            Numerals.write(month, into: &out)
            out.append(contentsOf: Numerals.month)
            Numerals.write(dayOfMonth, into: &out)
            out.append(contentsOf: form > 15 ? Numerals.number : Numerals.day)
        }
    }
}

/// What follows from a person's seed alone.
enum PersonFacts {
    static func isMale(_ seed: UInt64) -> Bool { RandomStream.hash(seed, 1) & 1 == 0 }

    /// One in six is old.
    static func isElderly(_ seed: UInt64) -> Bool { RandomStream.hash(seed, 2) % 6 == 0 }

    static func birthYear(_ seed: UInt64) -> Int {
        var stream = RandomStream(seed, 3)
        return isElderly(seed) ? stream.inside(1938, 1958) : stream.inside(1959, 2001)
    }
}

/// Numbers as people write them.
enum Numerals {
    static let letters: [UInt8] = Array("ABCDEFGHJKLMNPQRSTUVWXYZ".utf8)
    static let yuan = Array("元".utf8), kuai = Array("块钱".utf8), wan = Array("万元".utf8)
    static let year = Array("年".utf8), month = Array("月".utf8), day = Array("日".utf8), number = Array("号".utf8)
    static let lastYear = Array("去年".utf8), thisYear = Array("今年".utf8)
    static let recent = ["今天", "昨天", "前天"].map { Array($0.utf8) }
    static let weekdays = ["一", "二", "三", "四", "五", "六", "日"].map { Array($0.utf8) }
    private static let digits = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"].map { Array($0.utf8) }
    private static let units = ["", "十", "百", "千"].map { Array($0.utf8) }
    private static let tenThousand = Array("万".utf8)

    static func write(_ value: Int, into out: inout [UInt8]) {
        if value >= 10 { write(value / 10, into: &out) }
        out.append(UInt8(48 + value % 10))
    }

    static func writePadded(_ value: Int, digits: Int, into out: inout [UInt8]) {
        if digits > 1 { writePadded(value / 10, digits: digits - 1, into: &out) }
        out.append(UInt8(48 + value % 10))
    }

    /// Up to 99,999,999.
    static func writeChinese(_ value: Int, into out: inout [UInt8]) {
        if value >= 10_000 {
            writeChinese(value / 10_000, into: &out)
            out.append(contentsOf: tenThousand)
            let rest = value % 10_000
            if rest == 0 { return }
            if rest < 1000 { out.append(contentsOf: digits[0]) }
            return writeSmall(rest, inside: true, into: &out)
        }
        writeSmall(value, inside: false, into: &out)
    }

    private static func writeSmall(_ value: Int, inside: Bool, into out: inout [UInt8]) {
        if value == 0 { return out.append(contentsOf: digits[0]) }
        var started = false
        var gap = false
        for power in [3, 2, 1, 0] {
            let scale = [1, 10, 100, 1000][power]
            let digit = value / scale % 10
            if digit == 0 { gap = started; continue }
            if gap { out.append(contentsOf: digits[0]); gap = false }
            if !(digit == 1 && power == 1 && !started && !inside) { out.append(contentsOf: digits[digit]) }
            out.append(contentsOf: units[power])
            started = true
        }
    }
}
