// The command line that other programs rely on: exit codes, keys of `--json`, what stands on stdout.

import Glibc
import Records
import TestSupport
import Testing

@Suite struct ContractTests {
    private func filled() throws -> TestArchive {
        let archive = try TestArchive()
        try archive.add(Sample.records)
        return archive
    }

    private func keys(_ value: JSONValue?) -> Set<String> { Set(value?.objectValue.map { Array($0.keys) } ?? []) }

    @Test func `an import says what it did`() throws {
        let archive = try TestArchive()
        let answer = try archive.add(Sample.records)
        let promised: Set = [
            "imported", "updated", "unchanged", "rejected", "seconds", "recordsPerSecond", "bytesPerSecond",
        ]
        #expect(keys(answer).isSuperset(of: promised))
        #expect(answer["imported"]?.int == 4 && answer["updated"]?.int == 0)
        #expect(answer["unchanged"]?.int == 0 && answer["rejected"]?.int == 0)
        #expect(archive.countAll() == 4)
    }

    @Test func `a table in GB18030 and in UTF-16 goes in as it is read`() throws {
        let table = "id,receivedAt,title,content\r\nC1,2024-01-05,\"停车费，太贵\",业主不满\r\nC2,2024-01-06,垃圾清运,无人处理\r\n"
        var little: [UInt8] = [0xFF, 0xFE]
        for unit in table.utf16 { little += [UInt8(unit & 0xFF), UInt8(unit >> 8)] }
        for bytes in [try inGB18030(table), little, [0xEF, 0xBB, 0xBF] + Array(table.utf8)] {
            let archive = try TestArchive()
            let answer = try archive.add(bytes, as: "table.csv")
            #expect(answer["imported"]?.int == 2)
            #expect(archive.count("\"停车费，太贵\"") == 1)
            #expect(archive.count("垃圾清运") == 1)
        }
    }

    private func inGB18030(_ text: String) throws -> [UInt8] {
        let converter = unsafe iconv_open("GB18030", "UTF-8")
        defer { unsafe iconv_close(converter) }
        var source = text.utf8.map { CChar(bitPattern: $0) }
        var target = [CChar](repeating: 0, count: source.count * 2)
        let rest = unsafe source.withUnsafeMutableBufferPointer { source in
            unsafe target.withUnsafeMutableBufferPointer { target in
                var input = source.baseAddress
                var output = target.baseAddress
                var inputLeft = source.count
                var outputLeft = target.count
                let code = unsafe iconv(converter, &input, &inputLeft, &output, &outputLeft)
                return code == 0 ? outputLeft : -1
            }
        }
        try #require(rest >= 0)
        return target.dropLast(rest).map { UInt8(bitPattern: $0) }
    }

    @Test func `a hit has its keys and its matches point at the words`() throws {
        let archive = try filled()
        let outcome = archive.run("search", "停车", "--json")
        #expect(outcome.exitCode == 0)
        let hits = try outcome.objects
        #expect(Set(hits.compactMap { $0["id"]?.string }) == ["A1", "A3"])
        for hit in hits {
            #expect(keys(hit).isSuperset(of: ["id", "score", "date", "title", "snippet", "matches"]))
            let snippet = Array((hit["snippet"]?.string ?? "").unicodeScalars)
            let matches = hit["matches"]?.array ?? []
            #expect(!matches.isEmpty)
            for match in matches {
                let start = try #require(match.array?.first?.int)
                let length = try #require(match.array?.last?.int)
                try #require(start >= 0 && length > 0 && start + length <= snippet.count)
                var piece = String.UnicodeScalarView()
                piece.append(contentsOf: snippet[start..<start + length])
                // One of the texts has an emoji before the hit and is written in traditional script.
                #expect(["停车", "停車"].contains(String(piece)))
            }
        }
    }

    @Test func `the number stands alone`() throws {
        let archive = try filled()
        #expect(archive.run("search", "停车", "--count").text == "2\n")
        #expect(archive.run("search", "停车", "--count", "--json").text == "2\n")
        let none = archive.run("search", "没有这样的字句", "--count")
        #expect(none.text == "0\n" && none.exitCode == 1)
    }

    @Test func `exit codes tell found, nothing and error apart`() throws {
        let archive = try filled()
        #expect(archive.run("search", "退款").exitCode == 0)
        let none = archive.run("search", "没有这样的字句", "--json")
        #expect(none.exitCode == 1 && none.output.isEmpty)
        #expect(archive.run("show", "NO-SUCH").exitCode == 1)
        #expect(archive.run("check", "--id", "NO-SUCH").exitCode == 1)
        #expect(archive.run("search", "date:yesterdayish").exitCode == 2)
        #expect(archive.run("search", "退款", "--limit", "0").exitCode == 2)
        #expect(archive.run("search", "").exitCode == 2)
        #expect(archive.run("frobnicate").exitCode == 2)
        #expect(archive.run("search", "--no-such-option").exitCode == 2)
        #expect(archive.run("init").exitCode == 2, "an archive is never made over another")
        #expect(archive.run("search", "退款", environment: ["JUANZONG_ARCHIVE": "/nonexistent"]).exitCode == 2)
        for outcome in [archive.run("search", "date:yesterdayish"), archive.run("frobnicate")] {
            #expect(outcome.output.isEmpty && !outcome.notices.isEmpty, "errors go to stderr")
        }
    }

    @Test func `the facets come first and sum up`() throws {
        let archive = try filled()
        let lines = try archive.run("search", "date:1900..2200", "--facet", "region", "--json").objects
        #expect(lines.first?["facet"]?.string == "region")
        #expect(lines.first?["counts"]?["310101"]?.int == 2)
        #expect(lines.first?["counts"]?["310104"]?.int == 2)
        #expect(lines.count == 5)
        #expect(lines.dropFirst().allSatisfy { $0["id"] != nil })
    }

    @Test func `pages join without gap or double`() throws {
        let archive = try TestArchive()
        try archive.add(try Sample.synthetic(120), as: "records.jsonl")
        for order in ["relevance", "newest", "oldest"] {
            let whole = try archive.run("search", "的", "--sort", order, "--limit", "10000", "--json").objects
            let expected = whole.compactMap { $0["id"]?.string }
            #expect(expected.count == archive.count("的") && expected.count > 20)
            var joined: [String] = []
            var cursor: String?
            repeat {
                let after = cursor.map { ["--after", $0] } ?? []
                let page = try archive.start(["search", "的", "--sort", order, "--limit", "17", "--json"] + after).wait().objects
                joined += page.compactMap { $0["id"]?.string }
                cursor = page.last?["cursor"]?.string
            } while cursor != nil && joined.count <= expected.count
            #expect(joined == expected, "sorted by \(order)")
        }
    }

    @Test func `a similar record is found for a record and for a text`() throws {
        let archive = try filled()
        let byRecord = try archive.run("similar", "A2", "--json").objects
        #expect(byRecord.first?["id"]?.string == "A4")
        #expect(!byRecord.contains { $0["id"]?.string == "A2" }, "not the record itself")
        let file = archive.folder.file("letter.txt")
        FileBytes.write(Array("健身房关门了，预付卡不予退款\n怎么办".utf8), to: file)
        let byText = archive.run("similar", "--text", "-", "--json", input: file)
        #expect(byText.exitCode == 0)
        #expect(Set(try byText.objects.prefix(2).compactMap { $0["id"]?.string }) == ["A2", "A4"])
    }

    @Test func `members the program does not know come back`() throws {
        let archive = try filled()
        let expected = Sample.records[0]["boxNumber"]
        #expect(try archive.run("show", "A1", "--json").objects.first?["boxNumber"] == expected)
        let exported = try archive.run("export", "--to", "-").objects
        #expect(exported.count == 4)
        #expect(exported.first { $0["id"]?.string == "A1" }?["boxNumber"] == expected)
    }

    @Test func `an export imported elsewhere finds the same`() throws {
        let first = try TestArchive()
        try first.add(try Sample.synthetic(200), as: "records.jsonl")
        let file = first.folder.file("export.jsonl")
        #expect(first.run("export", "--to", file, "--with-identity").exitCode == 0)
        let second = try TestArchive(in: first.folder, name: "second")
        let answer = try second.add(FileBytes.read(file), as: "again.jsonl")
        #expect(answer["imported"]?.int == 200 && answer["rejected"]?.int == 0)
        for query in ["date:1900..2200", "物业", "\"投诉\"", "退款 OR 停车", "-噪音", "date:2023"] {
            #expect(first.count(query) == second.count(query), "\(query)")
        }
        let facet = ["search", "date:1900..2200", "--facet", "category", "--limit", "1", "--json"]
        #expect(try first.start(facet).wait().objects.first == second.start(facet).wait().objects.first)
        // Into the archive it came from, it changes nothing.
        let back = try first.add(FileBytes.read(file), as: "back.jsonl")
        #expect(back["unchanged"]?.int == 200, "\(back.text)")
    }

    @Test func `the upkeep of an archive`() throws {
        let archive = try filled()
        let statistics = try archive.run("stat", "--json").objects.first
        #expect(statistics?["records"]?.int == 4 && statistics?["indexed"]?.int == 4)
        #expect(archive.run("reindex", "--json").exitCode == 0)
        #expect(archive.count("退款") == 2)
        let checked = try archive.run("verify", "--json").objects.first
        #expect(keys(checked).isSuperset(of: ["ok", "problems"]))
        #expect(checked?["ok"]?.bool == true && checked?["problems"]?.array?.isEmpty == true)
        let copy = archive.folder.file("copy")
        #expect(archive.run("backup", copy, "--json").exitCode == 0)
        let fromCopy = archive.run("search", "退款", "--count", environment: ["JUANZONG_ARCHIVE": copy])
        #expect(fromCopy.number == 2)
        #expect(archive.run("verify", environment: ["JUANZONG_ARCHIVE": copy]).exitCode == 0)
        #expect(archive.run("backup", copy).exitCode == 2, "a backup never goes over another")
        for file in TestArchive.files(under: copy) + archive.files() {
            var status = stat()
            unsafe stat(file, &status)
            #expect(status.st_mode & 0o077 == 0, "\(file) can be read by others")
        }
    }

    @Test func `an index that was deleted is rebuilt`() throws {
        let archive = try filled()
        for file in TestArchive.files(under: archive.path + "/index") { FileBytes.remove(file) }
        #expect(archive.run("reindex").exitCode == 0)
        #expect(archive.count("退款") == 2)
        #expect(archive.run("verify").exitCode == 0)
    }

    @Test func `analysis needs no archive and answers line by line`() throws {
        let file = TemporaryFolder()
        let input = file.file("lines.txt")
        FileBytes.write(Array("停車費每月３００元\n\n联系电话13900001111\n".utf8), to: input)
        let outcome = Program.start(["analyze", "--json", "-"], environment: ["JUANZONG_ARCHIVE": "/nonexistent"], input: input).wait()
        let plain = Program.start(["analyze", "--lexicon", "none", "--json", "停車費每月３００元"], environment: [:]).wait()
        #expect(plain.exitCode == 0)
        #expect(try plain.objects.first?["normalised"]?.string == "停车费每月300元")
        #expect(outcome.exitCode == 0, "\(outcome)")
        let objects = try outcome.objects
        #expect(objects.count == 3, "one object a line of input, an empty one too")
        for object in objects {
            #expect(keys(object).isSuperset(of: ["normalised", "breaks", "words", "numbers"]))
            let breaks = (object["breaks"]?.array ?? []).compactMap(\.int)
            #expect(breaks == breaks.sorted() && Set(breaks).count == breaks.count)
            #expect((breaks.last ?? 0) <= (object["normalised"]?.string ?? "").unicodeScalars.count)
        }
        #expect(objects.first?["normalised"]?.string == "停车费每月300元")
        #expect(!outcome.text.contains("\"normalised\":\"联系电话13900001111"))
    }

    @Test func `a map is proposed from a header row`() throws {
        let archive = try TestArchive()
        let file = archive.folder.file("table.csv")
        FileBytes.write(Array("工单编号,受理时间,标题,诉求内容\nG1,2024/1/5,停车费,太贵了\n".utf8), to: file)
        let guess = archive.run("import", "--guess", file)
        #expect(guess.exitCode == 0)
        let map = archive.folder.file("map.yaml")
        FileBytes.write(guess.output, to: map)
        let answer = try archive.run("import", file, "--map", map, "--json").objects.first
        #expect(answer?["imported"]?.int == 1, "the proposal works as it is")
        #expect(archive.count("停车费") == 1)
    }

    // An empty draft was printed, as if the file had been a table.
    @Test func `what is no table gets no map, but is told`() throws {
        let archive = try TestArchive()
        var seed = Seed(5)
        for (name, count) in [("a.bin", 64), ("b.csv", 4_096), ("c.csv", 100_000), ("d.jsonl", 4_096), ("e.csv", 0)] {
            let file = archive.folder.file(name)
            FileBytes.write((0..<count).map { _ in UInt8.random(in: 0...255, using: &seed) }, to: file)
            let outcome = archive.run("import", "--guess", file)
            #expect(outcome.exitCode == 2 && outcome.output.isEmpty, "\(name) \(outcome)")
            #expect(outcome.noticeText.contains(name) && outcome.noticeText.contains("Remedy: "), "\(name) \(outcome)")
        }
    }

    // 1 is for what is looked for and not there.
    @Test func `deciding on a record that is not there is a mistake`() throws {
        let archive = try TestArchive()
        try archive.add(Sample.records)
        for words in [["link", "A1", "NO-SUCH"], ["link", "NO-SUCH", "A1"], ["link", "NO-SUCH"], ["unlink", "A1", "NO-SUCH"], ["event", "NO-SUCH", "--type", "督办"]] {
            let outcome = archive.start(words).wait()
            #expect(outcome.exitCode == 2 && outcome.noticeText.contains("NO-SUCH"), "\(words) \(outcome)")
        }
        #expect(archive.run("link", "A1").exitCode == 1, "no decision is nothing found")
    }

    @Test func `a decision is listed with the title and the day of the other record`() throws {
        let archive = try TestArchive()
        try archive.add([record("T1", "停车费太贵"), record("T2", "停车费又涨\u{1B}[31m了")])
        #expect(archive.run("link", "T1", "T2", "--verdict", "D3").text.contains("停车费又涨"))
        let list = archive.run("link", "T1")
        #expect(list.exitCode == 0 && list.text.contains("2024-01-05") && list.text.contains("停车费又涨") && !list.text.contains("\u{1B}[31m"), "\(list)")
        #expect(archive.run("link", "T2").text.contains("停车费太贵"))
        let line = try archive.run("link", "T1", "--json").objects.first
        #expect(line?["otherTitle"]?.string?.hasPrefix("停车费又涨") == true && line?["otherDate"]?.string == "2024-01-05")
    }

    private func record(_ id: String, _ title: String) -> JSONObject {
        ["id": .string(id), "receivedAt": "2024-01-05", "title": .string(title), "content": "同一小区的事"]
    }
}

extension ContractTests {
    @Test func `a batch in which a query failed says so by its exit code, and answers the others`() throws {
        let archive = try TestArchive()
        try archive.add(Sample.records)
        let path = archive.folder.file("queries.txt")
        FileBytes.write(Array("退款\n停车费 OR\n".utf8), to: path)
        for (more, code) in [([], 2), (["--allow-errors"], 0)] as [([String], Int32)] {
            let outcome = archive.start(["batch"] + more, input: path).wait()
            let lines = try outcome.lines.map { try JSONValue.parse(Array($0.utf8)) }
            #expect(outcome.exitCode == code, "\(outcome)")
            #expect(lines.count == 2 && lines.first?["total"]?.int == 2 && lines.last?["error"] != nil, "\(outcome)")
            #expect(outcome.noticeText.contains("1 of 2") == (code == 2), "\(outcome.noticeText)")
        }
    }
}
