// What a workbook says about itself before its first row: sheets, date system, which number formats are dates.

struct Workbook {
    struct Sheet {
        let name: String
        let part: String
        let isHidden: Bool
    }

    let sheets: [Sheet]
    /// Dates count from 1904 (workbooks that began on an old Mac).
    let epoch1904: Bool
    /// By cell style: does it show a date or time?
    let dateStyles: [Bool]
    let sharedStringsPart: String?

    init(_ archive: ZipArchive) throws(ImportError) {
        let main = try Self.relations(of: "", in: archive).first { $0.kind == "officeDocument" }?.target ?? "xl/workbook.xml"
        guard archive.has(main) else { throw .formatNotRead(path: archive.path, looksLike: .otherZip) }
        let relations = try Self.relations(of: main, in: archive)
        let book = BookHandler()
        try Self.parse(main, in: archive, book)
        epoch1904 = book.epoch1904
        sheets = book.sheets.compactMap { sheet in
            guard let relation = relations.first(where: { $0.id == sheet.relation && $0.kind == "worksheet" }) else {
                return nil
            }
            return Sheet(name: sheet.name, part: relation.target, isHidden: sheet.isHidden)
        }
        guard !sheets.isEmpty else { throw .workbookDamaged(path: archive.path, part: main) }
        let strings = relations.first { $0.kind == "sharedStrings" }?.target
        sharedStringsPart = strings.flatMap { archive.has($0) ? $0 : nil }
        if let part = relations.first(where: { $0.kind == "styles" })?.target, archive.has(part) {
            let styles = StylesHandler()
            try Self.parse(part, in: archive, styles)
            dateStyles = styles.dateStyles
        } else {
            dateStyles = []
        }
    }

    static func parse(_ part: String, in archive: ZipArchive, _ handler: any XMLHandler) throws(ImportError) {
        let bytes = try archive.bytes(of: part)
        guard case .more = XMLParser(handler).feed(bytes, count: bytes.count, isLast: true) else {
            throw .workbookDamaged(path: archive.path, part: part)
        }
    }

    // MARK: Relations

    struct Relation {
        let id: String
        /// Last word of the type: `worksheet`, `styles`.
        let kind: String
        /// Path inside the archive.
        let target: String
    }

    private static func relations(of part: String, in archive: ZipArchive) throws(ImportError) -> [Relation] {
        let slash = part.lastIndex(of: "/")
        let folder = slash.map { String(part[...$0]) } ?? ""
        let file = slash.map { String(part[part.index(after: $0)...]) } ?? part
        let name = "\(folder)_rels/\(file).rels"
        guard archive.has(name) else { return [] }
        let handler = RelationsHandler(folder: folder)
        try parse(name, in: archive, handler)
        return handler.relations
    }

    private final class RelationsHandler: XMLHandler {
        var relations: [Relation] = []
        private let folder: String

        init(folder: String) { self.folder = folder }

        func start(_ name: XMLName, _ attributes: XMLAttributes) {
            guard name == .relationship, let id = attributes[.id], let type = attributes[.type],
                let target = attributes[.target]
            else { return }
            let kind = type.split(separator: "/").last.map(String.init) ?? ""
            relations.append(Relation(id: id, kind: kind, target: resolve(target)))
        }

        private func resolve(_ target: String) -> String {
            if target.hasPrefix("/") { return String(target.dropFirst()) }
            var steps = folder.split(separator: "/")
            for step in target.split(separator: "/") {
                if step == ".." {
                    _ = steps.popLast()
                } else if step != "." {
                    steps.append(step)
                }
            }
            return steps.joined(separator: "/")
        }

        func end(_ name: XMLName) {}
        func text(_ bytes: UnsafeBufferPointer<UInt8>) {}
    }

    private final class BookHandler: XMLHandler {
        var sheets: [(name: String, relation: String, isHidden: Bool)] = []
        var epoch1904 = false

        func start(_ name: XMLName, _ attributes: XMLAttributes) {
            if name == .sheet, let title = attributes[.name], let relation = attributes[.lowerID] {
                sheets.append((title, relation, attributes[.state].map { $0 != "visible" } ?? false))
            } else if name == .workbookPr, let flag = attributes[.date1904] {
                epoch1904 = flag == "1" || flag == "true"
            }
        }

        func end(_ name: XMLName) {}
        func text(_ bytes: UnsafeBufferPointer<UInt8>) {}
    }

    // MARK: Styles

    private final class StylesHandler: XMLHandler {
        private var custom: [Int: Bool] = [:]
        private var isInCellFormats = false
        var dateStyles: [Bool] = []

        func start(_ name: XMLName, _ attributes: XMLAttributes) {
            if name == .numFmt, let id = attributes[.numFmtId].flatMap({ Int($0) }), let code = attributes[.formatCode] {
                custom[id] = NumberFormat.showsDate(code)
            } else if name == .cellXfs {
                isInCellFormats = true
            } else if name == .xf, isInCellFormats {
                let id = attributes[.numFmtId].flatMap { Int($0) } ?? 0
                dateStyles.append(custom[id] ?? NumberFormat.showsDate(builtIn: id))
            }
        }

        func end(_ name: XMLName) {
            if name == .cellXfs { isInCellFormats = false }
        }

        func text(_ bytes: UnsafeBufferPointer<UInt8>) {}
    }
}

enum NumberFormat {
    /// ECMA-376 part 1, 18.8.30: 14–22 and 45–47 everywhere; 27–36 and 50–58 in East Asian locales. 46 is a duration.
    static func showsDate(builtIn id: Int) -> Bool {
        (14...22).contains(id) || (27...36).contains(id) || (50...58).contains(id) || id == 45 || id == 47
    }

    /// Does the format code show a day or a time of day? `[h]:mm` shows a duration, which is a number.
    static func showsDate(_ code: String) -> Bool {
        var letters: [Unicode.Scalar] = []
        var scalars = code.unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            switch scalar {
            case "\"": while let inner = scalars.next(), inner != "\"" {}
            case "\\", "_", "*": _ = scalars.next()
            case ";": return isDate(letters)  // the first section decides
            case "[":
                var inside: [Unicode.Scalar] = []
                while let inner = scalars.next(), inner != "]" { inside.append(inner) }
                let isElapsed = !inside.isEmpty && inside.allSatisfy { "hHmMsS".unicodeScalars.contains($0) }
                if isElapsed { return false }
            default: letters.append(scalar)
            }
        }
        return isDate(letters)
    }

    private static func isDate(_ letters: [Unicode.Scalar]) -> Bool {
        let text = String(String.UnicodeScalarView(letters)).lowercased()
        if text.holds("general") || text == "@" { return false }
        return text.unicodeScalars.contains { "ymdhs".unicodeScalars.contains($0) }
    }
}

extension XMLName {
    static let relationship = XMLName("Relationship")
    static let id = XMLName("Id")
    static let lowerID = XMLName("id")
    static let type = XMLName("Type")
    static let target = XMLName("Target")
    static let sheet = XMLName("sheet")
    static let name = XMLName("name")
    static let state = XMLName("state")
    static let workbookPr = XMLName("workbookPr")
    static let date1904 = XMLName("date1904")
    static let numFmt = XMLName("numFmt")
    static let numFmtId = XMLName("numFmtId")
    static let formatCode = XMLName("formatCode")
    static let cellXfs = XMLName("cellXfs")
    static let xf = XMLName("xf")
}
