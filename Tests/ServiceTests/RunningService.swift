// A real service in this process, on a socket of its own, and a client that sends whatever bytes a test wants.

import Engine
import Glibc
import Logging
import NIOPosix
import Records
import Synchronization
import TestSupport

@testable import CLI
@testable import Service

struct Reply: Sendable {
    var status: Int
    var head: String
    var body: [UInt8]
    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSONValue? { try? JSONValue.parse(body) }
    func header(_ name: String) -> String? {
        head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ": ") }.map { String($0.dropFirst(name.utf8.count + 2)) }
    }
}

final class RunningService: Sendable {
    let folder: TemporaryFolder
    let archivePath: String
    let socketPath: String
    let tokens: TokenStore
    let readers: Readers
    private let task: Task<Void, any Error>
    /// Clients that wait have threads of their own: the service may use all of the system's.
    private static let clients = {
        let threads = NIOThreadPool(numberOfThreads: 64)
        threads.start()
        return threads
    }()

    static let profile = """
            users:
              root: [administrator]
              registrar: [registrar]
              handler: [handler]
              analyst: [analyst]
              archivist: [archivist]
              supervisor: [supervisor]
              administrator: [administrator]
              maker: [supervisor, registrar, administrator, archivist]
            """

    /// - Parameter bindsRoles: users with roles; else it is one person's archive.
    /// - Parameter folder: of a service that was stopped, for one that is started anew.
    init(again folder: TemporaryFolder? = nil, bindsRoles: Bool = false, proxyUsers: Set<String> = [], records: [JSONObject] = [], limits: ServiceOptions.Limits = .init(), wordsInterval: Duration? = nil) async throws {
        self.folder = folder ?? TemporaryFolder()
        archivePath = self.folder.file("archive")
        // The one before has not let go of its socket: it ends with the process, or later.
        socketPath = self.folder.file(folder == nil ? "s" : "t")
        if folder == nil { _ = try Engine.create(EngineOptions(archivePath: archivePath), profile: nil) }
        if bindsRoles {
            let text = String(decoding: FileBytes.read(archivePath + "/profile.yaml"), as: UTF8.self)
            FileBytes.write(Array(text.replacing("users: {}", with: Self.profile).utf8), to: archivePath + "/profile.yaml")
        }
        var options = EngineOptions(archivePath: archivePath)
        options.user = "maker"
        let engine = try Engine(opening: options)
        if !records.isEmpty { _ = try engine.add(records) }
        tokens = TokenStore(archivePath: archivePath, archiveID: engine.archiveIDText)
        var service = ServiceOptions(engine: options)
        service.socketPath = socketPath
        service.proxyUsers = proxyUsers
        service.limits = limits
        service.wordsInterval = wordsInterval
        var logger = Logger(label: "test") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .critical
        let running = try ArchiveService(service, verbs: ServedVerbs.run, logger: logger)
        readers = running.readers
        let (ready, continuation) = AsyncStream<Void>.makeStream()
        task = Task {
            defer { continuation.finish() }
            try await running.run { continuation.yield() }
        }
        for await _ in ready { break }
    }

    func token(_ user: String, days: Int = 1) throws -> String { try tokens.make(name: "test", user: user, days: days).text }

    func stop() async {
        task.cancel()
        _ = try? await task.value
    }

    /// Sends a request and reads to the end of its answer.
    func ask(_ method: String, _ target: String, _ headers: [String] = [], body: String? = nil) async -> Reply {
        var text = "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        for header in headers { text += header + "\r\n" }
        if let body { text += "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n" }
        return await send(Array((text + "\r\n" + (body ?? "")).utf8))
    }

    /// On a thread of its own: it waits, and must not hold up the service's tasks.
    func send(_ bytes: [UInt8], closesEarly: Bool = false) async -> Reply {
        let path = socketPath
        return (try? await Self.clients.runIfActive { Self.exchange(bytes, path, closesEarly: closesEarly) }) ?? Reply(status: 0, head: "", body: [])
    }

    private static func exchange(_ bytes: [UInt8], _ path: String, closesEarly: Bool) -> Reply {
        let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: Array(path.utf8)) }
        let isConnected = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 }
        }
        guard isConnected else { return Reply(status: 0, head: "", body: []) }
        // A service that never answers fails the test instead of holding it up.
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.send(descriptor, $0.baseAddress! + sent, $0.count - sent, CInt(MSG_NOSIGNAL)) }
            if count <= 0 { break }
            sent += count
        }
        if closesEarly { return Reply(status: 0, head: "", body: []) }
        var answer: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe piece.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
            if count <= 0 { break }
            answer += piece[..<count]
            if answer.count > 64 << 20 { break }
        }
        return reply(answer)
    }

    private static func reply(_ bytes: [UInt8]) -> Reply {
        let end = Array("\r\n\r\n".utf8)
        guard let place = bytes.indices.first(where: { bytes[$0...].starts(with: end) }) else { return Reply(status: 0, head: String(decoding: bytes, as: UTF8.self), body: []) }
        let head = String(decoding: bytes[..<place], as: UTF8.self)
        let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        var body = Array(bytes[(place + 4)...])
        if head.lowercased().contains("transfer-encoding: chunked") { body = unchunked(body) }
        return Reply(status: status, head: head, body: body)
    }

    private static func unchunked(_ bytes: [UInt8]) -> [UInt8] {
        var rest = bytes[...], body: [UInt8] = []
        while let end = rest.firstIndex(of: 0x0A), let count = Int(String(decoding: rest[..<end].filter { $0 != 0x0D }, as: UTF8.self), radix: 16), count > 0 {
            rest = rest[(end + 1)...]
            body += rest.prefix(count)
            rest = rest.dropFirst(count + 2)
        }
        return body
    }
}

func record(_ id: String, _ content: String, level: String? = nil, more: [String: String] = [:]) -> JSONObject {
    var object: JSONObject = ["id": .string(id), "receivedAt": "2024-03-05", "title": .string("关于\(content.prefix(6))"), "content": .string(content)]
    object.set("securityLevel", to: level.map { .string($0) })
    for (name, value) in more { object.set(name, to: .string(value)) }
    return object
}

let mark = "X-Juanzong: test"
