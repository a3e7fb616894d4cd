// Appends the audit entries of many requests in one transaction: each answer waits for its own entry, but all that come
// while one transaction is written share the next.

import Engine
import NIOPosix
import Synchronization

final class AuditQueue: Sendable {
    private struct Waiting: Sendable {
        let audit: PendingAudit
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var waiting: [Waiting] = []
        var isRunning = false
    }

    private let options: EngineOptions
    private let state = Mutex(State())
    private let thread = NIOThreadPool(numberOfThreads: 1)
    private let engine = Mutex<Held?>(nil)

    // Holds: only used inside the lock.
    private struct Held: @unchecked Sendable { let engine: Engine }

    init(_ options: EngineOptions) {
        self.options = options
        thread.start()
    }

    func append(_ audit: PendingAudit) async throws {
        try await withCheckedThrowingContinuation { continuation in
            let starts = state.withLock { state in
                state.waiting.append(Waiting(audit: audit, continuation: continuation))
                defer { state.isRunning = true }
                return !state.isRunning
            }
            if starts { thread.submit { [self] _ in run() } }
        }
    }

    /// Appends on the calling thread, if nobody else's entry is under way: whoever is alone waits for no other thread.
    ///
    /// - Returns: false when somebody else's is: then nothing was done.
    func appendIfIdle(_ audit: PendingAudit) throws -> Bool {
        let isMine = state.withLock { state in
            defer { state.isRunning = true }
            return !state.isRunning
        }
        guard isMine else { return false }
        defer {
            let isNext = state.withLock { state in
                state.isRunning = !state.waiting.isEmpty
                return state.isRunning
            }
            if isNext { thread.submit { [self] _ in run() } }
        }
        try write([audit])
        return true
    }

    private func run() {
        while true {
            let batch = state.withLock { state in
                defer { state.waiting = [] }
                if state.waiting.isEmpty { state.isRunning = false }
                return state.waiting
            }
            if batch.isEmpty { return }
            let result = Result { try write(batch.map(\.audit)) }
            for waiting in batch { waiting.continuation.resume(with: result) }
        }
    }

    private func write(_ audits: [PendingAudit]) throws {
        try engine.withLock { held in
            if held?.engine.isCurrent != true { held = Held(engine: try Engine(opening: options)) }
            try held?.engine.append(audits)
        }
    }

    func stop() async { try? await thread.shutdownGracefully() }
}
