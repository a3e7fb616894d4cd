// JSONL, CSV or XLSX? The content decides before the name does: exports of old systems call anything .xls.

enum FormatFinding {
    static func format(of file: InputFile, named path: String, wanted: InputFormat?) throws(ImportError) -> InputFormat {
        let head = file.head
        func begins(_ bytes: UInt8...) -> Bool { head.starts(with: bytes) }
        if begins(0x50, 0x4B, 0x03, 0x04) || begins(0x50, 0x4B, 0x05, 0x06) { return .xlsx }
        if begins(0xD0, 0xCF, 0x11, 0xE0) { throw .formatNotRead(path: file.name, looksLike: .oldWorkbook) }
        if begins(0x25, 0x50, 0x44, 0x46) { throw .formatNotRead(path: file.name, looksLike: .pdf) }
        if begins(0x1F, 0x8B) || begins(0x28, 0xB5, 0x2F, 0xFD) || begins(0xFD, 0x37, 0x7A) || begins(0x52, 0x61, 0x72, 0x21)
            || begins(0x37, 0x7A, 0xBC, 0xAF)
        {
            throw .formatNotRead(path: file.name, looksLike: .compressed)
        }
        if let wanted, wanted != .xlsx { return wanted }
        // The first characters, past a mark and whatever the encoding: two-byte ones show as characters and zeros.
        let first = head.prefix(64).filter { $0 > 0x20 && $0 < 0x7F }
        if first.starts(with: Array("<html".utf8)) || first.starts(with: Array("<!DOCTYPE".utf8))
            || first.starts(with: Array("<table".utf8)) || first.starts(with: Array("<meta".utf8))
        {
            throw .formatNotRead(path: file.name, looksLike: .webPage)
        }
        if wanted == .xlsx || path.lowercased().hasSuffix(".xlsx"), !head.isEmpty {
            throw .workbookDamaged(path: file.name, part: "zip")
        }
        let name = path.lowercased()
        if name.hasSuffix(".csv") || name.hasSuffix(".tsv") { return .csv }
        if name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson") || name.hasSuffix(".json") { return .jsonl }
        let isJSON = first.first == UInt8(ascii: "{") || first.first == UInt8(ascii: "[")
        return isJSON || head.isEmpty ? .jsonl : .csv
    }
}
