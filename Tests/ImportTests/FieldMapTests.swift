import Glibc
import Records
import Testing
import TestSupport

@testable import Import

@Suite struct FieldMapTests {
    private func map(_ fields: String, _ head: String = "") throws -> FieldMap {
        try FieldMap.parse("\(head)\nfields:\n  id: {from: id, optional: true}\n  receivedAt: {default: 2020-01-01}\n  content: {constant: c}\n" + fields)
    }

    /// Record JSON of one CSV row under a map, or the rejection.
    private func record(_ header: String, _ row: String, _ fields: String, _ head: String = "") throws -> String {
        let file = TemporaryFile("\(header)\n\(row)\n")
        var options = options(file, format: .csv)
        options.map = try map(fields, head)
        var reader = try opened(options, file, decodes: true)
        let first = try #require(try reader.next().first)
        switch first.result {
        case .success(var object):
            for usual in ["receivedAt", "content"] { object[usual] = nil }
            return object.text
        case .failure(let rejection): return "\(rejection.reason.code) \(rejection.field ?? "-") \(rejection.column ?? "-")"
        }
    }

    @Test func `columns, joins, first values and paths`() throws {
        #expect(try record("id,a,b", "1,x,y", "  title: a") == #"{"id":"1","title":"x","b":"y"}"#)
        #expect(try record("id,a,b,c", "1,x,,z", "  title: {from: [a, b, c], join: \"-\"}") == #"{"id":"1","title":"x-z"}"#)
        #expect(try record("id,a,b", "1,,y", "  title: {first: [a, b]}") == #"{"id":"1","title":"y"}"#)
        #expect(try record("id,a,b,c", "1,甲/乙,,丙", "  category: {path: [a, b, c]}") == #"{"id":"1","category":"甲／乙/丙"}"#)
        #expect(try record("id, Ａ ,b", "1,x,y", "  title: a\n  summary: B") == #"{"id":"1","title":"x","summary":"y"}"#)
        #expect(try record("id,a", "1, \u{3000} ", "  title: a") == #"{"id":"1"}"#)
        #expect(try record("id,a,b", "1,,", "  category: {path: [a, b]}\n  title: {from: [a, b]}\n  keywords: {from: a, split: x}") == #"{"id":"1"}"#)
    }

    @Test func `nested targets, alias numbers and gaps`() throws {
        #expect(
            try record("id,n,p,q", "1,某,138,9", "  complainants[0].name: n\n  complainants[0].phone: p\n  complainants[1].name: q")
                == #"{"id":"1","complainants":[{"name":"某","phone":"138"},{"name":"9"}]}"#)
        #expect(
            try record("id,n,q", "1,,乙", "  complainants[0].name: n\n  complainants[1].name: q")
                == #"{"id":"1","complainants":[{"name":"乙"}]}"#)
        #expect(
            try record("id,a,b", "1,A1,B2", "  aliasNos[上级编号]: a\n  aliasNos[工单号]: {from: b, prefix: \"w\"}")
                == #"{"id":"1","aliasNos":[{"kind":"上级编号","no":"A1"},{"kind":"工单号","no":"wB2"}]}"#)
    }

    @Test func `splitting, tables of values, numbers`() throws {
        #expect(try record("id,a", "1,甲、 乙，、丙", "  keywords: {from: a, split: [\"、\", \"，\"]}") == #"{"id":"1","keywords":["甲","乙","丙"]}"#)
        let table = "  status: {from: a, values: {办结: closed, 空: ~}"
        #expect(try record("id,a", "1,办结", table + "}") == #"{"id":"1","status":"closed"}"#)
        #expect(try record("id,a", "1,空", table + "}") == #"{"id":"1"}"#)
        #expect(try record("id,a", "1,新", table + "}") == "valueUnknown status a")
        #expect(try record("id,a", "1,新", table + ", otherwise: keep}") == #"{"id":"1","status":"新"}"#)
        #expect(try record("id,a", "1,新", table + ", otherwise: drop}") == #"{"id":"1"}"#)
        #expect(try record("id,a", "1,新", table + ", otherwise: 其他}") == #"{"id":"1","status":"其他"}"#)
        #expect(try record("id;a", "1;￥1,234.50元", "  amountClaimed: a") == #"{"id":"1","amountClaimed":1234.50}"#)
        #expect(try record("id,a", "1,多", "  amountClaimed: a") == "numberUnreadable amountClaimed a")
        #expect(try record("id,a", "1,", "  title: {from: a, required: true}") == "valueMissing title a")
    }

    @Test func `a hash names rows that have no number, and only equal rows alike`() throws {
        func id(_ row: String, _ rule: String) throws -> String { try record("a,b", row, "", "") + rule }
        _ = try id("1,2", "")
        let fields = "fields:\n  id: {hash: true, prefix: h-}\n  receivedAt: {default: 2020-01-01}\n  content: a"
        let file = TemporaryFile("a,b\nx,y\nx,z\nx,y\nxy,\n")
        var options = options(file)
        options.map = try FieldMap.parse(fields)
        var reader = try opened(options, file, decodes: true)
        let ids = try reader.next().map { try $0.result.get()["id"]?.string ?? "" }
        #expect(ids[0] == ids[2] && Set(ids).count == 3)
        #expect(ids.allSatisfy { $0.hasPrefix("h-") && $0.count == 34 })
    }

    @Test func `unmapped columns are kept, dropped or renamed when they look like fields`() throws {
        #expect(try record("id,a,status,b", "1,x,开,y", "", "drop: [b]") == #"{"id":"1","a":"x","source.status":"开"}"#)
        #expect(try record("id,a", "1,x", "", "keepUnmapped: false") == #"{"id":"1"}"#)
    }

    @Test func `JSON lines: lists stay lists, objects are walked, null is nothing`() throws {
        let file = TemporaryFile(#"{"id":7,"l":["a"," b "],"o":{"n":{"m":"深"}},"z":null,"d":"2024-1-5","t":true,"x":{"k":[1]}}"# + "\n", ".jsonl")
        var options = options(file)
        options.map = try FieldMap.parse(
            "fields: {id: id, receivedAt: d, keywords: l, title: o.n.m, summary: z, consentPublish: t, content: {constant: c}}")
        var reader = try opened(options, file, decodes: true)
        let text = try #require(try reader.next().first).result.get().text
        #expect(
            text
                == #"{"id":"7","receivedAt":"2024-01-05","keywords":["a","b"],"title":"深","consentPublish":true,"content":"c","o":{"n":{"m":"深"}},"x":{"k":[1]}}"#
        )
    }

    @Test func `rows with more cells than the header are rejected, shorter ones read`() throws {
        #expect(try record("id,a", "1,x,,", "  title: a") == #"{"id":"1","title":"x"}"#)
        #expect(try record("id,a", "1,x,y", "  title: a") == "tooManyColumns - -")
        #expect(try record("id,a,b", "1,x", "  title: a") == #"{"id":"1","title":"x"}"#)
        #expect(try record("id,a,b", "1", "  title: a") == "tooFewColumns - -")
    }

    @Test(arguments: [
        ("fields: {titel: a}", 1, 10), ("feilds: {}", 1, 1), ("fields:\n  title: {form: a}", 2, 11), ("fields:\n  title: {from: a, constant: b}", 2, 20),
        ("fields:\n  title: {split: x}", 2, 3), ("fields:\n  closedAt: {from: a, dates: dd-mm}", 2, 30), ("fields:\n  complainants: {}", 2, 3),
        ("fields:\n  complainants[0].nam: a", 2, 3), ("fields:\n  title[0]: a", 2, 3), ("fields:\n  title: a\n  title: b", 3, 3),
        ("source: {encoding: latin}\nfields: {}", 1, 20), ("timeZone: 8\nfields: {}", 1, 11), ("fields:\n  incidentAt: a", 2, 3),
        ("fields:\n  id: a\n  receivedAt: {default: 2020-02-30}", 3, 25), ("fields:\n  id: a\n  content: b", 2, 3), ("fields: [a]", 1, 9), ("a: [", 2, 1),
    ])
    func `mistakes in a map are pointed at`(text: String, line: Int, column: Int) {
        do throws(MapError) {
            _ = try FieldMap.parse(text)
            Issue.record("accepted: \(text)")
        } catch {
            #expect(error.line == line && error.column == column, "\(text): \(error)")
            for language in [Language.chinese, .english] {
                #expect(error.notice(in: language, path: "m.yaml").split(separator: "\n").count >= 3)
            }
        }
    }

    @Test func `a column that the file lacks is found before the first row`() throws {
        let file = TemporaryFile("id,a\n1,x\n")
        var options = options(file)
        options.map = try map("  title: 没有")
        #expect {
            _ = try opened(options, file, decodes: true)
        } throws: { error in
            guard case ImportError.map(let error, _) = error else { return false }
            return error.cause == .columnMissing("没有") && error.line == 6 && error.column == 10
        }
    }

    @Test func `columns named like fields need no map, others do`() throws {
        let file = TemporaryFile("registerNo,receivedAt,title,complainants[0].phone\n1,2024/1/5 8:30,t,p\n")
        var reader = try opened(file, decodes: true)
        let text = try #require(try reader.next().first).result.get().text
        #expect(text == #"{"registerNo":"1","receivedAt":"2024-01-05T08:30:00+08:00","title":"t","complainants":[{"phone":"p"}]}"#)
        #expect(throws: ImportError.self) { _ = try opened(TemporaryFile("编号,标题\n1,2\n"), decodes: true) }
    }

    @Test func `every shipped map is valid`() throws {
        let folder = Self.packageFolder + "/corpus/maps"
        let names = Self.names(in: folder)
        #expect(names.count == 16)
        for name in names {
            let text = String(decoding: try #require(contents(of: "\(folder)/\(name)")), as: UTF8.self)
            do throws(MapError) {
                _ = try FieldMap.parse(text)
            } catch {
                Issue.record("\(error.notice(in: .english, path: name))")
            }
        }
    }

    @Test func `the example in MAPS md is a valid map`() throws {
        let text = String(decoding: try #require(contents(of: Self.packageFolder + "/Sources/Import/MAPS.md")), as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let first = try #require(lines.firstIndex(of: "```yaml"))
        let last = try #require(lines[first...].firstIndex(of: "```"))
        let map = try FieldMap.parse(lines[(first + 1)..<last].joined(separator: "\n"))
        #expect(map.rules.count == 15)
    }

    private static var packageFolder: String {
        #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
    }

    private static func names(in folder: String) -> [String] {
        guard let directory = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name.hasSuffix(".yaml") { names.append(name) }
        }
        return names.sorted()
    }
}

@Suite struct ReadingTests {
    @Test(arguments: [
        ("2024-1-5", "2024-01-05"), ("2024/01/05 8:30", "2024-01-05T08:30:00+08:00"), ("2024.1.5", "2024-01-05"),
        ("2024年1月5日", "2024-01-05"), ("2024年1月5日 下午3时5分", "2024-01-05T15:05:00+08:00"), ("2024年1月5日8:30", "2024-01-05T08:30:00+08:00"),
        ("20240105", "2024-01-05"), ("20240105083000", "2024-01-05T08:30:00+08:00"), ("2024-01-05T08:30:00Z", "2024-01-05T08:30:00+00:00"),
        ("2024-01-05 08:30:00.250+0900", "2024-01-05T08:30:00+09:00"), ("２０２４－０１－０５", "2024-01-05"), ("1704414600", "2024-01-05T08:30:00+08:00"),
        ("1704414600000", "2024-01-05T08:30:00+08:00"), ("45296", "2024-01-05"), ("45296.354166666664", "2024-01-05T08:30:00+08:00"),
        (" 2024-01-05 上午 8:30 ", "2024-01-05T08:30:00+08:00"), ("2024-02-29", "2024-02-29"),
    ])
    func `dates with the year first`(text: String, iso: String) {
        #expect(DateRule(readings: [.auto], zoneMinutes: 480).iso(text) == .success(iso))
    }

    @Test(arguments: [
        ("2024-02-30", Rejection.Reason.dateImpossible), ("2023-02-29", .dateImpossible), ("2024-13-01", .dateImpossible),
        ("2024-01-05 25:00", .dateImpossible), ("3/4/2024", .dateUnreadable), ("13800138000", .dateUnreadable), ("", .dateUnreadable), ("昨天", .dateUnreadable),
        ("2024-01", .dateUnreadable), ("0000-00-00", .dateImpossible), ("2024-01-05x", .dateUnreadable),
    ])
    func `what is no date`(text: String, reason: Rejection.Reason) {
        #expect(DateRule(readings: [.auto], zoneMinutes: 480).iso(text) == .failure(reason))
    }

    @Test(arguments: [
        ("d/M/yyyy", "3/4/2024", "2024-04-03"), ("MM-dd-yy", "04-03-99", "1999-04-03"), ("yyyy年M月d日[ H时]", "2024年4月3日 7时", "2024-04-03T07:00:00+08:00"),
        ("yyyy-MM-dd hh:mm:ss a", "2024-04-03 12:00:05 AM", "2024-04-03T00:00:05+08:00"),
    ])
    func `dates by a pattern`(pattern: String, text: String, iso: String) throws {
        #expect(DateRule(readings: [.pattern(try #require(DatePattern(pattern)))], zoneMinutes: 480).iso(text) == .success(iso))
    }

    @Test(arguments: Seed.sample(50)) func `serials agree with counting days`(seed: Seed) {
        var seed = seed
        let days = Int.random(in: 60...80_000, using: &seed)
        var (year, month, day) = (1900, 3, 1)
        for _ in 61..<max(days, 61) {
            day += 1
            if day > Moment.days(of: month, in: year) { (day, month) = (1, month + 1) }
            if month > 12 { (month, year) = (1, year + 1) }
        }
        guard days >= 61 else { return }
        let moment = Moment(serial: Double(days))
        #expect(moment?.year == year && moment?.month == month && moment?.day == day, "\(seed) \(days)")
    }

    @Test(arguments: [
        ("1,234.50元", "1234.50"), ("￥12", "12"), ("3.5万", "35000"), ("1.23456万元", "12345.6"), ("１２", "12"), ("-0.5", "-0.5"), (".5", "0.5"), ("007", "7"),
        ("2亿", "200000000"), ("0", "0"),
    ])
    func `amounts`(text: String, number: String) { #expect(NumberReading.json(text) == number) }

    @Test(arguments: ["", "元", "1.2.3", "约12", "12-13", "1 2 x"])
    func `what is no amount`(text: String) { #expect(NumberReading.json(text) == nil) }
}
