// One input file becomes one shard: a folder that holds its records and their index, is never changed again, and is named by
// what it holds. Built in a folder of its own on a local disk, copied to where the shards are, renamed: whoever looks sees a
// whole shard or none, and a second making of the same file, after a crash or beside the first, ends in the same name.
//
// Who complained is left out: a shard is copied to many machines, and nothing asked of it needs to know.

import Archive
import Glibc
import Index
import Records
import Store

package struct ShardRequest: Sendable {
    /// The file, and how it is read.
    package var input: ImportRequest
    /// Where the shards are.
    package var output: String
    /// Nil: the file's name without folder and ending.
    package var label: String?
    /// A local disk; nil is TMPDIR, or /tmp.
    package var workFolder: String?
    /// A shipped profile, or a file.
    package var profile: String?
    /// A file of words.
    package var lexicon: String?
    package var memoryBytes = 512 << 20
    package var user = "-"

    package init(input: ImportRequest, output: String) {
        self.input = input
        self.output = output
    }
}

/// Files of a shard.
enum ShardFolder {
    static let records = "records.lmdb"
    static let index = "index.lmdb"
    static let description = "shard.json"
    static let partialPrefix = ".partial-"
    static let all = [records, index, description]

    /// What the two files hold, and what made them so.
    static func digest(in folder: String, versions: [(name: String, value: String)]) throws -> String {
        var digest = LogicalDigest("juanzong shard \(ShardDescription.format)")
        for version in versions {
            digest.take(Array(version.name.utf8))
            digest.take(Array(version.value.utf8))
        }
        try digest.take(file: folder + "/" + records, tables: RecordStore.frozenTables)
        try digest.take(file: folder + "/" + index, tables: IndexGeneration.frozenTables)
        return digest.text
    }

    static func description(in folder: String) -> ShardDescription? {
        guard let bytes = try? SmallFile.read(folder + "/" + description), case .object(let object)? = try? JSONValue.parse(bytes.span) else { return nil }
        return ShardDescription(object)
    }

    static func make(_ path: String) throws {
        guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else { throw EngineError.system(path: path, code: errno) }
    }
}

extension Engine {
    /// Builds a shard and puts it where the shards are.
    ///
    /// - Throws: `ShardError.nothingIn`, `.tooLarge`; errors of the import.
    package static func buildShard(_ request: ShardRequest, report: ProgressReport) throws -> ShardDescription {
        let temporary = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) }
        let workFolder = try ShardWorkFolder(in: request.workFolder ?? temporary ?? "/tmp")
        defer { withExtendedLifetime(workFolder) {} }
        let work = workFolder.path
        var contents = ArchiveFolder.Contents()
        contents.profile = try shardProfile(request.profile)
        if let path = request.lexicon { contents.lexicon = String(decoding: try SmallFile.read(path), as: UTF8.self) }
        var options = EngineOptions(archivePath: work + "/archive", keyPath: work + "/key")
        options.memoryBytes = request.memoryBytes
        options.user = request.user
        options.leavesIdentityOut = true
        _ = try create(options, contents)
        // Without a key no keyed hash goes into what tells a changed record.
        unsafe Glibc.unlink(work + "/key")
        let engine = try Engine(opening: options)
        var input = request.input
        input.rejectsPath = work + "/rejects.jsonl"
        let summary = try engine.importRecords(input, report: report)
        report(Progress(.merging))
        let made = work + "/shard"
        try ShardFolder.make(made)
        guard try engine.records.liveCount > 0 else {
            try keepRejects(summary, in: work, request)
            throw ShardError.nothingIn(path: request.input.path)
        }
        guard let figures = try engine.index().writeFrozen(to: made + "/" + ShardFolder.index) else { throw ShardError.tooLarge(path: request.input.path) }
        try engine.records.writeFrozen(to: made + "/" + ShardFolder.records, recordedAtMilliseconds: figures.latestReceivedAt * 1_000)
        let versions = ShardDescription.versions(lexicon: try engine.lexiconStamp(), profile: String(SearchCursor.hash(contents.profile), radix: 16))
        let name = "shard-" + String(try ShardFolder.digest(in: made, versions: versions).prefix(32))
        let shard = ShardDescription(
            label: request.label ?? label(of: request.input.path), name: name, versions: versions, records: figures.documents,
            versionCount: Int(try engine.records.lastSequence.rawValue), rejected: summary.rejected, textUnits: figures.textUnits,
            first: day(figures.earliestReceivedAt), last: day(figures.latestReceivedAt))
        engine.closeIndex()
        engine.closeStores()
        try SmallFile.replace(made + "/" + ShardFolder.description, with: Array(shard.own.text.utf8) + [0x0A])
        try keepRejects(summary, in: work, request, name: name)
        report(Progress(.copying))
        try place(made, as: name, in: request.output)
        return shard
    }

    static func shardProfile(_ profile: String?) throws -> String {
        guard let profile else { return try Profile.wholeText(Profile.generalID) }
        if profile.contains("/") || profile.hasSuffix(".yaml") { return String(decoding: try SmallFile.read(profile), as: UTF8.self) }
        return try Profile.wholeText(profile)
    }

    private static func label(of path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return name.firstIndex(of: ".").flatMap { $0 > name.startIndex ? String(name[..<$0]) : nil } ?? name
    }

    private static func day(_ seconds: Int64) -> String { Timestamp(seconds: seconds)?.date.text ?? "" }

    /// The rows that did not go in, beside the shards.
    private static func keepRejects(_ summary: ImportSummary, in work: String, _ request: ShardRequest, name: String? = nil) throws {
        guard summary.rejected > 0 else { return }
        try ShardFolder.make(request.output)
        let target = request.output + "/" + (name ?? label(of: request.input.path)) + ".rejects.jsonl"
        try copy(work + "/rejects.jsonl", to: target + ".part")
        guard unsafe rename(target + ".part", target) == 0 else { throw EngineError.system(path: target, code: errno) }
    }

    /// Copies the shard beside its name and renames it; where somebody was quicker, his is as good.
    private static func place(_ made: String, as name: String, in output: String) throws {
        try ShardFolder.make(output)
        let target = output + "/" + name
        if isWhole(target, like: made) { return }
        var host = [CChar](repeating: 0, count: 65)
        unsafe gethostname(&host, 64)
        let hostName = String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let partial = output + "/" + ShardFolder.partialPrefix + "\(name)-\(hostName)-\(getpid())-\(String(UInt32.random(in: 0 ... .max), radix: 36))"
        try ShardFolder.make(partial)
        defer { removeTree(partial) }
        for file in ShardFolder.all {
            try copy(made + "/" + file, to: partial + "/" + file)
            guard try FileDigest.sha256(ofFile: made + "/" + file) == FileDigest.sha256(ofFile: partial + "/" + file) else {
                throw ShardError.damaged(path: partial + "/" + file)
            }
        }
        SmallFile.syncFolder(of: partial + "/x")
        if unsafe rename(partial, target) != 0 {
            let code = errno
            guard isWhole(target, like: made) else {
                throw code == ENOTEMPTY || code == EEXIST ? ShardError.damaged(path: target) : EngineError.system(path: target, code: code)
            }
        }
        SmallFile.syncFolder(of: target)
    }

    private static func isWhole(_ target: String, like made: String) -> Bool {
        ShardFolder.all.allSatisfy { SmallFile.size(target + "/" + $0) != nil }
            && (try? SmallFile.read(target + "/" + ShardFolder.description)) == (try? SmallFile.read(made + "/" + ShardFolder.description))
    }

    private static func copy(_ source: String, to target: String) throws {
        let from = unsafe open(source, O_RDONLY | O_CLOEXEC)
        guard from >= 0 else { throw EngineError.system(path: source, code: errno) }
        defer { close(from) }
        let to = unsafe open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard to >= 0 else { throw EngineError.system(path: target, code: errno) }
        defer { close(to) }
        var piece = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = unsafe piece.withUnsafeMutableBytes { unsafe Glibc.read(from, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw EngineError.system(path: source, code: errno) }
            guard count > 0 else { break }
            var done = 0
            while done < count {
                let written = unsafe piece.withUnsafeBytes { unsafe Glibc.write(to, $0.baseAddress! + done, count - done) }
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { throw EngineError.system(path: target, code: errno) }
                done += written
            }
        }
        guard fsync(to) == 0 else { throw EngineError.system(path: target, code: errno) }
    }
}
