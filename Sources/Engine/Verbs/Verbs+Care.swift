// Verbs that look after the archive as a whole: each passes through `answering`, which notes it.

import Archive
import Records

extension Engine {
    package func statistics() throws -> ArchiveStatistics {
        try answering("statistics", .administer) { _ in try unloggedStatistics() }
    }

    /// A consistent copy of the archive in a new folder. The key file is not part of it.
    package func backup(to path: String, report: ProgressReport) throws {
        try answering("backup", .administer, durable: true) { _ in try unloggedBackup(to: path, report: report) }
    }

    /// Reads everything. Never changes anything.
    package func verify(report: ProgressReport) throws -> VerifyAnswer {
        try answering("verify", .administer) { note in
            let answer = try unloggedVerify(report: report)
            note.entry.count = answer.problems.count
            return answer
        }
    }

    /// Builds the next generation of the index, then switches.
    package func reindex(waitingSeconds: Int? = nil, report: ProgressReport) throws {
        try answering("reindex", .administer) { _ in try unloggedReindex(waitingSeconds: waitingSeconds, report: report) }
    }

    /// Writes the index anew without the space that deleted chunks left, and switches to it.
    package func compact(report: ProgressReport) throws {
        try answering("compact", .administer) { _ in try unloggedCompact(report: report) }
    }

    /// The clock as it is now counts as right: it ran ahead before.
    package func acceptClock() throws {
        try answering("acceptClock", .administer, durable: true) { note in
            try requireAdministrator("audit --accept-clock")
            let latest = try auditLog().latestSeconds
            note.entry.detail = "clock accepted; noted before: \(Timestamp(seconds: latest)?.text ?? "-")"
            try settle(note, durable: true)
            try auditLog().acceptClock()
        }
    }
}
