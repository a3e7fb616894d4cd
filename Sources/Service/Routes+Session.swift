// Coming in at a browser and leaving again; what the page needs to know of the one in front of it.

import Answers
import Engine
import HTTPTypes
import Hummingbird
import NIOCore
import Records

extension ArchiveService {
    func addSessionRoutes(_ table: RouteTable) {
        table.open(.post, "/api/session") { [self] request, language in
            let buffer = try await within(options.limits.requestSeconds, language) { try await request.body.collect(upTo: 4_096) }
            let body = (try? JSONValue.parse(Array(buffer: buffer)))?.objectValue
            guard let text = body?["token"]?.string else { throw Problem.member("token", language) }
            guard let token = tokens.holder(of: text) else { throw Problem.unauthorized(language, "token") }
            let caller = Caller(user: token.user, way: .session, tokenID: token.id)
            makeAhead(for: token.user, in: language)
            var response = try await Self.session(of: caller, in: language, readers)
            let isSecure = request.headers[.forwardedProtocol] == "https"
            response.headers[.setCookie] =
                "\(Doorkeeper.cookieName)=\(sessions.open(tokenID: token.id)); Path=/; HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "")
            return response
        }
        table.on(.get, "/api/session") { call in try await Self.session(of: call.caller, in: call.language, call.service.readers) }
        table.on(.delete, "/api/session") { call in
            if let cookie = call.request.cookies[Doorkeeper.cookieName] { call.service.sessions.close(cookie.value) }
            var response = Response(status: .noContent)
            response.headers[.setCookie] = "\(Doorkeeper.cookieName)=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"
            return response
        }
    }

    private static func session(of caller: Caller, in language: Language, _ readers: Readers) async throws -> Response {
        let object = try await readers.read(as: caller, in: language) { engine -> JSONObject in
            let rights = try engine.callerRights()
            let profile = try engine.profileName()
            let statistics = try engine.sizes()
            return [
                "user": .string(rights.user), "roles": .array(rights.roles.map { .string($0) }), "unrestricted": .bool(rights.isUnrestricted),
                "rights": .object(JSONObject(rights.rights.map { ($0.name, .bool($0.holds)) })),
                "body": .string(profile.title), "profile": .string(profile.id), "records": statistics.records.map { .integer($0) } ?? .null,
                "today": .string(statistics.today), "language": .string(language == .chinese ? "zh" : "en"),
                "signedIn": .bool(caller.way == .session),
            ]
        }
        return .json(object)
    }
}
