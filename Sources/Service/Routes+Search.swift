// Searching: hits with facets, exact counts, what is similar, what can be offered while one types.

import Answers
import Engine
import HTTPTypes
import Hummingbird
import Records

extension ArchiveService {
    func addRoutes(_ table: RouteTable) {
        addSessionRoutes(table)
        addSearchRoutes(table)
        addRecordRoutes(table)
        addTrendRoutes(table)
        addVerbRoutes(table)
        addRunRoute(table)
        addImportRoute(table)
        addStateRoutes(table)
    }

    private static let narrowing: Set<String> = ["q", "from", "to", "filter"]

    func addSearchRoutes(_ table: RouteTable) {
        table.on(.get, "/api/search") { call in
            let parameters = try call.query(Self.narrowing.union(["sort", "limit", "after", "facet", "columns", "explain"]))
            return try await Self.search(try Self.request(parameters, call), call)
        }
        table.on(.get, "/api/facets") { call in
            let parameters = try call.query(Self.narrowing.union(["facet"]))
            var request = try Self.request(parameters, call)
            request.limit = 0
            guard !request.facets.isEmpty else {
                throw Problem.parameter("facet", call.language, chinese: "至少给一个", english: "must be given")
            }
            return try await Self.search(request, call)
        }
        table.on(.get, "/api/count") { call in
            let request = try Self.request(try call.query(Self.narrowing), call)
            let (count, notices) = try await call.read { try $0.count(request) }
            if call.wantsLines { return Response(Array("\(count)\n".utf8), type: "application/x-ndjson") }
            return .json(["count": .integer(count), "notices": Self.notices(notices, call.language)])
        }
        table.on(.post, "/api/similar") { call in
            let body = try await call.object()
            var request = PrecedentRequest()
            guard let text = body["text"]?.string, !text.allSatisfy(\.isWhitespace) else {
                throw Problem.member("text", call.language)
            }
            request.text = text
            return try await Self.similar(request, try call.query(["limit", "over", "decided", "filter", "columns"]), call)
        }
        table.on(.get, "/api/records/{id}/similar") { call in
            var request = PrecedentRequest()
            request.id = try call.path("id")
            return try await Self.similar(request, try call.query(["limit", "over", "decided", "filter", "columns"]), call)
        }
        table.on(.get, "/api/complete") { call in
            let parameters = try call.query(["field", "beginning", "limit"])
            let language = call.language
            let limit = try parameters.number("limit", in: 1...100, default: 12)
            let beginning = try parameters.one("beginning") ?? ""
            guard let name = try parameters.one("field") else {
                let items = Field.all.filter { $0.kind != .identity }.map { field -> JSONValue in
                    ["value": .string(field.name(in: language)), "field": .string(field.name), "kind": .string("\(field.kind)")]
                }
                return .json(["items": .array(items.filter { beginning.isEmpty || $0["value"]?.string?.hasPrefix(beginning) == true })])
            }
            let values = try await call.read { try $0.facetValues(of: name, beginning: beginning) }
            return .json(["items": .array(values.prefix(limit).map { ["value": .string($0)] })])
        }
    }

    enum Order: String, CaseIterable { case relevance, newest, oldest }

    private static func request(_ parameters: RequestParameters, _ call: Call) throws -> SearchRequest {
        var request = SearchRequest(query: try parameters.one("q") ?? "")
        request.filters = parameters.all("filter")
        request.from = try parameters.one("from")
        request.to = try parameters.one("to")
        request.limit = try parameters.number("limit", in: 0...1_000, default: 10)
        request.after = try parameters.one("after")
        request.facets = parameters.all("facet")
        request.explains = try parameters.flag("explain")
        if let names = try parameters.one("columns") { request.columns = try RecordColumn.list(names) }
        switch try parameters.choice("sort", default: Order.relevance) {
        case .relevance: request.sort = .relevance
        case .newest: request.sort = .newest
        case .oldest: request.sort = .oldest
        }
        return request
    }

    private static func search(_ request: SearchRequest, _ call: Call) async throws -> Response {
        try await answer(columns: request.columns, isBrief: isBrief(request), call) { try $0.search(request) }
    }

    /// A few short words, such as most people look for: their lists say nearly all there is to know. Not who complained: that is noted
    /// on disk before the answer.
    static func isBrief(_ request: SearchRequest) -> Bool {
        let words = request.query.split(separator: " ")
        return (1...2).contains(words.count) && words.allSatisfy { $0.unicodeScalars.count <= 3 && $0.allSatisfy(\.isLetter) }
            && request.filters.allSatisfy(isListed) && request.facets.isEmpty && !request.explains && request.after == nil && request.limit <= 20
    }

    /// Whether a filter asks for a value that has a list of its own.
    private static func isListed(_ filter: String) -> Bool {
        switch Field.named(String(filter.prefix { $0 != "=" }))?.kind {
        case .facet, .path, .region: true
        default: false
        }
    }

    enum Texts: String, CaseIterable { case all, complaints, outcomes }

    private static func similar(_ given: PrecedentRequest, _ parameters: RequestParameters, _ call: Call) async throws -> Response {
        var request = given
        request.limit = try parameters.number("limit", in: 1...1_000, default: 10)
        request.decidedOnly = try parameters.flag("decided")
        request.filters = parameters.all("filter")
        request.over = PrecedentRequest.Over(rawValue: try parameters.choice("over", default: Texts.all).rawValue) ?? .all
        let asked = request
        return try await answer(columns: [], call) { try $0.precedents(asked) }
    }

    private static func answer(columns: [RecordColumn], isBrief: Bool = false, _ call: Call, _ find: @escaping @Sendable (Engine) throws -> SearchAnswer) async throws -> Response {
        let language = call.language
        let wantsLines = call.wantsLines
        // Made where the archive is read: writing JSON is work, too.
        let bytes = try await call.read(isBrief: isBrief) { engine in
            let began = ContinuousClock.now
            let answer = try find(engine)
            let milliseconds = Double((ContinuousClock.now - began).components.attoseconds / 1_000_000_000) / 1e6
            if wantsLines { return JSONObject.lines(answer.lines(columns: columns, in: language)) }
            var bytes: [UInt8] = []
            answer.object(columns: columns, milliseconds: milliseconds, in: language).write(into: &bytes)
            return bytes
        }
        return Response(bytes, type: wantsLines ? "application/x-ndjson" : "application/json")
    }

    static func notices(_ notices: [Notice], _ language: Language) -> JSONValue {
        .array(notices.map { ["text": .string($0.text(in: language))] })
    }
}

extension SearchAnswer {
    /// What `search --json` prints.
    func lines(columns: [RecordColumn], in language: Language) -> [JSONObject] {
        var lines = facetObjects
        for (place, hit) in hits.enumerated() {
            var object = hit.object(columns: columns, in: language)
            if place == hits.count - 1 { object.set("cursor", to: cursor.map { .string($0) }) }
            lines.append(object)
        }
        return lines
    }

    func object(columns: [RecordColumn], milliseconds: Double, in language: Language) -> JSONObject {
        [
            "total": .integer(total), "milliseconds": .decimal(milliseconds, places: 3),
            "items": .array(hits.map { .object($0.object(columns: columns, in: language)) }),
            "facets": .array(
                zip(facetObjects, facets).map { object, facet in
                    var object = object
                    object.set("values", to: .array(facet.counts.map { ["value": .string($0.value), "count": .integer($0.count)] }))
                    return .object(object)
                }),
            "next": cursor.map { .string($0) } ?? .null, "notices": ArchiveService.notices(notices, language),
        ]
    }
}

extension Problem {
    static func member(_ name: String, _ language: Language) -> Problem {
        var problem = Problem(
            .badRequest, "mistake", say(language, "请求体缺少 \(name)，或写法不对", "the body lacks \(name), or it is written wrongly"),
            remedy: say(language, "写法见 /api/openapi.json", "how to write it is in /api/openapi.json"))
        problem.members.set("member", to: .string(name))
        return problem
    }
}
