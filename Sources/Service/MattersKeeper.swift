// Groups records into matters in the background, when somebody has asked for them: the first time a million records take minutes,
// which nobody should wait for in front of a page. One book at a time; who sees other records has a book of his own.

import Engine
import Logging
import Synchronization

final class MattersKeeper: Sendable {
    private struct State {
        var task: Task<Void, Never>?
        /// Users who asked while another one's were grouped.
        var waiting: [String] = []
        var isStopped = false
    }

    private let options: EngineOptions
    private let logger: Logger
    private let state = Mutex(State())

    init(_ options: EngineOptions, logger: Logger) {
        self.options = options
        self.logger = logger
    }

    /// Sees to it that the matters of this user are level with the records, soon.
    func wake(as user: String) {
        state.withLock { state in
            guard !state.isStopped, !state.waiting.contains(user) else { return }
            state.waiting.append(user)
            if state.task == nil { state.task = Task { await self.run() } }
        }
    }

    private func run() async {
        while true {
            let user = state.withLock { state in
                if state.waiting.isEmpty || state.isStopped { state.task = nil }
                return state.task == nil ? nil : state.waiting.removeFirst()
            }
            guard let user else { return }
            var options = options
            options.user = user
            let opened = options
            do {
                try await BackgroundWork.run(looking: .milliseconds(100)) { try Engine(opening: opened).bringMattersUpToDate() }
            } catch is CancellationError {
                return
            } catch {
                // Never its text. Whoever asks next has it tried again.
                logger.error("records are not grouped", metadata: ["error": .string(String(describing: type(of: error)))])
            }
        }
    }

    func stop() {
        state.withLock { state in
            state.isStopped = true
            state.task?.cancel()
        }
    }
}
