// The options of every verb that opens an archive.

import ArgumentParser
import Engine

struct ArchiveOptions: ParsableArguments {
    @Option(help: help("档案库文件夹（或 JUANZONG_ARCHIVE，默认 ./archive）", "The archive (or JUANZONG_ARCHIVE; default ./archive)", value: "dir"))
    var archive: String?

    @Option(help: help("身份信息的密钥文件（或 JUANZONG_KEY）", "The key of the identity data (or JUANZONG_KEY)", value: "file"))
    var key: String?

    @Option(help: help("由分片组成的档案库：只打开标签符合的，如 2023*,*-3301", "Of an archive made of shards: only those whose labels fit, such as 2023*,*-3301", value: "labels"))
    var shards: String?

    /// What was asked for; nil leaves the default place.
    var archiveGiven: String? { archive ?? environment("JUANZONG_ARCHIVE") }

    var archivePath: String { archiveGiven ?? "archive" }

    var engineOptions: EngineOptions {
        if let console = Console.current {
            var options = console.request.engine
            options.user = console.request.user
            options.purpose = console.request.purpose
            return options
        }
        var options = EngineOptions(archivePath: archivePath, keyPath: key ?? environment("JUANZONG_KEY"))
        options.user = SystemUser.name(askedFor: environment("JUANZONG_USER"), archivePath: archivePath)
        options.purpose = environment("JUANZONG_PURPOSE")
        options.shards = shards ?? environment("JUANZONG_SHARDS")
        return options
    }

    func open() throws -> Engine {
        // The service serves one archive, with its own key.
        if Console.current != nil, archive != nil || key != nil || shards != nil { throw FileNotServed(path: archive ?? key ?? shards ?? "") }
        return try Engine(opening: engineOptions)
    }
}

/// The options of verbs that write for a long time.
struct WritingOptions: ParsableArguments {
    @OptionGroup var archive: ArchiveOptions

    @Option(help: help("批量工作可用的内存（MiB）", "Memory that bulk work may take, in MiB", value: "mib"))
    var memory: Int = 512

    @Option(help: help(
        "等待另一个写入者的最长秒数（默认 2；reindex 不限）", "Longest wait for another writer, in seconds (default 2; reindex: no limit)",
        value: "seconds"))
    var wait: Int?

    func validate() throws {
        guard (64...1 << 20).contains(memory) else {
            throw ValidationError(say("--memory 取 64 至 1048576", "--memory takes 64 to 1048576"))
        }
        guard (0...86400).contains(wait ?? 0) else {
            throw ValidationError(say("--wait 取 0 至 86400", "--wait takes 0 to 86400"))
        }
    }

    func open() throws -> Engine {
        var options = archive.engineOptions
        options.memoryBytes = memory << 20
        if let wait { options.writerWaitSeconds = wait }
        return try Engine(opening: options)
    }
}
