// A file is destroyed only as the rules say, nothing of it stays in any file, and no backup brings it back.

import Archive
import Dispatch
import Engine
import Glibc
import Records
import Store
import Synchronization
import TestSupport
import Testing
import Trends

struct FiledCase {
    let folder = TemporaryFolder()
    let options: EngineOptions
    static let words = "紫檀笔筒被扣在仓库三号门后面的铁皮柜里"

    init(others: Int = 20) throws {
        options = EngineOptions(archivePath: folder.file("archive"))
        _ = try Engine.create(options, profile: "S27")
        let engine = try Engine(opening: options)
        var records: [JSONObject] = [[
            "id": "X1", "registerNo": "DJ2020-00001", "receivedAt": "2020-01-05", "content": .string("投诉：" + Self.words + "，" + String(repeating: "请核实。", count: 12)),
            "complainants": .array([.object(["name": "欧阳试", "phone": "13900001111"])]), "acceptance": .object(["decision": "受理", "at": "2020-01-05"]),
            "closedAt": "2020-01-06", "satisfaction": "满意", "outcome": "已归还", "reply": .array(["已答复"]), "category": .array(["服务质量"]),
        ]]
        for number in 0..<others {
            records.append(["id": .string("N\(number)"), "receivedAt": "2021-02-03", "content": .string("路灯不亮第\(number)处，请派人维修")])
        }
        _ = try engine.add(records)
        var file = try engine.openCase(["X1"], title: nil)
        for (number, type) in ["调查笔录", "登记表"].enumerated() {
            FileBytes.write(Array("\(type)：\(Self.words)（\(number)）".utf8), to: folder.file("d\(number).txt"))
            file = try engine.addDocument(file.id, NewDocument(path: folder.file("d\(number).txt"), type: type))
        }
        _ = try engine.noteCase(file.id, kind: "超期说明", text: "无")
        _ = try engine.closeCase(file.id)
        _ = try engine.fileCase(file.id, checkedBy: "乙", on: "2020-06-01")
        engine.closeAll()
    }

    func open() throws -> Engine { try Engine(opening: options) }

    /// Whether the words stand in any file below a folder, as UTF-8 or UTF-16.
    static func holds(_ path: String) -> Bool {
        let needles = [Array(words.utf8), words.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }]
        guard let folder = unsafe opendir(path) else {
            let bytes = FileBytes.read(path)
            return needles.contains { needle in bytes.firstRange(of: needle) != nil }
        }
        defer { unsafe closedir(folder) }
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self)) }
            if name != ".", name != "..", holds(path + "/" + name) { return true }
        }
        return false
    }
}

@Suite struct DestructionTests {
    @Test func `not before its time, not on hold, not without appraisal, not with one witness`() throws {
        let filed = try FiledCase()
        let engine = try filed.open()
        #expect(try engine.caseFile("AJ000001").keepUntil == "2023-05-31")
        #expect(try engine.dueCases(on: "2023-05-31").isEmpty)
        #expect(try engine.dueCases(on: "2023-06-01").map(\.id) == ["AJ000001"])
        func destroy(_ witnesses: [String], on day: String = "2024-01-02") throws { _ = try engine.destroyCases(["AJ000001"], witnesses: witnesses, approver: "丙", on: day) }
        #expect(throws: CaseError.notDue(id: "AJ000001", until: "2023-05-31")) { try destroy(["甲", "乙"], on: "2023-05-01") }
        #expect(throws: CaseError.notAppraised(id: "AJ000001")) { try destroy(["甲", "乙"]) }
        _ = try engine.appraise("AJ000001", decision: "destroy", by: "组长", until: nil, on: "2024-01-02")
        #expect(throws: CaseError.witnessesMissing) { try destroy(["甲", " 甲"]) }
        // The hold beats the due day, however long that is past.
        _ = try engine.holdCase("AJ000001", basis: "行政诉讼", review: nil)
        #expect(try engine.dueCases(on: "2030-01-01").isEmpty)
        #expect(throws: CaseError.held(id: "AJ000001", basis: "行政诉讼")) { try destroy(["甲", "乙"]) }
        _ = try engine.releaseCase("AJ000001")
        #expect(try engine.dueCases(on: "2024-01-02").map(\.id) == ["AJ000001"])
        #expect(try engine.count(SearchRequest(query: "\"紫檀笔筒\"")).count == 1)
    }

    @Test func `nothing of it stays, its number stays taken, and a restore destroys it again`() throws {
        let filed = try FiledCase()
        try filed.open().backup(to: filed.folder.file("backup"), report: { _ in })
        let engine = try filed.open()
        // Decisions of others stay, which were lost once; those on the destroyed record go.
        _ = try engine.link("N1", "N2", type: .repeatComplaint, by: "王", reason: "同一处路灯")
        _ = try engine.link("X1", "N3", type: .sameRespondent, by: "王", reason: "误记")
        #expect(try engine.count(SearchRequest(query: "\"铁皮柜\"")).count == 1)
        _ = try engine.appraise("AJ000001", decision: "destroy", by: "组长", until: nil, on: "2024-01-02")
        let destroyed = try engine.destroyCases(["AJ000001"], witnesses: ["甲", "乙"], approver: "丙", on: "2024-01-02")
        #expect(destroyed.isProven, "\(destroyed.traces)")
        #expect(!FiledCase.holds(filed.options.archivePath))

        func isGone(_ engine: Engine) throws {
            #expect(try engine.count(SearchRequest(query: "\"铁皮柜\"")).count == 0)
            #expect(try engine.count(SearchRequest(query: "路灯")).count == 20)
            #expect(try engine.count(SearchRequest(query: "phone:13900001111")).count == 0)
            #expect(try engine.verify(report: { _ in }).problems.map(\.english) == [])
            let register = try engine.register()
            #expect(register.count == 1 && register[0]["witnesses"]?.array?.count == 2)
            #expect(try engine.caseFile("AJ000001").state == .destroyed)
            // What stays of the record is a row without text and persons.
            let remains = try #require(try engine.show("X1", version: nil).first).record
            #expect(remains["content"] == nil && remains["complainants"] == nil && remains["category"] != nil)
        }
        let after = try filed.open()
        #expect(try after.links(of: "N1").count == 1 && after.links(of: "N3").isEmpty)
        try isGone(after)
        // The next file of the series gets the next serial, not the one that is free.
        _ = try after.add([["id": "X2", "receivedAt": "2020-02-01", "content": "另一件", "closedAt": "2020-02-02", "satisfaction": "满意", "outcome": "已办", "reply": .array(["答"]), "acceptance": .object(["decision": "受理", "at": "2020-02-01"])]])
        let second = try after.openCase(["X2"], title: nil)
        _ = try after.addDocument(second.id, NewDocument(path: filed.folder.file("d1.txt"), type: "登记表"))
        _ = try after.noteCase(second.id, kind: "超期说明", text: "无")
        _ = try after.closeCase(second.id)
        #expect(try after.fileCase(second.id, checkedBy: nil, on: "2020-07-01").referenceCode?.hasSuffix("-0002") == true)
        after.closeAll()

        let restored = try Engine.restore(filed.options, from: filed.folder.file("backup"))
        #expect(restored.reapplied == 1)
        try isGone(filed.open())
        #expect(!FiledCase.holds(filed.options.archivePath))
    }

    @Test func `a backup of another archive is refused, and nothing is changed`() throws {
        let (mine, other) = (try FiledCase(others: 1), try FiledCase(others: 2))
        try other.open().backup(to: other.folder.file("backup"), report: { _ in })
        #expect(throws: ArchiveError.foreignBackup(path: other.folder.file("backup"), archive: mine.options.archivePath)) {
            try Engine.restore(mine.options, from: other.folder.file("backup"))
        }
        #expect(try mine.open().count(SearchRequest(query: "路灯")).count == 1)
        #expect(FileBytes.names(in: mine.folder.path).filter { $0.hasPrefix("archive.") } == ["archive.key"])
    }

    @Test func `saved queries come back with a backup, and numbers given since are not given again`() throws {
        let filed = try FiledCase(others: 1)
        let engine = try filed.open()
        _ = try engine.save(SavedQuery(name: "路灯", query: "路灯"))
        try engine.backup(to: filed.folder.file("backup"), report: { _ in })
        try engine.removeSavedQuery("路灯")
        #expect(try engine.openCase(["N0"], title: "其后立的卷").id == "AJ000002")
        engine.closeAll()
        _ = try Engine.restore(filed.options, from: filed.folder.file("backup"))
        let after = try filed.open()
        #expect(try after.savedQueries().map(\.name) == ["路灯"])
        #expect(try after.allCases().map(\.id) == ["AJ000001"])
        #expect(try after.openCase(["N0"], title: "恢复后立的卷").id == "AJ000003")
    }

    @Test func `restores within one second each keep what they replaced`() throws {
        let filed = try FiledCase(others: 1)
        try filed.open().backup(to: filed.folder.file("backup"), report: { _ in })
        // As if others had ended in this second and those to come.
        let now = time(nil)
        for second in now..<(now + 60) {
            let taken = filed.options.archivePath + ".replaced-\(second)"
            try #require(unsafe mkdir(taken, 0o700) == 0)
            FileBytes.write(Array("former".utf8), to: taken + "/records.lmdb")
        }
        var kept: Set<String> = []
        for _ in 0..<3 { kept.insert(try #require(try Engine.restore(filed.options, from: filed.folder.file("backup")).aside)) }
        #expect(kept.count == 3)
        for path in kept { #expect(FileBytes.names(in: path).contains("records.lmdb"), "\(path)") }
        #expect(try filed.open().count(SearchRequest(query: "\"铁皮柜\"")).count == 1)
    }

    @Test func `an archive whose records are damaged is restored, and still knows what it destroyed`() throws {
        let filed = try FiledCase(others: 3)
        try filed.open().backup(to: filed.folder.file("backup"), report: { _ in })
        let engine = try filed.open()
        _ = try engine.appraise("AJ000001", decision: "destroy", by: "组长", until: nil, on: "2024-01-02")
        _ = try engine.destroyCases(["AJ000001"], witnesses: ["甲", "乙"], approver: "丙", on: "2024-01-02")
        FileBytes.write(Array("not a store".utf8), to: filed.options.archivePath + "/records.lmdb")
        #expect(try Engine.restore(filed.options, from: filed.folder.file("backup")).reapplied == 1)
        #expect(try filed.open().count(SearchRequest(query: "\"铁皮柜\"")).count == 0)
        #expect(!FiledCase.holds(filed.options.archivePath))
    }

    @Test func `a record that was taken back before its file was destroyed does not come back with a backup`() throws {
        let filed = try FiledCase(others: 1)
        let engine = try filed.open()
        _ = try engine.withdraw(["X1"])
        try engine.backup(to: filed.folder.file("backup"), report: { _ in })
        _ = try engine.appraise("AJ000001", decision: "destroy", by: "组长", until: nil, on: "2024-01-02")
        _ = try engine.destroyCases(["AJ000001"], witnesses: ["甲", "乙"], approver: "丙", on: "2024-01-02")
        #expect(try Engine.restore(filed.options, from: filed.folder.file("backup")).reapplied == 1)
        #expect(!FiledCase.holds(filed.options.archivePath))
        let after = try filed.open()
        #expect(try after.caseFile("AJ000001").documents.isEmpty)
        #expect(try after.caseFileWithTitles("AJ000001").titles.allSatisfy { $0.title.isEmpty && $0.date.isEmpty })
        // Nor by being reinstated.
        #expect(throws: (any Error).self) { try after.reinstate(["X1"], note: ChangeNote()) }
        #expect(try after.count(SearchRequest(query: "date:1900..2200")).count == 1)
    }

    @Test func `a record that was taken back stays taken back when its file gets a document and is filed`() throws {
        let filed = try FiledCase(others: 1)
        let engine = try filed.open()
        _ = try engine.add([["id": "X2", "receivedAt": "2020-02-01", "content": "另一件，关于翡翠屏风", "closedAt": "2020-02-02", "satisfaction": "满意", "outcome": "已办", "reply": .array(["答"]), "acceptance": .object(["decision": "受理", "at": "2020-02-01"])]])
        let file = try engine.openCase(["X2"], title: nil)
        _ = try engine.withdraw(["X2"])
        _ = try engine.addDocument(file.id, NewDocument(path: filed.folder.file("d1.txt"), type: "登记表"))
        _ = try engine.noteCase(file.id, kind: "超期说明", text: "无")
        _ = try engine.closeCase(file.id)
        let code = try #require(try engine.fileCase(file.id, checkedBy: nil, on: "2020-07-01").referenceCode)
        #expect(try engine.count(SearchRequest(query: "\"翡翠屏风\"")).count == 0)
        #expect(try engine.show("X2", version: nil).first?.isWithdrawn == true)
        // Reinstated, it says where it lies.
        _ = try engine.reinstate(["X2"], note: ChangeNote())
        #expect(try engine.count(SearchRequest(query: "referenceCode:\"\(code)\"")).count == 1)
    }

    @Test func `a hold that comes between the order and the destruction wins; after it, it is too late`() throws {
        let filed = try FiledCase(others: 1)
        let engine = try filed.open()
        _ = try engine.appraise("AJ000001", decision: "destroy", by: "组长", until: nil, on: "2024-01-02")
        // As a destruction that was killed right after its note leaves it, and then a hold.
        let line = #"{"serial":1,"file":"AJ000001","referenceCode":"c","title":"t","records":["X1"],"witnesses":["甲","乙"],"approver":"丙","date":"2024-01-02"}"#
        _ = try engine.holdCase("AJ000001", basis: "行政诉讼", review: nil)
        engine.closeAll()
        FileBytes.write(Array("{\"lines\":[\(line)],\"pieces\":[]}".utf8), to: filed.options.archivePath + "/destroying.json")
        let reopened = try filed.open()
        #expect(!FileBytes.exists(filed.options.archivePath + "/destroying.json"))
        #expect(try reopened.count(SearchRequest(query: "\"铁皮柜\"")).count == 1)
        #expect(try reopened.register().isEmpty && reopened.caseFile("AJ000001").state == .filed)
        // A hold voids the decision: released, the file is appraised anew.
        _ = try reopened.releaseCase("AJ000001")
        #expect(throws: CaseError.notAppraised(id: "AJ000001")) {
            try reopened.destroyCases(["AJ000001"], witnesses: ["甲", "乙"], approver: "丙", on: "2024-01-02")
        }
        _ = try reopened.appraise("AJ000001", decision: "destroy", by: "组长", until: nil, on: "2024-01-02")
        // An open appeal of the same matter holds it too, as do proceedings that began after it was filed.
        _ = try reopened.add([["id": "S1", "receivedAt": "2024-01-01", "content": "不服，请求复查", "appealOf": "DJ2020-00001"]])
        func destroy() throws -> Engine.Destruction { try reopened.destroyCases(["AJ000001", "AJ000001"], witnesses: ["甲", "乙"], approver: "丙", on: "2024-01-02") }
        #expect(throws: CaseError.held(id: "AJ000001", basis: "申诉、复查 S1 未办结")) { try destroy() }
        _ = try reopened.edit("S1", note: ChangeNote()) { $0.set("closedAt", to: "2024-01-02") }
        _ = try reopened.edit("X1", note: ChangeNote()) { $0.set("proceedings", to: .array([.object(["kind": "行政复议", "startedAt": "2024-01-01"])])) }
        #expect(throws: CaseError.held(id: "AJ000001", basis: "行政复议")) { try destroy() }
        _ = try reopened.edit("X1", note: ChangeNote()) { $0.set("proceedings", to: .array([.object(["kind": "行政复议", "result": "维持"])])) }
        // Named twice it is destroyed once.
        #expect(try destroy().lines.count == 1)
        let after = try filed.open()
        #expect(try after.register().count == 1)
        #expect(throws: CaseError.destroyed(id: "AJ000001")) { try after.holdCase("AJ000001", basis: "迟到的保全", review: nil) }
    }

    @Test func `a letter that came twice and stays once is no trace of the one that is destroyed`() throws {
        let filed = try FiledCase(others: 1)
        let engine = try filed.open()
        let text = "投诉：" + FiledCase.words + "，" + String(repeating: "请核实。", count: 12)
        _ = try engine.add([["id": "X9", "receivedAt": "2020-01-06", "content": .string(text)]])
        _ = try engine.appraise("AJ000001", decision: "destroy", by: "组长", until: nil, on: "2024-01-02")
        let destroyed = try engine.destroyCases(["AJ000001"], witnesses: ["甲", "乙"], approver: "丙", on: "2024-01-02")
        #expect(destroyed.isProven, "\(destroyed.traces)")
        #expect(try filed.open().count(SearchRequest(query: "\"铁皮柜\"")).count == 1)
    }

    @Test func `reports of before keep their figures`() throws {
        let filed = try FiledCase(others: 8)
        let engine = try filed.open()
        var request = ReportRequest(period: try #require(CalendarDate.period("2020-01")))
        request.snapshot = try engine.newestSnapshot()
        func figures(_ engine: Engine) throws -> [[FigureTable.Cell]] {
            let report = try engine.monthlyReport(year: 2020, month: 1, request, .chinese)
            // Tables by person name persons, and lose what was destroyed.
            return report.tables.filter { !["handler", "respondent"].contains($0.name) }.flatMap { $0.rows.map(\.cells) }
        }
        let before = try figures(engine)
        #expect(before.count > 5)
        _ = try engine.appraise("AJ000001", decision: "destroy", by: "组长", until: nil, on: "2024-01-02")
        _ = try engine.destroyCases(["AJ000001"], witnesses: ["甲", "乙"], approver: "丙", on: "2024-01-02")
        #expect(try figures(filed.open()) == before)
    }

    @Test func `a destruction that was broken off goes on when the archive is opened`() throws {
        let filed = try FiledCase()
        let engine = try filed.open()
        _ = try engine.appraise("AJ000001", decision: "destroy", by: "组长", until: nil, on: "2024-01-02")
        engine.closeAll()
        // As a crash right after the note leaves it.
        let note = #"{"lines":[{"serial":1,"file":"AJ000001","referenceCode":"Q001-XF·2020-D3-0001","title":"t","records":["X1"],"witnesses":["甲","乙"],"approver":"丙","date":"2024-01-02"}]}"#
        FileBytes.write(Array(note.utf8), to: filed.options.archivePath + "/destroying.json")
        let reopened = try filed.open()
        #expect(try reopened.count(SearchRequest(query: "\"铁皮柜\"")).count == 0)
        #expect(try reopened.register().count == 1)
        #expect(!FiledCase.holds(filed.options.archivePath))
        #expect(unsafe access(filed.options.archivePath + "/destroying.json", F_OK) != 0)
    }

    private final class Shared: Sendable {
        let isOver = Atomic(false)
        let opened = Atomic(0)
        let taken = Atomic(0)
    }

    /// A service whose readers opened the archive in that moment took the destruction out of the hands of who had asked for it:
    /// he was told that all was done, while the files were still to change under the next command.
    @Test func `a destruction is carried out by whoever asked for it, though others open the archive meanwhile`() throws {
        for round in 0..<3 {
            let filed = try FiledCase(others: 3)
            let engine = try filed.open()
            _ = try engine.appraise("AJ000001", decision: "destroy", by: "组长", until: nil, on: "2024-01-02")
            let (options, shared, ended) = (filed.options, Shared(), DispatchGroup())
            // Also when something here fails: the threads would go on for ever.
            defer {
                shared.isOver.store(true, ordering: .relaxed)
                ended.wait()
            }
            // Threads of their own: neither this one nor the rebuilding waits for them.
            DispatchQueue(label: "opens").async(group: ended) {
                while !shared.isOver.load(ordering: .relaxed) {
                    do { #expect(try Engine(opening: options).count(SearchRequest(query: "路灯")).count == 3, "round \(round)") } catch {
                        Issue.record(error, "round \(round)")
                    }
                    shared.opened.add(1, ordering: .relaxed)
                }
            }
            // As an opening would, but again and again: the note is never there for anybody else to take.
            DispatchQueue(label: "takes").async(group: ended) {
                while !shared.isOver.load(ordering: .relaxed) {
                    let turn = try? FileLock.take(options.archivePath + "/destroying.json", .exclusive)
                    if turn != nil { shared.taken.add(1, ordering: .relaxed) }
                }
            }
            while shared.opened.load(ordering: .relaxed) < 2 { usleep(1_000) }
            let destroyed = Result { try engine.destroyCases(["AJ000001"], witnesses: ["甲", "乙"], approver: "丙", on: "2024-01-02") }
            // All is over when the answer is given, and the next command can follow at once.
            #expect(!FileBytes.exists(options.archivePath + "/destroying.json"), "round \(round)")
            #expect(try destroyed.get().isProven && !FiledCase.holds(options.archivePath), "round \(round)")
            #expect(throws: Never.self) { try filed.open().add([["id": .string("Y\(round)"), "receivedAt": "2024-02-01", "content": "电梯停运"]]) }
            shared.isOver.store(true, ordering: .relaxed)
            ended.wait()
            #expect(shared.taken.load(ordering: .relaxed) == 0, "round \(round): taken out of its hands")
            #expect(try filed.open().verify(report: { _ in }).problems.map(\.english) == [], "round \(round)")
        }
    }

    // A generation of the index that another reader left meanwhile failed the proof, and what could not be read passed for clean.
    @Test func `the proof passes over what is gone, and what cannot be read proves nothing`() throws {
        let folder = TemporaryFolder()
        func look() throws -> [String] { try Engine.files(in: folder.path, holding: [Array("西边第三盏路灯".utf8)]) }
        FileBytes.write(Array("北巷西边第三盏路灯不亮".utf8), to: folder.file("holds"))
        FileBytes.write(Array("电梯停运".utf8), to: folder.file("another"))
        unsafe symlink(folder.file("nowhere"), folder.file("gone"))
        unsafe mkdir(folder.file("empty"), 0o700)
        #expect(try look() == [folder.file("holds")])
        // Opened, but no byte of it can be read.
        unsafe symlink("/proc/self/mem", folder.file("unreadable"))
        #expect(throws: EngineError.self) { try look() }
    }

    @Test func `two destructions at once: the second is told to wait, and neither is lost`() throws {
        let filed = try FiledCase(others: 1)
        let engine = try filed.open()
        _ = try engine.appraise("AJ000001", decision: "destroy", by: "组长", until: nil, on: "2024-01-02")
        let path = filed.options.archivePath + "/destroying.json"
        // Another program's, under way.
        FileBytes.write(Array(#"{"lines":[],"pieces":[]}"#.utf8), to: path)
        let turn = try #require(try FileLock.take(path, .exclusive))
        #expect(throws: ArchiveError.writerActive(path: filed.options.archivePath, process: nil)) {
            try engine.destroyCases(["AJ000001"], witnesses: ["甲", "乙"], approver: "丙", on: "2024-01-02")
        }
        withExtendedLifetime(turn) {}
        #expect(FileBytes.read(path) == Array(#"{"lines":[],"pieces":[]}"#.utf8))
        #expect(FileBytes.names(in: filed.options.archivePath).filter { $0.hasPrefix("destroying") } == ["destroying.json"])
    }
}
