// Verbs of the key: each passes through `answering`, which notes it.

import Archive
import Records

extension Engine {
    /// Whether the key at hand opens everything that is sealed, and who holds it.
    package func checkKey() throws -> KeyReport {
        try answering("checkKey", .administer) { note in
            let report = try unloggedCheckKey()
            note.entry.count = report.closedIdentities + report.closedDocuments
            return report
        }
    }

    /// Wraps the key for one more holder.
    package func addHolder(_ name: String, text: String?, keyFileTo path: String?) throws -> KeyHolder {
        try answering("addHolder", .administer, durable: true) { _ in try unloggedAddHolder(name, text: text, keyFileTo: path) }
    }

    /// Takes the key from a holder.
    package func removeHolder(_ name: String) throws -> KeyHolder {
        try answering("removeHolder", .administer, durable: true) { _ in try unloggedRemoveHolder(name) }
    }

    /// Seals everything with a new key. This engine is closed afterwards.
    package func rotateKey(keepingFile: Bool, report: @escaping ProgressReport) throws -> KeyChange {
        try answering("rotateKey", .administer, durable: true) { _ in try unloggedRotateKey(keepingFile: keepingFile, report: report) }
    }

    /// A new key for what comes, where the old one is lost for good. This engine is closed afterwards.
    package func replaceLostKey() throws -> (keyPath: String, aside: String) {
        try answering("replaceLostKey", .administer, durable: true) { _ in try unloggedReplaceLostKey() }
    }
}
