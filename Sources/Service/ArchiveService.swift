// The service: everything that lives as long as it runs, and the way of one request through it: who asks, may he, the
// route, the answer or the problem.

import Engine
import Glibc
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import Records
import ServiceLifecycle
import Synchronization

package final class ArchiveService: Sendable {
    let options: ServiceOptions
    let archivePath: String
    let readers: Readers
    let audit: AuditQueue
    let writers: WriterQueue
    let verbs: Verbs
    let tokens: TokenStore
    let sessions: SessionStore
    let uploads = UploadThreads()
    let page = PageFiles()
    let metrics = ServiceMetrics()
    let matters: MattersKeeper
    let surveys: SurveyKeeper
    let comparisons: ComparisonNotes
    let logger: Logger
    private let doorkeeper: Doorkeeper

    /// Opens the archive: what is wrong with it is told before anybody can connect.
    package init(_ options: ServiceOptions, verbs runner: @escaping VerbRunner, logger: Logger) throws {
        self.options = options
        self.logger = logger
        let engine = try Engine(opening: options.engine)
        archivePath = engine.archivePath
        sessions = SessionStore(archivePath: engine.archivePath)
        tokens = TokenStore(archivePath: engine.archivePath, archiveID: engine.archiveIDText)
        audit = AuditQueue(options.engine, logger: logger)
        readers = Readers(options.engine, threadCount: options.readerCount, waitingMax: options.limits.waitingReads, answerMilliseconds: options.limits.answerMilliseconds,
            keptAnswerBytes: options.limits.keptAnswerBytes, briefLimit: .microseconds(options.limits.briefMicroseconds), audit: audit)
        writers = WriterQueue(options.engine, waitingMax: options.limits.waitingWrites)
        verbs = Verbs(runner, engine: options.engine, waitingMax: options.limits.waitingHeavy)
        matters = MattersKeeper(options.engine, logger: logger)
        surveys = SurveyKeeper(rowsMax: options.limits.surveyRows, logger: logger)
        comparisons = ComparisonNotes(archivePath: engine.archivePath, logger: logger)
        doorkeeper = Doorkeeper(
            proxyUsers: options.proxyUsers, ownerID: engine.ownerID, users: SystemUsers(), tokens: tokens, sessions: sessions,
            bindsRoles: RoleBindings(options.engine).bindsRoles)
    }

    /// Serves until it is told to stop (SIGTERM, SIGINT), then ends what it has begun.
    package func run(whenListening: @Sendable () -> Void = {}) async throws {
        let sockets = try ListeningSockets.open(options)
        let note = ServiceNote(archivePath: archivePath)
        if let path = options.socketPath { note.write(socketPath: path) }
        defer { note.remove() }
        whenListening()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, min(2, options.readerCount)))
        let respond = responder()
        let server = Server(sockets: sockets, limits: options.limits, group: group, logger: logger, whenStopping: { [verbs = self.verbs] in verbs.beginStop() }) { request, peer, channel in
            await respond(request, peer, channel)
        }
        var services: [any Service] = [server, IndexKeeper(options.engine, logger: logger)]
        if let interval = options.wordsInterval { services.append(WordsKeeper(options.engine, interval: interval, logger: logger)) }
        var configuration = ServiceGroupConfiguration(services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        // Who has not taken his answer by then is cut off: what was acknowledged is on disk.
        configuration.maximumGracefulShutdownDuration = .seconds(options.limits.stopSeconds)
        let everything = ServiceGroup(configuration: configuration)
        logger.info("serving")
        let ahead = Task { [self] in
            try await Task.sleep(for: Self.aheadAfter)
            goOnComparing()
            // Of those whose sessions go on: a service that only programs ask has nobody to make them for. Where nobody has a role, all
            // see the same.
            let users = Set(sessions.tokenIDs.compactMap { tokens.holder(id: $0)?.user })
            for user in doorkeeper.bindsRoles() || users.isEmpty ? users : [options.engine.user] { makeAhead(for: user) }
        }
        defer { ahead.cancel() }
        try await everything.run()
        sessions.keep()
        matters.stop()
        surveys.stop()
        await writers.stop()
        await verbs.stop()
        await uploads.stop()
        await readers.stop()
        await audit.stop()
        try await group.shutdownGracefully()
    }

    /// Those who wait at the door come first.
    private static let aheadAfter = Duration.seconds(2)

    // MARK: One request

    func responder() -> PeerResponder {
        let router = Router(context: ServiceContext.self)
        let table = RouteTable(router, self)
        addRoutes(table)
        let responder = router.buildResponder()
        let known = table.templates
        return { [self] request, peer, channel in
            let began = ContinuousClock.now
            let language = Language(accepting: request.headers[.acceptLanguage])
            var response: Response
            do {
                response = try await respond(request, peer, channel, language, responder, known)
            } catch {
                response = problem(error, language)
            }
            response.headers[.xContentTypeOptions] = "nosniff"
            response.headers[.referrerPolicy] = "no-referrer"
            response.headers[.crossOriginResourcePolicy] = "same-origin"
            if response.headers[.contentSecurityPolicy] == nil { response.headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'" }
            let took = (ContinuousClock.now - began).components
            let seconds = Double(took.attoseconds) / 1e18 + Double(took.seconds)
            metrics.count(known.template(of: request.uri.path).map { "\(request.method.rawValue) \($0)" } ?? "other", status: response.status.code, seconds: seconds)
            return response
        }
    }

    private func problem(_ error: any Error, _ language: Language) -> Response {
        let problem = Problem(of: error, in: language, archivePath: archivePath)
        if problem.status.code >= 500, problem.name == "failure" {
            // Never its text, which may hold a piece of a record.
            logger.error("request failed", metadata: ["error": .string(String(describing: type(of: error)))])
        }
        return problem.response
    }

    private func respond(
        _ request: Request, _ peer: Peer, _ channel: any NIOCore.Channel, _ language: Language,
        _ responder: RouterResponder<ServiceContext>, _ known: RouteTemplates
    ) async throws -> Response {
        guard request.uri.string.utf8.count <= options.limits.pathBytes else {
            throw Problem(.uriTooLong, "too-large", say(language, "地址太长", "the address is too long"))
        }
        let path = request.uri.path
        if !path.hasPrefix("/api/") {
            if path == "/health" || path == "/healthz", [.get, .head].contains(request.method) { return .json(["status": "ok"]) }
            if let response = page.response(to: request) { return response }
        }
        try Doorkeeper.refuseForeignPages(request, language)
        var context = ServiceContext(source: ApplicationRequestContextSource(channel: channel, logger: logger))
        context.language = language
        if !(path == "/api/session" && request.method == .post) {
            context.caller = try doorkeeper.caller(of: request, peer: peer, in: language)
        }
        let methods = path == "/health" || path == "/healthz" ? [.get] : known.methods(of: path)
        if methods.isEmpty { throw Problem(.notFound, "unknown-path", say(language, "没有这个地址", "there is nothing at this address")) }
        guard methods.contains(request.method) || (request.method == .head && methods.contains(.get)) else {
            var problem = Problem(.methodNotAllowed, "wrong-method", say(language, "该地址不支持此方法", "this address does not take that method"))
            problem.headers[.allow] = methods.map(\.rawValue).sorted().joined(separator: ", ")
            throw problem
        }
        if request.method == .head {
            var head = request.head
            head.method = .get
            return try await responder.respond(to: Request(head: head, body: request.body), context: context)
        }
        return try await responder.respond(to: request, context: context)
    }

    func handle(_ request: Request, _ context: ServiceContext, _ body: @Sendable (Call) async throws -> Response) async -> Response {
        do {
            guard let caller = context.caller else { throw Problem.unauthorized(context.language, "nobody") }
            return try await body(
                Call(request: request, caller: caller, language: context.language, service: self, parameters: context.parameters))
        } catch {
            return problem(error, context.language)
        }
    }
}

/// Whether the profile binds roles, read anew when the profile changes.
final class RoleBindings: Sendable {
    private let options: EngineOptions
    // Holds: only used inside the lock.
    private struct Held: @unchecked Sendable { let engine: Engine }
    private let engine = Mutex<Held?>(nil)

    init(_ options: EngineOptions) { self.options = options }

    @Sendable func bindsRoles() -> Bool {
        engine.withLock { held in
            if held?.engine.isCurrent != true { held = (try? Engine(opening: options)).map { Held(engine: $0) } }
            // A profile that cannot be read lets nobody in.
            guard let engine = held?.engine else { return true }
            return (try? engine.bindsRoles) ?? true
        }
    }
}

/// The routes by path and method.
struct RouteTable {
    private let router: Router<ServiceContext>
    private let service: ArchiveService
    private final class Known { var templates = RouteTemplates() }
    private let known = Known()

    init(_ router: Router<ServiceContext>, _ service: ArchiveService) {
        self.router = router
        self.service = service
    }

    var templates: RouteTemplates { known.templates }

    func on(_ method: HTTPRequest.Method, _ path: String, _ body: @escaping @Sendable (Call) async throws -> Response) {
        known.templates.add(method, path)
        let service = service
        router.on(RouterPath(path), method: method) { request, context in await service.handle(request, context, body) }
    }

    /// Without a caller: only what lets somebody in.
    func open(_ method: HTTPRequest.Method, _ path: String, _ body: @escaping @Sendable (Request, Language) async throws -> Response) {
        known.templates.add(method, path)
        let service = service
        router.on(RouterPath(path), method: method) { request, context in
            do { return try await body(request, context.language) } catch {
                return Problem(of: error, in: context.language, archivePath: service.archivePath).response
            }
        }
    }
}

/// Which methods a path takes.
struct RouteTemplates: Sendable {
    private struct Route {
        let parts: [Substring]
        let text: String
        var methods: [HTTPRequest.Method]
        var isOpen: Bool { parts.contains { $0.hasPrefix("{") } }

        func fits(_ path: [Substring]) -> Bool {
            parts.count == path.count && zip(parts, path).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }
    }

    private var routes: [Route] = []
    /// Those without a piece left open, by their path as most write it.
    private var written: [String: Int] = [:]

    mutating func add(_ method: HTTPRequest.Method, _ path: String) {
        let parts = path.split(separator: "/")
        if let place = routes.firstIndex(where: { $0.parts == parts }) { return routes[place].methods.append(method) }
        let route = Route(parts: parts, text: "/" + parts.joined(separator: "/"), methods: [method])
        if !route.isOpen { written[route.text] = routes.count }
        routes.append(route)
    }

    /// The routes that a path belongs to. As the router decides: a path written out goes before one with a piece left open.
    private func routes(of path: String) -> [Route] {
        if let place = written[path] { return [routes[place]] }
        let parts = path.split(separator: "/")
        let fitting = routes.filter { $0.fits(parts) }
        let exact = fitting.filter { !$0.isOpen }
        return exact.isEmpty ? fitting : exact
    }

    func template(of path: String) -> String? { routes(of: path).first?.text }

    func methods(of path: String) -> [HTTPRequest.Method] { routes(of: path).flatMap(\.methods) }
}
