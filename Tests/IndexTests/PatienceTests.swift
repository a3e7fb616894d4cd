// Work that gives way is done as other work is, by threads that give way too; those of everybody else do not.

import Glibc
import Synchronization
import Testing

@testable import Index

@Suite struct PatienceTests {
    private static var niceness: CInt { getpriority(.init(PRIO_PROCESS.rawValue), 0) }

    private final class Found: Sendable {
        let items = Mutex<[Int]>([])
        let niceness = Mutex<Set<CInt>>([])
        let policies = Mutex<Set<CInt>>([])
        func note() {
            niceness.withLock { _ = $0.insert(PatienceTests.niceness) }
            policies.withLock { _ = $0.insert(sched_getscheduler(0)) }
        }
    }

    @Test func `a patient thread's work is all done, in order, by patient threads`() throws {
        let ordinary = Self.niceness
        let found = Found()
        let threads = try #require(PatientThreads())
        threads.submit {
            Patience.begin()
            var next = 0
            try? OrderedPipeline.run(
                pending: 8, next: { next < 500 ? { next += 1; return next }() : nil },
                work: { (item: Int) in
                    found.note()
                    return item * item
                },
                consume: { (square: Int) in found.items.withLock { $0.append(square) } })
            Patience.perform(iterations: 100) { number in
                found.note()
                found.items.withLock { $0.append(-number) }
            }
        }
        threads.stop()
        let items = found.items.withLock { $0 }
        #expect(Array(items.prefix(500)) == (1...500).map { $0 * $0 })
        #expect(items.dropFirst(500).sorted(by: >) == (0..<100).map { -$0 })
        #expect(found.niceness.withLock { $0 } == [max(ordinary, 10)])
        // SCHED_IDLE of linux/sched.h: only where nobody else would run.
        #expect(found.policies.withLock { $0 } == [5])
        #expect(Self.niceness == ordinary && !Patience.isPatient)
    }

    @Test func `an error of patient work is thrown, and ends it`() throws {
        struct Broken: Error {}
        let found = Found()
        let threads = try #require(PatientThreads())
        threads.submit {
            Patience.begin()
            var next = 0
            do {
                try OrderedPipeline.run(
                    pending: 4, next: { { next += 1; return next }() }, work: { (item: Int) in item },
                    consume: { (item: Int) in
                        if item == 50 { throw Broken() }
                        found.items.withLock { $0.append(item) }
                    })
            } catch is Broken {
                found.items.withLock { $0.append(-1) }
            } catch {}
        }
        threads.stop()
        #expect(found.items.withLock { $0 } == Array(1..<50) + [-1])
    }

    @Test func `ordinary work stays ordinary`() throws {
        let found = Found()
        Patience.perform(iterations: 20) { _ in found.note() }
        #expect(found.niceness.withLock { $0.allSatisfy { $0 < 10 || $0 == Self.niceness } })
    }
}
