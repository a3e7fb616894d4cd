// Writing records out, any number of them, from one snapshot.

import Archive
import Glibc
import Import
import Records
import Search
import TextAnalysis

extension Engine {
    /// Writes the matches (all records without a query) in order of arrival as record JSON, one a line.
    ///
    /// A file appears whole or not at all; `-` is standard output.
    /// - Parameters:
    ///   - withIdentity: puts who complained back in; needs the key.
    ///   - recipient: whom a file is for.
    /// - Returns: how many records were written.
    func unloggedExport(
        _ request: SearchRequest?, to path: String, withIdentity: Bool, recipient: String?, report: ProgressReport
    ) throws -> Int {
        try require(\.mayExport, "export")
        if withIdentity {
            try require(\.maySeeIdentity, "export --with-identity")
            _ = try requirePurpose()
        }
        _ = try request.map { try root(of: $0) }
        try audit(.export, durable: true) { $0.detail = (withIdentity ? "identity → " : "→ ") + (path == "-" ? "stdout" : path) + (recipient.map { " → \($0)" } ?? "") }
        let identity = withIdentity ? try identity() : nil
        _ = try identity?.requireKey()
        // What goes out has its records in the log first.
        let note = openNote
        let out = try LineWriter(path) { if let note { try self.settle(note, durable: true) } }
        var written = 0
        func write(_ version: StoredVersion) throws {
            var complaint = try Self.complaint(version)
            try refuseRespondent(recipient, records: [complaint], verb: "export")
            if let identity {
                if let json = try identity.identity(of: version.sequence),
                    case .object(let object) = try JSONValue.parse(json.span)
                {
                    complaint.rejoin(try IdentityPart(json: object))
                }
                try out.write(.object(complaint.json))
            } else {
                try out.write(.object(PersonalNumbers.masked(complaint.json)))
            }
            note?.give([complaint.archiveID])
            written += 1
            if written % 1_000 == 0 { report(Progress(.exporting, done: written)) }
        }
        try forEachMatch(request) { version, _ in try write(version) }
        try out.finish()
        return written
    }
}

/// Lines of JSON into a file that appears under its name only when it is whole.
final class LineWriter {
    private let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private let beforeWriting: () throws -> Void

    private var isStandardOutput: Bool { path == "-" }
    private var temporary: String { path + ".part" }

    init(_ path: String, beforeWriting: @escaping () throws -> Void = {}) throws {
        self.path = path
        self.beforeWriting = beforeWriting
        if path == "-" {
            descriptor = STDOUT_FILENO
        } else {
            descriptor = unsafe open(path + ".part", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw EngineError.system(path: path, code: errno) }
        }
    }

    func write(_ value: JSONValue) throws {
        value.write(into: &buffer)
        buffer.append(0x0A)
        if buffer.count >= 1 << 20 { try flush() }
    }

    private func flush() throws {
        try beforeWriting()
        var done = 0
        while done < buffer.count {
            let count = unsafe buffer.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress! + done, $0.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw EngineError.system(path: path, code: errno) }
            done += count
        }
        buffer.removeAll(keepingCapacity: true)
    }

    func finish() throws {
        try flush()
        guard !isStandardOutput else { return }
        guard fsync(descriptor) == 0, unsafe rename(temporary, path) == 0 else {
            throw EngineError.system(path: path, code: errno)
        }
        SmallFile.syncFolder(of: path)
    }

    deinit {
        guard !isStandardOutput else { return }
        close(descriptor)
        unsafe unlink(temporary)  // still there only if the export did not finish
    }
}
