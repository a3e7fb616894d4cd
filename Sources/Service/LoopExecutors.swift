// The task of a connection runs where its bytes come in and go out: what it does itself is little, and each way to another thread and
// back wakes one more. Work that takes time has threads of its own (Readers, WriterQueue, Verbs).

import NIOCore

/// One executor for each event loop of a group.
struct LoopExecutors: Sendable {
    private let executors: [ObjectIdentifier: Executor]

    init(_ group: some EventLoopGroup) {
        var executors: [ObjectIdentifier: Executor] = [:]
        for loop in group.makeIterator() { executors[ObjectIdentifier(loop)] = Executor(loop) }
        self.executors = executors
    }

    func executor(of loop: any EventLoop) -> (any TaskExecutor)? { executors[ObjectIdentifier(loop)] }

    private final class Executor: TaskExecutor {
        private let loop: any EventLoop

        init(_ loop: any EventLoop) { self.loop = loop }

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            loop.execute { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        }
    }
}
