// From a thread that writes to a connection that takes: a bounded number of pieces between them, so that a slow reader
// slows the writer down instead of filling memory.

import Dispatch
import NIOCore
import Synchronization

final class Pipe: Sendable {
    struct Closed: Error {}

    private struct State {
        var pieces: [ByteBuffer] = []
        var isFinished = false
        var isClosed = false
        var reader: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    private let room: DispatchSemaphore
    /// Taken of the room and not given back.
    private let taken = Atomic<Int>(0)

    init(pieces: Int = 16) { room = DispatchSemaphore(value: pieces) }

    /// A semaphore must not go with less room than it came with: the program would be ended. A reader who went left pieces behind, or the
    /// writer went on after him.
    deinit { for _ in 0..<max(0, taken.load(ordering: .relaxed)) { room.signal() } }

    private func giveRoom() {
        taken.subtract(1, ordering: .relaxed)
        room.signal()
    }

    // MARK: The writing thread

    /// Waits for room. Throws when nobody reads any more.
    func write(_ piece: ByteBuffer) throws {
        room.wait()
        taken.add(1, ordering: .relaxed)
        let (isClosed, reader) = state.withLock { state in
            if !state.isClosed { state.pieces.append(piece) }
            defer { state.reader = nil }
            return (state.isClosed, state.reader)
        }
        reader?.resume()
        if isClosed {
            giveRoom()
            throw Closed()
        }
    }

    /// Nobody reads any more.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    func finish() {
        let reader = state.withLock { state in
            state.isFinished = true
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
    }

    // MARK: The reader

    /// Nil at the end.
    func next() async -> ByteBuffer? {
        while true {
            let (piece, isFinished): (ByteBuffer?, Bool) = state.withLock { state in
                if !state.pieces.isEmpty { return (state.pieces.removeFirst(), false) }
                return (nil, state.isFinished || state.isClosed)
            }
            if let piece {
                giveRoom()
                return piece
            }
            if isFinished { return nil }
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if !state.pieces.isEmpty || state.isFinished || state.isClosed { return true }
                    state.reader = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        }
    }

    /// The reader has gone: the writer is told with its next piece.
    func close() {
        let reader = state.withLock { state in
            state.isClosed = true
            state.pieces = []
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
        giveRoom()
    }
}
