// What goes out for a search cluster: every record once, nothing of a person, and a definition that has each field that is written
// and no other. No such server is at hand here; the scripts run against a stand-in for curl in `ClusterScriptTests`.

import Archive
import Engine
import Glibc
import Records
import TestSupport
import Testing

/// An export, read back.
private struct Exported {
    let summary: ClusterExportSummary
    let folder: String
    /// By part, its documents with their ids.
    var parts: [(name: String, bytes: [UInt8], documents: [(id: String, object: JSONObject)])] = []

    init(_ engine: Engine, _ cluster: SearchCluster, _ home: TemporaryFolder, partBytesMax: Int? = nil, query: SearchRequest? = nil) throws {
        folder = home.file("\(cluster)-\(UInt64.random(in: 0 ... .max))")
        var export = ClusterExport(cluster, to: folder)
        if let partBytesMax { export.partBytesMax = partBytesMax }
        summary = try engine.exportCluster(query, export, report: { _ in })
        for name in FileBytes.names(in: folder) where name.hasPrefix("part-") {
            let bytes = FileBytes.read(folder + "/" + name)
            #expect(bytes.last == 0x0A, "\(name) ends with a line")
            var documents: [(String, JSONObject)] = []
            var action: String?
            for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
                let object = try #require(try JSONValue.parse(String(line)).objectValue)
                if cluster == .openSearch, action == nil {
                    #expect(Array(object.keys) == ["index"] && Array(object["index"]?.objectValue?.keys ?? JSONObject().keys) == ["_id"])
                    action = try #require(object["index"]?["_id"]?.string)
                } else {
                    let id = try #require(object["id"]?.string)
                    if let action { #expect(action == id) }
                    documents.append((id, object))
                    action = nil
                }
            }
            #expect(action == nil, "an action without its record")
            parts.append((name, bytes, documents))
        }
    }

    var ids: [String] { parts.flatMap { $0.documents.map(\.id) } }
    var text: String { parts.map { String(decoding: $0.bytes, as: UTF8.self) }.joined() }
    func file(_ name: String) -> String { String(decoding: FileBytes.read(folder + "/" + name), as: UTF8.self) }

    /// Names and types of the columns in `table.sql`.
    var columns: [(name: String, type: String)] {
        file("table.sql").split(separator: "\n").compactMap { line in
            guard line.hasPrefix("    `") else { return nil }
            let parts = line.split(separator: "`")
            return (String(parts[1]), parts[2].split(separator: " ").first.map(String.init) ?? "")
        }
    }
}

@Suite struct ClusterExportTests {
    /// A record with every member that has a field.
    private static let whole: JSONObject = {
        let text = #"""
            {"id":"W-1","registerNo":"登字〔2024〕1号","aliasNos":[{"kind":"转办","no":"ZB-7"}],"bodyId":"某局","profileId":"general","kind":"投诉","channel":"电话","origin":"上级交办",
            "upstreamBody":"某省厅","formType":"登记表","sourceRef":{"register":"甲簿","page":"3"},"receivedAt":"2024-03-05T08:09:10+08:00","registeredAt":"2024-03-06","enteredBy":"录入员","firstResponder":"首问人",
            "complainants":[{"name":"司马隐","phone":"13811112222"}],"representedCount":7,"groupId":"G1",
            "respondents":[{"name":"某物业公司","creditCode":"91110000MA0000000X","region":"990102","aliases":["某物业"]},{"name":"某停车公司","creditCode":"91110000MA0000001X","region":"990103"}],
            "region":"990102","regionRegistered":"990101","incidentAt":{"from":"2024-03-01"},"incidentPlace":"某路口","category":["城乡建设/物业管理/收费","市场监管/价格"],"cause":{"code":"A1","text":"乱收费"},
            "severity":"严重","urgency":"紧急","grade":"二级","flags":["重大","群体"],"goods":[{"name":"停车服务"}],"amountClaimed":"1234.5","amountRecovered":"0.125",
            "title":"停车乱收费","content":"停车费乱收，请回电13811112222","contentRedacted":"停车费乱收","demand":"退费","keywords":["停车","收费"],"summary":"收费",
            "acceptance":{"decision":"受理","reason":"属职责范围","at":"2024-03-07"},"handler":"承办人甲","leadUnit":"某科","coUnits":["甲科","乙科"],
            "events":[{"type":"转办","at":"2024-03-08","opinion":"请办理","slipNo":"L-9"},{"type":"办结","at":"2024-04-01"}],"deadlines":[{"kind":"办理","due":"2024-05-05"}],
            "evidenceDocs":[{"type":"答复书","no":"D1","title":"答复","text":"全文"},{"type":"照片","no":"D2"}],"investigationReport":[{"heading":"经过","text":"查明"}],"reply":[{"text":"已退费"}],
            "verified":"属实","outcome":{"codes":["退款","整改"],"text":"已退"},"sanctions":[{"kind":"罚款","text":"五百元"},{"kind":"警告"}],"mediation":{"state":"成功","text":"和解"},
            "proceedings":[{"kind":"复议","result":"维持"},{"kind":"诉讼"}],"feedback":[{"content":"满意"}],"satisfaction":"满意","consentPublish":"同意","publishState":"已公示",
            "links":[{"type":"重复","target":"W-0"},{"type":"关联","target":"W-00"}],"appealOf":"FY-1","caseOf":"AJ-1","matterId":"M1","status":"已办结","closedAt":"2024-04-01","archivedAt":"2024-05-01","fileId":"F1","referenceCode":"J001-2024-D30-0001",
            "retentionCode":"D30","retentionUntil":"2054-12-31","holds":[{"kind":"诉讼保全"},{"kind":"冻结"}],"securityLevel":"内部","unheard":{"of":"13811112222"}}
            """#
        return (try? JSONValue.parse(text))?.objectValue ?? [:]
    }()

    @Test(arguments: Seed.sample(2)) func `every record stands there once, in order, in parts within their size`(seed: Seed) throws {
        var draw = seed
        let records = try CheckedArchive.records(150, seed: seed.start)
        let archive = try CheckedArchive(records)
        _ = try archive.engine.withdraw([records[3]["id"]?.string ?? ""])
        let expected = records.compactMap { $0["id"]?.string }.filter { $0 != records[3]["id"]?.string }
        for cluster in SearchCluster.allCases {
            let bytesMax = Int.random(in: 2_000...30_000, using: &draw)
            let exported = try Exported(archive.engine, cluster, archive.folder, partBytesMax: bytesMax)
            #expect(exported.ids == expected)
            #expect(exported.summary.records == expected.count && exported.summary.parts == exported.parts.count && exported.parts.count > 2)
            for part in exported.parts { #expect(part.bytes.count <= bytesMax || part.documents.count == 1, "\(part.name)") }
            #expect(exported.summary.longParts == exported.parts.filter { $0.bytes.count > bytesMax }.count)
            let list = try #require(try JSONValue.parse(exported.file("parts.json")).objectValue)
            #expect(list["records"]?.int == expected.count)
            #expect(list["parts"]?.array?.map { $0["file"]?.string } == exported.parts.map(\.name))
            #expect(list["parts"]?.array?.map { $0["records"]?.int } == exported.parts.map(\.documents.count))
            #expect(list["parts"]?.array?.map { $0["bytes"]?.int } == exported.parts.map(\.bytes.count))
            for part in list["parts"]?.array ?? [] {
                let sum = try FileDigest.sha256(ofFile: exported.folder + "/" + (part["file"]?.string ?? ""))
                #expect(part["sha256"]?.string == sum)
            }
            #expect(!FileBytes.exists(exported.folder + ".part"))
            // The same again is the same parts.
            #expect(try Exported(archive.engine, cluster, archive.folder, partBytesMax: bytesMax).text == exported.text)
        }
        let some = try Exported(archive.engine, .doris, archive.folder, query: SearchRequest(query: "停车"))
        let count = try archive.engine.count(SearchRequest(query: "停车")).count
        #expect(some.ids.count == count && count < expected.count)
    }

    @Test func `the definition has each field that is written, and no other, and each value is of its type`() throws {
        let archive = try CheckedArchive([Self.whole])
        let search = try Exported(archive.engine, .openSearch, archive.folder)
        let document = try #require(search.parts.first?.documents.first?.object)
        for name in ["index.json", "index-icu.json"] {
            let definition = try JSONValue.parse(search.file(name))
            let properties = try #require(definition["mappings"]?["properties"]?.objectValue)
            #expect(definition["mappings"]?["dynamic"]?.string == "strict")
            #expect(Set(properties.keys).symmetricDifference(document.keys) == [], "\(name)")
            let analyzers = try Set(#require(definition["settings"]?["index"]?["analysis"]?["analyzer"]?.objectValue).keys)
            var used: Set<String> = []
            for (field, type) in properties.entries {
                let kind = type["type"]?.string
                for place in [type] + (type["fields"]?.objectValue?.entries.map(\.value) ?? []) { if let name = place["analyzer"]?.string { used.insert(name) } }
                let values: [JSONValue] = try { if let list = document[field]?.array { list } else { [try #require(document[field])] } }()
                for value in values {
                    switch kind {
                    case "text", "keyword": #expect(value.string != nil, "\(field)")
                    case "date": #expect(value.string.flatMap { try? Timestamp(parsing: $0) } != nil, "\(field)")
                    case "scaled_float": #expect(value.number != nil, "\(field)")
                    default: Issue.record("\(field) is \(kind ?? "-")")
                    }
                }
            }
            #expect(used == analyzers, "\(name)")
            let texts = properties.entries.filter { $0.value["type"]?.string == "text" }.map(\.key)
            #expect(definition["settings"]?["index"]?["query"]?["default_field"]?.array?.compactMap(\.string) == texts)
        }
        let doris = try Exported(archive.engine, .doris, archive.folder)
        let row = try #require(doris.parts.first?.documents.first?.object)
        let columns = doris.columns
        #expect(Set(columns.map(\.name)).symmetricDifference(row.keys) == [])
        #expect(Set(columns.map(\.name)).count == columns.count)
        for (name, type) in columns {
            let value = try #require(row[name])
            switch type.prefix(while: \.isLetter) {
            case "STRING", "VARCHAR": #expect(value.string != nil, "\(name)")
            case "ARRAY": #expect(value.array?.isEmpty == false, "\(name)")
            case "DATE": #expect(value.string?.count == 10, "\(name)")
            case "DATETIME": #expect(value.string == "2024-03-05 08:09:10", "\(name)")
            case "DECIMAL": #expect(value.number != nil, "\(name)")
            default: Issue.record("\(name) is \(type)")
            }
        }
        for table in ["table.sql", "table-words.sql"] {
            let indexed = doris.file(table).split(separator: "\n").filter { $0.contains(" USING INVERTED") }.compactMap { $0.split(separator: "`").dropFirst(3).first.map(String.init) }
            #expect(Set(indexed) == Set(columns.map(\.name)).subtracting(["id"]), "\(table)")
        }
        // One document in two spellings of its names.
        #expect(Array(document.keys).map { $0.lowercased() } == Array(row.keys).map { $0.replacing("_", with: "") })
        #expect(document["categoryLevels"]?.array?.compactMap(\.string) == ["城乡建设", "城乡建设/物业管理", "城乡建设/物业管理/收费", "市场监管", "市场监管/价格"])
        #expect(document["receivedAt"]?.string == "2024-03-05T08:09:10+08:00" && document["amount"]?.number == "1234.5" && document["amountRecovered"]?.number == "0.125")
        #expect(Set(document["no"]?.array?.compactMap(\.string) ?? []) == ["W-1", "登字〔2024〕1号", "ZB-7", "L-9", "J001-2024-D30-0001", "F1"])
    }

    @Test func `fields that are no list never have two values`() throws {
        let archive = try CheckedArchive([Self.whole] + CheckedArchive.records(150))
        let doris = try Exported(archive.engine, .doris, archive.folder)
        let lists = Set(doris.columns.filter { $0.type.hasPrefix("ARRAY") }.map(\.name))
        // What the archive itself counts is what goes out.
        for name in ["category", "region", "respondent", "status", "channel", "outcome", "flag", "eventType", "creditCode", "coUnit"] {
            var request = SearchRequest(query: "date:2000..2099")
            request.facets = [name]
            let counted = try #require(try archive.engine.search(request).facets.first)
            let column = name.map { $0.isUppercase ? "_" + $0.lowercased() : String($0) }.joined()
            var seen: [String: Int] = [:]
            for (_, object) in doris.parts.flatMap(\.documents) {
                guard let value = object[name == "category" ? "category_levels" : column] else { continue }
                #expect((value.array != nil) == (lists.contains(column)), "\(name)")
                for text in Set(value.array?.compactMap(\.string) ?? [value.string ?? ""]) { seen[text, default: 0] += 1 }
            }
            for (value, count) in counted.counts { #expect(seen[value] == count, "\(name) \(value)") }
            #expect(!counted.counts.isEmpty, "\(name)")
        }
    }

    @Test func `nothing of a person goes out, also where a value was cut`() throws {
        let long = String(repeating: "某某分公司", count: 26) + "电话1381111"
        let archive = try CheckedArchive([
            Self.whole,
            ["id": "L1", "receivedAt": "2024-01-02", "content": "停车难，找 139-2222-3333", "title": "回电13922223333", "respondents": .array([.string(long + "2222"), "物业13922223333"])],
        ])
        for cluster in SearchCluster.allCases {
            let exported = try Exported(archive.engine, cluster, archive.folder)
            #expect(exported.ids == ["W-1", "L1"])
            for part in ["司马隐", "13811112222", "13922223333", "2222-3333", "1381111", "unheard"] { #expect(!exported.text.contains(part), "\(cluster): \(part)") }
            #expect(exported.text.contains("某某分公司"))
        }
        let table = archive.folder.file("t.csv")
        _ = try archive.engine.exportTable(nil, to: table, .csv, columns: RecordColumn.list("id,respondent"), in: .english, report: { _ in })
        #expect(!String(decoding: FileBytes.read(table), as: UTF8.self).contains("138111"))
    }

    @Test func `whom a record is about gets no export of it`() throws {
        let archive = try CheckedArchive([Self.whole] + CheckedArchive.records(20))
        let (folder, engine) = (archive.folder, archive.engine)
        var export = ClusterExport(.openSearch, to: folder.file("out"))
        export.recipient = "某物业公司"
        #expect(throws: AccessError.recipientIsRespondent(recipient: "某物业公司")) { try engine.exportCluster(nil, export, report: { _ in }) }
        #expect(throws: AccessError.self) { try engine.export(nil, to: folder.file("out.jsonl"), withIdentity: false, recipient: "某物业", report: { _ in }) }
        #expect(throws: AccessError.self) { try engine.exportTable(nil, to: folder.file("out.csv"), .csv, columns: RecordColumn.list("id"), in: .english, recipient: "某停车公司", report: { _ in }) }
        #expect(FileBytes.names(in: folder.path).filter { $0.hasPrefix("out") } == [])
        let refusals = try engine.auditEntries(whoSaw: nil, limit: 20).filter { $0.json["action"]?.string == "refuse" }
        #expect(Set(refusals.compactMap { $0.json["verb"]?.string }) == ["export", "exportTable", "exportCluster"])
        // Others get it, and the log says who and which records.
        export.recipient = "某市大数据局"
        #expect(try engine.exportCluster(nil, export, report: { _ in }).records == 21)
        let entry = try #require(try engine.auditEntries(whoSaw: "W-1", limit: 1).first?.json)
        #expect(entry["verb"]?.string == "exportCluster" && entry["action"]?.string == "export")
        #expect(entry["detail"]?.string?.contains("opensearch") == true && entry["detail"]?.string?.contains("某市大数据局") == true)
    }

    @Test func `a folder that holds something and an unfit name are refused, and nothing is left`() throws {
        let archive = try CheckedArchive([Self.whole])
        FileBytes.makeFolder(archive.folder.file("full"))
        FileBytes.write([1], to: archive.folder.file("full/x"))
        #expect(throws: ArchiveError.self) { try archive.engine.exportCluster(nil, ClusterExport(.doris, to: archive.folder.file("full")), report: { _ in }) }
        for name in ["", "Complaints", "9a", "a b", "a;drop", "a`", "投诉", String(repeating: "a", count: 65)] {
            var export = ClusterExport(.doris, to: archive.folder.file("new"))
            export.name = name
            #expect(throws: ClusterExportError.self) { try archive.engine.exportCluster(nil, export, report: { _ in }) }
        }
        #expect(FileBytes.names(in: archive.folder.path).filter { $0.hasPrefix("new") } == [] && FileBytes.names(in: archive.folder.file("full")) == ["x"])
    }
}
