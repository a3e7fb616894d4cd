// One request on its way: who asks, in which language, and what a route needs to answer.

import Engine
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Records

struct ServiceContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    var language = Language.chinese
    var caller: Caller?

    init(source: ApplicationRequestContextSource) { coreContext = .init(source: source) }
}

/// What a route works with.
struct Call: Sendable {
    let request: Request
    let caller: Caller
    let language: Language
    let service: ArchiveService
    let parameters: Parameters

    var purpose: String? { request.headers[.purpose].flatMap { RequestParameters.decoded($0[...]) } }

    /// A piece of the path.
    func path(_ name: String) throws(Problem) -> String {
        // Already split by slashes; what is encoded in a piece belongs to it.
        guard let raw = parameters.get(name), let text = RequestParameters.decoded(raw.replacing("+", with: "%2B")[...]), !text.isEmpty else {
            throw .parameter(name, language, chinese: "不是有效的编码", english: "is not encoded as it should be")
        }
        return text
    }

    func query(_ known: Set<String>) throws(Problem) -> RequestParameters {
        try RequestParameters(request.uri.query, known: known, in: language)
    }

    func read<Result: Sendable>(survey: Survey? = nil, isBrief: Bool = false, _ body: @escaping @Sendable (Engine) throws -> Result) async throws -> Result {
        try await service.readers.read(as: caller, purpose: purpose, in: language, survey: survey, isBrief: isBrief, body)
    }

    /// The body of the request, of limited size, within limited time.
    func body() async throws -> [UInt8] {
        let limits = service.options.limits
        let (request, language) = (request, language)
        let bytes = try await within(limits.requestSeconds, language) {
            do { return try await request.body.collect(upTo: limits.bodyBytes) } catch is NIOTooManyBytesError {
                throw Problem.tooLarge(limits.bodyBytes, language)
            }
        }
        return Array(buffer: bytes)
    }

    private static let parsedHereBytesMax = 64 << 10

    func json() async throws -> JSONValue {
        let bytes = try await body()
        let parse = { @Sendable in Result { () throws(JSONError) in try JSONValue.parse(bytes) } }
        // A large one elsewhere: this task runs where the bytes of others come in and go out.
        let parsed = bytes.count > Self.parsedHereBytesMax ? await Task.detached { parse() }.value : parse()
        do { return try parsed.get() } catch {
            var problem = Problem(
                .badRequest, "mistake", error.what(in: language), remedy: say(language, "改正 JSON 后再试", "mend the JSON and try again"))
            problem.members.set("offset", to: .number(String(error.offset)))
            throw problem
        }
    }

    func object() async throws -> JSONObject {
        guard let object = try await json().objectValue else {
            throw Problem(.badRequest, "mistake", say(language, "请求体应为 JSON 对象 {…}", "the body is a JSON object {…}"))
        }
        return object
    }

    /// Whether the caller wants the command line's lines.
    var wantsLines: Bool { request.headers[.accept]?.contains("application/x-ndjson") == true }
}

extension Problem {
    static func tooLarge(_ bytesMax: Int, _ language: Language) -> Problem {
        var problem = Problem(
            .contentTooLarge, "too-large", say(language, "请求体超过 \(bytesMax) 字节", "the body is larger than \(bytesMax) bytes"),
            remedy: say(language, "成批的记录请用导入", "many records go in by import"))
        problem.headers[.connection] = "close"
        return problem
    }

    static func tooSlow(_ language: Language) -> Problem {
        var problem = Problem(.requestTimeout, "too-slow", say(language, "等候请求超时", "the request took too long"))
        problem.headers[.connection] = "close"
        return problem
    }
}

/// - Throws: `Problem` 408 when the work is not done in time.
func within<Result: Sendable>(_ seconds: Int, _ language: Language, _ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { tasks in
        tasks.addTask(operation: body)
        tasks.addTask {
            try await Task.sleep(for: .seconds(seconds))
            throw Problem.tooSlow(language)
        }
        defer { tasks.cancelAll() }
        guard let result = try await tasks.next() else { throw Problem.tooSlow(language) }
        return result
    }
}
