// A file that somebody uploads. Its bytes are written by threads of their own: a disk that is busy with a large file holds up
// these alone, and not the tasks in which others are answered.

import CGNU
import Engine
import Glibc
import NIOCore
import NIOPosix

/// Who write the bytes of files that are uploaded.
final class UploadThreads: Sendable {
    /// For the beginning of a file, which is the whole of most …
    fileprivate let prompt = NIOThreadPool(numberOfThreads: 1)
    /// … and for the rest, which gives way to whoever waits for an answer: no more is taken from the client than is written, so
    /// all that has to do with a large file goes on only as fast as there is time for it.
    fileprivate let patient = NIOThreadPool(numberOfThreads: 1)
    fileprivate static let promptBytes = 4 << 20

    init() {
        prompt.start()
        patient.start()
        patient.submit { _ in PatientWork.begin() }
    }

    func stop() async {
        try? await prompt.shutdownGracefully()
        try? await patient.shutdownGracefully()
    }
}

final class UploadedFile {
    /// Bytes that are gathered before they are written.
    private static let bytesGathered = 1 << 20

    private let name: String
    private let threads: UploadThreads
    private let descriptor: CInt
    private var gathered = ByteBuffer()
    private var written = 0

    /// - Parameter path: where there is nothing yet.
    /// - Parameter name: for errors.
    init(at path: String, name: String, threads: UploadThreads) throws {
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw EngineError.system(path: name, code: errno) }
        self.name = name
        self.threads = threads
    }

    deinit { close(descriptor) }

    func append(_ bytes: some Sequence<UInt8>) async throws {
        gathered.writeBytes(bytes)
        if gathered.readableBytes >= Self.bytesGathered { try await write() }
    }

    /// All bytes were given.
    func finish() async throws {
        if gathered.readableBytes > 0 { try await write() }
    }

    private func write() async throws {
        let (bytes, descriptor, from, name) = (gathered, descriptor, written, name)
        // Holds: the descriptor stays open until this returns.
        try await (from < UploadThreads.promptBytes ? threads.prompt : threads.patient).runIfActive {
            try unsafe bytes.withUnsafeReadableBytes { bytes in
                var done = 0
                while done < bytes.count {
                    let count = unsafe Glibc.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { throw EngineError.system(path: name, code: errno) }
                    done += count
                }
            }
            // Bit by bit: else the system writes it all at once some time, while others wait for the same disk.
            cgnu_beginWriting(descriptor, from, bytes.readableBytes)
        }
        written += bytes.readableBytes
        gathered.clear()
    }
}
