// `juanzong bands`, `pairs`, `edges`, `cluster`, `series`, `batch`: plain filters, lines in and lines out, that a cluster (or
// `sort` and a pipe) puts together.

import ArgumentParser
import Answers
import Engine
import Glibc
import Records

/// Numbers of records between tabs.
enum TabbedLine {
    static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x5C }) else { return text }
        return text.replacing("\\", with: "\\\\").replacing("\t", with: "\\t").replacing("\n", with: "\\n").replacing("\r", with: "\\r")
    }

    static func unescaped(_ text: Substring) -> String {
        guard text.utf8.contains(0x5C) else { return String(text) }
        var out = ""
        var isEscape = false
        for character in text {
            if isEscape {
                out.append(character == "t" ? "\t" : character == "n" ? "\n" : character == "r" ? "\r" : character)
                isEscape = false
            } else if character == "\\" {
                isEscape = true
            } else {
                out.append(character)
            }
        }
        return out
    }

    static func forEach(_ body: (_ columns: [Substring], _ number: Int) throws -> Void) throws {
        Input.tellTerminal()
        var number = 0
        try Input.forEachLine(
            of: STDIN_FILENO,
            { line in
                number += 1
                if line.isEmpty { return }
                try body(line.split(separator: "\t", omittingEmptySubsequences: false), number)
            }, idle: {})
    }

    /// Two numbers a line, as they are written.
    static func forEachPair(_ body: (_ one: Substring, _ other: Substring) throws -> Void) throws {
        try forEach { columns, number in
            guard columns.count == 2 else { throw ShardError.pairUnreadable(number: number) }
            try body(columns[0], columns[1])
        }
    }
}

extension Output {
    /// Lets a filter write as it goes, and the rest at its end.
    fileprivate static func filtering(_ body: (inout Output) throws -> Void) throws {
        var output = Output()
        try body(&output)
        try output.flush()
    }

    fileprivate mutating func filtered(_ line: String) throws {
        self.line(line)
        try flushIfLarge()
    }
}

struct Bands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bands",
        abstract: say("输出每条记录的文本指纹分段，用来在别处找出同文。", "Print the bands of every record's text sketch, to find equal texts elsewhere."),
        discussion: say(
            "每行：分段与散列、次序、编号。排序后交给 pairs。\n\n例：juanzong bands | sort | juanzong pairs | sort | uniq -cd \\\n        | sed 's/^ *[0-9]* //' | juanzong edges | juanzong cluster",
            "Each line: band and hash, order, number. Sorted, they go to `pairs`.\n\nExample: juanzong bands | sort | juanzong pairs | sort | uniq -cd \\\n             | sed 's/^ *[0-9]* //' | juanzong edges | juanzong cluster"))

    @OptionGroup var archive: ArchiveOptions

    func run() throws {
        let engine = try archive.open()
        try Output.filtering { output in
            _ = try engine.duplicateBands { key, order, id in try output.filtered("\(key)\t\(order)\t\(TabbedLine.escaped(id))") }
        }
    }
}

struct Pairs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pairs",
        abstract: say("由 bands 的行得出要比较的记录对。", "Pairs of records to compare, out of the lines of `bands`."),
        discussion: say(
            "标准输入须按第一列聚在一起。每行：先到的编号、后到的编号。\n\n例：juanzong bands | sort | juanzong pairs",
            "Lines of one first column must stand together. Each line: the earlier number, the later number.\n\nExample: juanzong bands | sort | juanzong pairs"))

    func run() throws {
        try Output.filtering { output in
            var key: Substring?
            var group: [(order: UInt64, id: String)] = []
            func close() -> [String] {
                group.sort { ($0.order, $0.id) < ($1.order, $1.id) }
                var lines: [String] = []
                BandPairs.forEachPair(of: group.count) { later, earlier in lines.append("\(group[earlier].id)\t\(group[later].id)") }
                group.removeAll(keepingCapacity: true)
                return lines
            }
            try TabbedLine.forEach { columns, number in
                guard columns.count == 3, let order = UInt64(columns[1]) else { throw ShardError.pairUnreadable(number: number) }
                if columns[0] != key {
                    for line in close() { try output.filtered(line) }
                    key = columns[0]
                }
                group.append((order, String(columns[2])))
            }
            for line in close() { try output.filtered(line) }
        }
    }
}

struct Edges: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edges",
        abstract: say("从记录对中留下同文的。", "Keep the pairs of records that are one text."),
        discussion: say(
            "每行两个编号，用制表符分开。\n\n例：juanzong edges < pairs.tsv | juanzong cluster",
            "Two numbers a line, parted by a tab.\n\nExample: juanzong edges < pairs.tsv | juanzong cluster"))

    @OptionGroup var archive: ArchiveOptions

    func run() throws {
        let engine = try archive.open()
        try Output.filtering { output in
            var waiting: [(String, String)] = []
            func same() throws -> [(String, String)] {
                defer { waiting.removeAll(keepingCapacity: true) }
                return waiting.isEmpty ? [] : try engine.duplicateEdges(waiting)
            }
            func hand(_ pairs: [(String, String)]) throws {
                for (one, other) in pairs { try output.filtered("\(TabbedLine.escaped(one))\t\(TabbedLine.escaped(other))") }
            }
            try TabbedLine.forEachPair { one, other in
                waiting.append((TabbedLine.unescaped(one), TabbedLine.unescaped(other)))
                if waiting.count == 4_096 { try hand(same()) }
            }
            try hand(same())
        }
    }
}

struct Cluster: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster",
        abstract: say("由成对的编号得出各组。", "Groups, out of pairs of numbers."),
        discussion: say(
            "每行两个编号，用制表符分开；输出：该组最小的编号、成员。行的次序不影响结果。\n\n例：juanzong edges < pairs.tsv | juanzong cluster",
            "Two numbers a line, parted by a tab. Prints the least number of the group and a member, a line each; the order of the input does not matter.\n\nExample: juanzong edges < pairs.tsv | juanzong cluster"))

    func run() throws {
        var groups = DisjointGroups()
        try TabbedLine.forEachPair { groups.join(String($0), String($1)) }
        try Output.filtering { output in
            for (head, member) in groups.members() { try output.filtered("\(head)\t\(member)") }
        }
    }
}

struct MonthlySeries: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "series",
        abstract: say("按月、按字段的值计数；各分片的行可以相加。", "Counts by month and value of a field; the lines of several shards add up."),
        discussion: say(
            "每行：月份、字段、值、件数；字段为空的行是全部。\n\n例：juanzong series --by region,category --shards '2023*'",
            "Each line: month, field, value, records; a line without a field is of all.\n\nExample: juanzong series --by region,category --shards '2023*'"))

    @OptionGroup var archive: ArchiveOptions

    @Option(help: help("字段，用逗号分开", "Fields, parted by commas", value: "fields"))
    var by = "region,category"

    func run() throws {
        let engine = try archive.open()
        try Output.filtering { output in
            try engine.monthlyCounts(by: by.split { $0 == "," || $0 == "，" }.map(String.init)) { month, field, value, count in
                try output.filtered("\(month)\t\(field)\t\(TabbedLine.escaped(value))\t\(count)")
            }
        }
    }
}

struct Batch: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "batch",
        abstract: say("逐行执行查询，每个查询输出一行 JSON。", "Answer a query a line, one line of JSON each."),
        discussion: say(
            "每行一个查询，或 JSON：{\"name\":…,\"query\":…,\"filters\":[…],\"sort\":…}。查询有误的那一行输出 error，其余照常，最后以 2 退出。\n\n例：juanzong batch --limit 5 < queries.txt",
            "A query a line, or JSON: {\"name\":…,\"query\":…,\"filters\":[…],\"sort\":…}. A query that cannot be read gives a line with `error`, and the others go on; the exit code is 2 then.\n\nExample: juanzong batch --limit 5 < queries.txt"))

    @OptionGroup var archive: ArchiveOptions

    @Option(help: help("每个查询列出几条", "Hits of each query", value: "n"))
    var limit = 10

    @Flag(help: help("有查询出错时也以 0 退出：由读结果的程序处理 error", "Exit with 0 although queries failed: whoever reads the lines minds `error`"))
    var allowErrors = false

    func validate() throws { try HitLimit.check(limit) }

    func run() throws {
        let engine = try archive.open()
        var output = Output()
        var (asked, failed) = (0, 0)
        Input.tellTerminal()
        try Input.forEachLine(
            of: STDIN_FILENO,
            { line in
                guard line.utf8.contains(where: { $0 > 0x20 }) else { return }
                let answer = answer(line, engine)
                asked += 1
                if answer["error"] != nil { failed += 1 }
                output.line(answer)
                try output.flushIfLarge()
            }, idle: { try output.flush() })
        try output.flush()
        if failed > 0, !allowErrors {
            Notices.print(say("\(asked) 个查询中有 \(failed) 个出错，见各行的 error", "\(failed) of \(asked) queries failed: see `error` in their lines"))
            throw ExitCode(Exit.error)
        }
    }

    private func answer(_ line: String, _ engine: Engine) -> JSONObject {
        var name = line
        do {
            var request = SearchRequest(query: line)
            // A line that means to be JSON and is none is told, not asked as words.
            if line.hasPrefix("{"), case .object(let object) = try JSONValue.parse(line.utf8.span) {
                request = SearchRequest(query: object["query"]?.string ?? "")
                request.filters = (object["filters"]?.array ?? []).compactMap(\.string)
                switch object["sort"]?.string {
                case "newest": request.sort = .newest
                case "oldest": request.sort = .oldest
                default: break
                }
                name = object["name"]?.string ?? request.query
            }
            request.limit = limit
            let answer = try engine.search(request)
            return [
                "name": .string(name), "total": .integer(answer.total),
                "hits": .array(answer.hits.map { .object(["id": .string($0.id), "score": .score($0.score), "date": .string($0.date)]) }),
            ]
        } catch let error as JSONError {
            let place = say("第 \(error.offset + 1) 字节", "byte \(error.offset + 1)")
            return ["name": .string(name), "error": .string("\(error.what(in: .ofUser)) (\(place))")]
        } catch {
            let notice = (error as? any NoticeError)?.notice(in: .ofUser) ?? "\(type(of: error))"
            return ["name": .string(name), "error": .string(notice)]
        }
    }
}
