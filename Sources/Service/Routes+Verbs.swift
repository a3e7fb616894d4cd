// Routes that are verbs of the command line: their parameters are its options, their answers its JSON lines in a list.
//
// An option goes as one argument, `--name=value`, and all else behind `--`: nothing that a caller writes can be taken for
// an option of its own.

import Answers
import Engine
import HTTPTypes
import Hummingbird
import Records

extension ArchiveService {
    /// Query parameters and the options they are.
    private struct Options: Sendable {
        var values: [String: String] = [:]
        var flags: [String: String] = [:]

        init(_ values: [String] = [], flags: [String] = []) {
            for name in values { self.values[name] = Self.option(name) }
            for name in flags { self.flags[name] = Self.option(name) }
        }

        /// `minPeople` is `--min-people`.
        static func option(_ name: String) -> String {
            "--" + name.reduce(into: "") { $0 += $1.isUppercase ? "-" + $1.lowercased() : String($1) }
        }

        var known: Set<String> { Set(values.keys).union(flags.keys) }

        func arguments(_ parameters: RequestParameters) throws(Problem) -> [String] {
            var arguments: [String] = []
            for (name, option) in values.sorted(by: { $0.key < $1.key }) {
                for value in parameters.all(name) where !value.isEmpty { arguments.append("\(option)=\(value)") }
            }
            for (name, option) in flags.sorted(by: { $0.key < $1.key }) where try parameters.flag(name) { arguments.append(option) }
            return arguments
        }
    }

    func addVerbRoutes(_ table: RouteTable) {
        func list(_ path: String, _ verb: [String], _ options: Options = Options(), id: Bool = false, json: Bool = true) {
            table.on(.get, path) { call in
                let parameters = try call.query(options.known)
                var arguments = verb + (json ? ["--json"] : []) + (try options.arguments(parameters))
                if id { arguments += ["--", try call.path("id")] }
                return try await call.items(arguments)
            }
        }
        list("/api/records/{id}/deadlines", ["show", "--deadlines"], Options(["asOf"]), id: true)
        list("/api/records/{id}/links", ["link"], id: true)
        list("/api/status/{id}", ["status"], id: true)
        list("/api/stat", ["stat"])
        list("/api/verify", ["verify"])
        list("/api/queries", ["query", "list"])
        list("/api/audit", ["audit"], Options(["limit", "whoSaw"]))
        list("/api/audit/verify", ["audit", "--verify"], Options(["expect"]))
        list("/api/cases", ["case", "list"], Options(["state", "limit", "after"], flags: ["counts", "out"]))
        list("/api/cases/due", ["case", "due"], Options(["on"]))
        list("/api/cases/register", ["case", "register"])
        list("/api/cases/{id}", ["case", "show"], id: true)
        // The verb ends with an error when something is lacking; here that is an answer like any other.
        table.on(.get, "/api/cases/{id}/check") { call in
            _ = try call.query([])
            let id = try call.path("id")
            let (file, checks) = try await call.read { try $0.checkCase(id) }
            let item: JSONObject = [
                "file": .string(file.id), "ok": .bool(checks.allSatisfy(\.isMet)),
                "checks": .array(checks.map { .object(["name": .string($0.name), "ok": .bool($0.isMet), "detail": .string($0.detail(in: call.language)), "remedy": .string($0.isMet ? "" : $0.remedy.text(in: call.language))]) }),
            ]
            if call.wantsLines { return Response(JSONObject.lines([item]), type: "application/x-ndjson") }
            return .json(["items": .array([.object(item)]), "notices": []])
        }
        table.on(.get, "/api/records/{id}/audit") { call in
            let parameters = try call.query(["limit"])
            return try await call.items(["audit", "--json", "--who-saw=\(try call.path("id"))"] + (try Options(["limit"]).arguments(parameters)))
        }
        addFigureRoutes(table)
        addChangeRoutes(table)
        addCaseRoutes(table)
    }

    // MARK: Figures

    private static let reports: [String: (options: [String], positions: [String], flags: [String])] = [
        "monthly": (["filter", "asOf"], ["month"], ["public"]), "annual": (["filter", "asOf", "since"], ["year"], ["public"]),
        "pivot": (["filter", "asOf", "rows", "columns", "period", "limit"], [], ["public"]),
        "compare": (["filter", "asOf", "by", "limit"], ["first", "second"], ["public"]),
        "corrections": (["filter", "asOf", "period"], ["snapshot"], []), "ladder": (["by", "until", "months", "min", "limit"], [], []),
        "repeats": (["by", "from", "until", "limit"], [], []), "overdue": (["asOf", "limit", "unit"], [], []), "loops": (["asOf", "limit", "unit"], [], []),
        "transfers": (["asOf", "limit", "min", "unit"], [], []), "handover": (["asOf", "limit", "since", "unit"], [], []),
        "alerts": (["asOf", "limit", "unit"], [], []), "followups": (["asOf", "limit", "unit"], [], []),
    ]
    private static let lists: Set<String> = ["overdue", "loops", "transfers", "handover", "alerts", "followups"]

    private func addFigureRoutes(_ table: RouteTable) {
        table.on(.get, "/api/reports/{name}") { call in
            let name = try call.path("name")
            guard let report = Self.reports[name] else {
                throw Problem(
                    .notFound, "unknown-path", say(call.language, "没有这种报表", "there is no such report"),
                    remedy: Self.reports.keys.sorted().joined(separator: " "))
            }
            let options = Options(report.options, flags: report.flags)
            let parameters = try call.query(options.known.union(report.positions).union(["format", "fresh"]))
            let wantsFresh = try parameters.flag("fresh")
            let isList = Self.lists.contains(name) || name == "ladder"
            let limit = isList ? try parameters.number("limit", in: 1...1_000_000, default: .max) : .max
            let format = try parameters.one("format")
            // A list of the whole archive is a file's, not a page's, and waited for.
            let isShown = isList && limit <= 2 * ArchiveService.pageRows && format ?? "json" == "json" && !call.wantsLines
            let limits = call.service.options.limits
            let inBackground = name == "repeats" ? try await Self.isLarge(call, limits.comparedAtOnce) : isShown ? try await Self.isLarge(call, limits.surveyedAtOnce) : false
            let survey = Survey(call.service.surveys.memory, wantsFresh: wantsFresh && !inBackground, takesKeptOnly: inBackground)
            var arguments = ["report", name] + (try options.arguments(parameters))
            var positions: [String] = []
            for position in report.positions {
                guard let value = try parameters.one(position) else {
                    throw Problem.parameter(position, call.language, chinese: "必须给出", english: "must be given")
                }
                positions.append(value)
            }
            guard let format, format != "json" else {
                arguments += ["--json", "--"] + positions
                guard inBackground else { return try await call.items(arguments, survey: survey) }
                return isList ? try await Self.soon(arguments, survey, wantsFresh: wantsFresh, call) : try await Self.inBackground(arguments, survey, wantsFresh: wantsFresh, call)
            }
            let types = ["csv": "text/csv; charset=utf-8", "xlsx": Self.workbookType, "html": "text/html; charset=utf-8"]
            guard let type = types[format], !Self.lists.contains(name) || format == "csv" else {
                throw Problem.parameter("format", call.language, chinese: "应为 json、csv、xlsx 或 html", english: "takes json, csv, xlsx or html")
            }
            let folder = try RequestFolder()
            if report.positions.isEmpty, name == "ladder" || name == "repeats" || Self.lists.contains(name) {
                guard format == "csv" else { throw Problem.parameter("format", call.language, chinese: "应为 json 或 csv", english: "takes json or csv") }
                let (bytes, _) = try await call.output(arguments + ["--csv"], survey: survey)
                return Self.attachment(bytes, type, "\(name).csv")
            }
            arguments.append("--to=\(folder.path)/report.\(format)")
            _ = try await call.output(arguments + ["--"] + positions, folder: folder, survey: survey)
            return try call.file("\(folder.path)/report.\(format)", in: folder, name: "\(name).\(format)", type: type)
        }
        table.on(.get, "/api/matters") { call in
            let options = Options(["minPeople", "minRecords", "from", "until", "group", "limit", "ids"], flags: ["rising"])
            let parameters = try call.query(options.known.union(["format", "table", "fresh"]))
            let survey = Survey(call.service.surveys.memory, wantsFresh: try parameters.flag("fresh"))
            let arguments = ["matters", "--now"] + (try options.arguments(parameters))
            // A million records take minutes to group: that is done in the background, and the answer tells how many are missing.
            defer { call.service.matters.wake(as: call.caller.user) }
            guard try parameters.one("format") == "csv" else { return try await call.items(arguments + ["--json"], survey: survey) }
            let (bytes, _) = try await call.output(arguments + ["--csv=\(try parameters.one("table") ?? "summary")"])
            return Self.attachment(bytes, "text/csv; charset=utf-8", "matters.csv")
        }
        table.on(.get, "/api/export") { call in
            let options = Options(["filter", "columns"], flags: ["withIdentity"])
            let parameters = try call.query(options.known.union(["q", "from", "to", "format"]))
            let format = try parameters.one("format") ?? "jsonl"
            let types = ["jsonl": "application/x-ndjson", "csv": "text/csv; charset=utf-8", "xlsx": Self.workbookType]
            guard let type = types[format] else { throw Problem.parameter("format", call.language, chinese: "应为 jsonl、csv 或 xlsx", english: "takes jsonl, csv or xlsx") }
            var arguments = ["export"] + (try options.arguments(parameters))
            let folder = try RequestFolder()
            let path = "\(folder.path)/records.\(format)"
            var query = try parameters.one("q") ?? ""
            if let from = try parameters.one("from") { query += " date:\(from).." + (try parameters.one("to") ?? "") }
            else if let to = try parameters.one("to") { query += " date:..\(to)" }
            arguments.append("--to=\(path)")
            if !query.allSatisfy(\.isWhitespace) { arguments += ["--", query] }
            _ = try await call.output(arguments, .read, folder: folder)
            return try call.file(path, in: folder, name: "records.\(format)", type: type)
        }
    }

    private static func isLarge(_ call: Call, _ count: Int) async throws -> Bool {
        try await call.read { try $0.sizes().records ?? .max } > count
    }

    /// The answer that was made before, or the one that is made now, if that does not take long; else how far it is.
    private static func soon(_ arguments: [String], _ survey: Survey, wantsFresh: Bool, _ call: Call) async throws -> Response {
        let (service, user) = (call.service, call.caller.user)
        let name = ArchiveService.jobName(arguments, user)
        if wantsFresh {
            service.makeAnew(arguments, as: user, in: call.language, isWaitedFor: true)
            _ = await service.surveys.hasEnded(name, within: ArchiveService.patience)
        }
        do { return try await call.items(arguments, survey: survey) } catch let problem as Problem where problem.name == Problem.surveyInMaking {
            service.makeAnew(arguments, as: user, in: call.language, wantsFresh: false, isWaitedFor: true)
            guard await service.surveys.hasEnded(name, within: ArchiveService.patience) else { return .json(service.makingSoon(name, in: call.language)) }
            // One that is too large to be kept, or failed, is made here.
            return try await call.items(arguments, survey: Survey(service.surveys.memory))
        }
    }

    /// The answer that was made before, or word of how far it is.
    private static func inBackground(_ arguments: [String], _ survey: Survey, wantsFresh: Bool, _ call: Call) async throws -> Response {
        let service = call.service
        let name = ArchiveService.jobName(arguments, call.caller.user)
        // Asked for anew it is tried anew: there may be fewer by now.
        if !wantsFresh, service.surveys.isTooLarge(name) { throw EngineError.surveyTooLarge }
        // Told only as long as nothing of the new start is there.
        let isLost = service.comparisons.isLost(name)
        if wantsFresh { service.makeAnew(arguments, as: call.caller.user, in: call.language) }
        do { return try await call.items(arguments, survey: survey) } catch let problem as Problem where problem.name == Problem.surveyInMaking {
            service.makeAnew(arguments, as: call.caller.user, in: call.language)
            return .json(service.making(name, in: call.language) { progress in
                let done = progress?.done ?? 0
                let share = progress?.total.map { say(call.language, "，已完成 \(done) / \($0) 件", ", \(done) of \($0) done") } ?? ""
                let again = isLost ? say(call.language, "服务重新启动过，此前比对的没有留下，已从头开始。", "the service was restarted, and what had been compared is lost: it began anew; ") : ""
                return again + say(
                    call.language, "正在后台逐件比对\(share)。可以离开，回来再看；大档案要几个小时",
                    "records are being compared in the background\(share); come back later, a large archive takes hours")
            })
        }
    }

    private static let workbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    private static func attachment(_ bytes: [UInt8], _ type: String, _ name: String) -> Response {
        var response = Response(bytes, type: type)
        response.headers[.contentDisposition] = "attachment; filename=\"\(name)\""
        return response
    }

    // MARK: Changes

    private func addChangeRoutes(_ table: RouteTable) {
        table.on(.patch, "/api/records/{id}") { call in
            let body = try await call.object()
            var patch = JSONObject()
            if let set = body["set"] {
                guard let set = set.objectValue else { throw Problem.member("set", call.language) }
                patch = set
            }
            for name in try body.texts("unset", call.language) { patch.set(name, to: JSONValue.null) }
            guard !patch.isEmpty else { throw Problem.member("set", call.language) }
            let arguments = ["edit", "--merge=-", "--json"] + (try body.options(["reason", "version"], call.language)) + ["--", try call.path("id")]
            return try await call.items(arguments, .change, input: patch)
        }
        table.on(.post, "/api/records/{id}/events") { call in
            let body = try await call.object()
            let names = ["type", "at", "actor", "unit", "receiver", "slip", "due", "opinion", "status", "reason"]
            return try await call.items(["event", "--json"] + (try body.options(names, call.language)) + ["--", try call.path("id")], .change)
        }
        table.on(.post, "/api/records/{id}/withdraw") { call in
            let body = try await call.object()
            let undo = body["undo"]?.bool == true ? ["--undo"] : []
            return try await call.items(["withdraw", "--json"] + undo + (try body.options(["reason"], call.language)) + ["--", try call.path("id")], .change)
        }
        table.on(.post, "/api/records/{id}/unmask") { call in
            let body = try await call.object()
            return try await call.items(["unmask", "--json"] + (try body.options(["purpose"], call.language)) + ["--", try call.path("id")])
        }
        for (path, verb, options) in [("/api/links", "link", ["verdict", "reason"]), ("/api/links/remove", "unlink", ["reason"])] {
            table.on(.post, path) { call in
                let body = try await call.object()
                guard let a = body["a"]?.string, let b = body["b"]?.string else { throw Problem.member("a", call.language) }
                return try await call.items([verb, "--json"] + (try body.options(options, call.language)) + ["--", a, b], .change)
            }
        }
        table.on(.put, "/api/queries/{id}") { call in
            let body = try await call.object()
            var arguments = ["query", "save"] + (try body.options(["from", "to", "sort"], call.language))
            for filter in try body.texts("filter", call.language) { arguments.append("--filter=\(filter)") }
            arguments += ["--", try call.path("id")]
            if let query = body["query"]?.string, !query.isEmpty { arguments.append(query) }
            return try await call.items(arguments, .change)
        }
        table.on(.delete, "/api/queries/{id}") { call in
            try await call.items(["query", "remove", "--", try call.path("id")], .change)
        }
        table.on(.post, "/api/reindex") { call in try await call.items(["reindex", "--json"], .long) }
    }

    // MARK: Case files

    private static let caseActions: [String: [String]] = [
        "order": ["set"], "close": [], "file": ["checkedBy", "on"], "hold": ["basis", "review"], "release": ["reason"], "keep": ["period", "approver", "reason"],
        "appraise": ["decision", "by", "until", "on"], "hand-out": ["to", "due", "note"], "take-back": ["note"],
    ]

    private func addCaseRoutes(_ table: RouteTable) {
        table.on(.post, "/api/cases") { call in
            let body = try await call.object()
            let ids = try body.texts("records", call.language)
            guard !ids.isEmpty else { throw Problem.member("records", call.language) }
            return try await call.items(["case", "open", "--json"] + (try body.options(["title"], call.language)) + ["--"] + ids, .change, status: .created)
        }
        table.on(.post, "/api/cases/{id}/join") { call in
            let ids = try await call.object().texts("records", call.language)
            guard !ids.isEmpty else { throw Problem.member("records", call.language) }
            return try await call.items(["case", "join", "--json", "--", try call.path("id")] + ids, .change)
        }
        table.on(.post, "/api/cases/{id}/note") { call in
            let body = try await call.object()
            guard let text = body["text"]?.string else { throw Problem.member("text", call.language) }
            return try await call.items(["case", "note", "--json"] + (try body.options(["kind"], call.language)) + ["--", try call.path("id"), text], .change)
        }
        for (action, options) in Self.caseActions {
            table.on(.post, "/api/cases/{id}/\(action)") { call in
                let body = try await call.object()
                return try await call.items(["case", action, "--json"] + (try body.options(options, call.language)) + ["--", try call.path("id")], .change)
            }
        }
        table.on(.get, "/api/cases/{id}/print") { call in
            let options = Options(["recipient"], flags: ["inner"])
            let parameters = try call.query(options.known)
            let folder = try RequestFolder()
            _ = try await call.output(
                ["case", "print", "--to=\(folder.path)/print"] + (try options.arguments(parameters)) + ["--", try call.path("id")], folder: folder)
            let names = RequestFolder.names(in: folder.path + "/print").filter { $0.hasSuffix(".html") }
            var bytes: [UInt8] = []
            for name in names { bytes += try Engine.fileBytes(folder.path + "/print/" + name) }
            var response = Response(bytes, type: "text/html; charset=utf-8")
            response.headers[.contentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-modals; frame-ancestors 'self'"
            return response
        }
        table.on(.get, "/api/cases/{id}/documents/{number}") { call in
            guard let number = Int(try call.path("number")), number > 0 else { throw Problem.parameter("number", call.language, chinese: "应为件号", english: "is the number of a document") }
            let folder = try RequestFolder()
            let path = folder.path + "/document"
            _ = try await call.output(["case", "extract", "--to=\(path)", "--", try call.path("id"), String(number)], folder: folder)
            return try call.file(path, in: folder, name: "document-\(number)", type: "application/octet-stream")
        }
    }
}

extension JSONObject {
    /// Members as options; null and absent ones are left out.
    func options(_ names: [String], _ language: Language) throws(Problem) -> [String] {
        var options: [String] = []
        for name in names {
            guard let value = self[name], !value.isNull else { continue }
            guard let text = value.string ?? value.number else { throw Problem.member(name, language) }
            let option = "--" + name.reduce(into: "") { $0 += $1.isUppercase ? "-" + $1.lowercased() : String($1) }
            options.append("\(option)=\(text)")
        }
        return options
    }

    /// A list of texts, empty when absent.
    func texts(_ name: String, _ language: Language) throws(Problem) -> [String] {
        guard let value = self[name], !value.isNull else { return [] }
        guard let values = value.array else { throw Problem.member(name, language) }
        var texts: [String] = []
        for value in values {
            guard let text = value.string else { throw Problem.member(name, language) }
            texts.append(text)
        }
        return texts
    }
}
