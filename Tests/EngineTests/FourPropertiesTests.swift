// 四性: each of the four finds what is wrong in its own way, and the other three do not say the same.

import Archive
import Engine
import Records
import TestSupport
import Testing

@Suite struct FourPropertiesTests {
    private static let names = ["真实性", "完整性", "可用性", "安全性"]

    private struct Desk {
        let folder = TemporaryFolder()
        let options: EngineOptions
        let engine: Engine
        let file: String

        init() throws {
            options = EngineOptions(archivePath: folder.file("archive"))
            _ = try Engine.create(options, profile: "S21")
            engine = try Engine(opening: options)
            _ = try engine.add([["id": "A", "receivedAt": "2024-03-04", "title": "停车", "complainants": .array([.object(["name": "欧阳试", "phone": "13900001111"])])]])
            file = try engine.openCase(["A"], title: nil).id
        }

        func add(_ bytes: [UInt8], as name: String, pages: Int = 1, date: String? = nil) throws {
            FileBytes.write(bytes, to: folder.file(name))
            var document = NewDocument(path: folder.file(name), type: "证据")
            (document.pages, document.date) = (pages, date)
            _ = try engine.addDocument(file, document)
        }

        /// Which of the four are not met.
        func unmet() throws -> [String] { try engine.checkCase(file).checks.filter { FourPropertiesTests.names.contains($0.name) && !$0.isMet }.map(\.name) }
    }

    private static let pdf = Array("%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n".utf8)

    @Test func `whole papers in formats that are kept pass all four, and each says what it looked at`() throws {
        let desk = try Desk()
        try desk.add(Array("笔录".utf8), as: "a.txt", date: "20240300")
        try desk.add([0xB1, 0xCA, 0xC2, 0xBC], as: "b.txt")  // GB18030
        try desk.add(Self.pdf, as: "c.pdf")
        try desk.add(StoredZip.docx(["调查报告正文"]), as: "d.docx")
        try desk.add([0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3], as: "e.jpg")
        let checks = try desk.engine.checkCase(desk.file).checks.filter { Self.names.contains($0.name) }
        #expect(checks.map(\.name) == Self.names && checks.allSatisfy(\.isMet), "\(checks)")
        #expect(Set(checks.map(\.detail)).count == 4 && checks.allSatisfy { !$0.detail.isEmpty && !$0.english.isEmpty })
        // And their text is found with the record.
        #expect(try desk.engine.count(SearchRequest(query: "\"调查报告正文\"")).count == 1)
        #expect(try desk.engine.count(SearchRequest(query: "documentType:证据 \"笔录\"")).count == 1)
    }

    @Test(arguments: [
        ("真实性", "a.pdf", Array("PK, not a PDF at all".utf8)), ("真实性", "a.docx", pdf), ("真实性", "a.png", [0xFF, 0xD8, 0xFF]), ("真实性", "a.txt", pdf),
        ("可用性", "a.xyz", Array("text".utf8)), ("可用性", "a.txt", [0x00, 0x01, 0x02, 0x03]), ("可用性", "a.pdf", Array("%PDF-1.7 cut off".utf8)),
        ("可用性", "a.pdf", Array("%PDF-1.7\ntrailer<</Encrypt 3 0 R>>\n%%EOF".utf8)), ("可用性", "a.docx", [0x50, 0x4B, 3, 4, 0, 0, 0, 0]), ("可用性", "a.txt", []),
        ("安全性", "a.docx", StoredZip.docx(["x"], macro: true)), ("安全性", "a.html", Array("<p>x</p><SCRIPT>alert(1)</SCRIPT>".utf8)),
        ("安全性", "a.pdf", Array("%PDF-1.7\n<</S/JavaScript>>\n%%EOF".utf8)),
    ] as [(String, String, [UInt8])])
    func `each thing that is wrong is found by the one whose business it is`(property: String, name: String, bytes: [UInt8]) throws {
        let desk = try Desk()
        try desk.add(bytes, as: name)
        let said = try desk.engine.checkCase(desk.file).checks.filter { !$0.isMet }
        #expect(try desk.unmet() == [property], "\(name): \(said)")
    }

    @Test func `a date that is none is not true, a paper without pages is not whole`() throws {
        let desk = try Desk()
        try desk.add(Array("a".utf8), as: "a.txt", date: "20241340")
        #expect(try desk.unmet() == ["真实性"])
        let other = try Desk()
        try other.add(Array("a".utf8), as: "a.txt", pages: 0)
        #expect(try other.unmet() == ["完整性"])
    }

    @Test func `a document whose bytes are gone or changed, or a key that is, is told by the right one`() throws {
        let desk = try Desk()
        try desk.add(Array("第一件".utf8), as: "a.txt")
        try desk.add(Array("第二件".utf8), as: "b.txt")
        desk.engine.closeAll()
        let folder = try ArchiveFolder(opening: desk.options.archivePath)
        let archiveID = try RecordStore(in: folder, readOnly: true).archiveID
        let store = try CaseStore(in: folder, archiveID: archiveID)
        // The second takes the bytes of the first; then the first leads nowhere.
        try store.change(desk.file) { $0.documents[1].blob = $0.documents[0].blob }
        store.close()
        func unmet() throws -> [String] {
            let engine = try Engine(opening: desk.options)
            defer { engine.closeAll() }
            return try engine.checkCase(desk.file).checks.filter { !$0.isMet && Self.names.contains($0.name) }.map(\.name)
        }
        #expect(try unmet() == ["真实性", "安全性"])
        let again = try CaseStore(in: folder, archiveID: archiveID)
        try again.change(desk.file) { $0.documents.removeLast(); $0.documents[0].blob = 99 }
        again.close()
        #expect(try unmet() == ["完整性"])
    }

    @Test func `all files are looked through on a schedule, filed ones too`() throws {
        let desk = try Desk()
        try desk.add(Array("a".utf8), as: "a.txt")
        _ = try desk.engine.add([["id": "B", "receivedAt": "2024-03-05", "title": "路灯"]])
        let other = try desk.engine.openCase(["B"], title: nil).id
        let all = try desk.engine.checkCases()
        #expect(all.map(\.file.id) == [desk.file, other])
        #expect(all.allSatisfy { $0.checks.suffix(4).map(\.name) == Self.names })
        #expect(all[1].checks.first { $0.name == "目录" }.map { !$0.isMet && $0.remedy.chinese.contains("case add") } == true)
    }

    @Test func `minutes that were not signed want a reason, and the list of contents says who keeps which copy`() throws {
        let desk = try Desk()
        func isMet() throws -> Bool { try #require(try desk.engine.checkCase(desk.file).checks.first { $0.name == "签名" }).isMet }
        FileBytes.write(Array("笔录".utf8), to: desk.folder.file("a.txt"))
        var minutes = NewDocument(path: desk.folder.file("a.txt"), type: "调查笔录")
        minutes.signature = "签名"
        _ = try desk.engine.addDocument(desk.file, minutes)
        #expect(try isMet())
        minutes.signature = "拒签"
        _ = try desk.engine.addDocument(desk.file, minutes)
        #expect(try !isMet())
        _ = try desk.engine.noteCase(desk.file, kind: "拒签说明", text: "当事人拒绝签名，两名见证人在场")
        #expect(try isMet())
        var agreement = NewDocument(path: desk.folder.file("a.txt"), type: "调解协议书")
        (agreement.copies, agreement.keepers, agreement.remark) = (3, "双方、本局", "有附图")
        _ = try desk.engine.addDocument(desk.file, agreement)
        agreement.remark = "欧阳试留存"
        #expect(throws: CaseError.nameInTitle(id: "A")) { try desk.engine.addDocument(desk.file, agreement) }
        let file = try desk.engine.caseFile(desk.file)
        #expect(file.documents.map(\.notice) == ["", "拒签", "一式3份，双方、本局各执；有附图"])
        #expect(CaseFile(json: .object(file.json)) == file)
        #expect(CasePrint.file(file, profile: try Profile.shipped("S21"), isInner: false).contains("一式3份，双方、本局各执；有附图"))
    }

    /// 受理告知书 is no answer, 满意度调查 no investigation.
    @Test func `a paper whose name only sounds like what is wanted does not stand in for it`() throws {
        let desk = try Desk()
        func isMet(_ name: String) throws -> Bool { try #require(try desk.engine.checkCase(desk.file).checks.first { $0.name == name }).isMet }
        for type in ["受理告知书", "补充材料告知书", "满意度调查"] {
            FileBytes.write(Array(type.utf8), to: desk.folder.file("a.txt"))
            _ = try desk.engine.addDocument(desk.file, NewDocument(path: desk.folder.file("a.txt"), type: type))
        }
        for (name, expected) in [("答复", false), ("处理记录", false), ("受理记录", true), ("是否认可", true)] { #expect(try isMet(name) == expected, "\(name)") }
        FileBytes.write(Array("答".utf8), to: desk.folder.file("b.txt"))
        _ = try desk.engine.addDocument(desk.file, NewDocument(path: desk.folder.file("b.txt"), type: "答复书"))
        #expect(try isMet("答复"))
        // One investigator is too few, two are enough, and a reason may be given.
        #expect(try isMet("两人调查"))
        var minutes = NewDocument(path: desk.folder.file("b.txt"), type: "调查笔录")
        minutes.author = "试甲"
        _ = try desk.engine.addDocument(desk.file, minutes)
        #expect(try !isMet("两人调查"))
        #expect(try isMet("处理记录"))
        minutes.author = "试甲、试乙"
        _ = try desk.engine.addDocument(desk.file, minutes)
        #expect(try isMet("两人调查"))
    }
}
