// Work that reads one snapshot, on all cores.

import Dispatch
import Glibc
import Synchronization

enum Parallelism {
    /// The cores of the machine.
    static let cores = max(1, min(16, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))

    /// The results of as many pieces, in their order. What the pieces read nobody changes meanwhile; who reads through a
    /// snapshot does that before: its transaction is one thread's.
    static func map<Result: Sendable>(_ pieces: Int, _ body: (Int) -> Result) -> [Result] {
        guard pieces > 1 else { return pieces == 1 ? [body(0)] : [] }
        // Holds: this call waits for all pieces, which only read what `body` captures.
        nonisolated(unsafe) let body = body
        let results = Mutex([Result?](repeating: nil, count: pieces))
        DispatchQueue.concurrentPerform(iterations: pieces) { piece in
            let result = unsafe body(piece)
            results.withLock { $0[piece] = result }
        }
        return results.withLock { $0.map { $0! } }
    }
}
