// 鉴定与销毁: what is due, who decided, the register, and a destruction that goes on where it was broken off.
//
// The order: a note of what is to be destroyed (`destroying.json`, durable), the register, then the records are withdrawn and
// no search finds them; then their bytes leave each store, which is written anew, and everything derived; then the note goes.
// Every step may be done twice.

import Archive
import Glibc
import Index
import Records
import Search
import Store

extension Engine {
    /// Filed files whose period is over on that day, held ones apart.
    func unloggedDueCases(on day: String?) throws -> [CaseFile] {
        try require(\.mayDestroy, "case due")
        let date = try day.map { try moment($0).date } ?? Self.now.date
        return try allCases().filter { file in
            guard file.state == .filed, !file.isHeld, let last = file.lastDay else { return false }
            return last < date
        }
    }

    /// The appraisal group's decision on one file that is due.
    ///
    /// - `until`: with `extend`, the new last day.
    func unloggedAppraise(_ name: String, decision: String, by: String, until: String?, on day: String?) throws -> CaseFile {
        try require(\.mayDestroy, "case appraise")
        let date = try day.map { try moment($0).date } ?? Self.now.date
        let file = try caseFile(name)
        guard file.state == .filed else { throw CaseError.wrongState(id: name, state: file.state.rawValue, wanted: "filed") }
        // A day to come makes nothing due.
        guard let last = file.lastDay, last < min(date, Self.now.date) else { throw CaseError.notDue(id: name, until: file.keepUntil ?? "永久") }
        let extended = try until.map { try moment($0).date.text }
        let changed = try cases().change(file.id) { file in
            file.appraisal = decision
            if decision == "extend", let extended { file.keepUntil = extended }
            file.notes.append(.init(kind: "鉴定", text: decision + (extended.map { " → \($0)" } ?? ""), by: by, at: date.text))
        }
        try audit(.file, durable: true) {
            $0.records = changed.records
            $0.detail = "appraise \(decision) \(changed.referenceCode ?? changed.id) \(by)"
        }
        return changed
    }

    package struct Destruction: Sendable {
        package var lines: [JSONObject]
        package var isProven: Bool
        /// Files of the folder that still hold a piece of what was destroyed.
        package var traces: [String]
    }

    /// Destroys files that were appraised so. This engine is closed afterwards.
    func unloggedDestroyCases(_ names: [String], witnesses: [String], approver: String, on day: String?) throws -> Destruction {
        try require(\.mayDestroy, "case destroy")
        let people = Set(witnesses.map { $0.filter { !$0.isWhitespace } }.filter { !$0.isEmpty })
        guard people.count >= 2, !approver.allSatisfy(\.isWhitespace) else { throw CaseError.witnessesMissing }
        let date = try day.map { try moment($0).date } ?? Self.now.date
        var lines: [JSONObject] = []
        for (place, name) in names.enumerated() {
            let file = try caseFile(name)
            if let hold = file.holds.first(where: { $0.releasedAt == nil }) { throw CaseError.held(id: name, basis: hold.basis) }
            guard file.state == .filed, let until = file.keepUntil, let last = file.lastDay, last < min(date, Self.now.date) else {
                throw CaseError.notDue(id: name, until: file.keepUntil ?? (file.state == .filed ? "永久" : file.state.rawValue))
            }
            guard file.appraisal == "destroy" else { throw CaseError.notAppraised(id: name) }
            // The same matter under appeal holds the file too.
            for record in try complaints(file.records) where record.holds.contains(where: { $0.releasedAt == nil }) {
                throw CaseError.held(id: name, basis: record.holds.first { $0.releasedAt == nil }?.kind ?? "保全")
            }
            var bytes: [UInt8] = []
            JSONValue.object(file.json).write(into: &bytes)
            var line = JSONObject()
            line.set("serial", to: .number(String(place + 1)))
            line.set("file", to: .string(file.id))
            line.set("referenceCode", to: .string(file.referenceCode ?? ""))
            line.set("title", to: .string(file.title))
            line.set("year", to: .string(String((file.filedAt ?? "").prefix(4))))
            line.set("retention", to: .string(file.retention ?? ""))
            line.set("dueSince", to: .string(until))
            line.set("pages", to: .number(String(file.pageCount)))
            line.set("documents", to: .number(String(file.documents.count)))
            line.set("records", to: .array(file.records.map { .string($0) }))
            line.set("approver", to: .string(approver))
            line.set("witnesses", to: .array(people.sorted().map { .string($0) }))
            line.set("date", to: .string(date.text))
            line.set("sha256", to: .string(Fixity.sha256(bytes)))
            lines.append(line)
        }
        try audit(.destroy, durable: true) {
            $0.records = lines.flatMap { ($0["records"]?.array ?? []).compactMap(\.string) }
            $0.detail = "destroy " + lines.compactMap { $0["referenceCode"]?.string }.joined(separator: " ")
        }
        return try destroy(lines)
    }

    private func destroy(_ lines: [JSONObject]) throws -> Destruction {
        let ids = lines.flatMap { ($0["records"]?.array ?? []).compactMap(\.string) }
        let needles = try traceNeedles(of: ids)
        let note: JSONObject = ["lines": .array(lines.map { .object($0) })]
        var bytes: [UInt8] = []
        JSONValue.object(note).write(into: &bytes)
        try SmallFile.replace(folder.destroyingPath, with: bytes)
        try Engine.resumeDestruction(options, closing: self)
        let traces = needles.isEmpty ? [] : try Engine.files(in: folder.path, holding: needles)
        return Destruction(lines: lines, isProven: traces.isEmpty, traces: traces)
    }

    /// Goes on with a destruction that was noted; nothing to do when none was. Takes the writer lock.
    static func resumeDestruction(_ options: EngineOptions, closing open: Engine? = nil) throws {
        let folder = try ArchiveFolder(opening: options.archivePath)
        guard SmallFile.size(folder.destroyingPath) != nil else { return }
        try Self.takingTurns(folder.destroyingPath) { try carryOutDestruction(folder, options, closing: open) }
    }

    /// One program at a time; who comes second leaves it to the first.
    private static func takingTurns(_ path: String, _ body: () throws -> Void) throws {
        guard let turn = try FileLock.take(path, .exclusive, creating: false) else { return }
        try withExtendedLifetime(turn) { try body() }
    }

    private static func carryOutDestruction(_ folder: ArchiveFolder, _ options: EngineOptions, closing open: Engine?) throws {
        let bytes = try SmallFile.read(folder.destroyingPath)
        guard case .object(let note) = try JSONValue.parse(bytes.span) else {
            throw EngineError.system(path: folder.destroyingPath, code: EBADMSG)
        }
        let lines = (note["lines"]?.array ?? []).compactMap(\.objectValue)
        let ids = lines.flatMap { ($0["records"]?.array ?? []).compactMap(\.string) }
        let fileIDs = lines.compactMap { $0["file"]?.string }

        // 1, 2: the register, and out of every search.
        let engine: Engine
        if let open { engine = open } else { engine = try Engine(opening: options, resuming: false) }
        let known = Set(try engine.cases().tombstones().compactMap { $0.json["file"]?.string })
        try engine.cases().enter(lines.filter { line in line["file"]?.string.map { !known.contains($0) } ?? true })
        var there: [String] = []
        var sequences: Set<RecordSequence> = []
        for id in ids {
            guard let number = try engine.records.recordNumber(id: id) else { continue }
            there.append(id)
            for version in try engine.records.history(of: number) { sequences.insert(version.sequence) }
        }
        _ = try engine.withdrawing(there)
        let gone = sequences

        // 3, 4: the stores, written anew.
        let identityStore = try engine.identity()
        try engine.whileWriting {
            try identityStore.purge(gone)
            try identityStore.compactCopy(to: folder.identityPath + ".purged")
            for id in fileIDs { try engine.cases().purge(id) }
            try engine.cases().compactCopy(to: folder.casesPath + ".purged")
            engine.closeAll()
            try take(folder.identityPath + ".purged", as: folder.identityPath)
            try take(folder.casesPath + ".purged", as: folder.casesPath)
            try RecordPurge.run(folder, records: ids)
        }

        // 5: what is derived. Whatever lies in the index folder and is no generation is made anew when it is asked for.
        let rest = try Engine(opening: options, resuming: false)
        for name in SmallFile.names(in: folder.indexFolderPath) where name.hasSuffix(".lmdb") && !name.hasPrefix("gen-") {
            for path in [name, name + "-lock"] { FileSystem.remove(folder.indexFolderPath + "/" + path) }
        }
        try rest.rebuild()
        rest.closeAll()
        FileSystem.remove(folder.destroyingPath)
        SmallFile.syncFolder(of: folder.destroyingPath)
    }

    private static func take(_ new: String, as path: String) throws {
        guard unsafe rename(new, path) == 0 else { throw EngineError.system(path: path, code: errno) }
        FileSystem.remove(path + "-lock")
        SmallFile.syncFolder(of: path)
    }

    /// Lets go of every file of the folder.
    package func closeAll() {
        closeIndex()
        closeStores()
    }

    func unloggedRegister() throws -> [JSONObject] {
        try require(\.mayDestroy, "case register")
        return try cases().tombstones().map(\.json)
    }
}
