// `juanzong serve`: one archive for many people, over a socket.

import ArgumentParser
import Engine
import Dispatch
import Glibc
import Logging
import Records
import Service
import Synchronization

struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: say("在套接字上为多人提供服务和网页。", "Serve one archive, and its page, to many people."),
        discussion: say(
            """
            Unix 套接字上由内核告知来者是谁，角色按 profile.yaml；TCP 只在 127.0.0.1，供反向代理和本机浏览器，须有令牌（token new）。
            没有匿名访问。接口说明：/api/openapi.json。Ctrl-C 或 SIGTERM 停止，已确认的写入都已落盘。

            例：juanzong serve --archive /srv/juanzong --socket /run/juanzong/api.sock \\
                    --socket-group office
                juanzong serve --tcp 127.0.0.1:8080
                curl --unix-socket /run/juanzong/api.sock \\
                    'http://localhost/api/count?q=%E5%81%9C%E8%BD%A6%E8%B4%B9'
            """,
            """
            On the Unix socket the kernel says who calls, the roles are those of profile.yaml; TCP is on 127.0.0.1 only, for a reverse
            proxy and browsers of this machine, with a token (token new). Nobody is anonymous. The interface: /api/openapi.json.
            Ctrl-C or SIGTERM stops; what was acknowledged is on disk.

            Example: juanzong serve --archive /srv/juanzong \\
                         --socket /run/juanzong/api.sock --socket-group office
                     juanzong serve --tcp 127.0.0.1:8080
                     curl --unix-socket /run/juanzong/api.sock \\
                         'http://localhost/api/count?q=%E5%81%9C%E8%BD%A6%E8%B4%B9'
            """))

    @OptionGroup var archive: ArchiveOptions

    @Option(help: help("Unix 套接字的路径", "Path of the Unix socket", value: "path"))
    var socket: String?

    @Option(help: help("套接字所属的用户组", "Group of the socket", value: "group"))
    var socketGroup: String?

    @Option(help: help("套接字的权限（八进制）", "Permissions of the socket, octal", value: "mode"))
    var socketMode = "660"

    @Option(help: help("本机 TCP 地址，如 127.0.0.1:8080", "Loopback address, such as 127.0.0.1:8080", value: "address"))
    var tcp: String?

    @Option(help: help(
        "反向代理的系统用户，只有它可用 X-Remote-User 代人访问，可多次给出",
        "System user of a reverse proxy: it alone may name the user in X-Remote-User; may be repeated", value: "user"))
    var proxyUser: [String] = []

    @Option(help: help("读取线程数（默认为处理器数）", "Threads that read (default: the processors)", value: "n"))
    var threads: Int?

    @Option(help: help("一次查询最长的秒数", "Seconds that one answer may take", value: "n"))
    var answerSeconds = 10

    @Option(help: help(
        "每个读取线程为未变动的档案记住的检索答案（MiB，0 为不记）",
        "MiB of answers that each reading thread remembers while the archive does not change; 0: none", value: "MiB"))
    var keepAnswers = 16

    @Flag(help: help(
        "词表变动后不在后台重建索引（改由 juanzong reindex）",
        "Leave the index as it is when the lexicon changes, for juanzong reindex by hand"))
    var noReindex = false

    func validate() throws {
        if let tcp { _ = try Self.port(of: tcp) }
        guard let mode = UInt32(socketMode, radix: 8), mode <= 0o777 else {
            throw ValidationError(say("--socket-mode 取八进制权限，如 660", "--socket-mode takes octal permissions, such as 660"))
        }
        guard (1...3_600).contains(answerSeconds) else { throw ValidationError(say("--answer-seconds 取 1 至 3600", "--answer-seconds takes 1 to 3600")) }
        guard (0...4_096).contains(keepAnswers) else { throw ValidationError(say("--keep-answers 取 0 至 4096", "--keep-answers takes 0 to 4096")) }
        guard (1...256).contains(threads ?? 1) else { throw ValidationError(say("--threads 取 1 至 256", "--threads takes 1 to 256")) }
    }

    /// Nothing but this machine can be listened for: what comes from elsewhere goes through a proxy that knows TLS.
    private static func port(of address: String) throws -> Int {
        let parts = address.split(separator: ":")
        guard parts.count == 2, parts[0] == "127.0.0.1" || parts[0] == "localhost", let port = Int(parts[1]), (1...65_535).contains(port) else {
            throw ValidationError(say("--tcp 取本机地址，如 127.0.0.1:8080；对外请用反向代理", "--tcp takes an address of this machine, such as 127.0.0.1:8080; to the outside goes a reverse proxy"))
        }
        return port
    }

    func run() throws {
        var options = ServiceOptions(engine: archive.engineOptions)
        options.socketPath = socket
        options.socketGroup = socketGroup
        options.socketMode = UInt32(socketMode, radix: 8) ?? 0o660
        options.tcpPort = try tcp.map(Self.port)
        options.proxyUsers = Set(proxyUser)
        options.limits.answerMilliseconds = answerSeconds * 1_000
        options.wordsInterval = noReindex ? nil : .seconds(30)
        options.limits.keptAnswerBytes = keepAnswers << 20
        options.readerCount = threads ?? max(2, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let service = try ArchiveService(options, verbs: ServedVerbs.run, logger: Logger(label: "juanzong") { StreamLogHandler.standardError(label: $0) })
        let places = listed([socket, tcp].compactMap { $0 })
        let outcome = Mutex<Result<Void, any Error>>(.success(()))
        let done = DispatchSemaphore(value: 0)
        Task {
            do { try await service.run { Notices.print(say("服务已启动：\(places)", "serving on \(places)")) } } catch { outcome.withLock { $0 = .failure(error) } }
            done.signal()
        }
        done.wait()
        try outcome.withLock { $0 }.get()
    }
}
