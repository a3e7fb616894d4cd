// FILE.rejects.jsonl: one line for every row that was not taken, so that the data team can mend them at the source.
//
// Written beside its final name and moved there when the run is complete, so a list that exists is a whole one; a
// resumed run goes on in the same list. Rows are redacted before they come here.

import Glibc
import Records

package struct RejectWriter {
    package let path: String
    private let partialPath: String
    private var descriptor: Int32 = -1
    private var pending: [UInt8] = []
    /// Bytes of the list so far. Store it with the resume point: what was written after that is cut off on resume.
    package private(set) var position = 0
    package private(set) var count = 0
    private let language: Language

    /// - Parameter resumingAt: `position` as it was at the resume point; nil for a new run.
    package init(path: String, language: Language, resumingAt position: Int? = nil) throws(ImportError) {
        self.path = path
        self.language = language
        partialPath = path + ".partial"
        guard let position, position > 0 else {
            unsafe unlink(partialPath)
            return
        }
        try openFile()
        // The list of the earlier run may lie elsewhere, as that of an upload does: then this one begins here.
        let kept = lseek(descriptor, 0, SEEK_END) >= position ? position : 0
        guard ftruncate(descriptor, off_t(kept)) == 0, lseek(descriptor, 0, SEEK_END) >= 0 else { throw failure() }
        self.position = kept
    }

    package mutating func write(_ row: ImportedRow) throws(ImportError) {
        guard case .failure(let rejection) = row.result else { return }
        try write(
            line: rejection.line, sheet: rejection.sheet, field: rejection.field, column: rejection.column,
            code: rejection.reason.code, reason: rejection.notice(in: language), row: row.rejectedRow)
    }

    /// For what is found wrong after mapping. `row` is redacted here once more, as record JSON.
    package mutating func write(
        line: Int, sheet: String? = nil, field: String?, column: String? = nil, code: String, reason: String,
        row: JSONObject?
    ) throws(ImportError) {
        var object = JSONObject([("line", .number(String(line)))])
        object.set("sheet", to: sheet.map { JSONValue.string($0) })
        object.set("field", to: field.map { JSONValue.string($0) })
        object.set("column", to: column.map { JSONValue.string($0) })
        object.set("code", to: JSONValue.string(code))
        object.set("reason", to: JSONValue.string(reason))
        object.set("row", to: row.map { JSONValue.object(Redaction().redacted($0)) })
        let before = pending.count
        object.write(into: &pending)
        pending.append(0x0A)
        position += pending.count - before
        count += 1
        if pending.count >= 1 << 16 { try flush() }
    }

    /// Makes what was written so far durable; call before a resume point is stored.
    package mutating func sync() throws(ImportError) {
        try flush()
        if descriptor >= 0, fdatasync(descriptor) != 0 { throw failure() }
    }

    /// The run is complete: the list takes its name, or an old list goes when there is nothing to tell.
    package mutating func finish() throws(ImportError) {
        try sync()
        if descriptor >= 0 {
            close(descriptor)
            descriptor = -1
            guard unsafe rename(partialPath, path) == 0 else { throw failure() }
        } else {
            unsafe unlink(path)
        }
    }

    private mutating func flush() throws(ImportError) {
        if pending.isEmpty { return }
        if descriptor < 0 { try openFile() }
        var written = 0
        while written < pending.count {
            // Holds: `write` reads at most the bytes left in the array.
            let got = unsafe pending.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress! + written, $0.count - written)
            }
            if got < 0 {
                if errno == EINTR { continue }
                throw failure()
            }
            written += got
        }
        pending.removeAll(keepingCapacity: true)
    }

    private mutating func openFile() throws(ImportError) {
        // 0600: redacted or not, it is about complaints.
        descriptor = unsafe open(partialPath, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure() }
    }

    private func failure() -> ImportError { .writeFailed(path: path, reason: InputFile.reason(errno)) }
}
