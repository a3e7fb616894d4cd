// `POST /api/import`: a file of records, looked at or imported, with its progress as it comes.
//
// Body: one line of JSON (name of the file, map or form, whether only to look), then the file's bytes. Answer: lines of
// JSON, each with a `phase`: waiting, reading (counts so far), and at the end done (what became of it) or failed (a
// problem). Who goes away stops the import after the batch under way; the same file again goes on from there.

import Answers
import Engine
import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix
import Records

extension ArchiveService {
    func addImportRoute(_ table: RouteTable) {
        table.on(.post, "/api/import") { call in
            // Before the bytes are waited for.
            do { try await call.read { try $0.requireWriting("import") } } catch {
                var problem = Problem(of: error, in: call.language, archivePath: call.service.archivePath)
                problem.headers[.connection] = "close"
                throw problem
            }
            let folder = try RequestFolder()
            var upload = ImportUpload(
                folder: folder, bytesMax: call.service.options.limits.uploadBytes, threads: call.service.uploads, language: call.language)
            for try await piece in call.request.body { try await upload.take(piece) }
            return Self.stream(try await upload.finish(), isLook: upload.isLook, folder, call)
        }
    }

    /// Between two lines about progress.
    private static let linePause = Duration.milliseconds(150)

    private static func stream(_ given: ImportRequest, isLook: Bool, _ folder: RequestFolder, _ call: Call) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = "application/x-ndjson"
        headers[.cacheControl] = "no-store"
        // A proxy that gathers the answer would hide the progress.
        headers[HTTPField.Name("X-Accel-Buffering")!] = "no"
        return Response(status: .ok, headers: headers, body: ResponseBody { writer in
            // So many that a reader who stops reading never holds up the import, which others wait for.
            let pipe = Pipe(pieces: 1 << 20)
            let work = Task {
                @Sendable func tell(_ object: JSONObject) { try? pipe.write(ByteBuffer(bytes: JSONObject.lines([object]))) }
                tell(["phase": "waiting"])
                var request = given
                request.isStopped = { pipe.isClosed || call.service.verbs.isStopping }
                request.isBrokenOff = { call.service.verbs.isStopping }
                let asked = request
                do {
                    let answer = try await call.service.verbs.work(isLook ? .read : .long, as: call.caller, purpose: call.purpose, in: call.language) { engine in
                        let clock = ContinuousClock()
                        let began = clock.now
                        var told: ContinuousClock.Instant?
                        let report: ProgressReport = { progress in
                            let now = clock.now
                            if let told, now - told < linePause { return }
                            told = now
                            tell(Self.line(progress, now - began))
                        }
                        return isLook
                            ? try engine.lookAtImport(asked, report: report).object(in: call.language)
                            : try engine.importRecords(asked, report: report).object(in: call.language)
                    }
                    var line: JSONObject = ["phase": "done"]
                    for (name, value) in answer.entries { line.set(name, to: value) }
                    tell(line)
                } catch {
                    let problem = Problem(of: error, in: call.language, archivePath: call.service.archivePath).without(path: folder.path)
                    tell(["phase": "failed", "problem": .object(problem.object)])
                }
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

    private static func line(_ progress: Progress, _ gone: Duration) -> JSONObject {
        let seconds = Double(gone.components.seconds) + Double(gone.components.attoseconds) / 1e18
        var object: JSONObject = [
            "phase": .string("\(progress.phase)"), "done": .integer(progress.done), "rejected": .integer(progress.rejected),
            "bytesDone": .integer(progress.bytesDone), "seconds": .decimal(seconds, places: 2),
        ]
        object.set("bytesTotal", to: progress.bytesTotal.map { .integer($0) })
        return object
    }
}

extension Problem {
    /// A file that lies in a folder of the service is told by its name.
    func without(path: String) -> Problem {
        var problem = self
        problem.title = title.replacing(path + "/", with: "")
        problem.detail = detail?.replacing(path + "/", with: "")
        problem.remedy = remedy?.replacing(path + "/", with: "")
        return problem
    }
}

/// Takes the body apart: the line ahead, then the file.
private struct ImportUpload: ~Copyable {
    private static let lineBytesMax = 1 << 20

    private let folder: RequestFolder
    private let bytesMax: Int
    private let threads: UploadThreads
    private let language: Language
    private var line: [UInt8] = []
    private var request: ImportRequest?
    private var file: UploadedFile?
    private var total = 0
    private(set) var isLook = false

    init(folder: RequestFolder, bytesMax: Int, threads: UploadThreads, language: Language) {
        self.folder = folder
        self.bytesMax = bytesMax
        self.threads = threads
        self.language = language
    }

    mutating func take(_ piece: ByteBuffer) async throws {
        var rest = piece.readableBytesView
        total += rest.count
        guard total <= bytesMax else { throw Problem.tooLarge(bytesMax, language) }
        if request == nil {
            guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
                line += rest
                guard line.count <= Self.lineBytesMax else { throw Problem.tooLarge(Self.lineBytesMax, language) }
                return
            }
            line += rest[..<end]
            rest = rest[(end + 1)...]
            request = try read()
        }
        try await file?.append(rest)
    }

    private mutating func read() throws -> ImportRequest {
        guard let object = (try? JSONValue.parse(line))?.objectValue else { throw Problem.member("name", language) }
        guard let name = object["name"]?.string, !name.isEmpty, name.utf8.count <= 200, name != ".", name != "..",
            name.unicodeScalars.allSatisfy({ $0 != "/" && $0.value >= 0x20 && $0.value != 0x7F })
        else { throw Problem.member("name", language) }
        let path = folder.path + "/" + name
        file = try UploadedFile(at: path, name: name, threads: threads)
        var request = ImportRequest(path: path)
        request.name = name
        request.language = language
        func text(_ member: String) throws -> String? {
            guard let value = object[member], !value.isNull, value.string != "" else { return nil }
            guard let text = value.string else { throw Problem.member(member, language) }
            return text
        }
        request.mapText = try text("map")
        request.form = try text("form")
        request.format = try text("format")
        request.encoding = try text("encoding")
        isLook = object["look"]?.bool ?? false
        return request
    }

    func finish() async throws -> ImportRequest {
        guard let request else { throw Problem.member("name", language) }
        try await file?.finish()
        return request
    }
}
