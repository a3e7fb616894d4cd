// Small files made on the spot, in any encoding, and the rows a reader makes of them.

import CZip
import Glibc
import Records
import TestSupport

@testable import Import

/// A file that lives as long as this value.
final class TemporaryFile {
    let path: String

    init(_ bytes: [UInt8], _ ending: String = ".csv") {
        var template = Array("/tmp/juanzong-test-XXXXXX\(ending)".utf8CString)
        let descriptor = unsafe template.withUnsafeMutableBufferPointer { unsafe mkstemps($0.baseAddress!, Int32(ending.utf8.count)) }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        var written = 0
        while written < bytes.count {
            let got = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress! + written, bytes.count - written) }
            precondition(got > 0)
            written += got
        }
        close(descriptor)
    }

    convenience init(_ text: String, _ ending: String = ".csv") { self.init(Array(text.utf8), ending) }

    deinit {
        unsafe unlink(path)
        unsafe unlink(path + ".rejects.jsonl")
        unsafe unlink(path + ".rejects.jsonl.partial")
    }
}

func contents(of path: String) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let got = unsafe chunk.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
        guard got > 0 else { return all }
        all += chunk[..<got]
    }
}

/// A reader of the file. It keeps its descriptor, so the file's name may go once it is open.
func opened(_ options: ImportOptions, _ file: TemporaryFile, decodes: Bool = false) throws -> RecordReader {
    try withExtendedLifetime(file) { try RecordReader(options, decodes: decodes) }
}

func opened(_ file: TemporaryFile, chunk: Int = 1 << 16, decodes: Bool = false) throws -> RecordReader {
    try opened(options(file, chunk: chunk), file, decodes: decodes)
}

/// A row as a test compares it: cells or JSON text, or the code of what is wrong.
struct CutRow: Equatable, CustomStringConvertible {
    var line: Int
    var cells: [String]
    var problem: String?
    var description: String { "\(line): " + (problem ?? cells.joined(separator: "|")) }
}

func options(_ file: TemporaryFile, chunk: Int = 1 << 16, format: InputFormat? = nil) -> ImportOptions {
    var options = ImportOptions(path: file.path, format: format)
    options.chunkBytes = chunk
    return options
}

/// Rows as cut, before any map.
func cut(
    _ file: TemporaryFile, chunk: Int = 1 << 16, format: InputFormat? = nil, rowsAtOnce: Int = 1000, from point: ResumePoint? = nil
) throws -> (rows: [CutRow], columns: [String], points: [ResumePoint]) {
    var options = options(file, chunk: chunk, format: format)
    options.startPoint = point
    var reader = try opened(options, file)
    var rows: [CutRow] = []
    var points: [ResumePoint] = []
    while let batch = try reader.nextRawBatch(maxRows: rowsAtOnce) {
        for row in batch.rows {
            var cells: [String] = []
            if reader.detected.format == .jsonl {
                if row.problem == nil { cells = [String(decoding: batch.bytes[row.start..<row.end], as: UTF8.self)] }
            } else {
                cells = batch.texts(of: row) ?? ["not UTF-8"]
            }
            rows.append(CutRow(line: row.line, cells: row.problem == nil ? cells : [], problem: row.problem?.code))
        }
        points.append(batch.resumePoint)
    }
    return withExtendedLifetime(file) { (rows, reader.detected.columns, points) }
}

func cells(_ text: String, chunk: Int = 1 << 16) throws -> [[String]] {
    try cut(TemporaryFile(text), chunk: chunk, format: .csv).rows.map { $0.problem.map { ["!" + $0] } ?? $0.cells }
}

enum Encoded {
    static func utf16(_ text: String, bigEndian: Bool = false, mark: Bool = false) -> [UInt8] {
        ((mark ? [0xFEFF] : []) + Array(text.utf16)).flatMap { unit in
            bigEndian ? [UInt8(unit >> 8), UInt8(unit & 255)] : [UInt8(unit & 255), UInt8(unit >> 8)]
        }
    }

    /// By the C library's converter, which shares nothing with ICU.
    static func gb18030(_ text: String) -> [UInt8] {
        let converter = unsafe iconv_open("GB18030", "UTF-8")
        defer { unsafe iconv_close(converter) }
        var source = Array(text.utf8).map { CChar(bitPattern: $0) }
        var target = [CChar](repeating: 0, count: source.count * 2 + 16)
        var left = source.count
        var room = target.count
        unsafe source.withUnsafeMutableBufferPointer { source in
            unsafe target.withUnsafeMutableBufferPointer { target in
                var from = source.baseAddress
                var to = target.baseAddress
                let outcome = unsafe iconv(converter, &from, &left, &to, &room)
                precondition(outcome != Int.max && left == 0)
            }
        }
        return target[..<(target.count - room)].map(UInt8.init(bitPattern:))
    }
}

/// Writes the parts of a workbook.
func zip(_ parts: [(name: String, text: String)]) -> [UInt8] {
    let file = TemporaryFile([], ".xlsx")
    var code: Int32 = 0
    let archive = unsafe zip_open(file.path, ZIP_CREATE | ZIP_TRUNCATE, &code)!
    for part in parts {
        let bytes = Array(part.text.utf8)
        // libzip frees the copy when it has written it.
        let copy = unsafe malloc(max(bytes.count, 1))!
        unsafe bytes.withUnsafeBytes { _ = unsafe memcpy(copy, $0.baseAddress ?? UnsafeRawPointer(copy), bytes.count) }
        let source = unsafe zip_source_buffer(archive, copy, zip_uint64_t(bytes.count), 1)
        _ = unsafe zip_file_add(archive, part.name, source, zip_flags_t(ZIP_FL_OVERWRITE))
    }
    precondition(unsafe zip_close(archive) == 0)
    return contents(of: file.path)!
}
