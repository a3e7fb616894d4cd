// Work that may be done in any order, between a source that is read in order and a sink that is written in order.
//
// The calling thread reads and writes; all cores work in between. What is under way is bounded, so memory is too.

import CGNU
import Dispatch
import Synchronization

package enum OrderedPipeline {
    /// Reads items until `next` returns nil, works on several at once and hands the results to `consume` in the order of the
    /// items. The first error ends it and is thrown; work under way is waited for.
    ///
    /// - Parameter pending: items read and not yet consumed, at most.
    /// - Parameter weightMax: what they may weigh together, one apart that is heavier alone.
    package static func run<Item: Sendable, Output: Sendable>(
        pending: Int, weightMax: Int = .max, weight: (Item) -> Int = { _ in 0 },
        next: () throws -> Item?, work: @escaping @Sendable (Item) throws -> Output, consume: (Output) throws -> Void
    ) throws {
        let queue = DispatchQueue(label: "juanzong.pipeline", attributes: .concurrent)
        let patient = Patience.isPatient ? PatientThreads() : nil
        defer { patient?.stop() }
        let isAlone = patient == nil && cgnu_hasRoomForThreads() == 0
        var places: [Place<Output>] = []
        var first = 0
        defer { for place in places[first...] { place.wait() } }
        var isAtEnd = false
        var weightPending = 0
        while true {
            while !isAtEnd, places.count - first < pending, weightPending < weightMax {
                guard let item = try next() else {
                    isAtEnd = true
                    break
                }
                let place = Place<Output>(weight: weight(item))
                weightPending += place.weight
                places.append(place)
                let fill: @Sendable () -> Void = { place.fill(with: Result { try work(item) }) }
                if let patient { patient.submit(fill) } else if isAlone { fill() } else { queue.async(execute: fill) }
            }
            guard first < places.count else { return }
            let place = places[first]
            place.wait()
            first += 1
            if first >= 64 {
                places.removeFirst(first)
                first = 0
            }
            weightPending -= place.weight
            try consume(place.take())
        }
    }

    /// Where the result of one item arrives.
    private final class Place<Output: Sendable>: Sendable {
        let weight: Int
        private let isFilled = DispatchSemaphore(value: 0)
        private let result = Mutex<Result<Output, any Error>?>(nil)

        init(weight: Int) { self.weight = weight }

        func fill(with outcome: Result<Output, any Error>) {
            result.withLock { $0 = outcome }
            isFilled.signal()
        }

        func wait() { isFilled.wait() }

        /// What arrived; the place no longer holds it.
        func take() throws -> Output {
            try result.withLock { result in
                defer { result = nil }
                return try result!.get()
            }
        }
    }
}

/// Work that another thread does while this one goes on.
final class SideWork<Output: Sendable>: Sendable {
    private let running = DispatchGroup()
    private let output = Mutex<Output?>(nil)

    /// - Parameter isWorthwhile: false for what takes no longer than waking a thread.
    init(isWorthwhile: Bool, _ work: @escaping @Sendable () -> Output) {
        // Whoever gives way, or has no room for a thread, does it himself.
        if !isWorthwhile || Patience.isPatient || cgnu_hasRoomForThreads() == 0 {
            output.withLock { $0 = work() }
            return
        }
        running.enter()
        DispatchQueue.global().async {
            let made = work()
            self.output.withLock { $0 = made }
            self.running.leave()
        }
    }

    /// What the work reads must be there until this returned.
    func wait() { running.wait() }

    /// What it made; once.
    func take() -> Output {
        wait()
        return output.withLock { output in
            defer { output = nil }
            return output!
        }
    }
}

/// Things that are dear to make and used by one thread at a time: each borrower gets one nobody else has.
package final class Pool<Thing>: Sendable {
    // Unchecked: a thing is in the list or with one borrower, never with two.
    private struct Held: @unchecked Sendable { var thing: Thing }
    private let idle = Mutex<[Held]>([])
    private let make: @Sendable () -> Thing

    package init(_ make: @escaping @Sendable () -> Thing) { self.make = make }

    package func with<Result>(_ body: (inout Thing) throws -> Result) rethrows -> Result {
        var held = idle.withLock { $0.popLast() } ?? Held(thing: make())
        defer { idle.withLock { $0.append(held) } }
        return try body(&held.thing)
    }
}
