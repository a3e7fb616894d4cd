// 鉴定与销毁: what is due, who decided, the register, and a destruction that goes on where it was broken off.
//
// The order: a note of what is to be destroyed (`destroying.json`, durable); then, in one transaction that a hold can still
// forestall, the files leave every list and the register names them; then the records are withdrawn and no search finds them;
// then their bytes leave each store, which is written anew, and everything derived; then all files are read through for
// pieces of them; then the note goes. Every step may be done twice.

import Archive
import Glibc
import Index
import Records
import Search
import Store

extension Engine {
    /// Filed files whose period is over on that day: those that nothing holds, or those on hold.
    func unloggedDueCases(on day: String?, held: Bool) throws -> [CaseFile] {
        try require(\.mayDestroy, "case due")
        let date = try day.map { try moment($0).date } ?? Self.now.date
        return try allCases().filter { file in
            guard file.state == .filed, file.isHeld == held, let last = file.lastDay else { return false }
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
        let extended = try until.map { try moment($0).date }
        if decision == "extend", let extended, extended <= last { throw CaseError.extensionTooShort(id: name, until: last.text) }
        let changed = try cases().change(file.id) { file in
            file.appraisal = decision
            if decision == "extend", let extended { file.keepUntil = extended.text }
            let words = ["destroy": "销毁", "extend": "延长", "transfer": "移交"]
            file.notes.append(.init(kind: "鉴定", text: (words[decision] ?? decision) + (extended.map { " → \($0.text)" } ?? ""), by: by, at: date.text))
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
        var seen: Set<String> = []
        for name in names {
            let file = try caseFile(name)
            // Named twice, by its id and its 档号, it is still one file.
            guard seen.insert(file.id).inserted else { continue }
            try refuseUndestroyable(file, as: name, on: date)
            var bytes: [UInt8] = []
            JSONValue.object(file.json).write(into: &bytes)
            var line = JSONObject()
            line.set("serial", to: .number(String(lines.count + 1)))
            line.set("file", to: .string(file.id))
            line.set("referenceCode", to: .string(file.referenceCode ?? ""))
            line.set("title", to: .string(file.title))
            line.set("year", to: .string(String((file.filedAt ?? "").prefix(4))))
            line.set("retention", to: .string(file.retention ?? ""))
            line.set("dueSince", to: .string(file.keepUntil ?? ""))
            line.set("yearsKept", to: .number(String(Self.wholeYears(from: file.filedAt, to: date))))
            if let decided = file.notes.last(where: { $0.kind == "鉴定" }) {
                line.set("appraisedBy", to: .string(decided.by))
                line.set("appraisedAt", to: .string(decided.at))
            }
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
        let needles = try traceNeedles(of: lines.flatMap { ($0["records"]?.array ?? []).compactMap(\.string) })
        // The note appears with its turn taken: whoever opens the archive meanwhile leaves it to this engine.
        guard let turn = try DestructionNote(lines: lines, pieces: needles.stored).begin(at: folder.destroyingPath) else {
            throw ArchiveError.writerActive(path: folder.path, process: nil)
        }
        var traces = try withExtendedLifetime(turn) { try Engine.carryOutDestruction(folder, options, closing: self) }
        if !needles.plain.isEmpty { traces += try Engine.files(in: folder.path, holding: needles.plain).filter { !traces.contains($0) } }
        return Destruction(lines: lines, isProven: traces.isEmpty, traces: traces)
    }

    private func refuseUndestroyable(_ file: CaseFile, as name: String, on date: CalendarDate) throws {
        if let basis = try holdBasis(of: file) { throw CaseError.held(id: name, basis: basis) }
        guard file.state == .filed else { throw CaseError.wrongState(id: name, state: file.state.rawValue, wanted: "filed") }
        guard let last = file.lastDay, last < min(date, Self.now.date) else { throw CaseError.notDue(id: name, until: file.keepUntil ?? "永久") }
        guard file.appraisal == "destroy" else { throw CaseError.notAppraised(id: name) }
        let cooling = try profile().retention.coolingDays
        if cooling > 0, let decided = file.notes.last(where: { $0.kind == "鉴定" }).flatMap({ try? CalendarDate(parsing: String($0.at.prefix(10))) }),
            let rested = decided.adding(days: cooling), min(date, Self.now.date) < rested
        {
            throw CaseError.cooling(id: name, until: rested.text)
        }
        // What somebody has at home cannot be witnessed to be gone.
        if let out = file.handedOut { throw CaseError.handedOut(id: name, holder: out.holder, since: out.at) }
    }

    /// 已保管年数.
    private static func wholeYears(from filed: String?, to date: CalendarDate) -> Int {
        guard let start = filed.flatMap({ try? CalendarDate(parsing: String($0.prefix(10))) }) else { return 0 }
        let isBefore = (date.month, date.day) < (start.month, start.day)
        return max(0, date.year - start.year - (isBefore ? 1 : 0))
    }

    /// The hold of the file that another record lies in, where that is another file.
    private func holdOfFile(of record: String, besides file: CaseFile) throws -> String? {
        guard let id = try cases().fileID(ofRecord: record), id != file.id, let other = try cases().file(id), other.state != .destroyed,
            let hold = other.holds.first(where: { $0.releasedAt == nil })
        else { return nil }
        return "关联案卷 \(other.referenceCode ?? other.id) 保全：\(hold.basis)"
    }

    /// Why a file may not be destroyed now, whoever asks: a hold of its own or of one of its records, proceedings that began
    /// after it was filed, an open appeal or repeat of its matter, or a hold on the file of one (R64).
    func holdBasis(of file: CaseFile) throws -> String? {
        if let hold = file.holds.first(where: { $0.releasedAt == nil }) { return hold.basis }
        let snapshot = try records.snapshot()
        var names: Set<String> = []
        func isOpen(_ number: RecordNumber) throws -> String? {
            guard let version = try snapshot.latest(of: number), !version.header.isWithdrawn else { return nil }
            let record = try Self.complaint(version)
            return record.closedAt == nil && CaseTimeline(record).end == nil && !file.records.contains(record.archiveID) ? record.archiveID : nil
        }
        for id in file.records {
            guard let number = try snapshot.recordNumber(id: id), let version = try snapshot.latest(of: number) else { continue }
            let record = try Self.complaint(version)
            names.formUnion(record.allNumbers)
            if let hold = record.holds.first(where: { $0.releasedAt == nil }) { return hold.kind ?? "保全" }
            for proceeding in record.proceedings where proceeding.result == nil {
                let kind = proceeding.kind?.canonicalText ?? "复议诉讼"
                // One that was released with the file's own hold was looked at by a person.
                if !file.holds.contains(where: { $0.basis == kind }) { return kind }
            }
            for (other, decision) in try records.standingDecisions(on: number) where decision.isLink {
                guard [.repeatComplaint, .appeal].contains(decision.type) else { continue }
                if let open = try isOpen(other) { return "关联件 \(open) 未办结" }
                if let version = try snapshot.latest(of: other), let hold = try holdOfFile(of: try Self.complaint(version).archiveID, besides: file) { return hold }
            }
            // What this one appeals against.
            if let first = record.appealOf, let number = try snapshot.recordNumber(id: first) ?? snapshot.recordNumbers(alias: AliasName.folded(first)).first,
                let version = try snapshot.latest(of: number), let hold = try holdOfFile(of: try Self.complaint(version).archiveID, besides: file)
            {
                return hold
            }
        }
        var open: String?
        try snapshot.forEachVersion { version in
            // Most records are no appeal: their JSON does not name the field.
            guard version.json.holds(Array(#""appealOf""#.utf8)), try snapshot.isHead(version.sequence) else { return true }
            let appeal = try Self.complaint(version)
            guard let of = appeal.appealOf, names.contains(of) else { return true }
            open = try isOpen(version.recordNumber).map { "申诉、复查 \($0) 未办结" } ?? holdOfFile(of: appeal.archiveID, besides: file)
            return open == nil
        }
        return open
    }

    /// Goes on with a destruction that was noted; nothing to do when none was. Takes the writer lock.
    ///
    /// - Returns: files that still hold a piece of what was destroyed.
    @discardableResult
    static func resumeDestruction(_ options: EngineOptions) throws -> [String] {
        let folder = try ArchiveFolder(opening: options.archivePath)
        guard SmallFile.size(folder.destroyingPath) != nil else { return [] }
        // One program at a time; who comes second leaves it to the first, who may just have ended.
        let turn: FileLock?
        do { turn = try FileLock.take(folder.destroyingPath, .exclusive) } catch StoreError.notFound { turn = nil }
        guard let turn else { return [] }
        return try withExtendedLifetime(turn) { try carryOutDestruction(folder, options, closing: nil) }
    }

    /// - Precondition: the note's lock is held.
    static func carryOutDestruction(_ folder: ArchiveFolder, _ options: EngineOptions, closing open: Engine?) throws -> [String] {
        let note = try DestructionNote(at: folder.destroyingPath)
        let ids = note.records

        // 1: out of every list and into the register, unless something holds a file after all.
        let engine: Engine
        if let open { engine = open } else { engine = try Engine(opening: options, resuming: false) }
        do {
            try engine.whileWriting {
                try engine.cases().beginDestruction(note.lines) { file in
                    if let basis = try engine.holdBasis(of: file) { throw CaseError.held(id: file.referenceCode ?? file.id, basis: basis) }
                    if let out = file.handedOut { throw CaseError.handedOut(id: file.referenceCode ?? file.id, holder: out.holder, since: out.at) }
                }
            }
        } catch let error as CaseError {
            note.remove(from: folder.destroyingPath)
            try engine.audit(.refuse, durable: true) { $0.detail = "destroy: held" }
            throw error
        }

        // 2: out of every search.
        _ = try engine.withdrawing(try ids.filter { try engine.records.recordNumber(id: $0) != nil })

        // 3, 4: the stores, written anew.
        let identityStore = try engine.identity()
        try engine.whileWriting {
            var gone: Set<RecordSequence> = []
            for id in ids {
                guard let number = try engine.records.recordNumber(id: id) else { continue }
                for version in try engine.records.history(of: number) { gone.insert(version.sequence) }
            }
            try identityStore.purge(gone)
            try identityStore.compactCopy(to: folder.identityPath + ".purged")
            for id in note.files { try engine.cases().purge(id) }
            try engine.cases().compactCopy(to: folder.casesPath + ".purged")
            engine.closeAll()
            try DatabaseFile.replace(folder.identityPath, by: folder.identityPath + ".purged")
            try DatabaseFile.replace(folder.casesPath, by: folder.casesPath + ".purged")
            try RecordPurge.run(folder, records: ids)
        }

        // 5: what is derived. Whatever lies in the index folder and is no generation is made anew when it is asked for; a
        // generation in the making may hold what was there when it was begun.
        let rest = try Engine(opening: options, resuming: false)
        for name in SmallFile.names(in: folder.indexFolderPath)
        where name.hasSuffix(".lmdb") && !name.hasPrefix("gen-") || name == Engine.pairsName {
            for path in [name, name + "-lock"] { FileSystem.remove(folder.indexFolderPath + "/" + path) }
        }
        do {
            let building = try rest.indexFolder.buildLock()
            withExtendedLifetime(building) { rest.indexFolder.abandonBuilding() }
        }
        try rest.rebuild()

        // 6: the proof.
        let traces = note.pieces.isEmpty ? [] : try files(in: folder.path, holding: note.pieces)
        // Without this line the note stays: the next start goes through the steps again and writes it.
        try rest.audit(.destroy, durable: true) {
            $0.records = ids
            $0.detail = traces.isEmpty ? "proof: no file holds a piece of \(note.pieces.count)" : "proof: pieces in \(traces.count) files"
        }
        rest.closeAll()
        note.remove(from: folder.destroyingPath)
        return traces
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

/// `destroying.json`: what is to be destroyed, and pieces of it by which it would be recognised, sealed or packed as they lie
/// in the stores.
struct DestructionNote {
    var lines: [JSONObject]
    var pieces: [[UInt8]]

    var records: [String] { lines.flatMap { ($0["records"]?.array ?? []).compactMap(\.string) } }
    var files: [String] { lines.compactMap { $0["file"]?.string } }

    init(lines: [JSONObject], pieces: [[UInt8]]) {
        self.lines = lines
        self.pieces = pieces
    }

    init(at path: String) throws {
        let bytes = try SmallFile.read(path, bytesMax: 1 << 30)
        guard case .object(let note) = try JSONValue.parse(bytes.span) else { throw EngineError.system(path: path, code: EBADMSG) }
        lines = (note["lines"]?.array ?? []).compactMap(\.objectValue)
        pieces = (note["pieces"]?.array ?? []).compactMap(\.string).map { text in
            let digits = Array(text.utf8)
            return stride(from: 0, to: digits.count - 1, by: 2).compactMap { place in
                UInt8(String(decoding: digits[place...place + 1], as: UTF8.self), radix: 16)
            }
        }
    }

    /// Writes the note, durable, under a lock that is held from before it has its name.
    ///
    /// - Returns: the turn to carry it out; nil when another destruction is under way.
    func begin(at path: String) throws -> FileLock? {
        let note: JSONObject = [
            "lines": .array(lines.map { .object($0) }), "pieces": .array(pieces.map { .string(hexText($0[...])) }),
        ]
        var bytes: [UInt8] = []
        JSONValue.object(note).write(into: &bytes)
        // Of this process and moment: another one's is not written over.
        let temporary = "\(path).\(getpid())-\(UInt32.random(in: 0...(.max)))"
        try SmallFile.replace(temporary, with: bytes)
        defer { FileSystem.remove(temporary) }
        guard let turn = try FileLock.take(temporary, .exclusive) else { return nil }
        // Unlike a renaming, a second name takes the place of nothing.
        guard unsafe link(temporary, path) == 0 else {
            if errno == EEXIST { return nil }
            throw EngineError.system(path: path, code: errno)
        }
        SmallFile.syncFolder(of: path)
        return turn
    }

    func remove(from path: String) {
        let folder = FileSystem.folder(of: path)
        let name = path.dropFirst(folder.utf8.count + 1)
        for leftover in SmallFile.names(in: folder) where leftover.hasPrefix(name) { FileSystem.remove(folder + "/" + leftover) }
        SmallFile.syncFolder(of: path)
    }
}
