// Whoever waits for long work in a task that was cancelled.

import Testing

@testable import Service

@Suite struct PauseTests {
    @Test func `who waits for long work for a client who has gone sleeps all the same`() async {
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            let began = ContinuousClock.now
            for _ in 0..<5 { await Verbs.pause() }
            return ContinuousClock.now - began
        }
        task.cancel()
        #expect(await task.value >= Duration.milliseconds(50))
    }
}
