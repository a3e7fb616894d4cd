// What an import that was killed has left out of the index is indexed when the service starts, in the background: searches are
// answered meanwhile, with a notice of how many versions are still to come.

import Engine
import Logging
import ServiceLifecycle

struct IndexKeeper: Service {
    /// Between two looks.
    let interval: Duration
    let logger: Logger
    private let bringUpToDate: @Sendable () throws -> Void

    /// More than so many versions a search leaves to the keeper; what one transaction of `add` leaves is less.
    static let versionsOfSearch = 512

    init(_ options: EngineOptions, interval: Duration = .seconds(30), logger: Logger) {
        self.interval = interval
        self.logger = logger
        bringUpToDate = { try Engine(opening: options).bringUpToDate() }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat {
                do {
                    try await BackgroundWork.run(looking: min(interval, .milliseconds(100)), bringUpToDate)
                } catch is CancellationError {
                    return
                } catch {
                    // Never its text, which may hold a piece of a record. The next look tries again.
                    logger.error("records are not indexed", metadata: ["error": .string(String(describing: type(of: error)))])
                }
                // Sleeping fails when the service stops, and then only.
            } while (try? await Task.sleep(for: interval)) != nil
        }
    }
}
