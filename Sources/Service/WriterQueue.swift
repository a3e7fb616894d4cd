// Records that come one by one from many desks become durable together: while one transaction is written, the next ones
// gather. Each is acknowledged when its own is on disk.

import Engine
import NIOPosix
import Records
import Synchronization

final class WriterQueue: Sendable {
    private struct Waiting: Sendable {
        let objects: [JSONObject]
        let user: String
        let continuation: CheckedContinuation<[RecordChange], any Error>
    }

    private struct State {
        var waiting: [Waiting] = []
        var isRunning = false
    }

    /// Of one transaction: it must not keep others waiting long.
    private static let batchMax = 512

    private let options: EngineOptions
    private let waitingMax: Int
    private let state = Mutex(State())
    private let thread = NIOThreadPool(numberOfThreads: 1)
    private let engine = Mutex<Held?>(nil)

    // Holds: only used inside the lock, on the one thread.
    private struct Held: @unchecked Sendable { let engine: Engine }

    init(_ options: EngineOptions, waitingMax: Int) {
        self.options = options
        self.waitingMax = waitingMax
        thread.start()
    }

    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// The records were checked, and the caller may write.
    func add(_ objects: [JSONObject], as caller: Caller, in language: Language) async throws -> [RecordChange] {
        try await withCheckedThrowingContinuation { continuation in
            let (isFull, starts) = state.withLock { state in
                if state.waiting.count >= waitingMax { return (true, false) }
                state.waiting.append(Waiting(objects: objects, user: caller.user, continuation: continuation))
                defer { state.isRunning = true }
                return (false, !state.isRunning)
            }
            if isFull { continuation.resume(throwing: Problem.busy(language)) }
            if starts { thread.submit { [self] _ in run() } }
        }
    }

    private func run() {
        while true {
            let batch = state.withLock { state in
                // One user's at a time: the note in the log names who wrote.
                guard let user = state.waiting.first?.user else {
                    state.isRunning = false
                    return [Waiting]()
                }
                var batch: [Waiting] = [], rest: [Waiting] = [], count = 0
                for waiting in state.waiting {
                    if waiting.user == user, count < Self.batchMax {
                        batch.append(waiting)
                        count += waiting.objects.count
                    } else {
                        rest.append(waiting)
                    }
                }
                state.waiting = rest
                return batch
            }
            if batch.isEmpty { return }
            do {
                var changes = try write(batch.flatMap(\.objects), batch[0].user)[...]
                for waiting in batch {
                    waiting.continuation.resume(returning: Array(changes.prefix(waiting.objects.count)))
                    changes = changes.dropFirst(waiting.objects.count)
                }
            } catch where batch.count > 1 && ErrorKind(of: error) == .mistake {
                // One spoils the transaction of all: each by itself then.
                for waiting in batch { waiting.continuation.resume(with: Result { try write(waiting.objects, waiting.user) }) }
            } catch {
                for waiting in batch { waiting.continuation.resume(throwing: error) }
            }
        }
    }

    private func write(_ objects: [JSONObject], _ user: String) throws -> [RecordChange] {
        try engine.withLock { held in
            if held?.engine.isCurrent != true { held = Held(engine: try Engine(opening: options)) }
            guard let engine = held?.engine else { return [] }
            let (result, pending) = engine.acting(as: user, purpose: nil) { try engine.add(objects) }
            try engine.append([pending])
            if case .failure(let error) = result, ErrorKind(of: error) == .failure { held = nil }
            return try result.get()
        }
    }

    func stop() async { try? await thread.shutdownGracefully() }
}
