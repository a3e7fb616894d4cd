// The one door to an archive: whatever is asked of it goes through `answering`, which notes it in the audit log before the
// answer is given. The verbs themselves stand in Verbs/; a test fails for one that is anywhere else or does not come this way.
//
// Refusals are noted too, on disk before they are told, and so is what failed for another reason. A verb that needs another
// verb notes one entry, with the records of both.

import Archive
import Glibc
import Records
import Store

/// What is noted of one question while it is answered.
///
/// - Invariant: belongs to the thread that asks; work on other threads hands its records over.
final class OpenNote {
    var entry: AuditEntry
    /// As it stands in the log already.
    fileprivate var written: AuditEntry?
    fileprivate var first: UInt64?
    /// Nothing was given: a look for arrivals that finds none is no entry.
    var isNothing = false

    fileprivate init(_ entry: AuditEntry) { self.entry = entry }

    /// Records that the answer shows or tells of.
    func give(_ ids: some Sequence<String>) { entry.records += ids }

    fileprivate func merge(_ other: AuditEntry) {
        entry.action = other.action
        entry.query = other.query ?? entry.query
        entry.count = other.count ?? entry.count
        entry.detail = other.detail ?? entry.detail
        entry.purpose = other.purpose ?? entry.purpose
        let known = Set(entry.records)
        entry.records += other.records.filter { !known.contains($0) }
    }
}

extension Engine {
    /// Answers one question and notes it: the entry is in the log when this returns, or throws.
    ///
    /// - Parameters:
    ///   - verb: what is asked, as the engine calls it.
    ///   - durable: on disk before the answer is given: unmasking, export, print.
    ///   - body: makes the answer, and tells which records are in it.
    /// - Throws: `AccessError.cannotAudit` instead of an answer that could not be noted.
    func answering<Answer>(
        _ verb: String, _ action: AuditEntry.Action, durable: Bool = false, _ body: (OpenNote) throws -> Answer
    ) throws -> Answer {
        if let openNote { return try body(openNote) }
        let viewer = try viewer()
        var entry = AuditEntry(action, user: viewer.user, roles: viewer.roleNames)
        entry.verb = verb
        entry.purpose = options.purpose
        let note = OpenNote(entry)
        openNote = note
        defer { openNote = nil }
        let answer: Answer
        do {
            if action.changes { try refuseClockSetBack() }
            answer = try body(note)
        } catch {
            note.entry.failure = Self.name(of: error)
            if error is AccessError { note.entry.action = .refuse }
            // What went wrong is told in any case.
            try? settle(note, durable: error is AccessError)
            throw error
        }
        if !note.isNothing { try settle(note, durable: durable) }
        return answer
    }

    /// Writes what was noted so far; further records go into an entry that goes on with this one.
    func settle(_ note: OpenNote, durable: Bool) throws {
        guard !isClosed, note.entry != note.written else { return }
        var entry = note.entry
        entry.continues = note.first
        let number = try write(entry, durable: durable)
        note.first = note.first ?? number
        note.entry.records = []
        note.written = note.entry
    }

    /// Notes an access: in the entry of the verb under way, or as one of its own.
    ///
    /// - Parameter durable: at once and on disk, before anything is done or shown.
    func audit(_ action: AuditEntry.Action, durable: Bool = false, _ fill: (inout AuditEntry) throws -> Void) throws {
        let viewer = try viewer()
        var entry = AuditEntry(action, user: viewer.user, roles: viewer.roleNames)
        try fill(&entry)
        if let openNote, action != .alert {
            openNote.merge(entry)
            if durable { try settle(openNote, durable: true) }
            return
        }
        entry.verb = openNote?.entry.verb
        entry.purpose = entry.purpose ?? options.purpose
        try write(entry, durable: durable)
    }

    /// - Returns: the entry's number; nil when it waits with others, or nothing can be written.
    @discardableResult
    private func write(_ entry: AuditEntry, durable: Bool) throws -> UInt64? {
        var entry = entry
        entry.recordSequence = try records.lastSequence.rawValue
        if gatheredAudit != nil, !durable {
            gatheredAudit?.append(entry)
            return nil
        }
        do { return try auditLog().append(entry, durable: true).number } catch {
            // One person's archive on a medium that cannot be written may still be read; one with roles may not.
            let isReadOnly = unsafe access(folder.path, W_OK) != 0
            guard try viewer().isUnrestricted, !durable || isReadOnly else { throw AccessError.cannotAudit(path: folder.auditPath) }
            return nil
        }
    }

    /// Nothing is written by a clock that is before what was written already: days, deadlines and retention would be wrong.
    private func refuseClockSetBack() throws {
        guard let log = try? auditLog() else { return }
        let latest = try log.latestSeconds
        guard Self.nowSeconds + AuditLog.clockToleranceSeconds < latest else { return }
        throw EngineError.clockSetBack(now: Self.now.text, latest: Timestamp(seconds: latest)?.text ?? "")
    }

    /// The case of an error; nothing of what it says, which may name a person.
    private static func name(of error: any Error) -> String {
        let type = String(describing: Swift.type(of: error))
        let mirror = Mirror(reflecting: error)
        guard mirror.displayStyle == .enum else { return type }
        return type + "." + (mirror.children.first?.label ?? String(describing: error))
    }
}

extension AuditEntry.Action {
    /// Whether something is written that depends on the day.
    fileprivate var changes: Bool {
        switch self {
        case .write, .file, .hold, .destroy: true
        default: false
        }
    }
}
