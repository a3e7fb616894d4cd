// What `juanzong serve` is started with: where it listens, who may speak for others, and the limits of one request.

import Engine
import Records

package struct ServiceOptions: Sendable {
    package var engine: EngineOptions
    /// The Unix socket; nil when only `tcpPort` is used, or the system handed over open sockets.
    package var socketPath: String?
    /// Group of the socket file; nil leaves the process's own.
    package var socketGroup: String?
    package var socketMode: UInt32 = 0o660
    /// On 127.0.0.1 alone: for a reverse proxy on this machine.
    package var tcpPort: Int?
    /// System users whose connections may name the user they speak for in `X-Remote-User`.
    package var proxyUsers: Set<String> = []
    package var limits = Limits()
    /// Between two looks whether the words have changed; nil leaves the index as it is.
    package var wordsInterval: Duration?
    /// Threads that read the archive.
    package var readerCount = 2

    package init(engine: EngineOptions) {
        self.engine = engine
        self.engine.sharesProcess = true
    }

    /// None of these is reached in an office; each stops somebody who goes wrong or means harm.
    package struct Limits: Sendable {
        /// Of a request that is not an upload.
        package var bodyBytes = 4 << 20
        /// Of an import.
        package var uploadBytes = 4 << 30
        package var headerBytes = 16 << 10
        package var headerCount = 100
        package var pathBytes = 8 << 10
        package var connections = 1_024
        /// Reads waiting for a thread; more are told to come back.
        package var waitingReads = 512
        /// Heavy reads (trends, reports, export) at once and waiting.
        package var waitingHeavy = 16
        package var waitingWrites = 1_024
        /// Records that are compared one by one (重复率) while one waits; of more it is done in the background.
        package var comparedAtOnce = 5_000
        /// Records up to which a list of the whole archive is made while its reader waits.
        package var surveyedAtOnce = 100_000
        /// Of answers about the whole archive that are kept, in rows of some 200 bytes; one may be a quarter of it.
        package var surveyRows = 200_000
        /// A connection without a request, or a request without its bytes.
        package var idleSeconds = 60
        /// A whole request, from its head to the beginning of its answer; uploads excepted.
        package var requestSeconds = 60
        /// From the moment at which a read waits for a thread to the end of the work on it.
        package var answerMilliseconds = 10_000
        /// Of a brief read where its request came in, when nobody else reads; what takes longer begins anew on a thread for reads.
        package var briefMicroseconds = 1_000
        /// Of answers that each reader remembers for as long as nothing is written.
        package var keptAnswerBytes = 16 << 20
        /// A client that takes no byte of its answer.
        package var stalledSeconds = 30

        /// For requests under way when the service is stopped.
        package var stopSeconds = 15

        package init() {}
    }
}
