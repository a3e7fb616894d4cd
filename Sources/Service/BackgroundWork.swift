// Long work of the service's own accord, on a thread that gives way to whoever waits for an answer.

import Engine
import NIOPosix
import Synchronization

enum BackgroundWork {
    /// What a thread has come to.
    private final class Outcome: Sendable {
        let result = Mutex<Result<Void, any Error>?>(nil)
    }

    /// Returns when the work is done, or the task is cancelled: a service that stops does not wait for it. What it has done
    /// by then stays for the next start.
    ///
    /// - Parameters:
    ///   - interval: between two looks at whether it is done.
    ///   - isPatient: gives way to everybody else.
    static func run(looking interval: Duration, isPatient: Bool = true, _ body: @escaping @Sendable () throws -> Void) async throws {
        let outcome = Outcome()
        let threads = NIOThreadPool(numberOfThreads: 1)
        threads.start()
        defer { threads.shutdownGracefully { _ in } }
        threads.submit { _ in
            if isPatient { PatientWork.begin() }
            let result = Result { try body() }
            outcome.result.withLock { $0 = result }
        }
        while true {
            if let result = outcome.result.withLock({ $0 }) { return try result.get() }
            try await Task.sleep(for: interval)
        }
    }
}
