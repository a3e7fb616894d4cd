// Reads run on a few threads of their own, each with an engine: reading is work for the processor, and the event loops
// have connections to serve. How many may wait is bounded; who comes after them is told to come back.
//
// A brief read that nobody else's is beside is tried at once where its request came in: two threads need not be woken, which
// takes longer than finding a word. It has a millisecond there; what takes longer begins anew on the threads.

import Engine
import NIOPosix
import Records
import Synchronization

final class Readers: Sendable {
    private let options: EngineOptions
    private let threads: NIOThreadPool
    private let audit: AuditQueue
    private let waitingMax: Int
    private let answerMilliseconds: Int
    private let briefLimit: Duration
    private let waiting = Atomic<Int>(0)
    private let state = Mutex(State())

    /// Used by one thread at a time: whoever takes it out of `idle` has it alone.
    // Holds: the engine leaves the list before it is used and comes back after.
    private struct Held: @unchecked Sendable {
        let engine: Engine
        var usedAt = ContinuousClock.now
        var rests = true
    }

    private struct State {
        var idle: [Held] = []
        /// Sees to it that idle engines rest.
        var watch: Task<Void, any Error>?
        var isStopped = false
    }

    /// An engine that nobody asks for so long lets go of its snapshot: the pages of it can be used again.
    private static let restsAfter = Duration.milliseconds(250)

    init(_ options: EngineOptions, threadCount: Int, waitingMax: Int, answerMilliseconds: Int, keptAnswerBytes: Int, briefLimit: Duration, audit: AuditQueue) {
        var options = options
        options.keepsSnapshot = true
        options.versionsOfSearch = IndexKeeper.versionsOfSearch
        options.answerBytes = keptAnswerBytes
        self.options = options
        self.waitingMax = waitingMax
        self.answerMilliseconds = answerMilliseconds
        self.briefLimit = briefLimit
        self.audit = audit
        threads = NIOThreadPool(numberOfThreads: threadCount)
        threads.start()
    }

    var waitingCount: Int { waiting.load(ordering: .relaxed) }

    /// Runs `body` for a caller; returns when its audit entry is appended.
    ///
    /// - Parameter isBrief: most likely done within a millisecond, and its entry need not be on disk before the answer. Such a `body`
    ///   may be begun twice.
    func read<Result: Sendable>(
        as caller: Caller, purpose: String? = nil, in language: Language, survey: Survey? = nil, isBrief: Bool = false,
        _ body: @escaping @Sendable (Engine) throws -> Result
    ) async throws -> Result {
        let count = waiting.add(1, ordering: .relaxed).newValue
        defer { waiting.subtract(1, ordering: .relaxed) }
        guard count <= waitingMax else { throw Problem.busy(language) }
        let end = ContinuousClock.now + .milliseconds(answerMilliseconds)
        @Sendable func run(_ held: Held, until end: ContinuousClock.Instant) -> (result: Swift.Result<Result, any Error>, audit: PendingAudit) {
            let answer = held.engine.acting(as: caller.user, purpose: purpose, until: end, survey: survey) {
                // Who has waited so long is told at once; the thread is for those who still wait.
                try TimeLimit.check()
                return try body(held.engine)
            }
            give(held, after: answer.result)
            return answer
        }
        if isBrief, count == 1, let held = takeOpen() {
            let answer = run(held, until: min(end, .now + briefLimit))
            // Of what begins anew the log tells once.
            if case .success(let result) = answer.result {
                try audit.append(answer.audit)
                return result
            }
        }
        let result = try await threads.runIfActive { [self] in
            while true {
                let answer = run(try take(), until: end)
                try audit.append(answer.audit)
                // A destruction came in between: the answer is made of the new files.
                if case .failure(EngineError.archiveReplaced) = answer.result, ContinuousClock.now < end { continue }
                return answer.result
            }
        }
        return try result.get()
    }

    /// Idle engines that still hold a snapshot.
    var heldCount: Int { state.withLock { $0.idle.count { !$0.rests } } }

    /// One that is open: to open an engine takes longer than a brief read.
    private func takeOpen() -> Held? {
        guard let held = state.withLock({ $0.idle.popLast() }) else { return nil }
        return held.engine.isCurrent ? held : nil
    }

    private func take() throws -> Held {
        while let held = state.withLock({ $0.idle.popLast() }) {
            if held.engine.isCurrent { return held }
        }
        return Held(engine: try Engine(opening: options))
    }

    private func give<Result>(_ held: Held, after result: Swift.Result<Result, any Error>) {
        // After a failure of the archive itself nobody knows what the engine holds: the next call opens a new one.
        if case .failure(let error) = result, ErrorKind(of: error) == .failure { return }
        var held = held
        (held.usedAt, held.rests) = (.now, false)
        state.withLock { state in
            if state.isStopped { return }
            state.idle.append(held)
            if state.watch == nil { state.watch = Task { try await self.watchOverIdle() } }
        }
    }

    private func watchOverIdle() async throws {
        while true {
            try await Task.sleep(for: Self.restsAfter)
            let isDone = state.withLock { state in
                let now = ContinuousClock.now
                for place in state.idle.indices where !state.idle[place].rests && now - state.idle[place].usedAt >= Self.restsAfter {
                    state.idle[place].engine.rest()
                    state.idle[place].rests = true
                }
                guard state.idle.allSatisfy(\.rests) else { return false }
                state.watch = nil
                return true
            }
            if isDone { return }
        }
    }

    func stop() async {
        state.withLock { state in
            state.isStopped = true
            state.watch?.cancel()
            state.idle = []
        }
        try? await threads.shutdownGracefully()
    }
}

extension Problem {
    static func busy(_ language: Language, seconds: Int = 1) -> Problem {
        Problem(
            .serviceUnavailable, "busy", say(language, "服务正忙", "the service is busy"),
            remedy: say(language, "稍后自动重试即可", "try again in a moment"), retryAfterSeconds: seconds)
    }
}
