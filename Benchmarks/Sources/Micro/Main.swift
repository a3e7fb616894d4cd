// The parts of the engine alone, each with its time and its allocations. Benchmarks/run micro calls this.
//
// Input:  synthetic records (tools/corpus) and an empty folder for an archive of them.
// Output: a result line a part.

import Engine
import Glibc
import Measuring
import Records

@main struct Main {
    static func main() {
        do {
            let options = try Options(Array(CommandLine.arguments.dropFirst()))
            let scratch = try options.text("scratch")
            let path = try options.text("records")
            let texts = try Texts(path)
            TextBenchmarks(texts).run()
            try SegmentBenchmark(texts).run()
            try IndexBenchmarks(recordsPath: path, archivePath: scratch + "/archive", texts).run()
            try StoreBenchmark(path: scratch + "/append.lmdb").run()
        } catch let error as any NoticeError {
            fail(error.notice(in: .english))
        } catch {
            fail("Micro: \(error); usage: Benchmarks/run micro")
        }
    }

    private static func fail(_ message: String) -> Never {
        let bytes = Array((message + "\n").utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
        exit(2)
    }
}

/// The texts of some records, in memory.
struct Texts {
    /// Enough for steady figures, few enough to stay quick.
    private static let countMax = 10_000

    private(set) var records: [IndexedRecord] = []
    private(set) var contents: [String] = []
    private(set) var contentBytes = 0

    init(_ path: String) throws {
        guard let file = unsafe fopen(path, "r") else { throw Failure(path: path) }
        defer { unsafe fclose(file) }
        var line: UnsafeMutablePointer<CChar>? = nil
        var capacity = 0
        defer { unsafe free(line) }
        while records.count < Self.countMax {
            let count = unsafe getline(&line, &capacity, file)
            guard count > 1, let start = unsafe line else { break }
            // Holds: `getline` filled `count` bytes at `line`, the last of them the line's end.
            let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count - 1)
            guard case .object(let object) = try JSONValue.parse(unsafe Array(bytes)) else { continue }
            let number = UInt64(records.count + 1)
            let (open, _) = try Complaint(json: object).separated()
            let record = open.indexed(sequence: RecordSequence(number), recordNumber: RecordNumber(number))
            records.append(record)
            let content = record.zones.first { $0.zone == .content }?.text ?? ""
            contents.append(content)
            contentBytes += content.utf8.count
        }
    }

    struct Failure: Error { var path: String }
}
