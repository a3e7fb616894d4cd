// What is rising, with the course of each series, as the page draws it; and the words that its forms offer.

import Answers
import Engine
import HTTPTypes
import Hummingbird
import Records

extension ArchiveService {
    func addTrendRoutes(_ table: RouteTable) {
        table.on(.get, "/api/trends") { call in
            let parameters = try call.query(["by", "until", "window", "limit", "fresh"])
            var request = TrendRequest()
            let fields = parameters.all("by").filter { !$0.isEmpty }
            if !fields.isEmpty { request.by = fields }
            if let text = try parameters.one("until") {
                guard let period = CalendarDate.period(text) else {
                    throw Problem.parameter("until", call.language, chinese: "应为日期，如 2024-03-31", english: "takes a date, such as 2024-03-31")
                }
                request.until = period.upperBound
            }
            if let text = try parameters.one("window") {
                guard let days = Int(text.hasSuffix("d") ? text.dropLast() : text[...]), (1...366).contains(days) else {
                    throw Problem.parameter("window", call.language, chinese: "应为天数，如 7d", english: "takes days, such as 7d")
                }
                request.windowDays = days
            }
            request.limit = try parameters.number("limit", in: 1...1_000, default: 50)
            request.withCourse = true
            let (asked, language, wantsLines) = (request, call.language, call.wantsLines)
            let wantsFresh = try parameters.flag("fresh")
            let (service, user) = (call.service, call.caller.user)
            @Sendable func answer(_ survey: Survey) async throws -> Response {
                let bytes = try await call.read(survey: survey) { engine in
                    let answer = try engine.trends(asked)
                    if wantsLines { return JSONObject.lines(answer.alarms.map { $0.object(snapshot: answer.snapshot) }) }
                    var bytes: [UInt8] = []
                    var object = answer.object(in: language)
                    if let asOf = survey.asOf {
                        object.set("asOf", to: .object(asOf.object(in: language)))
                        if let notice = asOf.notice(in: language) { object.set("notices", to: .array([.object(notice)] + (object["notices"]?.array ?? []))) }
                    }
                    object.write(into: &bytes)
                    return bytes
                }
                if survey.asOf?.isStale == true { service.makeTrendsAnew(asked, as: user) }
                return Response(bytes, type: wantsLines ? "application/x-ndjson" : "application/json")
            }
            let memory = service.surveys.memory
            let count = try await call.read { try $0.sizes().records ?? .max }
            guard !wantsLines, count > service.options.limits.surveyedAtOnce else { return try await answer(Survey(memory, wantsFresh: wantsFresh)) }
            let name = Self.trendsName(asked, user)
            if wantsFresh {
                service.makeTrendsAnew(asked, as: user, isWaitedFor: true)
                _ = await service.surveys.hasEnded(name, within: Self.patience)
            }
            do { return try await answer(Survey(memory, takesKeptOnly: true)) } catch EngineError.surveyInMaking {
                service.makeTrendsAnew(asked, as: user, wantsFresh: false, isWaitedFor: true)
                guard await service.surveys.hasEnded(name, within: Self.patience) else { return .json(service.makingSoon(name, in: language)) }
                return try await answer(Survey(memory))
            }
        }
        table.on(.get, "/api/vocabulary") { call in
            _ = try call.query([])
            func words<Word: Vocabulary>(_ type: Word.Type) -> JSONValue { .array(Word.allCases.map { .string($0.chinese) }) }
            return .json([
                "kind": words(ComplaintKind.self), "channel": words(Channel.self), "status": words(CaseStatus.self), "verified": words(Verification.self),
                "satisfaction": words(Satisfaction.self), "urgency": words(Urgency.self), "event": words(EventType.self),
            ])
        }
    }
}
