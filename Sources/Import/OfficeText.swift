// The text of a paper as office programs keep it: .docx, .xlsx, .pptx and the national layout format .ofd (GB/T 33190) are
// zip archives of XML. Only what a reader of the paper sees is taken: no deleted words, no field codes, nothing twice.

/// - Limits: 8 MiB of text, 4,096 parts; parts that unpack to more than an honest document are refused (`ZipArchive`).
package enum OfficeText {
    package static let textBytesMax = 8 << 20
    static let partsMax = 4_096

    package enum Kind: String, CaseIterable, Sendable {
        case docx, xlsx, pptx, ofd

        /// The part without which it is none.
        fileprivate var mainPart: String {
            switch self {
            case .docx: "word/document.xml"
            case .xlsx: "xl/workbook.xml"
            case .pptx: "ppt/presentation.xml"
            case .ofd: "OFD.xml"
            }
        }

        /// Whether a part holds text, and where it stands among those that do.
        fileprivate func place(of part: String) -> (group: Int, number: [Int])? {
            let name = part.split(separator: "/").last.map(String.init) ?? part
            func number(_ folder: String, _ stem: String) -> [Int]? {
                guard part.hasPrefix(folder), part.dropFirst(folder.count) == name, name.hasPrefix(stem), name.hasSuffix(".xml") else { return nil }
                return [Int(name.dropFirst(stem.count).dropLast(4)) ?? 0]
            }
            switch self {
            case .docx:
                if part == mainPart { return (0, []) }
                for (group, stem) in ["footnotes", "endnotes"].enumerated() { if let number = number("word/", stem) { return (group + 1, number) } }
                return nil
            case .xlsx:
                if part == "xl/sharedStrings.xml" { return (0, []) }
                return number("xl/worksheets/", "sheet").map { (1, $0) }
            case .pptx:
                return number("ppt/slides/", "slide").map { (0, $0) }
            case .ofd:
                // Doc_0/Pages/Page_3/Content.xml
                guard name == "Content.xml" else { return nil }
                return (0, part.split(separator: "/").map { piece in Int(piece.drop { !$0.isNumber }) ?? 0 })
            }
        }
    }

    /// - Throws: `ImportError` for what is no such document, is damaged, or unpacks to too much.
    package static func text(path: String, _ kind: Kind) throws(ImportError) -> String {
        let archive = try ZipArchive(path: path, scratch: nil)
        guard archive.has(kind.mainPart) else { throw .workbookDamaged(path: path, part: kind.mainPart) }
        let parts = archive.names.prefix(partsMax).compactMap { part in kind.place(of: part).map { (name: part, group: $0.group, number: $0.number) } }
        let collector = TextCollector(kind)
        for part in parts.sorted(by: { a, b in a.group != b.group ? a.group < b.group : a.number.lexicographicallyPrecedes(b.number) }).map(\.name) {
            let stream = try archive.open(part)
            let parser = XMLParser(collector)
            var chunk = [UInt8](repeating: 0, count: 64 << 10)
            while !collector.isFull {
                let got = try stream.read(into: &chunk)
                guard case .more = parser.feed(chunk, count: got, isLast: got == 0) else { throw .workbookDamaged(path: path, part: part) }
                if got == 0 { break }
            }
            collector.endPart()
        }
        return collector.text
    }

    /// Names of all parts, for who looks for what should not be there.
    package static func parts(path: String) throws(ImportError) -> [String] { try ZipArchive(path: path, scratch: nil).names }
}

private final class TextCollector: XMLHandler {
    private let kind: OfficeText.Kind
    private var bytes: [UInt8] = []
    private var depthOfText = 0
    private var depthSkipped = 0
    private var isShared = false

    init(_ kind: OfficeText.Kind) { self.kind = kind }

    var isFull: Bool { bytes.count >= OfficeText.textBytesMax }
    /// A cut in the middle of a character shows as one mark.
    var text: String { String(decoding: bytes.prefix(OfficeText.textBytesMax), as: UTF8.self) }

    func endPart() {
        (depthOfText, depthSkipped) = (0, 0)
        newLine()
    }

    private func newLine() { if let last = bytes.last, last != 10 { bytes.append(10) } }

    func start(_ name: XMLName, _ attributes: XMLAttributes) {
        // Text boxes stand twice, for new and old programs; readings over characters repeat them.
        if name == .fallback || name == .phonetic { depthSkipped += 1 }
        switch kind {
        case .docx, .pptx:
            if name == .text { depthOfText += 1 } else if name == .tab { bytes.append(9) } else if name == .lineBreak || name == .carriage { newLine() }
        case .xlsx:
            if name == .cell { isShared = attributes[.cellType] == "s" }
            if name == .text || name == .cellValue && !isShared { depthOfText += 1 }
        case .ofd:
            if name == .textCode { depthOfText += 1 }
        }
    }

    func end(_ name: XMLName) {
        if name == .fallback || name == .phonetic { depthSkipped -= 1 }
        switch kind {
        case .docx, .pptx:
            if name == .text { depthOfText -= 1 } else if name == .paragraph { newLine() } else if name == .tableCell { bytes.append(9) }
        case .xlsx:
            if name == .text || name == .cellValue && !isShared { depthOfText -= 1 }
            if name == .sharedItem || name == .row { newLine() } else if name == .cell { bytes.append(9) }
        case .ofd:
            if name == .textCode { depthOfText -= 1 } else if name == .textObject { newLine() }
        }
    }

    func text(_ text: UnsafeBufferPointer<UInt8>) {
        guard depthOfText > 0, depthSkipped == 0, !isFull else { return }
        unsafe bytes.append(contentsOf: text)
    }
}

extension XMLName {
    fileprivate static let fallback = XMLName("Fallback")
    fileprivate static let tab = XMLName("tab")
    fileprivate static let lineBreak = XMLName("br")
    fileprivate static let carriage = XMLName("cr")
    fileprivate static let paragraph = XMLName("p")
    fileprivate static let tableCell = XMLName("tc")
    fileprivate static let textCode = XMLName("TextCode")
    fileprivate static let textObject = XMLName("TextObject")
}

/// The text of a plain file in whatever encoding Chinese offices use.
package enum PlainText {
    /// - Returns: nil when it is no text: bytes that mean nothing in the encoding it seems to have, or a NUL.
    package static func decoded(_ bytes: [UInt8]) -> String? {
        guard !bytes.isEmpty else { return "" }
        let finding = EncodingSample(pieces: [bytes]).finding()
        let body = Array(bytes.dropFirst(finding.markBytes))
        if finding.encoding == .utf8 { return isText(body) ? String(validating: body, as: UTF8.self) : nil }
        guard let converter = Converter(finding.encoding) else { return nil }
        let text = converter.converted(body)
        return isText(text) ? String(validating: text, as: UTF8.self) : nil
    }

    private static func isText(_ bytes: [UInt8]) -> Bool { !bytes.contains(0) }
}
