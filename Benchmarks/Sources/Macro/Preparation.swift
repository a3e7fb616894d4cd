// The corpus that all runners read: the synthetic records cut down to id, moment, category and text.
//
// The text is folded and masked beforehand as our import does it, so that a scan of it is the truth for everybody and no
// peer loses hits to a traditional or full-width character. Our import folds it again, in its own time.

import Dispatch
import Measuring
import Records
import Synchronization
import TextAnalysis

/// Output: `records.jsonl` for our import; for peers `texts.txt`, a document a line, and `columns.tsv`: day since
/// 1970-01-01, tab, category.
struct Preparation {
    private static let linesAtOnce = 4_096

    private let source: MappedFile
    private let folder: String

    init(_ options: Options) throws {
        source = try MappedFile(options.text("records"))
        folder = try options.text("out")
    }

    private struct Piece: Sendable {
        var records: [UInt8] = []
        var texts: [UInt8] = []
        var columns: [UInt8] = []
        var textBytes = 0
    }

    func run() throws {
        let starts = source.lineStarts()
        let lineCount = starts.count - 1
        let (records, texts, columns) = try (
            FileWriter(folder + "/records.jsonl"), FileWriter(folder + "/texts.txt"), FileWriter(folder + "/columns.tsv")
        )
        var textBytes = 0
        for first in stride(from: 0, to: lineCount, by: Self.linesAtOnce * 2) {
            let ranges = [first, first + Self.linesAtOnce].filter { $0 < lineCount }
                .map { $0..<min($0 + Self.linesAtOnce, lineCount) }
            let pieces = Mutex<[Result<Piece, any Error>?]>(Array(repeating: nil, count: ranges.count))
            DispatchQueue.concurrentPerform(iterations: ranges.count) { number in
                let piece = Result { try prepare(ranges[number], starts) }
                pieces.withLock { $0[number] = piece }
            }
            for piece in pieces.withLock({ $0 }) {
                let piece = try piece!.get()
                try records.write(piece.records)
                try texts.write(piece.texts)
                try columns.write(piece.columns)
                textBytes += piece.textBytes
            }
        }
        var line = ResultLine("corpus")
        line.set("records", lineCount)
        line.set("textBytes", textBytes)
        line.print()
    }

    private func prepare(_ lines: Range<Int>, _ starts: [Int]) throws -> Piece {
        var analyzer = TextAnalyzer(lexicon: .domain)
        var piece = Piece()
        for number in lines {
            let record = try JSONValue.parse(source.bytes(starts[number]..<(starts[number + 1] - 1)))
            let parts = ["title", "content", "demand"].compactMap { record[$0]?.string }
            let text = Self.searched(parts.joined(separator: " "), &analyzer)
            let moment = record["receivedAt"]?.string ?? ""
            let category = record["category"]?.string ?? "-"
            let kept = JSONObject([
                ("id", record["id"] ?? .null), ("receivedAt", .string(moment)), ("category", .string(category)),
                ("content", .string(text)),
            ])
            JSONValue.object(kept).write(into: &piece.records)
            piece.records.append(0x0A)
            piece.texts += text.utf8
            piece.texts.append(0x0A)
            piece.columns += "\(try Timestamp(parsing: moment).date.days)\t\(category)\n".utf8
            piece.textBytes += text.utf8.count
        }
        return piece
    }

    /// The text as the index holds it, on one line. Again until nothing changes: a blank taken away may join digits to a
    /// telephone number.
    private static func searched(_ text: String, _ analyzer: inout TextAnalyzer) -> String {
        var text = text
        for _ in 0..<4 {
            let units = analyzer.analyze(text, masking: true).units.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }
            let next = String(decoding: units, as: UTF16.self)
            if next.hasSameBytes(as: text) { break }
            text = next
        }
        return text
    }
}
