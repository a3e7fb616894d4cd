// One record: as it is, compared with all others.

import Answers
import Engine
import HTTPTypes
import Hummingbird
import Records

extension ArchiveService {
    func addRecordRoutes(_ table: RouteTable) {
        table.on(.get, "/api/records/{id}") { call in
            let parameters = try call.query(["version", "matches"])
            let id = try call.path("id")
            let version = try parameters.one("version") == nil ? nil : try parameters.number("version", in: 1...1_000_000, default: 1)
            let query = try parameters.one("matches")
            let language = call.language
            let bytes = try await call.read { engine in
                let views = try engine.show(id, version: version)
                if views.isEmpty { throw Problem.unknownRecord(language) }
                var objects: [JSONObject] = []
                for view in views { objects.append(view.object(texts: try query.map { try engine.marked(view, query: $0).texts })) }
                return JSONObject.lines(objects)
            }
            // Several when a number is shared: then one a line.
            return Response(bytes, type: call.wantsLines || bytes.dropLast().contains(UInt8(ascii: "\n")) ? "application/x-ndjson" : "application/json")
        }
        table.on(.post, "/api/records") { call in
            let value = try await call.json()
            let language = call.language
            let values = value.array ?? [value]
            guard !values.isEmpty, values.count <= Self.recordsMax else {
                throw Problem.member("records", language)
            }
            let objects = try values.map { value in
                guard let object = value.objectValue else { throw Problem(.badRequest, "mistake", say(language, "记录应为 JSON 对象 {…}", "a record is a JSON object {…}")) }
                return object
            }
            let completed = try await call.read { engine in
                try engine.requireWriting("add")
                let completed = objects.map(engine.withNumber)
                try engine.checkRecords(completed)
                return completed
            }
            let changes = try await call.service.writers.add(completed, as: call.caller, in: language)
            let lines = changes.map(\.object)
            if call.wantsLines { return Response(JSONObject.lines(lines), type: "application/x-ndjson") }
            return .json(["items": .array(lines.map { .object($0) })], status: changes.contains { $0.kind == .added } ? .created : .ok)
        }
        table.on(.post, "/api/check") { call in
            let request = try Self.checkRequest(call)
            let record = try await call.object()
            if !["title", "content", "demand"].contains(where: { !(record[$0]?.string ?? "").allSatisfy(\.isWhitespace) }) {
                return .json(CheckAnswer.nothing)
            }
            return try await Self.check(call) { try $0.check(record, number: 1, request) }
        }
        table.on(.get, "/api/records/{id}/check") { call in
            let request = try Self.checkRequest(call)
            let id = try call.path("id")
            return try await Self.check(call) { try $0.check(record: id, request) }
        }
    }

    /// Of one request; more go in by import.
    static let recordsMax = 1_000

    private static func checkRequest(_ call: Call) throws -> CheckRequest {
        let parameters = try call.query(["limit", "verdict", "all"])
        var request = CheckRequest()
        request.limit = try parameters.number("limit", in: 1...1_000, default: 10)
        request.includesDecided = try parameters.flag("all")
        if let names = try parameters.one("verdict") {
            for name in names.split(separator: ",") {
                guard let verdict = CheckVerdict(rawValue: name.uppercased()) else {
                    throw Problem.parameter("verdict", call.language, chinese: "应为 D0 至 D5，以逗号分隔", english: "takes D0 to D5, parted by commas")
                }
                request.verdicts.insert(verdict)
            }
        }
        return request
    }

    private static func check(_ call: Call, _ check: @escaping @Sendable (Engine) throws -> CheckAnswer) async throws -> Response {
        let language = call.language
        let wantsLines = call.wantsLines
        let bytes = try await call.read { engine in
            let began = ContinuousClock.now
            let answer = try check(engine)
            let milliseconds = Double((ContinuousClock.now - began).components.attoseconds / 1_000_000_000) / 1e6
            if wantsLines { return JSONObject.lines(answer.candidates.map { $0.object(query: answer.query, in: language) }) }
            var bytes: [UInt8] = []
            answer.object(milliseconds: milliseconds, in: language).write(into: &bytes)
            return bytes
        }
        return Response(bytes, type: wantsLines ? "application/x-ndjson" : "application/json")
    }
}

extension CheckAnswer {
    static let nothing: JSONObject = [
        "items": [], "counts": .object([:]), "more": 0, "decided": 0, "groupRecords": 0, "group": nil, "comparedPersons": false,
        "anonymous": false, "milliseconds": 0,
    ]

    /// 5人以上 (R92).
    private static let groupMin = 5

    func object(milliseconds: Double, in language: Language) -> JSONObject {
        let isGroup = groupRecords + 1 >= Self.groupMin
        let group: JSONValue = isGroup
            ? .object([
                "records": .integer(groupRecords + 1), "days": .integer(CheckRequest.groupDays),
                "text": .string(say(
                    language,
                    "连同本件，\(CheckRequest.groupDays) 天内至少 \(groupRecords + 1) 件由不同的人反映同一被投诉人同一事由：建议推选代表",
                    "with this one at least \(groupRecords + 1) records by different people on one respondent and cause within \(CheckRequest.groupDays) days: suggest that they elect representatives")),
            ] as JSONObject) : .null
        return [
            "items": .array(candidates.map { .object($0.object(query: query, in: language)) }),
            "counts": .object(JSONObject(counts.sorted { $0.key < $1.key }.map { ($0.key.rawValue, .integer($0.value)) })),
            "more": .integer(max(0, counts.values.reduce(0, +) - candidates.count)), "decided": .integer(decided),
            "groupRecords": .integer(groupRecords), "group": group, "comparedPersons": .bool(comparedPersons), "anonymous": .bool(isAnonymous),
            "milliseconds": .decimal(milliseconds, places: 3),
        ]
    }
}

extension Problem {
    static func unknownRecord(_ language: Language) -> Problem {
        Problem(.notFound, "unknown-record", say(language, "没有找到这个编号", "no record has this number"))
    }
}
