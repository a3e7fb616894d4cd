// When the words of the body's lexicon have changed, the records already there are cut by them anew, in the background: what is found
// stays the same meanwhile, and the order of results follows when the new index is complete. Broken off, it goes on with the next start.

import Engine
import Logging
import NIOPosix
import ServiceLifecycle

struct WordsKeeper: Service {
    let options: EngineOptions
    /// Between two looks at the words. Nothing begins before they have stayed the same for one of these: lists are edited word by word.
    let interval: Duration
    let logger: Logger

    /// After an attempt that failed: the disk may be full, another program at work.
    private static let looksLeftOut = 20

    func run() async throws {
        let threads = NIOThreadPool(numberOfThreads: 1)
        threads.start()
        await cancelWhenGracefulShutdown {
            var before: String?
            var leftOut = 0
            // Ends with the service's own end.
            while (try? await Task.sleep(for: interval)) != nil {
                if leftOut > 0 {
                    leftOut -= 1
                    continue
                }
                let stamp = (try? Engine(opening: options).waitingWords()) ?? nil
                if let stamp, stamp == before {
                    leftOut = await cut(threads) ? 0 : Self.looksLeftOut
                    before = nil
                } else {
                    before = stamp
                }
            }
        }
        // A reindex under way is not waited for: what it has done stays for the next.
        threads.shutdownGracefully { _ in }
    }

    /// - Returns: whether it was done.
    private func cut(_ threads: NIOThreadPool) async -> Bool {
        logger.info("words have changed: building the index anew")
        do {
            try await threads.runIfActive { try Engine(opening: options).reindex(report: { _ in }) }
            logger.info("records are cut by the new words")
            return true
        } catch {
            // Never its text, which may hold a piece of a record.
            logger.error("the index was not built anew", metadata: ["error": .string(String(describing: type(of: error)))])
            return false
        }
    }
}
