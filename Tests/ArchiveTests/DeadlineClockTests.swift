// Deadlines against a calculator that knows nothing clever: it looks at every day, or every minute, one after the other.

import Archive
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
