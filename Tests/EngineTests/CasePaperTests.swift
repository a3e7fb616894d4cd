// R97: a document of a file that several people complained in names none of them to whoever searches or gets it.

import Archive
import Engine
import Records
import Search
import TestSupport
import Testing

@Suite struct CasePaperTests {
    @Test func `a document of several records' file is cleared of everybody who filed one of them`() throws {
        let folder = TemporaryFolder()
        let options = EngineOptions(archivePath: folder.file("archive"))
        _ = try Engine.create(options, profile: "S21")
        let engine = try Engine(opening: options)
        let people = [("A", "欧阳试甲", "13900001111", "试验路一号院三单元"), ("B", "司马试乙", "13900002222", "试验路二号院五单元"), ("C", "诸葛试丙", "13900003333", "试验路九号院七单元")]
        _ = try engine.add(people.map { id, name, phone, address in
            [
                "id": .string(id), "receivedAt": "2024-03-04", "title": "电梯坏了", "content": "电梯坏了半年", "respondents": .array(["试验物业公司"]),
                "complainants": .array([.object(["name": .string(name), "phone": .string(phone), "address": .string(address)])]),
                "agent": .object(["name": .string("代理" + name)]),
            ]
        })
        // One who no longer stands in the newest version of his record is still one of them.
        _ = try engine.add([[
            "id": "C", "receivedAt": "2024-03-04", "title": "电梯坏了", "content": "电梯坏了半年", "respondents": .array(["试验物业公司"]),
            "complainants": .array([.object(["name": "皇甫试丁"])]),
        ]])
        let file = try engine.openCase(["A"], title: nil).id
        _ = try engine.joinCase(file, records: ["B", "C"])
        let names = people.map(\.1) + ["皇甫试丁"] + people.map { "代理" + $0.1 } + people.map(\.3)
        let text = "询问笔录：独门暗号甲。在场人 " + names.joined(separator: "、") + "，电话 13900002222。"
        FileBytes.write(Array(text.utf8), to: folder.file("笔录.txt"))
        _ = try engine.addDocument(file, NewDocument(path: folder.file("笔录.txt"), type: "调查笔录"))
        #expect(try engine.count(SearchRequest(query: "\"独门暗号甲\"")).count == 1)
        for name in names {
            #expect(try engine.count(SearchRequest(query: "\"\(name)\"")).count == 0, "\(name)")
            #expect(throws: CaseError.nameInTitle(id: ["A", "B", "C"].first { id in people.contains { $0.0 == id && (name.contains($0.1) || name == $0.3) } } ?? "C")) {
                var titled = NewDocument(path: folder.file("笔录.txt"), type: "调查笔录")
                titled.title = "询问\(name)笔录"
                _ = try engine.addDocument(file, titled)
            }
        }
        let shown = try engine.search(SearchRequest(query: "\"独门暗号甲\"")).hits.map { "\($0)" }.joined()
        let printed = try engine.printCase(file, to: folder.file("print"), pdf: false, inner: false, recipient: "市审计局").map { String(decoding: FileBytes.read($0), as: UTF8.self) }.joined()
        for name in names { #expect(!shown.contains(name) && !printed.contains(name), "\(name)") }
        // For whichever record it stands, nothing goes to whom all of them accuse.
        #expect(throws: AccessError.self) { try engine.printCase(file, to: folder.file("print2"), pdf: false, inner: false, recipient: "试验物业公司") }
        for id in ["A", "B", "C"] {
            let summary = try engine.safeSummary(id, recipient: "试验物业公司").map { "\($0)" }.joined()
            for name in names { #expect(!summary.contains(name), "\(id) \(name)") }
        }
    }
}
