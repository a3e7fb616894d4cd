// Who asks: found out once a request, before anything else is done for it.
//
// - Over the Unix socket: the system user, as the kernel says.
// - A named proxy may say whom it speaks for (`X-Remote-User`); nobody else's header counts.
// - A token, as `Authorization: Bearer …` or through the session that it opened.
// Otherwise nobody: 401. In an archive in which no role is bound, everybody would see everything: there only root and the
// owner of the files come in over the socket, and tokens that the owner gave out.

import Engine
import Glibc
import HTTPTypes
import Hummingbird
import Records

struct Caller: Sendable, Hashable {
    enum Way: Sendable, Hashable { case peer, proxy, token, session }
    var user: String
    var way: Way
    /// Of the token that let him in.
    var tokenID: String?
}

extension Language {
    /// By `Accept-Language`: English only for who asks for it before Chinese.
    init(accepting header: String?) {
        guard let header else {
            self = .chinese
            return
        }
        for part in header.split(separator: ",").prefix(8) {
            let name = part.drop { $0 == " " }.prefix(2).lowercased()
            if name == "zh" || name == "*" { break }
            if name == "en" {
                self = .english
                return
            }
        }
        self = .chinese
    }
}

/// Lets callers in.
struct Doorkeeper: Sendable {
    let proxyUsers: Set<String>
    let ownerID: UInt32
    let users: SystemUsers
    let tokens: TokenStore
    let sessions: SessionStore
    /// Whether the archive binds roles to users, as its profile says now.
    let bindsRoles: @Sendable () -> Bool

    static let cookieName = "juanzong"

    /// - Throws: `Problem` 401 or 403.
    func caller(of request: Request, peer: Peer, in language: Language) throws(Problem) -> Caller {
        if let header = request.headers[.authorization] {
            guard let space = header.firstIndex(of: " "), header[..<space].lowercased() == "bearer" else { throw .unauthorized(language, "unreadable") }
            guard let token = tokens.holder(of: header[space...].drop { $0 == " " }) else { throw .unauthorized(language, "token") }
            return Caller(user: token.user, way: .token, tokenID: token.id)
        }
        if case .user(let id) = peer {
            let name = users.name(of: id)
            if proxyUsers.contains(name) {
                // More than one such header: somebody smuggled in a second one.
                let named = request.headers[values: .remoteUser]
                if named.count == 1, Self.isName(named[0]) { return Caller(user: named[0], way: .proxy) }
                if !named.isEmpty { throw .unauthorized(language, "proxy") }
            } else if request.headers[.remoteUser] != nil {
                throw .unauthorized(language, "proxy")
            } else if bindsRoles() || id == 0 || id == ownerID {
                return Caller(user: name, way: .peer)
            }
        }
        if let cookie = request.cookies[Self.cookieName]?.value, let session = sessions.session(cookie) {
            guard let token = tokens.holder(id: session.tokenID) else { throw .unauthorized(language, "token") }
            return Caller(user: token.user, way: .session, tokenID: token.id)
        }
        throw .unauthorized(language, "nobody")
    }

    static func isName(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count) && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
    }

    /// A request that changes something must come from our page or a program, never from a page of another origin.
    ///
    /// - Throws: `Problem` 403.
    static func refuseForeignPages(_ request: Request, _ language: Language) throws(Problem) {
        if [.get, .head, .options].contains(request.method) { return }
        if let site = request.headers[.fetchSite], site != "same-origin", site != "none" { throw .foreignPage(language) }
        if let origin = request.headers[.origin] {
            let host = origin.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true).last.map(String.init)
            guard origin.contains("://"), host == request.head.authority else { throw .foreignPage(language) }
        }
        // A bearer token is sent by programs alone, on purpose each time.
        guard request.headers[.pageMark] != nil || request.headers[.authorization] != nil else { throw .foreignPage(language) }
    }
}

extension Problem {
    static func unauthorized(_ language: Language, _ why: String) -> Problem {
        var problem = Problem(
            .unauthorized, "not-known", say(language, "请先登录", "say who you are first"),
            detail: why == "token"
                ? say(language, "令牌无效、已过期或已撤销", "the token is wrong, expired or revoked")
                : say(language, "没有可用的身份", "no identity came with the request"),
            remedy: say(
                language, "用 `juanzong token new` 领取令牌，在登录页填写，或作为 Authorization: Bearer 发送",
                "get a token with `juanzong token new`, give it on the login page or send it as Authorization: Bearer"))
        problem.headers[.wwwAuthenticate] = "Bearer realm=\"juanzong\""
        return problem
    }

    static func foreignPage(_ language: Language) -> Problem {
        Problem(
            .forbidden, "foreign-page", say(language, "该请求不是本系统页面发出的", "this request does not come from our page"),
            remedy: say(language, "更改类请求须带 X-Juanzong 请求头", "requests that change something carry the header X-Juanzong"))
    }
}
