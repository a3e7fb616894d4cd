// The whole bulk build: an empty archive, all records of a file into it, everything stored, synced and searchable.

import Engine
import Measuring
import Records

struct BulkImport {
    private let records: String
    private let archive: String
    private let memoryMiB: Int

    init(_ options: Options) throws {
        records = try options.text("records")
        archive = try options.text("archive")
        memoryMiB = try options.number("memory", default: 512)
    }

    func run() throws {
        var options = EngineOptions(archivePath: archive)
        options.memoryBytes = memoryMiB << 20
        let watch = Stopwatch()
        let before = processorSeconds()
        _ = try Engine.create(options, profile: nil)
        let engine = try Engine(opening: options)
        var request = ImportRequest(path: records)
        request.rejectsPath = archive + ".rejects.jsonl"
        let summary = try engine.importRecords(request) { _ in }
        let seconds = watch.seconds
        var line = ResultLine("build")
        line.set("threads", 2)
        line.set("records", summary.imported)
        line.set("rejected", summary.rejected)
        line.set("inputBytes", summary.bytes)
        line.set("seconds", seconds)
        line.set("processorSeconds", processorSeconds() - before)
        let state = try engine.statistics()
        for file in state.files {
            let used = Int(file.bytes - min(file.bytes, file.freeBytes))
            if file.name.hasPrefix("index/") {
                line.set("indexBytes", used)
                line.set("indexFileBytes", Int(file.bytes))
            } else if file.name.hasPrefix("records") {
                line.set("recordBytes", used)
            } else {
                line.set("identityBytes", used)
            }
        }
        line.set("segments", state.segments)
        line.set("version", Engine.programVersion)
        line.print()
    }
}
