// The audit entries of many requests. Each answer waits until its own entry is appended, which is one write at the end of a
// file; a thread of its own sees to it that they are on the disk within a second, and that audit.lmdb takes them over.

import Engine
import Logging
import NIOPosix
import Synchronization

final class AuditQueue: Sendable {
    private struct State {
        // Holds: only used inside the lock.
        var engine: Held?
        /// Entries wait for the disk, and a visit of the thread is due.
        var isDue = false
        /// The disk refused: whoever appends next waits for it, and is told.
        var hasFailed = false
        var tookOverAt = ContinuousClock.now
        var isStopped = false
    }

    private struct Held: @unchecked Sendable { let engine: Engine }

    /// An entry is on disk after this and what the disk takes.
    private static let syncsAfter = Duration.milliseconds(500)
    private static let takesOverAfter = Duration.seconds(60)
    private static let takenOverAtBytes = 256 << 10

    private let options: EngineOptions
    private let logger: Logger
    private let state = Mutex(State())
    private let thread = NIOThreadPool(numberOfThreads: 1)

    init(_ options: EngineOptions, logger: Logger) {
        self.options = options
        self.logger = logger
        thread.start()
    }

    /// On the calling thread; the entries survive this process when it returns.
    func append(_ audit: PendingAudit) throws {
        if audit.isEmpty { return }
        let isFirst = try state.withLock { state in
            if state.engine?.engine.isCurrent != true { state.engine = Held(engine: try Engine(opening: options)) }
            try state.engine?.engine.append([audit], durable: state.hasFailed)
            state.hasFailed = false
            defer { state.isDue = true }
            return !state.isDue && !state.isStopped
        }
        if isFirst { visitLater() }
    }

    private func visitLater() {
        Task {
            try await Task.sleep(for: Self.syncsAfter)
            thread.submit { [self] _ in visit() }
        }
    }

    private func visit(isLast: Bool = false) {
        do {
            let (log, isOld) = try state.withLock { state in
                state.isDue = false
                return (try state.engine?.engine.auditKeeper(), isLast || ContinuousClock.now - state.tookOverAt >= Self.takesOverAfter)
            }
            guard let log else { return }
            try log.sync()
            guard try isOld || log.waitingBytes >= Self.takenOverAtBytes else { return }
            try log.takeOver()
            state.withLock { $0.tookOverAt = .now }
        } catch {
            // Never its text. What was appended stays where it is; the next visit tries again.
            logger.error("audit log is not synced", metadata: ["error": .string(String(describing: type(of: error)))])
            state.withLock { $0.hasFailed = true }
        }
    }

    /// Everything that was appended is in audit.lmdb when this returns.
    func stop() async {
        state.withLock { $0.isStopped = true }
        // Here, and not on the thread: a task that is cancelled, as at a stop, gets no work done there.
        visit(isLast: true)
        do { try await thread.shutdownGracefully() } catch {
            logger.error("thread of the audit log does not end", metadata: ["error": .string(String(describing: type(of: error)))])
        }
    }
}
