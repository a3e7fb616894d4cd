// `trends` and `report` as other programs and readers get them: exit codes, keys, files.

import Records
import TestSupport
import Testing

@Suite struct TrendCommandTests {
    /// Fourteen quiet weeks, and in the last one twenty people about one thing.
    private func archive(burst: Int = 20) throws -> TestArchive {
        let first = Int(CalendarDate(year: 2024, month: 1, day: 1)!.days)
        var records: [JSONObject] = []
        for day in 0..<98 {
            for number in 0..<5 {
                let kind = ["供水/停水", "交通/占道", "物业/收费"][(day + number) % 3]
                records.append([
                    "id": .string("Q\(day)-\(number)"), "receivedAt": .string(CalendarDate(days: Int32(first + day))!.text),
                    "title": .string("\(kind)问题"), "content": .string("第\(day * 5 + number)件"), "category": .string(kind),
                ])
            }
        }
        for number in 0..<burst {
            records.append([
                "id": .string("X\(number)"), "receivedAt": .string(CalendarDate(days: Int32(first + 91 + number % 7))!.text),
                "title": "健身房<跑路>\"&", "content": .string("第\(number)位会员退不了卡"), "category": "消费/预付卡",
            ])
        }
        let archive = try TestArchive()
        try archive.add(records)
        return archive
    }

    @Test func `an alarm has the promised keys and opens to its records`() throws {
        let archive = try archive()
        let outcome = archive.run("trends", "--json")
        #expect(outcome.exitCode == 0)
        let alarm = try #require(try outcome.objects.first { $0.objectValue?["key"]?.string == "消费/预付卡" }?.objectValue)
        for key in ["key", "observed", "expected", "bound", "p", "q", "start", "records"] { #expect(alarm[key] != nil, "\(key)") }
        #expect(alarm["observed"]?.number == "20")
        #expect(archive.count(try #require(alarm["query"]?.string)) == 20)
    }

    @Test func `nothing rising is exit 1 and no output`() throws {
        let archive = try archive(burst: 0)
        let outcome = archive.run("trends")
        #expect(outcome.exitCode == 1 && outcome.output.isEmpty && !outcome.notices.isEmpty)
    }

    @Test func `a cron job hears of an alarm once`() throws {
        let archive = try archive()
        #expect(archive.run("trends", "--since-last").exitCode == 0)
        #expect(archive.run("trends", "--since-last").exitCode == 1)
        #expect(archive.run("trends").exitCode == 0)
    }

    @Test func `a page is one file, asks nothing of anybody, and runs no text of a record`() throws {
        let archive = try archive()
        let path = archive.folder.file("rising.html")
        #expect(archive.run("trends", "--html", path).exitCode == 0)
        let page = String(decoding: FileBytes.read(path), as: UTF8.self)
        #expect(page.hasPrefix("<!doctype html>") && page.contains("<svg") && page.contains("消费/预付卡"))
        for word in ["http://", "https://", "<script", "src=", "url(", "<跑路>"] { #expect(!page.contains(word), "\(word)") }
    }

    @Test func `a report goes out as text, JSON, CSV, workbook and page, each with its snapshot`() throws {
        let archive = try archive()
        let printed = archive.run("report", "monthly", "2024-03")
        #expect(printed.exitCode == 0 && printed.text.contains("snapshot"))
        let rows = try archive.run("report", "monthly", "2024-03", "--json").objects.compactMap(\.objectValue)
        let overall = try #require(rows.first { $0["table"]?.string == "overall" })
        #expect(overall["values"]?.objectValue?["records"]?.number == "155")
        let snapshot = try #require(overall["snapshot"]?.string)
        for (name, head) in [("m.csv", "\u{FEFF}"), ("m.xlsx", "PK"), ("m.html", "<!doctype"), ("m.jsonl", "{")] {
            let path = archive.folder.file(name)
            #expect(archive.run("report", "monthly", "2024-03", "--to", path).exitCode == 0)
            #expect(String(decoding: FileBytes.read(path).prefix(16), as: UTF8.self).hasPrefix(head), "\(name)")
        }
        try archive.add([["id": "Q70-1", "receivedAt": "2024-04-01", "title": "移走"]], as: "later.jsonl")
        func count(_ arguments: String...) throws -> String? {
            let rows = try archive.start(["report", "monthly", "2024-03", "--json"] + arguments).wait().objects
            return rows.first?.objectValue?["values"]?.objectValue?["records"]?.number
        }
        #expect(try count() == "154")
        #expect(try count("--as-of", snapshot) == "155")
        let corrections = archive.run("report", "corrections", snapshot, "--period", "2024-03")
        #expect(corrections.exitCode == 0 && corrections.text.contains("Q70-1"))
    }

    @Test func `a mistake names its place and its remedy`() throws {
        let archive = try archive(burst: 0)
        for arguments in [
            ["trends", "--by", "nonsense"], ["trends", "--window", "0d"], ["trends", "--until", "never"],
            ["report", "monthly", "2024"], ["report", "pivot", "--rows", "title", "--period", "2024"],
            ["report", "annual", "2024", "--as-of", "nothing"], ["report", "monthly", "2024-03", "--to", "m.doc"],
            ["report", "monthly", "2024-03", "--filter", "category"],
        ] {
            let outcome = archive.start(arguments).wait()
            #expect(outcome.exitCode == 2 && outcome.output.isEmpty && !outcome.notices.isEmpty, "\(arguments)")
        }
    }
}
