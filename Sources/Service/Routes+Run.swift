// `POST /api/run`: a verb of the command line on behalf of a command line elsewhere, with its output as it comes.
//
// Body: one line of JSON (arguments, language, terminal, files that follow), the files' bytes, standard input.
// Answer: frames of one byte (1 results, 2 notices, 3 a file, 0 the exit code), a length of four bytes, most significant
// first, and that many bytes. A file's frames begin with the number of its argument (one byte).

import Engine
import Glibc
import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix
import Records

/// The line that a command line sends ahead.
package struct RunHeader: Sendable {
    package struct File: Sendable {
        /// Place among the arguments.
        package var argument: Int
        /// What stands in front of the path in that argument, such as `--to=`.
        package var prefix: String
        package var name: String
        /// Of an input; nil for a file that the verb writes.
        package var bytes: Int?

        package init(argument: Int, prefix: String, name: String, bytes: Int?) {
            self.argument = argument
            self.prefix = prefix
            self.name = name
            self.bytes = bytes
        }
    }

    package var arguments: [String]
    package var language: Language
    package var columns = 80
    package var isTerminal = false
    package var hasColor = false
    package var purpose: String?
    package var files: [File] = []

    package init(_ arguments: [String], language: Language) {
        self.arguments = arguments
        self.language = language
    }

    package var object: JSONObject {
        var object: JSONObject = [
            "arguments": .array(arguments.map { .string($0) }), "language": .string(language == .chinese ? "zh" : "en"),
            "columns": .number(String(columns)), "terminal": .bool(isTerminal), "color": .bool(hasColor),
            "files": .array(files.map { file in
                var object: JSONObject = ["argument": .number(String(file.argument)), "prefix": .string(file.prefix), "name": .string(file.name)]
                object.set("bytes", to: file.bytes.map { .number(String($0)) })
                return .object(object)
            }),
        ]
        object.set("purpose", to: purpose.map { .string($0) })
        return object
    }

    init?(_ object: JSONObject) {
        guard let arguments = object["arguments"]?.array?.compactMap(\.string), arguments.count == object["arguments"]?.array?.count else { return nil }
        self.init(arguments, language: object["language"]?.string == "en" ? .english : .chinese)
        columns = min(1_000, max(20, object["columns"]?.int ?? 80))
        isTerminal = object["terminal"]?.bool ?? false
        hasColor = object["color"]?.bool ?? false
        purpose = object["purpose"]?.string
        for file in object["files"]?.array ?? [] {
            guard let argument = file["argument"]?.int, arguments.indices.contains(argument), argument < 256, let prefix = file["prefix"]?.string,
                let name = file["name"]?.string, !name.isEmpty, name.utf8.count <= 255, !name.contains("/"), name != ".", name != "..", files.count < 64,
                arguments[argument].hasPrefix(prefix)
            else { return nil }
            let bytes = file["bytes"]?.int
            guard bytes ?? 0 >= 0 else { return nil }
            files.append(File(argument: argument, prefix: prefix, name: name, bytes: bytes))
        }
    }
}

extension ArchiveService {
    private static let headerBytesMax = 1 << 20

    func addRunRoute(_ table: RouteTable) {
        table.on(.post, "/api/run") { call in
            let folder = try RequestFolder()
            var upload = Upload(limits: call.service.options.limits, threads: call.service.uploads, language: call.language)
            var header: RunHeader?
            // Each piece must come in time; the whole may take as long as the file is large.
            for try await piece in call.request.body {
                if let ready = try await upload.take(Array(buffer: piece), headerBytesMax: Self.headerBytesMax, folder: folder) { header = ready }
            }
            guard let header else { throw Problem.member("arguments", call.language) }
            try upload.finish()
            guard let kind = Verbs.kind(of: header.arguments), !header.arguments.contains("--watch") else {
                throw Problem(
                    .forbidden, "not-served", say(header.language, "这个命令只能在档案库所在的机器上运行", "this verb runs only on the archive's own machine"),
                    detail: header.arguments.first.map { "juanzong \($0)" })
            }
            var arguments = header.arguments
            for (number, file) in header.files.enumerated() {
                arguments[file.argument] = file.prefix + Upload.path(number, file, folder)
            }
            var request = call.service.verbs.request(arguments, call.caller, header.language, purpose: header.purpose)
            (request.columns, request.isTerminal, request.hasColor) = (header.columns, header.isTerminal, header.hasColor)
            request.input = upload.input
            request.folder = folder.path
            return Self.run(request, kind, header, folder, call)
        }
    }

    private static func run(_ request: VerbRequest, _ kind: Verbs.Kind, _ header: RunHeader, _ folder: RequestFolder, _ call: Call) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = "application/vnd.juanzong.frames"
        headers[.cacheControl] = "no-store"
        let verbs = call.service.verbs
        return Response(status: .ok, headers: headers, body: ResponseBody { writer in
            let pipe = Pipe()
            let typed = Dictionary(header.files.enumerated().map { (Upload.path($0, $1, folder), header.arguments[$1.argument].dropFirst($1.prefix.count)) }) { a, _ in a }
            let work = Task {
                let outcome: VerbOutcome
                do {
                    outcome = try await verbs.run(request, kind) { stream, bytes in
                        // Told by the name that the person typed.
                        try pipe.write(Self.frame(stream, typed.isEmpty ? bytes : Self.renamed(bytes, typed)))
                    }
                } catch let problem as Problem {
                    let remedy = problem.remedy.map { say(header.language, "处理：", "Remedy: ") + $0 + "\n" } ?? ""
                    try? pipe.write(Self.frame(.notices, Array((say(header.language, "错误：", "Error: ") + problem.title + "\n" + remedy).utf8)))
                    outcome = VerbOutcome(exitCode: 2)
                } catch {
                    outcome = VerbOutcome(exitCode: 2)
                }
                for (number, file) in header.files.enumerated() where file.bytes == nil {
                    Self.send(Upload.path(number, file, folder), as: UInt8(number), to: pipe)
                }
                try? pipe.write(Self.frame(.exit, [UInt8(truncatingIfNeeded: outcome.exitCode)]))
                pipe.finish()
            }
            do {
                while let piece = await pipe.next() { try await writer.write(piece) }
                try await writer.finish(nil)
            } catch {
                pipe.close()
                await work.value
                throw error
            }
        })
    }

    private static func renamed(_ bytes: [UInt8], _ typed: [String: Substring]) -> [UInt8] {
        var text = String(decoding: bytes, as: UTF8.self)
        for (path, name) in typed { text = text.replacing(path, with: name) }
        return Array(text.utf8)
    }

    private static func send(_ path: String, as number: UInt8, to pipe: Pipe) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            do { try pipe.write(frame(.file, [number] + bytes[..<count])) } catch { return }
        }
    }

    private static func frame(_ stream: VerbStream, _ bytes: [UInt8]) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeInteger(stream.rawValue)
        buffer.writeInteger(UInt32(bytes.count))
        buffer.writeBytes(bytes)
        return buffer
    }
}

/// Takes the body of a run apart: header, files, standard input.
private struct Upload: ~Copyable {
    private let limits: ServiceOptions.Limits
    private let language: Language
    private var line: [UInt8] = []
    private var header: RunHeader?
    private let threads: UploadThreads
    private var open: (file: UploadedFile, left: Int)?
    private var waiting: [(Int, RunHeader.File)] = []
    private var total = 0
    private(set) var input: [UInt8] = []
    private static let inputBytesMax = 16 << 20

    init(limits: ServiceOptions.Limits, threads: UploadThreads, language: Language) {
        self.limits = limits
        self.threads = threads
        self.language = language
    }

    static func path(_ number: Int, _ file: RunHeader.File, _ folder: RequestFolder) -> String { "\(folder.path)/\(number)/\(file.name)" }

    /// - Returns: the header, once it is whole.
    mutating func take(_ bytes: [UInt8], headerBytesMax: Int, folder: RequestFolder) async throws -> RunHeader? {
        total += bytes.count
        guard total <= limits.uploadBytes else { throw Problem.tooLarge(limits.uploadBytes, language) }
        var rest = bytes[...]
        var ready: RunHeader?
        if header == nil {
            guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
                line += rest
                guard line.count <= headerBytesMax else { throw Problem.tooLarge(headerBytesMax, language) }
                return nil
            }
            line += rest[..<end]
            rest = rest[(end + 1)...]
            guard let object = (try? JSONValue.parse(line))?.objectValue, let made = RunHeader(object) else { throw Problem.member("arguments", language) }
            header = made
            ready = made
            for (number, file) in made.files.enumerated() {
                unsafe mkdir("\(folder.path)/\(number)", 0o700)
                if file.bytes != nil { waiting.append((number, file)) }
            }
        }
        while !rest.isEmpty || open?.left == 0 || (open == nil && waiting.first?.1.bytes == 0) {
            if open == nil, let (number, file) = waiting.first {
                waiting.removeFirst()
                open = (try UploadedFile(at: Self.path(number, file, folder), name: file.name, threads: threads), file.bytes ?? 0)
            }
            guard let now = open else {
                input += rest
                guard input.count <= Self.inputBytesMax else { throw Problem.tooLarge(Self.inputBytesMax, language) }
                break
            }
            let piece = rest.prefix(now.left)
            try await now.file.append(piece)
            rest = rest.dropFirst(piece.count)
            if piece.count == now.left {
                try await now.file.finish()
                open = nil
            } else {
                open?.left -= piece.count
            }
        }
        return ready
    }

    func finish() throws {
        guard open == nil, waiting.isEmpty else {
            throw Problem(.badRequest, "mistake", say(language, "文件没有传完", "a file did not come whole"))
        }
    }
}
