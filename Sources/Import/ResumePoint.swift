// Where an interrupted import goes on. The caller stores it with every durable batch, as JSON.

import Records

package struct ResumePoint: Hashable, Sendable {
    /// Bytes of the source before the next row. XLSX: 0, the sheet is read again up to `rowsToSkip`.
    package var offset = 0
    /// Line of the next row (tables and JSONL).
    package var line = 1
    /// Sheets already done (XLSX).
    package var sheet = 0
    /// Rows to cut and forget after `offset`.
    package var rowsToSkip = 0
    /// Rows handed out so far.
    package var rows = 0
    /// Size and a hash of the head of the file this point belongs to; an import of a changed file starts over.
    package var fingerprint = ""

    package init() {}
}

extension ResumePoint {
    package var json: JSONObject {
        JSONObject([
            ("offset", .number(String(offset))), ("line", .number(String(line))), ("sheet", .number(String(sheet))),
            ("rowsToSkip", .number(String(rowsToSkip))), ("rows", .number(String(rows))),
            ("fingerprint", .string(fingerprint)),
        ])
    }

    /// Nil when a number is missing or negative: then the import starts over, which only costs time.
    package init?(json: JSONObject) {
        func number(_ key: String) -> Int? { json[key]?.int.flatMap { $0 >= 0 ? $0 : nil } }
        guard let offset = number("offset"), let line = number("line"), let sheet = number("sheet"),
            let rowsToSkip = number("rowsToSkip"), let rows = number("rows"),
            let fingerprint = json["fingerprint"]?.string
        else { return nil }
        self.offset = offset
        self.line = line
        self.sheet = sheet
        self.rowsToSkip = rowsToSkip
        self.rows = rows
        self.fingerprint = fingerprint
    }
}
