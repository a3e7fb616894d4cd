// CSV as spreadsheets read it without being asked: UTF-8 with a byte order mark, commas, CR LF, quotes doubled.
//
// Source: RFC 4180. A cell that a spreadsheet would run as a formula gets an apostrophe in front: the texts come from
// anybody (OWASP, "CSV injection").

import Glibc

final class CSVBody {
    private let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = [0xEF, 0xBB, 0xBF]
    private static let pieceBytes = 1 << 20

    init(temporary: String, path: String) throws(TableError) {
        self.path = path
        descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .failed(path, errno) }
    }

    func row(_ cells: [TableCell]) throws(TableError) {
        Self.append(cells, to: &buffer)
        if buffer.count >= Self.pieceBytes { try flush() }
    }

    static func append(_ cells: [TableCell], to buffer: inout [UInt8]) {
        for (place, cell) in cells.enumerated() {
            if place > 0 { buffer.append(UInt8(ascii: ",")) }
            var text = cell.text
            if case .text = cell, isFormula(text) { text = "'" + text }
            let quoted = text.utf8.contains { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == 0x0A || $0 == 0x0D }
                || text.utf8.first == 0x20 || text.utf8.last == 0x20
            guard quoted else {
                buffer.append(contentsOf: text.utf8)
                continue
            }
            buffer.append(UInt8(ascii: "\""))
            for byte in text.utf8 {
                if byte == UInt8(ascii: "\"") { buffer.append(byte) }
                buffer.append(byte)
            }
            buffer.append(UInt8(ascii: "\""))
        }
        buffer.append(0x0D)
        buffer.append(0x0A)
    }

    private static func isFormula(_ text: String) -> Bool {
        switch text.utf8.first {
        case UInt8(ascii: "="), UInt8(ascii: "@"), 0x09, 0x0D: true
        // A plain number may have a sign.
        case UInt8(ascii: "+"), UInt8(ascii: "-"): Double(text) == nil && text.utf8.count > 1
        default: false
        }
    }

    private func flush() throws(TableError) {
        var done = 0
        while done < buffer.count {
            // Holds: `done` never passes the end of the buffer that is lent here.
            let count = unsafe buffer.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress! + done, $0.count - done) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .failed(path, errno) }
            done += count
        }
        buffer.removeAll(keepingCapacity: true)
    }

    func finish() throws(TableError) { try flush() }

    deinit { close(descriptor) }
}
