// Reading answers: all hits of a record, tables on the screen and in files, saved queries, a standing query, reasons.

import Glibc
import Records
import TestSupport
import Testing

@Suite struct ReadingTests {
    private func filled() throws -> TestArchive {
        let archive = try TestArchive()
        try archive.add(Sample.records)
        return archive
    }

    @Test func `every hit of one record is marked on the original`() throws {
        let archive = try filled()
        let shown = try archive.run("show", "A3", "--matches", "停车 噪音", "--json").objects.first
        let marked = try #require(shown?["archive"]?["matches"]?.array)
        var found: [String: [String]] = [:]
        for text in marked {
            let characters = Array((text["text"]?.string ?? "").unicodeScalars)
            for match in text["matches"]?.array ?? [] {
                let start = try #require(match.array?.first?.int), length = try #require(match.array?.last?.int)
                var piece = String.UnicodeScalarView()
                piece.append(contentsOf: characters[start..<start + length])
                found[text["field"]?.string ?? "", default: []].append(String(piece))
            }
        }
        #expect(found == ["title": ["噪音"], "content": ["停車", "噪音"]])
        let plain = archive.run("show", "A3", "--matches", "停车")
        #expect(plain.text.contains("【停車】"), "brackets where there are no colours")
        #expect(archive.run("show", "A3", "--matches", "退款").exitCode == 1)
        #expect(archive.run("show", "A3", "--matches", "停车 OR").exitCode == 2)
    }

    @Test func `reasons speak the reader's language and name words and counts`() throws {
        let archive = try filled()
        let chinese = archive.run("search", "退款", "--explain", environment: ["LANG": "zh_CN.UTF-8"])
        #expect(chinese.text.contains("退款（全库 2 件有"), "\(chinese.text)")
        #expect(!chinese.text.contains("weight"))
        let english = try archive.run("search", "健身房停车退款不给", "--explain", "--json").objects.first
        let lines = (english?["explain"]?.array ?? []).compactMap(\.string)
        #expect(lines.contains { $0.contains("not as written") } && lines.contains { $0.contains("not here: ") }, "\(lines)")
        let byDate = try archive.run("search", "退款", "--sort", "newest", "--explain", "--json").objects.first
        #expect(byDate?["explain"]?.array?.first?.string?.contains("by date") == true)
    }

    @Test func `facets are counted in 件, paths as a tree`() throws {
        let archive = try filled()
        let outcome = archive.run("search", "date:2024", "--facet", "category", environment: ["LANG": "zh_CN.UTF-8"])
        #expect(outcome.text.contains("2 件") && outcome.text.contains("      健身"), "\(outcome.text)")
    }

    @Test func `a table lines up by columns of the terminal`() throws {
        let archive = try filled()
        let lines = archive.run("search", "date:2024", "--columns", "id,title,date").lines
        // Two columns a Chinese character: the dates begin in the same column.
        let starts = lines.filter { $0.contains("2024-") }.map { line -> Int in
            let before = line[..<line.firstRange(of: "2024-")!.lowerBound]
            return before.unicodeScalars.reduce(0) { $0 + ($1.value >= 0x2E80 ? 2 : 1) }
        }
        #expect(starts.count == 4 && Set(starts).count == 1, "\(lines)")
        #expect(archive.run("search", "date:2024", "--columns", "id,phone").exitCode == 2, "who complained is no column")
        #expect(archive.run("search", "date:2024", "--columns", "nosuch").exitCode == 2)
        #expect(!archive.run("search", "退款").text.contains("\u{1B}"), "no colours but on a terminal")
    }

    @Test func `hits and exports go out as CSV and as a workbook that reads back`() throws {
        let archive = try filled()
        let csv = archive.folder.file("hits.csv")
        let written = try archive.run("search", "退款", "--out", csv, "--columns", "id,title,amount", "--json").objects.first
        #expect(written?["written"]?.int == 2)
        let text = String(decoding: FileBytes.read(csv), as: UTF8.self)
        #expect(text.hasPrefix("\u{FEFF}id,title,amount\r\n") && text.contains("A4,健身卡退款,\r\n"))
        let workbook = archive.folder.file("all.xlsx")
        #expect(archive.run("export", "--to", workbook, "--columns", "id,date,title,content,category").exitCode == 0)
        let second = try TestArchive(in: archive.folder, name: "second")
        let map = archive.folder.file("map.yaml")
        let guess = archive.run("import", "--guess", workbook)
        FileBytes.write(guess.output, to: map)
        let answer = try second.run("import", workbook, "--map", map, "--json").objects.first
        #expect(answer?["imported"]?.int == 4 && answer?["rejected"]?.int == 0, "\(guess.text)")
        #expect(second.count("\"预付卡不予退款\"") == 1 && second.count("date:2024-03") == 2)
        #expect(archive.run("search", "退款", "--out", archive.folder.file("hits.doc")).exitCode == 2)
        #expect(archive.run("export", "--to", workbook, "--with-identity").exitCode == 2)
        #expect(archive.run("export", "没有这样的字句", "--to", archive.folder.file("none.csv")).exitCode == 1)
    }

    @Test func `a saved query is used by its name, alone and with more`() throws {
        let archive = try filled()
        #expect(archive.run("query", "save", "两样", "停车 OR 退款", "--filter", "region=310104").exitCode == 0)
        #expect(archive.count("@两样") == 2)
        #expect(archive.count("@两样", "预付卡") == 2 && archive.count("@两样", "-电话") == 1)
        #expect(archive.run("query", "save", "坏的", "停车 OR").exitCode == 2, "a query that cannot be read is not kept")
        #expect(archive.run("query", "save", "有 空格", "停车").exitCode == 2)
        let list = try archive.run("query", "list", "--json").objects
        #expect(list.count == 1 && list.first?["count"]?.int == 2)
        #expect(archive.run("search", "@没有").exitCode == 2)
        let copy = archive.folder.file("copy")
        #expect(archive.run("backup", copy).exitCode == 0)
        #expect(archive.run("search", "@两样", "--count", environment: ["JUANZONG_ARCHIVE": copy]).number == 2)
        #expect(archive.run("query", "remove", "两样").exitCode == 0 && archive.run("query", "list").exitCode == 1)
    }

    @Test func `a standing query shows what comes in and what changes`() throws {
        let archive = try filled()
        let watching = archive.start(["search", "退款", "--watch", "--every", "1", "--json"])
        usleep(1_500_000)
        let file = archive.folder.file("new.json")
        let new = "{\"id\":\"N1\",\"receivedAt\":\"2024-05-01\",\"title\":\"美容院拒绝退款\"}\n{\"id\":\"N2\",\"receivedAt\":\"2024-05-01\",\"title\":\"停水\"}"
        FileBytes.write(Array(new.utf8), to: file)
        #expect(archive.run("add", file).exitCode == 0)
        usleep(2_000_000)
        #expect(archive.run("edit", "A2", "--set", "status=已办结").exitCode == 0)
        usleep(2_000_000)
        watching.kill()
        let outcome = watching.wait()
        let seen = try outcome.objects.map { [$0["id"]?.string, $0["change"]?.string] }
        #expect(seen == [["N1", "added"], ["A2", "changed"]], "\(outcome) \(outcome.text)")
    }

    @Test func `the shell is offered fields and values`() throws {
        let archive = try filled()
        #expect(archive.run("completion", "bash").text.contains("juanzong"))
        #expect(archive.run("completion", "csh").exitCode == 2)
    }
}
