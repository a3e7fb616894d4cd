// 移交: what goes over arrives whole and is found as before; what was touched on the way is refused with its place.

import Archive
import Engine
import Glibc
import Records
import Search
import TestSupport
import Testing

private struct HandOver {
    let folder = TemporaryFolder()
    let options: EngineOptions
    let package: String
    static let words = ["停车", "噪音", "退款", "电梯", "欠薪", "油烟"]

    /// An archive in which every record lies in a filed file, with papers of both parts.
    init(records: Int = 12) throws {
        options = EngineOptions(archivePath: folder.file("archive"))
        package = folder.file("package")
        _ = try Engine.create(options, profile: "S21")
        let profile = String(decoding: FileBytes.read(options.archivePath + "/profile.yaml"), as: UTF8.self)
        FileBytes.write(Array(profile.replacing("fondsName: \"\"", with: "fondsName: 试验市监察室").utf8), to: options.archivePath + "/profile.yaml")
        FileBytes.write(Array("停车费\n物业费\n".utf8), to: options.archivePath + "/lexicon.txt")
        let engine = try Engine(opening: options)
        for number in 0..<records {
            let word = Self.words[number % Self.words.count]
            _ = try engine.add([[
                "id": .string("R\(number)"), "registerNo": .string("TJ2020-000\(number)"), "receivedAt": .string("2020-01-0\(1 + number % 9)"),
                "title": .string("反映\(word)问题"), "content": .string("我反映\(word)一事，" + String(repeating: "\(word)至今没有解决，", count: 1 + number % 4) + "电话 1390000\(1_000 + number)。"),
                "complainants": .array([.object(["name": "欧阳试", "phone": .string("1390000\(1_000 + number)")])]), "respondents": .array(["试验物业"]),
                "acceptance": .object(["decision": "受理", "at": "2020-01-05"]), "closedAt": "2020-01-20", "satisfaction": "满意", "outcome": "已改正",
                "reply": .array(["已答复"]), "feedback": .array([.object(["mode": "书面", "at": "2020-01-20"])]), "category": .array(["服务质量"]),
            ]])
            let file = try engine.openCase(["R\(number)"], title: nil)
            for (place, type) in ["调查笔录", "登记表", "举报人信息"].enumerated() {
                FileBytes.write(Array("\(type)第\(number)卷，楼道\(word)记录".utf8), to: folder.file("\(place).txt"))
                _ = try engine.addDocument(file.id, NewDocument(path: folder.file("\(place).txt"), type: type))
            }
            _ = try engine.noteCase(file.id, kind: "超期说明", text: "无")
            _ = try engine.closeCase(file.id)
            _ = try engine.fileCase(file.id, checkedBy: "乙", on: "2020-06-01")
        }
        engine.closeAll()
    }

    func open() throws -> Engine { try Engine(opening: options) }

    func exported(_ change: (inout TransferRequest) -> Void = { _ in }) throws -> TransferSummary {
        var request = TransferRequest()
        change(&request)
        return try open().exportTransfer(request, to: package)
    }
}

@Suite struct TransferTests {
    /// Hits, scores and order of many queries.
    private func answers(_ options: EngineOptions) throws -> [String] {
        let engine = try Engine(opening: options)
        var found: [String] = []
        for query in HandOver.words + ["停车 解决", "\"没有解决\"", "楼道", "反映 -停车", "category:服务质量", "referenceCode:*", "试验物业", "no:TJ2020-0003", "我反映停车一事至今没有解决"] {
            for sort in [SortOrder.relevance, .newest, .oldest] {
                var request = SearchRequest(query: query)
                request.limit = 50
                request.sort = sort
                guard let answer = try? engine.search(request) else { continue }
                found.append("\(query) \(answer.total) " + answer.hits.map { "\($0.id)=\($0.score.bitPattern)=\($0.title)=\($0.snippet.text)" }.joined(separator: " "))
            }
        }
        engine.closeAll()
        return found
    }

    @Test func `what is taken in is found as before: the same hits, scores and order`() throws {
        let mine = try HandOver()
        // A change after the others came: its place in the order is that of its newest version.
        _ = try mine.open().edit("R3", note: ChangeNote(by: "甲")) { $0.set("summary", to: "补充摘要停车") }
        let before = try answers(mine.options)
        #expect(before.count > 30)
        let summary = try mine.exported()
        #expect(summary.header["files"]?.int == 12 && summary.header["documents"]?.int == 24)
        #expect(try TransferPackage(mine.package, expecting: summary.digest.sha256).problems == [])
        let there = EngineOptions(archivePath: mine.folder.file("there"))
        let receipt = try Engine.importTransfer(there, from: mine.package, expecting: summary.digest.sha256)
        #expect(receipt.isNewArchive && receipt.notices == [])
        #expect(try answers(there) == before)
        let engine = try Engine(opening: there)
        #expect(try engine.verify(report: { _ in }).problems.map(\.english) == [])
        // Files, numbers and originals are there; the inner part and who complained are not.
        let file = try engine.caseFile("AJ000004")
        #expect(try file.referenceCode == mine.open().caseFile("AJ000004").referenceCode && file.documents.map(\.isInner) == [false, false])
        #expect(try engine.documentBytes("AJ000004", number: 1).bytes == Array("调查笔录第3卷，楼道电梯记录".utf8))
        #expect(try engine.count(SearchRequest(query: "phone:13900001003")).count == 1, "found in the text, not in the identity")
        #expect(try engine.unmask("R3", purpose: "核对").first?.identity == [:])
        // Nothing changes the second time, and the next numbers follow.
        engine.closeAll()
        _ = try Engine.importTransfer(there, from: mine.package)
        #expect(try answers(there) == before)
        let again = try Engine(opening: there)
        #expect(try again.allCases().count == 12)
        _ = try again.add([["id": "Z", "receivedAt": "2020-03-01", "content": "另一件"]])
        #expect(try again.openCase(["Z"], title: nil).id == "AJ000013")
        // The sender notes it by the receipt, once.
        let sender = try mine.open()
        #expect(try sender.confirmTransfer(receipt: receipt.path) == 12 && sender.confirmTransfer(receipt: receipt.path) == 12)
        #expect(try sender.caseFile("AJ000001").notes.map(\.kind) == ["超期说明", "移交", "移交接收"])
        #expect(FileBytes.exists(mine.package + ".回执.html"))
    }

    @Test func `with the inner part, who complained arrives too, sealed with the new key`() throws {
        let mine = try HandOver(records: 2)
        _ = try mine.exported {
            $0.includesInner = true
            $0.includesUnfiled = true
        }
        let there = EngineOptions(archivePath: mine.folder.file("there"))
        _ = try Engine.importTransfer(there, from: mine.package)
        let engine = try Engine(opening: there)
        #expect(try engine.unmask("R1", purpose: "核对").first?.identity["complainants"]?.array?.first?["name"]?.string == "欧阳试")
        #expect(try engine.count(SearchRequest(query: "phone:13900001001")).count == 1)
        #expect(try engine.caseFile("AJ000001").documents.count == 3)
        #expect(try engine.documentBytes("AJ000001", number: 3).bytes == Array("举报人信息第0卷，楼道停车记录".utf8))
    }

    @Test func `a record that was taken back goes over taken back`() throws {
        let mine = try HandOver(records: 2)
        _ = try mine.open().withdraw(["R0"])
        _ = try mine.exported()
        let there = EngineOptions(archivePath: mine.folder.file("there"))
        for _ in 0..<2 { _ = try Engine.importTransfer(there, from: mine.package) }
        let engine = try Engine(opening: there)
        #expect(try engine.count(SearchRequest(query: "停车")).count == 0)
        #expect(try engine.show("R0", version: nil).first?.isWithdrawn == true)
        #expect(try engine.caseFile("AJ000001").records == ["R0"])
    }

    @Test func `metadata bear the names of DA-T 46, in XML and in JSON`() throws {
        let mine = try HandOver(records: 1)
        _ = try mine.exported()
        let inner = mine.package + "/files/AJ000001"
        let xml = String(decoding: FileBytes.read(inner + "/metadata.xml"), as: UTF8.self)
        for name in ["聚合层次", "来源", "全宗名称", "立档单位名称", "电子文件号", "档号", "全宗号", "年度", "保管期限", "类别号", "室编案卷号", "室编件号", "页号", "内容描述", "题名", "责任者", "文种", "形式特征", "件数", "页数", "电子属性", "格式信息", "计算机文件名", "计算机文件大小", "业务行为"] {
            #expect(xml.contains("<\(name)>"), "\(name)")
        }
        #expect(!xml.contains("欧阳试"), "who complained is in no metadata")
        let json = try JSONValue.parse(String(decoding: FileBytes.read(inner + "/metadata.json"), as: UTF8.self))
        #expect(json["文件"]?.array?.count == 2 && json["聚合层次"]?.string == "案卷")
        #expect(json["文件"]?.array?[0]["扩展"]?["SM3"]?.string?.count == 64)
        // Marks of XML in a title stay text.
        #expect(MetadataElement.escaped("<a>&\u{01}") == "&lt;a&gt;&amp;\u{FFFD}")
    }

    @Test(arguments: 0..<11) func `what was touched on the way is refused with its place`(way: Int) throws {
        let mine = try HandOver(records: 2)
        let summary = try mine.exported()
        let package = mine.package
        func edit(_ name: String, _ change: (inout [UInt8]) -> Void) {
            var bytes = FileBytes.read(package + "/" + name)
            change(&bytes)
            FileBytes.write(bytes, to: package + "/" + name)
        }
        func text(_ name: String, _ from: String, _ to: String) {
            edit(name) { $0 = Array(String(decoding: $0, as: UTF8.self).replacing(from, with: to).utf8) }
        }
        /// As someone would who knows how: the lists agree with the change.
        func relist() throws {
            for name in [TransferManifest.sha256Name, TransferManifest.sm3Name] { FileBytes.remove(package + "/" + name) }
            _ = try TransferManifest.write(in: package)
        }
        let original = "files/AJ000001/documents/0001.txt"
        let place: String
        switch way {
        case 0:
            edit(original) { $0[3] ^= 1 }
            place = original
        case 1:
            FileBytes.remove(package + "/" + original)
            place = original
        case 2:
            FileBytes.write([1], to: package + "/files/AJ000001/documents/9999.txt")
            place = "files/AJ000001/documents/9999.txt"
        case 3:
            text(TransferManifest.sha256Name, "  \(original)", "  ../\(original)")
            place = "\(TransferManifest.sha256Name):"
        case 4:
            // A link to a file outside, with the same bytes.
            FileBytes.move(package + "/" + original, to: mine.folder.file("outside.txt"))
            unsafe symlink(mine.folder.file("outside.txt"), package + "/" + original)
            place = original
        case 5:
            edit(original) { $0[3] ^= 1 }
            try relist()
            place = original
        case 6:
            text("records.jsonl", "停车", "停丰")
            place = "records.jsonl"
        case 7:
            // Well made, but not what the sender sent.
            text("records.jsonl", "停车", "停丰")
            try relist()
            place = TransferManifest.sha256Name
        case 8:
            text("files.jsonl", "AJ000002", "../../x")
            try relist()
            place = "files.jsonl:2"
        case 9:
            text(TransferManifest.sm3Name, "  \(original)\n", "  files/AJ000001/documents/0001.tx\n")
            place = "files/AJ000001/documents/0001.txt"
        default:
            text("package.json", "\"format\":1", "\"format\":2")
            try relist()
            place = "package.json"
        }
        let there = EngineOptions(archivePath: mine.folder.file("there"))
        var refused: CaseError?
        do { _ = try Engine.importTransfer(there, from: package, expecting: way == 7 ? summary.digest.sha256 : nil) } catch let error as CaseError { refused = error }
        let notice = refused?.notice(in: .chinese) ?? ""
        #expect(notice.contains(place), "\(way): \(notice)")
        #expect(!FileBytes.exists(there.archivePath), "nothing was written")
        #expect(try TransferPackage(package, expecting: way == 7 ? summary.digest.sha256 : nil).problems.isEmpty == false)
    }

    @Test func `a package of another archive is refused, and so is one that says otherwise of what is there`() throws {
        let (mine, other) = (try HandOver(records: 2), try HandOver(records: 3))
        _ = try mine.exported()
        _ = try other.exported()
        #expect(throws: CaseError.packageForeign(package: other.package, archive: mine.options.archivePath)) {
            try Engine.importTransfer(mine.options, from: other.package)
        }
        // Also where the first package came from elsewhere.
        let there = EngineOptions(archivePath: mine.folder.file("there"))
        _ = try Engine.importTransfer(there, from: mine.package)
        #expect(throws: CaseError.packageForeign(package: other.package, archive: there.archivePath)) { try Engine.importTransfer(there, from: other.package) }
        // The own one goes where it came from, and changes nothing.
        _ = try Engine.importTransfer(mine.options, from: mine.package)
        #expect(try mine.open().allCases().count == 2)
        #expect(try mine.open().count(SearchRequest(query: "phone:13900001001")).count == 1, "without its inner part it takes nobody away")
        // A record that was changed since is not set back.
        _ = try mine.open().edit("R1", note: ChangeNote()) { $0.set("summary", to: "后来的更正") }
        #expect(throws: CaseError.packageConflict(place: "records.jsonl:2", id: "R1")) { try Engine.importTransfer(mine.options, from: mine.package) }
        #expect(throws: CaseError.receiptForeign(path: mine.package + ".回执.json")) { try other.open().confirmTransfer(receipt: mine.package + ".回执.json") }
    }

    @Test func `a file that is not filed, and a receiver who is the respondent, are refused`() throws {
        let mine = try HandOver(records: 1)
        let engine = try mine.open()
        _ = try engine.add([["id": "Z", "receivedAt": "2020-03-01", "content": "另一件"]])
        _ = try engine.openCase(["Z"], title: nil)
        var request = TransferRequest()
        request.names = ["AJ000002"]
        #expect(throws: CaseError.wrongState(id: "AJ000002", state: "open", wanted: "filed")) { try engine.exportTransfer(request, to: mine.package) }
        request = TransferRequest()
        request.receiver = "试验物业有限公司"
        #expect(throws: AccessError.recipientIsRespondent(recipient: "试验物业有限公司")) { try engine.exportTransfer(request, to: mine.package) }
        #expect(!FileBytes.exists(mine.package) && !FileBytes.exists(mine.package + ".part"))
    }
}
