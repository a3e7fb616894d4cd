// When the words of the body's lexicon have changed, the records already there are cut by them anew, in the background: what is found
// stays the same meanwhile, and the order of results follows when the new index is complete. Broken off, it goes on with the next start.

import Engine
import Logging
import ServiceLifecycle

struct WordsKeeper: Service {
    /// Between two looks at the words. Nothing begins before they have stayed the same for one of these: lists are edited word by word.
    let interval: Duration
    let logger: Logger
    /// What the words are that records wait for; nil when none waits.
    private let waiting: @Sendable () throws -> String?
    private let rebuild: @Sendable () throws -> Void

    /// After a look or an attempt that failed: the disk may be full, another program at work.
    private static let looksLeftOut = 20

    init(_ options: EngineOptions, interval: Duration, logger: Logger) {
        self.init(interval: interval, logger: logger, waiting: { try Engine(opening: options).waitingWords() }) {
            try Engine(opening: options).reindex(report: { _ in })
        }
    }

    init(interval: Duration, logger: Logger, waiting: @escaping @Sendable () throws -> String?, rebuild: @escaping @Sendable () throws -> Void) {
        self.interval = interval
        self.logger = logger
        self.waiting = waiting
        self.rebuild = rebuild
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var before: String?
            var leftOut = 0
            // Sleeping fails when the service stops, and then only.
            while (try? await Task.sleep(for: interval)) != nil {
                if leftOut > 0 {
                    leftOut -= 1
                    continue
                }
                do {
                    let stamp = try waiting()
                    let isSettled = stamp != nil && stamp == before
                    before = isSettled ? nil : stamp
                    if isSettled { try await cut() }
                } catch is CancellationError {
                    return
                } catch {
                    // Never its text, which may hold a piece of a record.
                    logger.error("records are not cut by the new words", metadata: ["error": .string(String(describing: type(of: error)))])
                    leftOut = Self.looksLeftOut
                }
            }
        }
    }

    private func cut() async throws {
        logger.info("words have changed: building the index anew")
        try await BackgroundWork.run(looking: min(interval, .milliseconds(200)), rebuild)
        logger.info("records are cut by the new words")
    }
}
