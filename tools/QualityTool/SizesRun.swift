// Where do the bytes of an index go, against the text it holds?

import Engine
import Index
import Records

struct SizesRun {
    private let engine: Engine
    private let name: String

    init(_ options: Options) throws {
        name = try options.text("archive")
        engine = try Engine(opening: EngineOptions(archivePath: name))
    }

    func print() throws {
        var text = 0
        try engine.forEachIndexedRecord { record in text += record.zones.reduce(0) { $0 + $1.text.utf8.count } }
        let (rows, fileBytes) = try engine.indexSizes()
        Swift.print("\(name): text \(text) bytes of UTF-8, index file \(fileBytes): \(Self.ratio(fileBytes, text)) of the text")
        Swift.print("| what | count | postings | bytes | of the text |")
        Swift.print("|---|---:|---:|---:|---:|")
        for row in rows where row.count > 0 {
            Swift.print("| \(row.name) | \(row.count) | \(row.postings) | \(row.bytes) | \(Self.ratio(row.bytes, text)) |")
        }
    }

    private static func ratio(_ bytes: Int, _ text: Int) -> String {
        let thousandths = bytes * 1_000 / max(text, 1)
        let fraction = String(thousandths % 1_000)
        return "\(thousandths / 1_000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
    }
}
