// The key of the identities and those who hold it: whether it fits, a second holder, a new key for everything, and what is done
// when it is lost.

import Archive
import Glibc
import Records
import Store
import TextAnalysis

/// What is known of the key at hand.
package struct KeyReport: Sendable {
    package var path: String
    /// Of the key file.
    package var fileID: String
    /// Of what the identities are sealed with.
    package var sealingID: String
    /// Nobody is named while there is one key only.
    package var holders: [KeyHolder]
    package var identities: Int
    /// Of those, what does not open.
    package var closedIdentities: Int
    package var documents: Int
    package var closedDocuments: Int
    package var isWhole: Bool { closedIdentities == 0 && closedDocuments == 0 }
}

package struct KeyChange: Sendable {
    package var keyPath: String
    package var formerID: String
    package var keyID: String
    /// Where the former key file lies now; backups from before need it.
    package var aside: String?
    package var identities: Int
    package var holders: [KeyHolder]
}

package typealias KeyHolderView = KeyHolder

extension Engine {
    /// A key file of one's own, for somebody who is to become a holder.
    ///
    /// - Returns: what the holder hands over: it opens nothing.
    package static func newHolderKey(at path: String) throws -> String { KeyHolder.text(try KeyFile.create(at: path)) }

    func unloggedCheckKey() throws -> KeyReport {
        try requireAdministrator("key check")
        let store = try identity()
        let sealing = try store.requireKey()
        let opened = try store.opened()
        var (documents, closed) = (0, 0)
        if SmallFile.size(folder.casesPath) != nil {
            for file in try cases().all() where file.state != .destroyed {
                for document in file.documents {
                    documents += 1
                    if (try? cases().bytes(document.blob, key: sealing)) == nil { closed += 1 }
                }
            }
        }
        return KeyReport(
            path: keyPath, fileID: try KeyFile.read(at: keyPath).id, sealingID: sealing.id, holders: try store.holders(),
            identities: opened.count, closedIdentities: opened.closed, documents: documents, closedDocuments: closed)
    }

    /// - Parameters:
    ///   - text: what the new holder handed over; nil makes a key file for him.
    ///   - path: where that file goes.
    func unloggedAddHolder(_ name: String, text: String?, keyFileTo path: String?) throws -> KeyHolder {
        try requireAdministrator("key add")
        let store = try identity()
        _ = try store.requireKey()
        let since = Self.now.text
        let holder: KeyHolder
        if let text {
            guard let read = KeyHolder(text: text, name: name, since: since) else { throw IdentityError.holderUnreadable(text: name) }
            holder = read
        } else {
            guard let path else { throw IdentityError.holderUnreadable(text: name) }
            let key = try KeyFile.create(at: path)
            holder = KeyHolder(keyID: key.id, name: name, publicKey: key.publicKey, since: since)
        }
        openNote?.entry.detail = "key holder \(name) \(holder.keyID)"
        return try whileWriting {
            var added = [holder]
            let own = try KeyFile.read(at: keyPath)
            if try !store.holders().contains(where: { $0.keyID == own.id }) {
                added.append(KeyHolder(keyID: own.id, name: options.user, publicKey: own.publicKey, since: since))
            }
            try store.add(added)
            return holder
        }
    }

    /// Takes the key from a holder; what he copied of it he still has, so that a new key should follow.
    func unloggedRemoveHolder(_ name: String) throws -> KeyHolder {
        try requireAdministrator("key remove")
        let store = try identity()
        let sealing = try store.requireKey()
        return try whileWriting {
            let holders = try store.holders()
            guard let holder = holders.first(where: { $0.name == name || $0.keyID == name }) else { throw IdentityError.holderUnknown(name: name) }
            // The key that seals is nobody's to take away; and somebody must be left.
            guard holder.keyID != sealing.id, holders.count > 1 else { throw IdentityError.holderNeeded(name: name) }
            try store.removeHolder(holder.keyID)
            openNote?.entry.detail = "key holder \(holder.name) \(holder.keyID) removed"
            return holder
        }
    }

    /// Seals everything with a new key, for all holders. This engine is closed afterwards.
    ///
    /// - Parameter keepingFile: the key file at hand stays and opens the new key too; else a new one takes its place.
    func unloggedRotateKey(keepingFile: Bool, report: @escaping ProgressReport) throws -> KeyChange {
        try requireAdministrator("key rotate")
        let store = try identity()
        let sealing = try store.requireKey()
        let fileKey = try KeyFile.read(at: keyPath)
        return try whileWriting {
            try store.removeLeftovers(after: records.lastSequence)
            let new = KeyRotation.newKey()
            let newFile = keyPath + ".new"
            // Left by a rotation that was broken off before it counted: it opens nothing.
            if !keepingFile { FileSystem.remove(newFile) }
            let own = try keepingFile ? fileKey : KeyFile.create(at: newFile)
            do {
                var holders = try store.holders()
                let name = holders.first { $0.keyID == fileKey.id }?.name ?? options.user
                holders.removeAll { $0.keyID == fileKey.id || $0.keyID == sealing.id }
                holders.append(KeyHolder(keyID: own.id, name: name, publicKey: own.publicKey, since: Self.now.text))
                let rotation = KeyRotation(folder, to: new)
                let total = try store.opened().count
                let hashes = try rotation.reseal(
                    store, records, holders: holders, progress: { report(Progress(.copying, done: $0, total: total)) },
                    terms: { try self.terms($0, $1) })
                if SmallFile.size(folder.casesPath) != nil { try rotation.reseal(cases(), from: sealing) }
                try rotation.rehash(records, hashes)
                try audit(.administer, durable: true) { $0.detail = "key \(fileKey.id) → \(own.id)" }
                closeAll()
                try rotation.take(keyFile: keepingFile ? nil : (newFile, keyPath))
                try KeyRotation.finish(folder)
                return KeyChange(
                    keyPath: keyPath, formerID: fileKey.id, keyID: own.id, aside: keepingFile ? nil : KeyRotation.aside(keyPath, fileKey.id),
                    identities: total, holders: holders)
            } catch {
                if !keepingFile, !KeyRotation.isUnderWay(folder) { FileSystem.remove(newFile) }
                throw error
            }
        }
    }

    /// What a version is found by: its persons, and the numbers in its text.
    private func terms(_ version: StoredVersion, _ identityJSON: [UInt8]) throws -> [IdentityTerm] {
        var terms: [IdentityTerm] = []
        if case .object(let object) = try JSONValue.parse(identityJSON.span), !object.isEmpty { terms = try IdentityPart(json: object).terms }
        let record = try Self.complaint(version).indexed(sequence: version.sequence, recordNumber: version.recordNumber)
        let numbers = try withAnalyzer { $0.documentAndNumbers(record).numbers }
        for number in numbers where number.isPersonal { terms += number.identityTerms }
        return terms
    }

    /// A new key for what comes, where the old one is lost for good. What it sealed is kept aside, in case it is found.
    func unloggedReplaceLostKey() throws -> (keyPath: String, aside: String) {
        try requireAdministrator("key replace-lost")
        let isFitting: Bool
        do { isFitting = try identity().hasKey } catch is IdentityError { isFitting = false }
        guard !isFitting else { throw IdentityError.keyNotLost(path: keyPath) }
        return try whileWriting {
            try audit(.administer, durable: true) { $0.detail = "key lost" }
            let archiveID = records.archiveID
            closeAll()
            return (keyPath, try KeyLoss.replace(folder, archiveID: archiveID, keyPath: keyPath))
        }
    }

    /// Finishes a change of the key that was broken off.
    static func finishRotation(_ folder: ArchiveFolder) throws {
        guard KeyRotation.isUnderWay(folder), let turn = try FileLock.take(folder.rotatingPath, .exclusive, creating: false) else { return }
        try withExtendedLifetime(turn) { if KeyRotation.isUnderWay(folder) { try KeyRotation.finish(folder) } }
    }
}
