// Tables as other programs read them: CSV (RFC 4180) in UTF-8 with the mark that office programs look for.

struct CSVLines {
    private var isBegun = false

    /// Excel takes a file without the mark for GBK.
    private static let byteOrderMark = "\u{FEFF}"

    mutating func append(_ cells: [String], to output: inout Output) {
        output.text((isBegun ? "" : Self.byteOrderMark) + cells.map(Self.quoted).joined(separator: ",") + "\r\n")
        isBegun = true
    }

    private static func quoted(_ cell: String) -> String {
        var cell = cell
        // A cell that begins like a formula would be one in an office program.
        if let first = cell.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first) { cell = "'" + cell }
        guard cell.unicodeScalars.contains(where: { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" }) else { return cell }
        var quoted = "\""
        for scalar in cell.unicodeScalars { quoted += scalar == "\"" ? "\"\"" : String(scalar) }
        return quoted + "\""
    }
}
