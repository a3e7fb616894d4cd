// What a program that serves many people needs beside the use cases: the same engine for one caller after another, the
// audit entries of many calls in one transaction, and word that something on disk was changed by others.

import Archive
import Glibc
import Records

/// Audit entries of one call, not written yet.
package struct PendingAudit: Sendable {
    fileprivate let entries: [AuditEntry]
    package var isEmpty: Bool { entries.isEmpty }
}

/// The body's own files that an engine keeps in memory, by what tells that they were changed.
struct OwnFilesSeen: Equatable, Sendable {
    private let stamps: [FileStamp?]

    init(_ folder: ArchiveFolder) { stamps = [folder.profilePath, folder.lexiconPath].map(FileStamp.init) }
}

extension Engine {
    /// Runs `body` for this user. Its audit entries are not appended but given back: they must be, with
    /// `append`, before anybody sees the answer. Entries that must be durable first are written at once.
    ///
    /// - Parameter end: work that goes on longer ends with `OutOfTime`, which is noted as every failure is.
    package func acting<Result>(
        as user: String, purpose: String?, until end: ContinuousClock.Instant? = nil, survey: Survey? = nil, _ body: () throws -> Result
    ) -> (result: Swift.Result<Result, any Error>, audit: PendingAudit) {
        look()
        if options.user != user { (openViewer, openSight) = (nil, nil) }
        options.user = user
        options.purpose = purpose
        options.survey = survey
        gatheredAudit = []
        defer { (gatheredAudit, options.survey) = (nil, nil) }
        let result = Swift.Result { try TimeLimit.until(end, body) }
        return (result, PendingAudit(entries: gatheredAudit ?? []))
    }

    /// Appends the entries of many calls.
    ///
    /// - Parameter durable: on disk when this returns; else whoever calls has `auditKeeper` sync them within a second.
    package func append(_ pending: [PendingAudit], durable: Bool = true) throws {
        let entries = pending.flatMap(\.entries)
        if entries.isEmpty { return }
        do { try auditLog().append(entries, durable: durable) } catch { throw AccessError.cannotAudit(path: folder.auditPath) }
    }

    /// Forgets what was read of files that somebody has changed since: a role taken away is gone with the next call.
    private func look() {
        let now = OwnFilesSeen(folder)
        guard ownFilesSeen != now else { return }
        if ownFilesSeen != nil {
            openProfile = nil
            openLexicon = nil
            answerMemory = AnswerMemory()
            openAnalyzer = nil
        }
        (openViewer, openSight) = (nil, nil)
        ownFilesSeen = now
    }

    /// False once the archive's files were written anew by a destruction or a restore: then this engine reads the old ones.
    package var isCurrent: Bool { Self.fileNumber(folder.recordsPath) == recordsFile }

    /// Memory that every search shares is fetched before the first one asks.
    package func warm() throws {
        _ = try view().searcher
        try withAnalyzer { _ = $0.words(of: Array("预热".utf16)) }
    }

    package struct CallerRights: Sendable {
        package var user: String
        package var roles: [String]
        /// No roles are bound in this archive.
        package var isUnrestricted: Bool
        package var rights: [(name: String, holds: Bool)]
    }

    /// - Throws: `AccessError.userUnknown` for somebody without a role.
    package func callerRights() throws -> CallerRights {
        let viewer = try viewer()
        return CallerRights(
            user: viewer.user, roles: viewer.roles.map(\.id), isUnrestricted: viewer.isUnrestricted,
            rights: [
                ("identity", viewer.maySeeIdentity), ("export", viewer.mayExport), ("write", viewer.mayWrite),
                ("administer", viewer.mayAdminister), ("audit", viewer.mayAudit), ("destroy", viewer.mayDestroy),
            ])
    }

    /// Refuses a write before it waits in a queue with others.
    package func requireWriting(_ verb: String) throws { try require(\.mayWrite, verb) }

    /// Refuses records that lack what every record needs.
    package func checkRecords(_ objects: [JSONObject]) throws { for object in objects { _ = try ReadRecord(object) } }

    /// Who owns the archive's files.
    package var ownerID: UInt32 {
        var status = stat()
        return unsafe stat(folder.recordsPath, &status) == 0 ? status.st_uid : 0
    }

    package var archivePath: String { folder.path }
    package var archiveIDText: String { records.archiveID.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined() }
    package func profileName() throws -> (id: String, title: String) {
        let profile = try profile()
        return (profile.id, profile.title)
    }
}

extension Engine {
    /// What a thread in the background does for the audit log, while others append to it.
    package struct AuditKeeper: Sendable {
        fileprivate let log: AuditLog

        /// Waits until every entry is on disk.
        package func sync() throws { try log.sync() }
        package var waitingBytes: Int { get throws { try log.waitingBytes } }
        package func takeOver() throws { try log.takeOver() }
    }

    package func auditKeeper() throws -> AuditKeeper { AuditKeeper(log: try auditLog()) }
}

extension Engine {
    /// A small file of the archive, whole.
    package static func fileBytes(_ path: String) throws -> [UInt8] { try SmallFile.read(path) }
}

extension Engine {
    /// Whether the profile binds roles to users.
    package var bindsRoles: Bool {
        get throws {
            look()
            return try !profile().users.isEmpty
        }
    }

    /// The day of the newest record that the caller may see, as the page's forms begin with it.
    package func newestDay() throws -> CalendarDate? {
        var request = SearchRequest(query: "")
        request.sort = .newest
        request.limit = 1
        return try unloggedSearch(request).hits.first.flatMap { CalendarDate.period(String($0.date.prefix(10)))?.lowerBound }
    }

    /// Records the caller may see, and the day.
    package func sizes() throws -> (records: Int?, today: String) {
        let today = String(Timestamp(seconds: Engine.nowSeconds)?.text.prefix(10) ?? "")
        return (try visibleSnapshot().liveDocCount, today)
    }
}

extension Engine {
    /// Throws unless the profile knows this user, or binds no roles at all.
    package func requireKnownUser(_ user: String) throws {
        let profile = try profile()
        guard profile.users.isEmpty || profile.users.contains(where: { $0.name == user }) else { throw AccessError.userUnknown(user: user) }
    }
}

extension Engine {
    /// A record taken down at a desk may lack a number and a moment: it gets both, a number that nobody else gives.
    package func withNumber(_ object: JSONObject) -> JSONObject {
        var object = object
        if object["receivedAt"] == nil { object.set("receivedAt", to: .string(Timestamp(seconds: Self.nowSeconds)?.text ?? "")) }
        if object["id"] == nil, object["registerNo"] == nil {
            let day = String(object["receivedAt"]?.string?.prefix(10) ?? "").filter(\.isNumber)
            let random = String(UInt64.random(in: 0..<(1 << 40)), radix: 36, uppercase: true)
            object.set("id", to: .string("JZ\(day)-\(String(repeating: "0", count: max(0, 8 - random.utf8.count)))\(random)"))
        }
        return object
    }
}
