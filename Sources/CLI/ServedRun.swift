// The same command, run by a service that holds the archive: asked for with `--socket` or JUANZONG_SOCKET, or found by the
// note that a running service leaves beside an archive that this user may not open himself. Who may open it works on it
// directly: reading never waits, and writers take turns.

import Dispatch
import Engine
import Glibc
import Records
import Service
import Synchronization

enum ServedRun {
    private static let localVerbs: Set<String> = ["serve", "init", "help", "completion", "analyze", "profile", "token", "build-shard", "manifest", "pairs", "cluster"]
    /// What takes minutes of all cores.
    private static let longVerbs: Set<String> = ["import", "reindex", "compact", "matters"]
    /// Options that name a file which the verb writes.
    private static let outputOptions = ["--to", "--out", "--html", "--register"]

    /// The exit code; nil when the command is to run here.
    static func run(_ given: [String]) -> CInt? {
        var (arguments, socket) = taken(given)
        guard let verb = arguments.first(where: { !$0.hasPrefix("-") }), !localVerbs.contains(verb), !arguments.contains("--help"), !arguments.contains("-h") else { return nil }
        socket = socket ?? environment("JUANZONG_SOCKET")
        if socket == nil {
            let archive = option("--archive", in: arguments) ?? environment("JUANZONG_ARCHIVE") ?? "archive"
            var path = archive
            while path.count > 1, path.hasSuffix("/") { path.removeLast() }
            // Whoever may open it needs nobody.
            guard unsafe access(archive + "/records.lmdb", R_OK) != 0, errno == EACCES else {
                // Those who ask a service meanwhile go first. All threads of this program are still to come, and will be as patient.
                if longVerbs.contains(verb), ServiceNote(archivePath: path).socketPath != nil { PatientWork.begin() }
                return nil
            }
            socket = ServiceNote(archivePath: path).socketPath
        }
        guard let socket else { return nil }
        arguments = without("--key", without("--archive", arguments))
        do { return try run(arguments, socket) } catch {
            Notices.print((error as? any NoticeError)?.notice(in: .ofUser) ?? UnexpectedFailure(error, verb: verb).notice(in: .ofUser))
            return Exit.error
        }
    }

    /// `--socket PATH` is ours, wherever it stands.
    private static func taken(_ arguments: [String]) -> ([String], String?) {
        if arguments.first == "serve" { return (arguments, nil) }
        return (without("--socket", arguments), option("--socket", in: arguments))
    }

    private static func option(_ name: String, in arguments: [String]) -> String? {
        let options = arguments.prefix { $0 != "--" }
        if let place = options.firstIndex(of: name) { return options.indices.contains(place + 1) ? options[place + 1] : nil }
        return options.last { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
    }

    private static func without(_ name: String, _ arguments: [String]) -> [String] {
        var rest: [String] = []
        var skips = false, isOver = false
        for argument in arguments {
            if skips {
                skips = false
                continue
            }
            isOver = isOver || argument == "--"
            if !isOver, argument == name {
                skips = true
            } else if isOver || !argument.hasPrefix(name + "=") {
                rest.append(argument)
            }
        }
        return rest
    }

    private static func run(_ arguments: [String], _ socket: String) throws -> CInt {
        var header = RunHeader(arguments, language: .ofUser)
        header.columns = Terminal.columns(of: STDOUT_FILENO)
        header.isTerminal = Terminal.isOutput
        header.hasColor = environment("NO_COLOR") == nil && environment("TERM") != "dumb"
        header.purpose = environment("JUANZONG_PURPOSE")
        let (files, paths) = Self.files(of: arguments)
        header.files = files
        let readsInput = arguments.contains("-") || arguments.contains { $0.hasSuffix("=-") }
            || (["add", "check"].contains(arguments.first) && files.allSatisfy { $0.bytes == nil } && !arguments.contains { $0.hasPrefix("--id") })
        let body = Body(inputs: zip(files, paths).filter { $0.0.bytes != nil }.map(\.1), readsInput: readsInput)
        let outputs = Outputs(paths)
        let outcome = Mutex<Result<Int32, any Error>>(.success(Exit.error))
        let done = DispatchSemaphore(value: 0)
        let client = ServiceClient(socketPath: socket)
        let length = readsInput ? nil : files.reduce(0) { $0 + ($1.bytes ?? 0) }
        let sent = header
        Task {
            let result: Result<Int32, any Error>
            do {
                result = .success(try await client.run(sent, bodyBytes: length, bodyPieces: { try body.next() }) { stream, bytes in
                    switch stream {
                    case .results: try FileDescriptor.write(Array(bytes), to: STDOUT_FILENO)
                    case .notices: try FileDescriptor.write(Array(bytes), to: STDERR_FILENO)
                    case .file: try outputs.take(bytes)
                    case .exit: break
                    }
                })
            } catch { result = .failure(error) }
            outcome.withLock { $0 = result }
            done.signal()
        }
        done.wait()
        do { return try outcome.withLock { $0 }.get() } catch OutputError.readerGone { return Exit.done }
    }

    /// Files that go along, and files that come back.
    private static func files(of arguments: [String]) -> ([RunHeader.File], paths: [String]) {
        var files: [RunHeader.File] = [], paths: [String] = []
        func add(_ place: Int, _ prefix: String, _ path: String, bytes: Int?) {
            guard let name = path.split(separator: "/").last.map(String.init), path != "-", name != ".", name != ".." else { return }
            files.append(RunHeader.File(argument: place, prefix: prefix, name: name, bytes: bytes))
            paths.append(path)
        }
        let inputOptions = ["--map", "--merge"]
        let takesFiles = ["import", "add", "check"].contains(arguments.first) || arguments.prefix(2) == ["case", "add"]
        for (place, argument) in arguments.enumerated() where place > 0 {
            let before = arguments[place - 1]
            let name = argument.prefix { $0 != "=" }
            let value = String(argument.dropFirst(name.count + 1))
            if outputOptions.contains(before) { add(place, "", argument, bytes: nil) }
            else if outputOptions.contains(String(name)), !value.isEmpty { add(place, name + "=", value, bytes: nil) }
            else if inputOptions.contains(before), let bytes = size(argument) { add(place, "", argument, bytes: bytes) }
            else if inputOptions.contains(String(name)), let bytes = size(value) { add(place, name + "=", value, bytes: bytes) }
            else if takesFiles, !argument.hasPrefix("-"), !before.hasPrefix("--") || before.contains("=") || before == "--json" || before == "--", let bytes = size(argument) {
                add(place, "", argument, bytes: bytes)
            }
        }
        return (files, paths)
    }

    private static func size(_ path: String) -> Int? {
        var status = stat()
        guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }

    /// The bytes that go along, piece by piece.
    private final class Body: Sendable {
        private let left: Mutex<(paths: [String], descriptor: CInt, readsInput: Bool)>

        init(inputs: [String], readsInput: Bool) { left = Mutex((inputs, -1, readsInput)) }

        func next() throws -> [UInt8]? {
            try left.withLock { left in
                while true {
                    if left.descriptor < 0 {
                        if let path = left.paths.first {
                            left.paths.removeFirst()
                            left.descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
                            guard left.descriptor >= 0 else { throw InputError(errno: errno, path: path) }
                        } else if left.readsInput {
                            left.readsInput = false
                            left.descriptor = STDIN_FILENO
                        } else {
                            return nil
                        }
                    }
                    let piece = try FileDescriptor.read(left.descriptor, countMax: 256 << 10)
                    if !piece.isEmpty { return piece }
                    if left.descriptor != STDIN_FILENO { close(left.descriptor) }
                    left.descriptor = -1
                }
            }
        }
    }

    /// The files that come back, each whole or not at all under its name.
    private final class Outputs: Sendable {
        private let paths: [String]
        private let begun = Mutex<Set<Int>>([])

        init(_ paths: [String]) { self.paths = paths }

        func take(_ bytes: ArraySlice<UInt8>) throws {
            guard let number = bytes.first.map(Int.init), paths.indices.contains(number) else { return }
            let isNew = begun.withLock { $0.insert(number).inserted }
            let descriptor = unsafe open(paths[number], O_WRONLY | O_CREAT | O_CLOEXEC | (isNew ? O_TRUNC : O_APPEND), 0o600)
            guard descriptor >= 0 else { throw InputError(errno: errno, path: paths[number]) }
            defer { close(descriptor) }
            try FileDescriptor.write(Array(bytes.dropFirst()), to: descriptor)
        }
    }
}
