// An archive opened: its stores, and the order in which they are written.

import Records
import Store
import Synchronization

/// Records and identities of one folder.
///
/// - Invariant: identities are durable before their records (FORMAT.md, "The order of commits"), so no record
///   ever lacks its complainant, and what is left over after a crash belongs to no record.
package final class Archive: Sendable {
    package let folder: ArchiveFolder
    package let keyPath: String
    package let records: RecordStore
    package let identities: IdentityStore
    /// Nil when opened for reading, or closed.
    private let lock: Mutex<WriterLock?>

    /// - `keyPath`: where the key file is; beside the folder when nil. A missing key file is no error until
    ///   something sealed is asked for.
    package init(_ folder: ArchiveFolder, keyPath: String? = nil, forWriting: Bool) throws {
        self.folder = folder
        let keyPath = keyPath ?? folder.defaultKeyPath
        self.keyPath = keyPath
        let lock = forWriting ? try WriterLock(folder) : nil
        let key: SealingKey?
        do { key = try KeyFile.read(at: keyPath) } catch IdentityError.keyMissing { key = nil }
        records = try RecordStore(in: folder, readOnly: !forWriting)
        identities = try IdentityStore(
            in: folder, archiveID: records.archiveID, key: key, keyPath: keyPath, readOnly: !forWriting)
        if forWriting { try identities.removeLeftovers(after: records.lastSequence) }
        self.lock = Mutex(lock)
    }

    package func close() {
        records.close()
        identities.close()
        lock.withLock { $0 = nil }
    }

    /// A record as it is filed: its open part, and who complained.
    package struct Filing: Sendable {
        package var version: NewVersion
        /// Nil when the record names nobody, as an anonymous one.
        package var identity: IdentityDraft?

        package init(_ version: NewVersion, identity: IdentityDraft? = nil) {
            self.version = version
            self.identity = identity
        }
    }

    /// Adds a batch of records with their identities; durable, whole or not at all.
    ///
    /// - Precondition: the content hash of a filing covers its identity (`ContentHash`), else a changed
    ///   complainant would pass for unchanged.
    @discardableResult
    package func append(
        _ batch: [Filing], progress: ImportProgress? = nil, recordedAtMilliseconds: Int64? = nil
    ) throws -> [AppendOutcome] {
        precondition(lock.withLock { $0 != nil }, "opened for reading only")
        return try records.append(
            batch.map(\.version), recordedAtMilliseconds: recordedAtMilliseconds, progress: { _ in progress }
        ) { outcomes in
            let entries = zip(batch, outcomes).compactMap { filing, outcome in
                outcome.isStored
                    ? filing.identity.map {
                        SealedEntry(sequence: outcome.sequence, recordNumber: outcome.recordNumber, draft: $0)
                    } : nil
            }
            // Sequences have no gap, so what is on disk ends right before the first new one. Asked of the records
            // before the batch, another thread's batch could come between.
            guard let first = outcomes.first(where: \.isStored)?.sequence else { return }
            let last = RecordSequence(first.rawValue - 1)
            // Records without identity too must not come upon what a failed batch left under their sequences.
            if entries.isEmpty {
                try identities.removeLeftovers(after: last)
            } else {
                try identities.append(entries, lastRecordSequence: last)
            }
        }
    }
}
