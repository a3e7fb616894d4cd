// Runs the tasks of a connection on the event loop that has the connection: a request then changes threads twice, to a
// reader and back, instead of at every step.

import NIOCore
import Synchronization

final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    private init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }

    private static let known = Mutex<[ObjectIdentifier: LoopExecutor]>([:])

    /// One for each loop of the process.
    static func of(_ loop: any EventLoop) -> LoopExecutor {
        known.withLock { known in
            if let executor = known[ObjectIdentifier(loop)], executor.loop === loop { return executor }
            let executor = LoopExecutor(loop)
            known[ObjectIdentifier(loop)] = executor
            return executor
        }
    }
}
