// What the first rows of a file say about each column: enough to tell dates from telephones from texts.

import Records

struct ColumnSample {
    static let rowLimit = 200

    struct Column {
        let name: String
        /// Rows with a value.
        var filled = 0
        var dates = 0
        var serials = 0
        var phones = 0
        var characters = 0
        var codes = 0
        var values: Set<String> = []

        private func mostly(_ count: Int) -> Bool { filled > 0 && count * 10 >= filled * 9 }

        var isHalfDates: Bool { (dates + serials) * 2 >= filled }
        var isDate: Bool { mostly(dates) || isSerial }
        var isSerial: Bool { mostly(serials) }
        var isPhone: Bool { mostly(phones) }
        var meanLength: Int { filled == 0 ? 0 : characters / filled }
        /// Short, without blanks, and never the same twice.
        var isUniqueCode: Bool { filled >= 2 && mostly(codes) && values.count == filled }
    }

    let format: InputFormat
    let encoding: TextEncoding
    let delimiter: UInt8?
    private(set) var columns: [Column]
    private(set) var rowCount = 0

    init(_ options: ImportOptions) throws(ImportError) {
        var options = options
        options.startPoint = nil
        options.map = nil
        var reader = try RecordReader(options, decodes: false)
        format = reader.detected.format
        encoding = reader.detected.encoding
        delimiter = reader.detected.delimiter
        columns = reader.detected.columns.map { Column(name: $0) }
        var (rowsSeen, rowsOfNoText) = (0, 0)
        while rowCount < Self.rowLimit,
            let batch = try reader.nextRawBatch(maxRows: Self.rowLimit - rowCount, maxBytes: 16 << 20)
        {
            rowsSeen += batch.rows.count
            rowsOfNoText += batch.rows.count { $0.problem == .nulByte }
            for row in batch.rows where row.problem == nil {
                if format == .jsonl {
                    guard let value = try? JSONValue.parse(batch.bytes.span.extracting(row.start..<row.end)),
                        case .object(let object) = value
                    else { continue }
                    rowCount += 1
                    for (key, value) in object.entries {
                        let index: Int
                        if let known = columns.firstIndex(where: { $0.name == key }) {
                            index = known
                        } else if columns.count < 500 {
                            index = columns.count
                            columns.append(Column(name: key))
                        } else {
                            continue
                        }
                        if let text = RecordDecoder.Plan.plainText(value) { look(at: text, of: index) }
                    }
                } else if let texts = batch.texts(of: row) {
                    rowCount += 1
                    if texts.contains(where: Self.isNoText) { rowsOfNoText += 1 }
                    for (index, text) in texts.enumerated() where index < columns.count { look(at: text, of: index) }
                } else {
                    rowsOfNoText += 1
                }
            }
        }
        let names = columns.map(\.name).filter { !$0.isEmpty }
        let isNoTable = rowsOfNoText * 2 > rowsSeen || rowCount == 0 && rowsSeen > 0
        if names.isEmpty || isNoTable || names.count(where: Self.isNoText) * 2 >= names.count { throw .nothingToMap(path: options.path) }
    }

    /// Bytes of a picture or a program, read as letters.
    private static func isNoText(_ name: String) -> Bool {
        name.unicodeScalars.contains { $0 == "\u{FFFD}" || $0.properties.generalCategory == .control && !$0.properties.isWhitespace }
    }

    private static let dateRule = DateRule(readings: [.auto], zoneMinutes: 480)

    private mutating func look(at text: String, of index: Int) {
        let text = RecordDecoder.trimmed(text)
        guard !text.isEmpty else { return }
        columns[index].filled += 1
        let length = text.unicodeScalars.count
        columns[index].characters += length
        if length <= 48 {
            let digits = text.utf8.count { (0x30...0x39).contains($0) }
            let isPhone = IdentityKey.isMobilePhone(text)
            if isPhone {
                columns[index].phones += 1
            } else if digits == length, length == 5 || text.utf8.contains(UInt8(ascii: ".")), let days = Double(text), (30_000..<60_000).contains(days) {
                columns[index].serials += 1
            } else if length >= 8, case .success = Self.dateRule.iso(text) {
                columns[index].dates += 1
            }
            if length >= 4, digits > 0, !text.utf8.contains(0x20) { columns[index].codes += 1 }
            columns[index].values.insert(text)
        }
    }
}
