// The deadlines of one record under one profile, each with its steps: what the desk shows and `overdue:` asks.

import Records

package struct ReckonedDeadline: Sendable {
    package enum State: String, Sendable {
        case running, met, late, overdue, paused, beyondCalendar
    }

    /// What was asked for and not granted, or granted and not in order.
    package struct Problem: Hashable, Sendable {
        package var chinese: String
        package var english: String
        /// Not granted, and refused where it is written down; else only told.
        package var isRefusal = true
    }

    package var ruleID: String
    package var title: String
    package var unit: DeadlineUnit
    package var start: Timestamp
    /// Nil while paused, or beyond the calendar.
    package var due: Timestamp?
    package var metAt: Timestamp?
    package var steps: [DeadlineStep]
    package var problems: [Problem]
    package var basis: String?
    fileprivate var stop: State?

    /// Whether it was kept at that moment; a moment without an hour is taken to be in time if its day is.
    package func isMet(by moment: Timestamp) -> Bool {
        guard let due else { return true }
        return moment.hasTime ? moment.seconds <= due.seconds : moment.date <= due.date
    }

    package func state(at now: Timestamp) -> State {
        if let metAt, metAt <= now { return isMet(by: metAt) ? .met : .late }
        if let stop { return stop }
        guard let due else { return .running }
        return due.seconds < now.seconds ? .overdue : .running
    }

    package func isOverdue(at now: Timestamp) -> Bool {
        guard let due, due.seconds < now.seconds else { return false }
        return metAt.map { $0 > now } ?? true
    }
}

package struct DeadlineReckoning: Sendable {
    package let rules: [DeadlineRule]
    /// Type of event that stops a clock → the one that starts it again.
    package let resumedBy: [String: [String]]
    package let clock: DeadlineClock

    package init(_ profile: Profile, calendar: WorkCalendar = .china) {
        rules = profile.deadlines
        resumedBy = profile.pauses
        var calendar = calendar
        calendar.assumesWeekends = profile.assumesWeekends
        clock = DeadlineClock(calendar: calendar, movesOffRestDays: profile.movesOffRestDays)
    }

    package func deadlines(of record: Complaint) -> [ReckonedDeadline] {
        let timeline = CaseTimeline(record)
        var found: [ReckonedDeadline] = []
        for rule in rules where rule.condition.holds(for: record) {
            let starts = rule.isForEach ? timeline.all(rule.from).map(\.at) : timeline.first(rule.from).map { [$0] } ?? []
            for start in starts { found.append(reckon(rule, from: start, record, timeline)) }
        }
        // What the record brought along and no rule speaks of.
        for given in record.deadlines where !rules.contains(where: { Self.isOf(given, $0) }) {
            guard let due = given.extensions.compactMap(\.to).max() ?? given.due else { continue }
            found.append(
                ReckonedDeadline(
                    ruleID: given.stage ?? "", title: given.stage ?? "", unit: .day, start: given.startedAt ?? record.receivedAt,
                    due: due.hasTime ? due : DeadlineClock.end(of: due.date), metAt: given.metAt ?? timeline.end,
                    steps: [DeadlineStep(chinese: "记录中载明的期限", english: "as the record states it")], problems: [], basis: given.basis))
        }
        return found
    }

    private static func isOf(_ given: Deadline, _ rule: DeadlineRule) -> Bool {
        given.stage == rule.id || given.stage == rule.title
    }

    private func reckon(
        _ rule: DeadlineRule, from start: Timestamp, _ record: Complaint, _ timeline: CaseTimeline
    ) -> ReckonedDeadline {
        let given = record.deadlines.first { Self.isOf($0, rule) }
        var steps = [
            DeadlineStep(
                chinese: "自\(rule.from) \(start.text) 起 \(rule.amount) \(rule.unit.name(in: .chinese))",
                english: "\(rule.amount) \(rule.unit.name(in: .english)) from \(rule.from) \(start.text)")
        ]
        var result = ReckonedDeadline(
            ruleID: rule.id, title: rule.title, unit: rule.unit, start: start, due: nil, metAt: nil, steps: [], problems: [],
            basis: rule.basis)
        result.metAt = given?.metAt ?? rule.until.compactMap { timeline.first($0, from: start) }.min()
        // A case that ended has no clock running but those that its end started.
        if result.metAt == nil, let end = timeline.end, end > start { result.metAt = end }
        let pauses = pauses(of: rule, timeline) + (given?.pauses ?? []).compactMap { pause in
            pause.from.map { DeadlineClock.Pause(from: $0, to: pause.to) }
        }
        switch clock.reckon(from: start, rule.amount, rule.unit, pauses: pauses, steps: &steps) {
        case .due(let due): result.due = due
        case .paused(let since):
            result.stop = .paused
            steps.append(DeadlineStep(chinese: "自 \(since.text) 起中止，恢复后继续计算", english: "stopped since \(since.text); goes on when resumed"))
        case .beyondCalendar(let year):
            result.stop = .beyondCalendar
            steps.append(
                DeadlineStep(
                    chinese: "\(year) 年以后的节假日安排尚未公布，无法计算；可在规则中写 assumeWeekends: true 只按周末推算",
                    english: "the holidays after \(year) are not published yet; with assumeWeekends: true in the profile, weekends alone count"))
        }
        if let due = result.due { result.due = extended(due, rule, given, timeline, pauses, &steps, &result.problems) }
        if rule.mayBePromised, let promise = promise(given, timeline, since: start) {
            let end = promise.due.hasTime ? promise.due : DeadlineClock.end(of: promise.due.date)
            result.due = end
            result.stop = nil
            steps.append(DeadlineStep(chinese: "以\(promise.by)确定的 \(promise.due.text) 为准", english: "replaced by \(promise.due.text), set by \(promise.by)"))
        }
        result.steps = steps
        return result
    }

    private func pauses(of rule: DeadlineRule, _ timeline: CaseTimeline) -> [DeadlineClock.Pause] {
        rule.pausedBy.flatMap { type in
            timeline.all(type).map { event in
                let ends = (resumedBy[type] ?? []).flatMap { timeline.all($0) }.map(\.at).filter { $0 >= event.at }
                return DeadlineClock.Pause(from: event.at, to: ends.min())
            }
        }
    }

    private func promise(
        _ given: Deadline?, _ timeline: CaseTimeline, since start: Timestamp
    ) -> (due: Timestamp, by: String)? {
        if let due = given?.due { return (due, given?.basis ?? "约定") }
        let promising = ["协商", "承诺", "交办", "转办", "分流"]
        let last = timeline.events.last { $0.event.due != nil && promising.contains($0.type) && $0.at.date >= start.date }
        return last.flatMap { last in last.event.due.map { ($0, last.type) } }
    }

    private func extended(
        _ due: Timestamp, _ rule: DeadlineRule, _ given: Deadline?, _ timeline: CaseTimeline, _ pauses: [DeadlineClock.Pause],
        _ steps: inout [DeadlineStep], _ problems: inout [ReckonedDeadline.Problem]
    ) -> Timestamp {
        struct Asked {
            var to: Timestamp?
            var by: String?
            var at: Timestamp?
        }
        // An event of 延期 may name its stage; without one it speaks of the rules that can be extended.
        let fromEvents = timeline.all("延期").filter { event, _ in
            let stage = event.extra["stage"]?.string
            return stage == nil ? rule.prolongation != nil : stage == rule.id || stage == rule.title
        }.map { Asked(to: $0.event.due, by: $0.event.actor, at: $0.at) }
        let asked = (given?.extensions ?? []).map { Asked(to: $0.to, by: $0.by, at: $0.at) } + fromEvents
        guard !asked.isEmpty else { return due }
        guard let allowed = rule.prolongation else {
            problems.append(.init(chinese: "该期限不得延期，延期未计入", english: "this limit cannot be extended: the extension is not counted"))
            return due
        }
        var current = due
        for (number, one) in asked.enumerated() {
            guard number < allowed.times else {
                problems.append(.init(chinese: "最多延期 \(allowed.times) 次，第 \(number + 1) 次未计入", english: "at most \(allowed.times) extensions: number \(number + 1) is not counted"))
                break
            }
            if let approver = allowed.approver, one.by == nil {
                problems.append(.init(chinese: "延期未载明批准人（须经\(approver)批准），未计入", english: "the extension names no approver (\(approver)): not counted"))
                continue
            }
            var none: [DeadlineStep] = []
            guard case .due(let cap) = clock.reckon(from: current, allowed.amount, allowed.unit, pauses: pauses, steps: &none) else { continue }
            let wanted = one.to.map { $0.hasTime ? $0 : DeadlineClock.end(of: $0.date) } ?? cap
            if wanted > cap {
                problems.append(.init(chinese: "延至 \(wanted.text) 超过上限 \(cap.text)，按上限计", english: "extended to \(wanted.text), over the cap \(cap.text): the cap counts"))
            }
            current = max(current, min(wanted, cap))
            steps.append(
                DeadlineStep(
                    chinese: "经\(one.by ?? "")批准延期（最多 \(allowed.amount) \(allowed.unit.name(in: .chinese))）至 \(current.text)",
                    english: "extended to \(current.text) by \(one.by ?? "") (at most \(allowed.amount) \(allowed.unit.name(in: .english)))"))
            if allowed.isTold, let at = one.at, timeline.first("延期告知", from: at) == nil {
                problems.append(.init(chinese: "未见延期理由告知投诉人的记录", english: "no note that the complainant was told the reason", isRefusal: false))
            }
        }
        return current
    }
}
