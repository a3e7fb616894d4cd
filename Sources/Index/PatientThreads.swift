// Work that can wait: an import or a new index beside people who search. A thread that was made patient gives way to
// the others wherever there is not enough processor for all, and so do the threads that it works with.

import CGNU
import Dispatch
import Glibc
import Synchronization

package enum Patience {
    /// Of −20 to 19, as of `nice`: what tells a patient thread, and where the system knows no idle threads, about a tenth of what
    /// an ordinary one gets beside it.
    private static let niceness: CInt = 10

    /// From here on the calling thread gives way, for good: only a privileged one could be made impatient again.
    package static func begin() {
        // On Linux this is of the thread, and the threads that it makes inherit it.
        setpriority(.init(PRIO_PROCESS.rawValue), 0, max(niceness, current))
        // Whoever wakes up takes the processor from such a thread at once, and does not wait behind another for want of a free one.
        cgnu_runWhenIdle()
    }

    private static var current: CInt { getpriority(.init(PRIO_PROCESS.rawValue), 0) }

    /// Whether the calling thread gives way to others of this program.
    package static var isPatient: Bool { current > ofProcess }

    /// How patient the whole program was started.
    private static let ofProcess = getpriority(.init(PRIO_PROCESS.rawValue), id_t(bitPattern: getpid()))
}

extension Patience {
    /// As `DispatchQueue.concurrentPerform`, and as patient as the calling thread.
    package static func perform(iterations: Int, _ body: @Sendable (Int) -> Void) {
        if cgnu_hasRoomForThreads() == 0 {
            for number in 0..<iterations { body(number) }
            return
        }
        guard isPatient, iterations > 1, let threads = PatientThreads() else {
            return DispatchQueue.concurrentPerform(iterations: iterations, execute: body)
        }
        // Holds: the threads have ended when this call returns.
        withoutActuallyEscaping(body) { body in
            for number in 0..<iterations { threads.submit { body(number) } }
            threads.stop()
        }
    }
}

/// As many threads as there are cores, as patient as the one that makes them. Those of Dispatch serve everybody.
final class PatientThreads: Sendable {
    private struct State {
        /// Nil in the place of what was taken.
        var waiting: [(@Sendable () -> Void)?] = []
        var first = 0

        mutating func next() -> (@Sendable () -> Void)? {
            guard first < waiting.count else { return nil }
            let work = waiting[first]
            waiting[first] = nil
            first += 1
            if first >= 64 {
                waiting.removeFirst(first)
                first = 0
            }
            return work
        }
    }

    private let state = Mutex(State())
    private let ready = DispatchSemaphore(value: 0)
    private let running = DispatchGroup()

    /// Nil when the system gives no threads.
    init?() {
        var count = 0
        for _ in 0..<max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN))) where start() { count += 1 }
        if count == 0 { return nil }
    }

    private func start() -> Bool {
        running.enter()
        let held = unsafe Unmanaged.passRetained(self)
        var thread = pthread_t()
        let code = unsafe pthread_create(&thread, nil, { held in
            // Holds: it was retained for this thread.
            unsafe Unmanaged<PatientThreads>.fromOpaque(held!).takeRetainedValue().run()
            return nil
        }, held.toOpaque())
        guard code == 0 else {
            unsafe held.release()
            running.leave()
            return false
        }
        pthread_detach(thread)
        return true
    }

    func submit(_ work: @escaping @Sendable () -> Void) {
        state.withLock { $0.waiting.append(work) }
        ready.signal()
    }

    /// Ends the threads when all that was submitted is done.
    func stop() {
        ready.signal()
        running.wait()
    }

    private func run() {
        defer { running.leave() }
        while true {
            ready.wait()
            guard let work = state.withLock({ $0.next() }) else {
                // The end is for all.
                ready.signal()
                return
            }
            work()
        }
    }
}
