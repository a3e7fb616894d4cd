// Deadlines against a calculator that knows nothing clever: it looks at every day, or every minute, one after the other.

import Archive
import Glibc
import Records
import TestSupport
import Testing

/// The slow way: a list of all moments that count, one a day or one a minute.
private struct SlowCalculator {
    let calendar: WorkCalendar
    let pauses: [DeadlineClock.Pause]
    let movesOffRestDays: Bool

    func due(from start: Timestamp, _ amount: Int, _ unit: DeadlineUnit) -> Timestamp? {
        switch unit {
        case .minute, .hour:
            var now = start.hasTime ? start.seconds : start.seconds + 86_399
            var counted = 0
            let wanted = amount * (unit == .minute ? 1 : 60)
            while counted < wanted {
                if let pause = pauses.first(where: { $0.from.seconds <= now && now < ($0.to?.seconds ?? .max) }) {
                    guard let to = pause.to else { return nil }
                    now = to.seconds
                    continue
                }
                // Whole minutes: the cases of this test begin and pause on whole minutes.
                now += 60
                counted += 1
            }
            return Timestamp(seconds: now)
        case .week: return days(start.date, amount * 7, working: false)
        case .day: return days(start.date, amount, working: false)
        case .workingDay: return days(start.date, amount, working: true)
        case .month:
            var month = start.date.month
            var year = start.date.year
            for _ in 0..<amount {
                month += 1
                if month == 13 { (year, month) = (year + 1, 1) }
            }
            var day = start.date.day
            while CalendarDate(year: year, month: month, day: day) == nil { day -= 1 }
            let target = CalendarDate(year: year, month: month, day: day)!
            return days(start.date, Int(target.days - start.date.days), working: false)
        }
    }

    private func days(_ start: CalendarDate, _ amount: Int, working: Bool) -> Timestamp? {
        var day = start
        var counted: [CalendarDate] = []
        while counted.count < amount {
            day = day.adding(days: 1)!
            let stopped = pauses.filter { $0.from.date < day }
            if stopped.contains(where: { $0.to == nil }) { return nil }
            if stopped.contains(where: { day <= $0.to!.date }) { continue }
            if working, calendar.isWorkday(day) != true {
                if calendar.isWorkday(day) == nil { return nil }
                continue
            }
            counted.append(day)
        }
        if movesOffRestDays, !working {
            while let isWorked = calendar.isWorkday(day), !isWorked { day = day.adding(days: 1)! }
            if calendar.isWorkday(day) == nil { return nil }
        }
        return Timestamp(seconds: Timestamp(day).seconds + 86_399)
    }
}

/// A record's limits read off by hand, moment after moment, with the slow calculator for every amount.
private struct SlowReading {
    struct Limit {
        var rule: String
        var start: Timestamp
        var due: Timestamp?
        var met: Timestamp?
        var isExtended = false
        var isPromised = false
    }

    let record: Complaint
    let profile: Profile

    private var inOrder: [CaseEvent] {
        record.events.enumerated().sorted { ($0.element.at!.seconds, $0.offset) < ($1.element.at!.seconds, $1.offset) }.map(\.element)
    }

    private func events(_ type: String) -> [Timestamp] { inOrder.filter { $0.type!.canonicalText == type }.map { $0.at! } }

    private func moments(_ name: String) -> [Timestamp] {
        var found = events(name)
        if name == "接收" { found.append(record.receivedAt) }
        if name == "受理" || name == "受理决定", let at = record.acceptance?.at { found.append(at) }
        if name == "受理决定" { found += events("受理") + events("不予受理") }
        if name == "办结", let at = record.closedAt { found.append(at) }
        return found.sorted()
    }

    private func isNotBefore(_ a: Timestamp, _ b: Timestamp) -> Bool { a.hasTime && b.hasTime ? a >= b : a.date >= b.date }

    private func endOfDay(_ moment: Timestamp) -> Timestamp { moment.hasTime ? moment : Timestamp(seconds: moment.seconds + 86_399)! }

    func limits() -> [Limit] {
        var found: [Limit] = []
        for rule in profile.deadlines where rule.condition.holds(for: record) {
            let starts = rule.isForEach ? events(rule.from) : Array(moments(rule.from).prefix(1))
            for start in starts { found.append(limit(rule, start)) }
        }
        return found
    }

    private func limit(_ rule: DeadlineRule, _ start: Timestamp) -> Limit {
        var limit = Limit(rule: rule.id, start: start)
        limit.met = rule.until.flatMap { moments($0) }.filter { isNotBefore($0, start) }.min()
        if limit.met == nil, let end = moments("办结").first, end > start { limit.met = end }
        var pauses: [DeadlineClock.Pause] = []
        for type in rule.pausedBy {
            for from in events(type) {
                let ends = (profile.pauses[type] ?? []).flatMap { events($0) }.filter { $0 >= from }
                pauses.append(.init(from: from, to: ends.min()))
            }
        }
        let slow = SlowCalculator(calendar: .china, pauses: pauses, movesOffRestDays: profile.movesOffRestDays)
        limit.due = slow.due(from: start, rule.amount, rule.unit)
        if var due = limit.due, let allowed = rule.prolongation {
            var number = 0
            for event in inOrder where event.type!.canonicalText == "延期" {
                number += 1
                if number > allowed.times { break }
                if allowed.approver != nil, event.actor == nil { continue }
                guard let cap = slow.due(from: due, allowed.amount, allowed.unit) else { continue }
                let wanted = event.due.map { endOfDay($0) } ?? cap
                if min(wanted, cap) > due {
                    due = min(wanted, cap)
                    limit.isExtended = true
                }
            }
            limit.due = due
        }
        if rule.mayBePromised, let promise = inOrder.last(where: { ["协商", "承诺", "交办", "转办", "分流"].contains($0.type!.canonicalText) && $0.due != nil && $0.at!.date >= start.date }) {
            limit.due = endOfDay(promise.due!)
            limit.isPromised = true
        }
        return limit
    }
}

@Suite struct DeadlineClockTests {
    private static func moment(_ text: String) -> Timestamp { try! Timestamp(parsing: text) }

    /// The reckoning of one record is tested with the rules of every shipped profile, across holidays and year ends.
    @Test(arguments: Seed.sample(4)) func `100,000 random limits agree with the slow calculator`(seed: Seed) throws {
        var seed = seed
        let rules = try Profile.shippedIDs.flatMap { id in
            let profile = try Profile.shipped(id)
            return profile.deadlines.map { ($0, profile.movesOffRestDays) }
        }
        #expect(rules.count > 100)
        let first = Int(Self.moment("2010-01-01").date.days), last = Int(Self.moment("2026-11-30").date.days)
        for number in 0..<25_000 {
            let (rule, moves) = rules[number % rules.count]
            let day = CalendarDate(days: Int32(Int.random(in: first...last, using: &seed)))!
            // Whole minutes are what the slow calculator walks; a start without an hour has a case of its own below.
            let hasTime = Bool.random(using: &seed) || rule.unit == .minute || rule.unit == .hour
            let start = hasTime ? Timestamp(seconds: Timestamp(day).seconds + Int64.random(in: 0..<1_440, using: &seed) * 60)! : Timestamp(day)
            var pauses: [DeadlineClock.Pause] = []
            for _ in 0..<Int.random(in: 0...2, using: &seed) {
                let from = Timestamp(seconds: start.seconds + Int64.random(in: 0...20_000, using: &seed) * 60)!
                let isOpen = Int.random(in: 0..<10, using: &seed) == 0
                let length = Int64.random(in: 0...(rule.unit == .minute ? 60 : 30_000), using: &seed) * 60
                pauses.append(.init(from: from, to: isOpen ? nil : Timestamp(seconds: from.seconds + length)!))
            }
            let clock = DeadlineClock(calendar: .china, movesOffRestDays: moves)
            var steps: [DeadlineStep] = []
            let outcome = clock.reckon(from: start, rule.amount, rule.unit, pauses: pauses, steps: &steps)
            let slow = SlowCalculator(calendar: .china, pauses: pauses, movesOffRestDays: moves).due(from: start, rule.amount, rule.unit)
            if case .due(let due) = outcome {
                #expect(due.seconds == slow?.seconds, "\(rule.id) \(rule.amount) \(rule.unit) from \(start.text), pauses \(pauses)")
                if due.seconds != slow?.seconds { return }
            } else {
                #expect(slow == nil, "\(rule.id) \(rule.amount) \(rule.unit) from \(start.text): \(outcome), pauses \(pauses)")
                if slow != nil { return }
            }
        }
    }

    /// Whole records this time: the moments out of fields and events, pauses, extensions with caps, promises, one clock a
    /// referral. JUANZONG_DEADLINE_RECORDS=25000 makes them 100,000.
    @Test(arguments: Seed.sample(4)) func `the limits of random records agree with who reads them off slowly`(seed: Seed) throws {
        var seed = seed
        let count = unsafe getenv("JUANZONG_DEADLINE_RECORDS").flatMap { unsafe Int(String(cString: $0)) } ?? 1_500
        let profiles = try Profile.shippedIDs.map { try Profile.shipped($0) }.filter { !$0.deadlines.isEmpty }
        var (limits, paused, extended, promised, met) = (0, 0, 0, 0, 0)
        for number in 0..<count {
            let profile = profiles[number % profiles.count]
            let record = Self.randomRecord(for: profile, &seed)
            let reckoned = DeadlineReckoning(profile).deadlines(of: record)
            let slow = SlowReading(record: record, profile: profile).limits()
            let seen = reckoned.map { "\($0.ruleID) \($0.start.text) \($0.due?.text ?? "-") \($0.metAt?.text ?? "-")" }
            let expected = slow.map { "\($0.rule) \($0.start.text) \($0.due?.text ?? "-") \($0.met?.text ?? "-")" }
            #expect(seen == expected, "\(seed), record \(number) under \(profile.id): \(record.events.map { "\($0.type?.canonicalText ?? "") \($0.at?.text ?? "") \($0.due?.text ?? "")" })")
            if seen != expected { return }
            limits += slow.count
            paused += slow.count { $0.due == nil }
            extended += slow.count { $0.isExtended }
            promised += slow.count { $0.isPromised }
            met += slow.count { $0.met != nil }
        }
        // All of it occurs, or the test tells nothing.
        #expect(limits > count && paused > 0 && extended > 0 && promised > 0 && met > count / 4, "\(limits) \(paused) \(extended) \(promised) \(met)")
    }

    /// A record to which one rule of the profile applies, with events on whole minutes over some weeks, often across a holiday.
    private static func randomRecord(for profile: Profile, _ seed: inout Seed) -> Complaint {
        let rule = profile.deadlines.randomElement(using: &seed)!
        let day = Int(moment(["2012-09-20", "2015-12-28", "2019-01-28", "2023-09-22", "2024-02-01", "2025-12-26"].randomElement(using: &seed)!).date.days) + Int.random(in: 0..<20, using: &seed)
        let start = Timestamp(CalendarDate(days: Int32(day))!).seconds
        func later(_ minutesMax: Int64) -> Timestamp { Timestamp(seconds: start + Int64.random(in: 0...minutesMax, using: &seed) * 60)! }
        var record = Complaint(receivedAt: Bool.random(using: &seed) ? later(1_439) : Timestamp(CalendarDate(days: Int32(day))!))
        let condition = rule.condition
        if let kind = condition.kinds.first { record.kind = Code(kind) }
        record.grade = condition.grades.first
        if let channel = condition.channels.first { record.channel = Code(channel) }
        if let origin = condition.origins.first { record.origin = Code(origin) }
        record.flags = condition.flags.prefix(1).map { Code($0) }
        record.category = Array(condition.categories.prefix(1))
        if let outcome = condition.outcomes.first {
            var found = Outcome()
            found.codes = [outcome]
            record.outcome = found
        }
        if Bool.random(using: &seed) {
            var acceptance = Acceptance()
            acceptance.decision = Code("受理")
            acceptance.at = later(6_000)
            record.acceptance = acceptance
        }
        if Int.random(in: 0..<3, using: &seed) == 0 { record.closedAt = later(120_000) }
        let types = [rule.from] + rule.until + rule.pausedBy + ["中止", "恢复", "补正告知", "补正", "延期", "延期", "延期告知", "承诺", "交办", "转办", "退回", "分流", "反馈"]
        for _ in 0..<Int.random(in: 0...7, using: &seed) {
            var event = CaseEvent()
            let type = types.randomElement(using: &seed)!
            event.type = Code(type)
            event.at = later(Bool.random(using: &seed) ? 2_000 : 60_000)
            if Bool.random(using: &seed) { event.actor = "试领导" }
            if ["延期", "承诺", "交办", "转办", "分流"].contains(type), Bool.random(using: &seed) {
                event.due = Bool.random(using: &seed) ? later(150_000) : Timestamp(later(150_000).date)
            }
            record.events.append(event)
        }
        return record
    }

    @Test func `make-up days and holidays count as the State Council says`() {
        let calendar = WorkCalendar.china
        #expect(calendar.isWorkday(Self.moment("2024-10-01").date) == false)
        #expect(calendar.isWorkday(Self.moment("2024-09-29").date) == true)  // a Sunday that makes up for the holidays
        #expect(calendar.isWorkday(Self.moment("2024-10-12").date) == true)
        #expect(calendar.isWorkday(Self.moment("2024-10-13").date) == false)
        #expect(calendar.isWorkday(Self.moment("2018-12-29").date) == true)
    }

    @Test func `beyond the published years nothing is guessed`() {
        let year = WorkCalendar.china.years.upperBound
        #expect(WorkCalendar.china.isWorkday(CalendarDate(year: year + 1, month: 3, day: 3)!) == nil)
        var steps: [DeadlineStep] = []
        let clock = DeadlineClock(calendar: .china, movesOffRestDays: false)
        let start = Timestamp(CalendarDate(year: year, month: 12, day: 20)!)
        #expect(clock.reckon(from: start, 30, .workingDay, pauses: [], steps: &steps) == .beyondCalendar(lastYear: year))
        var assuming = WorkCalendar.china
        assuming.assumesWeekends = true
        let told = DeadlineClock(calendar: assuming, movesOffRestDays: false).reckon(from: start, 30, .workingDay, pauses: [], steps: &steps)
        if case .due = told {} else { Issue.record("weekends alone were asked for") }
    }

    private func record(_ json: String) throws -> Complaint {
        guard case .object(let object) = try JSONValue.parse(json) else { throw ProfileError(.missing("object"), file: "test") }
        return try Complaint(json: object)
    }

    @Test func `an extension over the cap counts up to the cap, one without approver not at all`() throws {
        let reckoning = DeadlineReckoning(try Profile.shipped("S21"))
        let over = try record(
            #"{"id":"a","receivedAt":"2024-03-01","content":"x","acceptance":{"decision":"受理","at":"2024-03-04"},"events":[{"type":"延期","at":"2024-04-01","actor":"张局长","due":"2024-06-30"}]}"#)
        let close = try #require(reckoning.deadlines(of: over).first { $0.ruleID == "close" })
        #expect(close.due?.date.text == "2024-05-06")  // 04-03 and thirty days: 05-03, free until 05-06
        #expect(close.problems.count == 2)  // over the cap, and nobody told the complainant
        let bare = try record(
            #"{"id":"a","receivedAt":"2024-03-01","content":"x","acceptance":{"decision":"受理","at":"2024-03-04"},"events":[{"type":"延期","at":"2024-04-01","due":"2024-04-20"}]}"#)
        let unapproved = try #require(reckoning.deadlines(of: bare).first { $0.ruleID == "close" })
        #expect(unapproved.due?.date.text == "2024-04-03")
    }

    @Test func `a promised date replaces the rule, and a pause stops the clock`() throws {
        let reckoning = DeadlineReckoning(try Profile.shipped("S30"))
        let promised = try record(
            #"{"id":"a","receivedAt":"2024-03-01T09:00","content":"x","events":[{"type":"交办","at":"2024-03-01T10:00","due":"2024-03-20"}]}"#)
        #expect(reckoning.deadlines(of: promised).first { $0.ruleID == "close" }?.due?.date.text == "2024-03-20")
        let paused = try record(
            #"{"id":"a","receivedAt":"2024-03-01T09:00","content":"x","events":[{"type":"中止","at":"2024-03-04"},{"type":"恢复","at":"2024-03-06"}]}"#)
        // Two days are lost: 03-08 becomes 03-12.
        #expect(reckoning.deadlines(of: paused).first { $0.ruleID == "close" }?.due?.date.text == "2024-03-12")
        let standing = try record(#"{"id":"a","receivedAt":"2024-03-01T09:00","content":"x","events":[{"type":"中止","at":"2024-03-04"}]}"#)
        let stopped = try #require(reckoning.deadlines(of: standing).first { $0.ruleID == "close" })
        #expect(stopped.due == nil && stopped.state(at: Self.moment("2025-01-01")) == .paused)
    }

    @Test func `where the hour of the start is unknown, the limit in hours counts from the end of the day`() {
        var steps: [DeadlineStep] = []
        let clock = DeadlineClock(calendar: .china, movesOffRestDays: false)
        let pause = DeadlineClock.Pause(from: Self.moment("2024-03-02T01:00:00"), to: Self.moment("2024-03-02T03:00:00"))
        #expect(clock.reckon(from: Self.moment("2024-03-01"), 24, .hour, pauses: [pause], steps: &steps) == .due(Self.moment("2024-03-03T01:59:59")))
        #expect(steps.count == 3)
    }

    @Test func `ten minutes are ten minutes`() throws {
        let reckoning = DeadlineReckoning(try Profile.shipped("S19"))
        let late = try record(
            #"{"id":"a","receivedAt":"2024-03-01T09:00:00","content":"x","events":[{"type":"分流","at":"2024-03-01T09:10:01"}]}"#)
        let assign = try #require(reckoning.deadlines(of: late).first { $0.ruleID == "assign" })
        #expect(assign.due == Self.moment("2024-03-01T09:10:00"))
        #expect(assign.state(at: Self.moment("2024-03-02")) == .late)
        #expect(assign.isOverdue(at: Self.moment("2024-03-01T09:10:01")) == false)
    }
}
