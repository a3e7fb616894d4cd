// Runs verbs on threads of their own: heavy reads beside each other, changes one after another.

import Engine
import Glibc
import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix
import Records
import Synchronization

final class Verbs: Sendable {
    enum Kind: Sendable { case read, change, long }

    private let runner: VerbRunner
    private let engine: EngineOptions
    private let reading = NIOThreadPool(numberOfThreads: 2)
    private let changing = NIOThreadPool(numberOfThreads: 1)
    /// Imports, reindexing: minutes long, and rare. They give way to all others.
    private let long = NIOThreadPool(numberOfThreads: 1)
    private let waiting = Atomic<Int>(0)
    private let waitingMax: Int
    private let stopping = Mutex<ContinuousClock.Instant?>(nil)
    /// Of an answer that is gathered whole.
    static let answerBytesMax = 64 << 20

    init(_ runner: @escaping VerbRunner, engine: EngineOptions, waitingMax: Int) {
        self.runner = runner
        self.engine = engine
        self.waitingMax = waitingMax
        for pool in [reading, changing, long] { pool.start() }
    }

    var waitingCount: Int { waiting.load(ordering: .relaxed) }

    func request(_ arguments: [String], _ caller: Caller, _ language: Language, purpose: String?) -> VerbRequest {
        var request = VerbRequest(arguments, engine: engine, user: caller.user)
        request.language = language
        request.purpose = purpose
        return request
    }

    /// What may be asked of the service, and where it runs. The rest is for whoever keeps the machine.
    static func kind(of arguments: [String]) -> Kind? {
        switch arguments.first {
        case "search", "similar", "check", "show", "matters", "analyze", "export", "trends", "report", "stat", "verify", "audit", "unmask", "status": .read
        case "add", "edit", "event", "withdraw", "link", "unlink", "query", "case": .change
        case "import", "reindex": .long
        default: nil
        }
    }

    func run(_ request: VerbRequest, _ kind: Kind, _ sink: @escaping VerbSink) async throws -> VerbOutcome {
        let runner = runner
        var request = request
        if kind == .long { request.engine.writerWaitSeconds = Self.writerWaitSeconds }
        let asked = request
        return try await onThread(kind, asked.language) { runner(asked, sink) }
    }

    /// An import waits for whoever writes: the index may still be catching up with the one before.
    private static let writerWaitSeconds = 600

    /// On the calling thread, its output thrown away.
    func runHere(_ request: VerbRequest) -> VerbOutcome { runner(request) { _, _ in } }

    /// Runs a verb whose output is gathered. One that only reads begins anew when a destruction or a restore put new files in
    /// the place of those it had opened.
    func gather(_ request: VerbRequest, _ kind: Kind) async throws -> (VerbOutcome, GatheredOutput) {
        while true {
            let gathered = GatheredOutput()
            let outcome = try await run(request, kind, gathered.sink)
            if kind == .read, case .archiveReplaced? = outcome.error as? EngineError { continue }
            return (outcome, gathered)
        }
    }

    /// Work on the archive that is no verb of the command line.
    func work<Result: Sendable>(
        _ kind: Kind, as caller: Caller, purpose: String?, in language: Language, _ body: @escaping @Sendable (Engine) throws -> Result
    ) async throws -> Result {
        var options = engine
        options.user = caller.user
        options.purpose = purpose
        if kind == .long { options.writerWaitSeconds = Self.writerWaitSeconds }
        let opened = options
        return try await onThread(kind, language) { try body(Engine(opening: opened)) }
    }

    private func onThread<Result: Sendable>(_ kind: Kind, _ language: Language, _ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        guard waiting.add(1, ordering: .relaxed).newValue <= waitingMax else {
            waiting.subtract(1, ordering: .relaxed)
            throw Problem.busy(language, seconds: 2)
        }
        defer { waiting.subtract(1, ordering: .relaxed) }
        let pool = switch kind {
        case .read: reading
        case .change: changing
        case .long: long
        }
        guard kind == .long else { return try await pool.runIfActive(body) }
        let outcome = LongOutcome<Result>()
        pool.submit { state in
            guard state == .active else { return }
            // Whoever searches meanwhile goes first.
            PatientWork.begin()
            let result = Swift.Result { try body() }
            outcome.result.withLock { $0 = result }
        }
        while true {
            if let result = outcome.result.withLock({ $0 }) { return try result.get() }
            if let since = stopping.withLock({ $0 }), ContinuousClock.now - since > Self.longPatience { throw Problem.stopping(language) }
            await Self.pause()
        }
    }

    private final class LongOutcome<Value: Sendable>: Sendable { let result = Mutex<Swift.Result<Value, any Error>?>(nil) }

    /// Long work is to end at its next step.
    var isStopping: Bool { stopping.withLock { $0 != nil } }

    func beginStop() { stopping.withLock { if $0 == nil { $0 = .now } } }

    /// Changes are waited for. A read has nothing to lose but its answer, which nobody takes any more; an import or a reindexing is
    /// broken off like one that is killed: what it acknowledged is on disk, and it goes on from there.
    func stop() async {
        beginStop()
        let over = [reading, long].map { pool in
            let over = Over()
            pool.shutdownGracefully { _ in over.isThere.store(true, ordering: .relaxed) }
            return over
        }
        try? await changing.shutdownGracefully()
        let end = ContinuousClock.now + Self.longPatience
        while over.contains(where: { !$0.isThere.load(ordering: .relaxed) }), ContinuousClock.now < end { await Self.pause() }
    }

    private static let longPatience = Duration.seconds(2)

    /// In a task of its own: that of a client who has gone is cancelled, and would not sleep but turn round and round.
    static func pause() async { await Task.detached { try? await Task.sleep(for: .milliseconds(10)) }.value }

    private final class Over: Sendable { let isThere = Atomic<Bool>(false) }
}

extension Problem {
    static func stopping(_ language: Language) -> Problem {
        Problem(
            .serviceUnavailable, "stopping", say(language, "服务正在停止，这项工作没有做完", "the service is stopping, and this work is not done"),
            remedy: say(language, "服务重新启动后再做一次：已完成的不会重复", "once more when it is back: what is done is not done twice"), retryAfterSeconds: 10)
    }
}

/// What a verb wrote.
final class GatheredOutput: Sendable {
    private let gathered = Mutex<(results: [UInt8], notices: [UInt8])>(([], []))

    private struct TooMuch: Error {}

    var sink: VerbSink {
        { [self] stream, bytes in
            try gathered.withLock { gathered in
                guard gathered.results.count + bytes.count <= Verbs.answerBytesMax else { throw TooMuch() }
                if stream == .results { gathered.results += bytes } else { gathered.notices += bytes }
            }
        }
    }

    var results: [UInt8] { gathered.withLock { $0.results } }
    var notices: String { gathered.withLock { String(decoding: $0.notices, as: UTF8.self) } }
}

/// A folder for the files of one request, gone with it.
final class RequestFolder: Sendable {
    let path: String

    init() throws {
        let base = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        var template = Array((base + "/juanzong-XXXXXX").utf8CString)
        guard unsafe template.withUnsafeMutableBufferPointer({ unsafe mkdtemp($0.baseAddress!) }) != nil else {
            throw EngineError.system(path: base, code: errno)
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        Self.remove(path)
    }

    /// Names of the files in it.
    static func names(in path: String) -> [String] {
        guard let folder = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private static func remove(_ path: String) {
        for name in names(in: path) {
            if unsafe unlink(path + "/" + name) != 0 { remove(path + "/" + name) }
        }
        unsafe rmdir(path)
    }
}

extension Call {
    /// Runs a verb that prints JSON lines; the answer is a list of them.
    ///
    /// - Parameter survey: takes an answer that was made before, which is made anew in the background when records have changed.
    func items(_ arguments: [String], _ kind: Verbs.Kind = .read, input: JSONObject? = nil, status: HTTPResponse.Status = .ok, survey: Survey? = nil) async throws -> Response {
        let (bytes, notices) = try await output(arguments, kind, input: input.map { JSONObject.lines([$0]) } ?? [], survey: survey)
        if wantsLines { return Response(bytes, type: "application/x-ndjson", status: status) }
        var items: [JSONValue] = []
        var told = notices.split(separator: "\n").filter { !$0.allSatisfy(\.isWhitespace) }.map(String.init)
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            // A sentence in between is for people.
            if let value = try? JSONValue.parse(Array(line)), value.objectValue != nil { items.append(value) } else { told.append(String(decoding: line, as: UTF8.self)) }
        }
        var answer: JSONObject = ["items": .array(items)]
        let asOf = survey?.asOf
        var lines: [JSONValue] = told.map { .object(["text": .string($0)]) }
        if let notice = asOf?.notice(in: language) { lines.insert(.object(notice), at: 0) }
        answer.set("notices", to: .array(lines))
        if let asOf { answer.set("asOf", to: .object(asOf.object(in: language))) }
        return .json(answer, status: status)
    }

    /// - Throws: `Problem` when the verb ends with an error; nothing found is an empty answer.
    func output(
        _ arguments: [String], _ kind: Verbs.Kind = .read, input: [UInt8] = [], folder: RequestFolder? = nil, survey: Survey? = nil
    ) async throws -> ([UInt8], notices: String) {
        var request = service.verbs.request(arguments, caller, language, purpose: purpose)
        request.engine.survey = survey
        request.input = input
        request.folder = folder?.path
        let (outcome, gathered) = try await service.verbs.gather(request, kind)
        guard outcome.exitCode < 2, outcome.kind == nil else { throw problem(outcome, gathered.notices) }
        if survey?.asOf?.isStale == true { service.makeAnew(arguments, as: caller.user, in: language) }
        return (gathered.results, gathered.notices)
    }

    func problem(_ outcome: VerbOutcome, _ notices: String) -> Problem {
        let kind = outcome.kind ?? .failure
        if let error = outcome.error, kind != .mistake || queryErrorMembers(error) != nil {
            return Problem(of: error, in: language, archivePath: service.archivePath)
        }
        return Problem(notice: notices, kind == .mistake ? .badRequest : .internalServerError, kind == .mistake ? "mistake" : "failure", archivePath: service.archivePath)
    }

    /// A file that a verb wrote, sent piece by piece.
    func file(_ path: String, in folder: RequestFolder, name: String, type: String) throws -> Response {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Problem(.notFound, "nothing-found", say(language, "没有符合的记录", "nothing was found")) }
        let file = OpenFile(descriptor: descriptor, folder: folder)
        var headers = HTTPFields()
        headers[.contentType] = type
        headers[.cacheControl] = "no-store"
        headers[.contentDisposition] = "attachment; filename=\"\(name)\""
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody(contentLength: file.size) { writer in
                while let piece = try file.next() { try await writer.write(piece) }
                try await writer.finish(nil)
            })
    }
}

/// Read to its end once; closed, and its folder removed, when the answer is sent or given up.
private final class OpenFile: Sendable {
    private let descriptor: CInt
    private let folder: RequestFolder
    let size: Int

    init(descriptor: CInt, folder: RequestFolder) {
        self.descriptor = descriptor
        self.folder = folder
        var status = stat()
        size = unsafe fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    }

    deinit { close(descriptor) }

    func next() throws -> ByteBuffer? {
        var bytes = [UInt8](repeating: 0, count: 256 << 10)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
        guard count >= 0 else { throw EngineError.system(path: folder.path, code: errno) }
        return count == 0 ? nil : ByteBuffer(bytes: bytes[..<count])
    }
}
