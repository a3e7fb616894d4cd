// Reads run on a few threads of their own, each with an engine: reading is work for the processor, and the event loops
// have connections to serve. How many may wait is bounded; who comes after them is told to come back.

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
    private let waiting = Atomic<Int>(0)
    private let idle = Mutex<[Held]>([])

    /// Used by one thread at a time: whoever takes it out of `idle` has it alone.
    // Holds: the engine leaves the list before it is used and comes back after.
    private struct Held: @unchecked Sendable { let engine: Engine }

    init(_ options: EngineOptions, threadCount: Int, waitingMax: Int, answerMilliseconds: Int, audit: AuditQueue) {
        self.options = options
        self.waitingMax = waitingMax
        self.answerMilliseconds = answerMilliseconds
        self.audit = audit
        threads = NIOThreadPool(numberOfThreads: threadCount)
        threads.start()
    }

    var waitingCount: Int { waiting.load(ordering: .relaxed) }

    /// Runs `body` for a caller; returns when its audit entry is appended.
    func read<Result: Sendable>(
        as caller: Caller, purpose: String? = nil, in language: Language, _ body: @escaping @Sendable (Engine) throws -> Result
    ) async throws -> Result {
        guard waiting.add(1, ordering: .relaxed).newValue <= waitingMax else {
            waiting.subtract(1, ordering: .relaxed)
            throw Problem.busy(language)
        }
        defer { waiting.subtract(1, ordering: .relaxed) }
        let end = ContinuousClock.now + .milliseconds(answerMilliseconds)
        let (result, pending) = try await threads.runIfActive { [self] in
            let held = try take()
            let answer = held.engine.acting(as: caller.user, purpose: purpose, until: end) {
                // Who has waited so long is told at once; the thread is for those who still wait.
                try TimeLimit.check()
                return try body(held.engine)
            }
            give(held, after: answer.result)
            return (answer.result, answer.audit)
        }
        if !pending.isEmpty { try await audit.append(pending) }
        return try result.get()
    }

    private func take() throws -> Held {
        while let held = idle.withLock({ $0.popLast() }) {
            if held.engine.isCurrent { return held }
        }
        return Held(engine: try Engine(opening: options))
    }

    private func give<Result>(_ held: Held, after result: Swift.Result<Result, any Error>) {
        // After a failure of the archive itself nobody knows what the engine holds: the next call opens a new one.
        if case .failure(let error) = result, ErrorKind(of: error) == .failure { return }
        idle.withLock { $0.append(held) }
    }

    func stop() async { try? await threads.shutdownGracefully() }
}

extension Problem {
    static func busy(_ language: Language, seconds: Int = 1) -> Problem {
        Problem(
            .serviceUnavailable, "busy", say(language, "服务正忙", "the service is busy"),
            remedy: say(language, "稍后自动重试即可", "try again in a moment"), retryAfterSeconds: seconds)
    }
}
