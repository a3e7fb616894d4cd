// What went wrong, for a program and for the person behind it: RFC 9457 problem details in the caller's language.
//
// The words come from the error itself (three lines: what, where, remedy) and name no person and no record's text. Paths
// of this machine are left out: whoever asks over a network has no use for them.

import Engine
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import Records

struct Problem: Error, Sendable {
    var status: HTTPResponse.Status
    /// Last part of the problem's type, such as `not-allowed`.
    var name: String
    var title: String
    var detail: String?
    var remedy: String?
    /// Further members, such as the place in a query.
    var members = JSONObject()
    var retryAfterSeconds: Int?
    var headers = HTTPFields()

    init(_ status: HTTPResponse.Status, _ name: String, _ title: String, detail: String? = nil, remedy: String? = nil, retryAfterSeconds: Int? = nil) {
        self.status = status
        self.name = name
        self.title = title
        self.detail = detail
        self.remedy = remedy
        self.retryAfterSeconds = retryAfterSeconds
    }

    var object: JSONObject {
        var object: JSONObject = [
            "type": .string("urn:juanzong:problem:\(name)"), "title": .string(title), "status": .number(String(status.code)),
        ]
        object.set("detail", to: detail.map { .string($0) })
        object.set("remedy", to: remedy.map { .string($0) })
        for (key, value) in members.entries { object.set(key, to: value) }
        return object
    }

    var response: Response {
        var response = Response.json(object, status: status)
        response.headers[.contentType] = "application/problem+json"
        for field in headers { response.headers.append(field) }
        if let retryAfterSeconds { response.headers[.retryAfter] = String(retryAfterSeconds) }
        return response
    }
}

extension Problem {
    static let surveyInMaking = "survey-in-making"

    /// What any error of the engine is to a caller.
    init(of error: any Error, in language: Language, archivePath: String) {
        if let problem = error as? Problem {
            self = problem
            return
        }
        if error is ImportStopped {
            self = .stopping(language)
            return
        }
        if error is HTTPParserError || error is ChannelError {
            // The request broke off; nobody may be left to read this.
            self.init(.badRequest, "broken-off", say(language, "请求没有传完", "the request did not come whole"))
            headers[.connection] = "close"
            return
        }
        let kind = ErrorKind(of: error)
        if kind == .outOfTime {
            self = .outOfTime(language)
            return
        }
        let (status, name): (HTTPResponse.Status, String) =
            switch kind {
            case .mistake: (.badRequest, "mistake")
            case .forbidden: (.forbidden, "not-allowed")
            case .unknown: (.notFound, "unknown-record")
            case .unknownFile: (.notFound, "unknown-file")
            case .conflict: (.conflict, "conflict")
            case .busy: (.serviceUnavailable, "busy")
            case .outOfTime: (.serviceUnavailable, "out-of-time")
            case .tooLarge: (.contentTooLarge, "too-large")
            case .diskFull: (HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage"), "disk-full")
            case .failure: (.internalServerError, "failure")
            }
        guard let notice = (error as? any NoticeError)?.notice(in: language) else {
            // Its text may hold a piece of a record: only its type is named, and only in the log.
            self.init(
                .internalServerError, "failure", say(language, "服务遇到未预料的问题", "something unforeseen happened"),
                remedy: say(language, "请稍后再试；仍然出现时请告知管理员", "try again later; if it happens again, tell the administrator"))
            return
        }
        self.init(notice: notice, status, name, archivePath: archivePath)
        if kind == .busy { retryAfterSeconds = 1 }
        if case EngineError.surveyInMaking = error { self.name = Self.surveyInMaking }
        if let members = queryErrorMembers(error) { self.members = members }
    }

    /// From the lines that a person at a terminal reads: `错误：…`, `位置：…`, `处理：…`.
    init(notice: String, _ status: HTTPResponse.Status, _ name: String, archivePath: String) {
        // A name of one letter would be found everywhere.
        let text = archivePath.utf8.filter { $0 == UInt8(ascii: "/") }.count >= 2 ? notice.replacing(archivePath, with: "…") : notice
        var title: String?, remedy: String?
        var rest: [Substring] = []
        for line in text.split(separator: "\n") {
            if title == nil, let what = Self.behind(["错误：", "Error: "], line) {
                title = String(what)
            } else if let what = Self.behind(["处理：", "Remedy: "], line) {
                remedy = String(what)
            } else {
                rest.append(Self.behind(["位置：", "Where: "], line) ?? line)
            }
        }
        self.init(
            status, name, title ?? String(text.prefix { $0 != "\n" }), detail: rest.isEmpty ? nil : rest.joined(separator: "\n"),
            remedy: remedy)
    }

    private static func behind(_ marks: [String], _ line: Substring) -> Substring? {
        for mark in marks where line.hasPrefix(mark) { return line.dropFirst(mark.count) }
        return nil
    }
}

extension Problem {
    /// An answer would take longer than it may, or waited so long that nobody may wait for it any more.
    static func outOfTime(_ language: Language) -> Problem {
        Problem(
            .serviceUnavailable, "out-of-time", say(language, "查询用时过长，已停止", "the answer took too long and was given up"),
            remedy: say(language, "缩小范围（日期、类别、更长的词）后再查，或稍后再试", "narrow the question (dates, a category, longer words), or try again later"),
            retryAfterSeconds: 2)
    }
}

/// The text in the caller's language.
func say(_ language: Language, _ chinese: @autoclosure () -> String, _ english: @autoclosure () -> String) -> String {
    language == .chinese ? chinese() : english()
}
