// Answers that survey the whole archive are made ahead, and anew when records have changed since: in the background, behind
// everybody who waits for an answer, one at a time. What somebody waits for in front of a page has a line of its own, and so has what
// takes hours; both tell how far they are.

import CGNU
import Engine
import Logging
import Records
import Synchronization

final class SurveyKeeper: Sendable {
    struct Job: Sendable {
        /// Who asked what: asked again while it waits, it is done once.
        var name: String
        var line = LineName.ahead
        /// It could not be made; not told when the service ended before.
        var failed: @Sendable () -> Void = {}
        var run: @Sendable (@escaping @Sendable (Progress) -> Void) throws -> Void
    }

    /// Each does one job at a time: what nobody waits for, what somebody waits for in front of a page, what takes hours.
    enum LineName: Int, CaseIterable { case ahead, asked, long }

    private struct Line {
        var jobs: [Job] = []
        var current: String?
        var progress: Progress?
        var task: Task<Void, Never>?
    }

    private struct State {
        var lines = LineName.allCases.map { _ in Line() }
        var greeted: Set<String> = []
        /// Names of what was made and could not be kept.
        var tooLarge: Set<String> = []
        var isStopped = false

        subscript(name: LineName) -> Line {
            get { lines[name.rawValue] }
            set { lines[name.rawValue] = newValue }
        }
    }

    let memory: SurveyMemory
    private let logger: Logger
    private let state = Mutex(State())
    private static let waitingMax = 256

    init(rowsMax: Int, logger: Logger) {
        memory = SurveyMemory(rowsMax: rowsMax)
        self.logger = logger
    }

    /// Has it done soon; not twice at once.
    func wake(_ job: Job) {
        state.withLock { state in
            // What is made ahead at this moment is not made again for who comes to wait for it.
            guard !state.isStopped, state[job.line].jobs.count < Self.waitingMax, !state.lines.contains(where: { $0.current == job.name }) else { return }
            if job.line == .asked { state[.ahead].jobs.removeAll { $0.name == job.name } }
            guard !state.lines.contains(where: { line in line.jobs.contains { $0.name == job.name } }) else { return }
            state[job.line].jobs.append(job)
            let name = job.line
            if state[name].task == nil { state[name].task = Task { await self.run(name) } }
        }
    }

    /// Whether this is the first time since the start that he is seen.
    func isNew(_ user: String) -> Bool { state.withLock { $0.greeted.insert(user).inserted } }

    /// Nil while it waits for others, or is not under way.
    func progress(of name: String) -> Progress? {
        state.withLock { state in state.lines.first { $0.current == name }?.progress }
    }

    /// Made before and too large to be kept: it would be made for ever.
    func isTooLarge(_ name: String) -> Bool { state.withLock { $0.tooLarge.contains(name) } }

    private func isPending(_ name: String) -> Bool {
        state.withLock { state in state.lines.contains { line in line.current == name || line.jobs.contains { $0.name == name } } }
    }

    /// - Returns: whether the job has ended within the time.
    func hasEnded(_ name: String, within time: Duration) async -> Bool {
        let end = ContinuousClock.now + time
        while isPending(name) {
            guard ContinuousClock.now < end else { return false }
            // In a task of its own, which is not cancelled when the client goes away.
            await Verbs.pause()
        }
        return true
    }

    private func run(_ name: LineName) async {
        while true {
            let job: Job? = state.withLock { state in
                var line = state[name]
                defer { state[name] = line }
                (line.current, line.progress) = (nil, nil)
                if line.jobs.isEmpty || state.isStopped {
                    line.task = nil
                    return nil
                }
                let job = line.jobs.removeFirst()
                line.current = job.name
                return job
            }
            guard let job else { return }
            do {
                try await BackgroundWork.run(looking: .milliseconds(20), isPatient: name != .asked) {
                    // What it took stays with the program otherwise.
                    defer { cgnu_giveBackMemory() }
                    try job.run { progress in self.state.withLock { $0[name].progress = progress } }
                }
            } catch is CancellationError {
                return
            } catch {
                job.failed()
                if case EngineError.surveyTooLarge = error { state.withLock { _ = $0.tooLarge.insert(job.name) } }
                // Never its text. Whoever asks next has it tried again.
                logger.error("a survey is not made", metadata: ["error": .string(String(describing: type(of: error)))])
            }
        }
    }

    func stop() {
        state.withLock { state in
            state.isStopped = true
            for line in state.lines { line.task?.cancel() }
        }
    }
}

extension ArchiveService {
    /// A verb whose answer is kept, made anew for this user.
    func makeAnew(_ arguments: [String], as user: String, in language: Language, wantsFresh: Bool = true, isWaitedFor: Bool = false) {
        let (verbs, memory, notes) = (verbs, surveys.memory, comparisons)
        let name = Self.jobName(arguments, user)
        let isLong = Self.takesHours(arguments)
        if isLong { notes.began(ComparisonNotes.Asked(user: user, arguments: arguments, language: language)) }
        let job = SurveyKeeper.Job(name: name, line: isLong ? .long : isWaitedFor ? .asked : .ahead, failed: { if isLong { notes.ended(name, isMade: false) } }) { report in
            var request = verbs.request(arguments, Caller(user: user, way: .peer), language, purpose: nil)
            request.engine.survey = Survey(memory, wantsFresh: wantsFresh, isAhead: true, report: report)
            let outcome = verbs.runHere(request)
            if let error = outcome.error, outcome.exitCode > 1 { throw error }
            // At once, while it runs: a stop between the answer and its note would have it compared again for hours.
            if isLong { notes.ended(name, isMade: true) }
        }
        surveys.wake(job)
    }

    /// What compares all records one by one.
    static func takesHours(_ arguments: [String]) -> Bool { arguments.starts(with: ["report", "repeats"]) }

    /// What was under way when the service ended begins again, without anybody's asking.
    func goOnComparing() {
        for one in comparisons.unfinished { makeAnew(one.arguments, as: one.user, in: one.language) }
    }

    static func jobName(_ arguments: [String], _ user: String) -> String { ([user] + arguments).joined(separator: "\u{0}") }

    /// What the page opens with, made before he asks for it.
    func makeAhead(for user: String, in language: Language = .chinese) {
        guard surveys.isNew(user) else { return }
        let engine = options.engine
        surveys.wake(SurveyKeeper.Job(name: Self.jobName(["newest day"], user)) { [self] _ in
            var options = engine
            options.user = user
            guard let day = try Engine(opening: options).newestDay() else { return }
            let (year, month) = (String(day.text.prefix(4)), String(day.text.prefix(7)))
            let before = CalendarDate(days: Int32(day.days) - Int32(day.day))?.text.prefix(7) ?? ""
            for name in ["alerts", "overdue", "loops", "transfers", "followups", "handover"] {
                makeAnew(Self.listArguments(name, ["--limit=\(Self.pageRows)"]), as: user, in: language, wantsFresh: false)
            }
            makeTrendsAnew(Self.pageTrends, as: user, wantsFresh: false)
            makeAnew(["report", "monthly", "--json", "--", month], as: user, in: language, wantsFresh: false)
            makeAnew(["report", "annual", "--json", "--", year], as: user, in: language, wantsFresh: false)
            makeAnew(["report", "pivot", "--columns=month", "--period=\(year)", "--rows=category:1", "--limit=\(Self.pageRows)", "--json", "--"], as: user, in: language, wantsFresh: false)
            makeAnew(["report", "compare", "--by=category:1", "--limit=\(Self.pageRows)", "--json", "--", String(before), month], as: user, in: language, wantsFresh: false)
            makeAnew(["report", "ladder", "--by=person", "--min=1", "--months=12", "--until=\(day.text)", "--limit=\(Self.pageRows)", "--json", "--"], as: user, in: language, wantsFresh: false)
        })
    }

    /// Rows of a list that the page shows.
    static let pageRows = 500

    static func listArguments(_ name: String, _ options: [String]) -> [String] { ["report", name] + options + ["--json", "--"] }

    /// As the page asks for them.
    static var pageTrends: TrendRequest {
        var request = TrendRequest()
        request.withCourse = true
        return request
    }

    func makeTrendsAnew(_ request: TrendRequest, as user: String, wantsFresh: Bool = true, isWaitedFor: Bool = false) {
        let (engine, memory) = (options.engine, surveys.memory)
        let job = SurveyKeeper.Job(name: Self.trendsName(request, user), line: isWaitedFor ? .asked : .ahead) { _ in
            var options = engine
            options.user = user
            options.survey = Survey(memory, wantsFresh: wantsFresh, isAhead: true)
            _ = try Engine(opening: options).trends(request)
        }
        surveys.wake(job)
    }

    static func trendsName(_ request: TrendRequest, _ user: String) -> String { jobName(["trends", "\(request)"], user) }

    /// So long an answer that is not there yet is waited for, before it is said how far it is.
    static let patience = Duration.milliseconds(1_500)

    /// In the place of an answer: how far it is. Whoever asks again is told anew, or given it.
    func making(_ name: String, in language: Language, _ words: (Progress?) -> String) -> JSONObject {
        let progress = surveys.progress(of: name)
        var making: JSONObject = ["done": .integer(progress?.done ?? 0)]
        making.set("total", to: progress?.total.map { .integer($0) } ?? .null)
        return ["items": [], "notices": .array([.object(["text": .string(words(progress))])]), "making": .object(making)]
    }

    /// Those who wait in front of a page see it move.
    func makingSoon(_ name: String, in language: Language) -> JSONObject {
        making(name, in: language) { progress in
            let share = progress.flatMap { one in one.total.map { $0 > 0 ? "\(min(99, one.done * 100 / $0)) %" : "" } } ?? ""
            return say(language, "正在统计全部档案" + (share.isEmpty ? "" : "，已完成 \(share)"), "the whole archive is being counted" + (share.isEmpty ? "" : ", \(share) done"))
        }
    }
}

extension Survey.AsOf {
    /// For whoever reads the answer.
    func object(in language: Language) -> JSONObject {
        ["at": .string(text), "changes": .integer(changes), "renewing": .bool(isStale)]
    }

    /// Nil when the answer is as good as one made now.
    func notice(in language: Language) -> JSONObject? {
        guard isStale else { return nil }
        let at = String(text.prefix(16)).replacing("T", with: " ")
        let since = changes > 0 ? say(language, "，其后有 \(changes) 处变动", ", \(changes) changes since") : ""
        return ["text": .string(say(language, "截至 \(at) 的数据\(since)，正在后台更新", "as of \(at)\(since); being renewed")), "fresh": true]
    }
}
