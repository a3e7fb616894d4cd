// What the bytes of a document in a file say: its format, its text, and what may not be in it.

import Import

/// A format in which papers are kept: the endings of its files and how its bytes begin.
struct PaperFormat: Sendable {
    enum Reading: Sendable { case plain, marked, pdf, office(OfficeText.Kind), opaque }

    var endings: [String]
    /// Any of these, at this place; none for plain text, which begins with anything.
    var marks: [(at: Int, bytes: [UInt8])] = []
    var reading = Reading.opaque

    private static func mark(_ text: String, at place: Int = 0) -> (at: Int, bytes: [UInt8]) { (place, Array(text.utf8)) }
    private static let zip: (at: Int, bytes: [UInt8]) = (0, [0x50, 0x4B, 3, 4])
    private static let compound: (at: Int, bytes: [UInt8]) = (0, [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1])

    /// The formats that archives of electronic papers take (GB/T 18894-2016), as offices here send them.
    static let all: [PaperFormat] = [
        PaperFormat(endings: ["txt", "md", "csv", "json", "eml"], reading: .plain),
        PaperFormat(endings: ["html", "htm", "xml"], reading: .marked),
        PaperFormat(endings: ["pdf"], marks: [mark("%PDF-")], reading: .pdf),
        PaperFormat(endings: ["ofd"], marks: [zip], reading: .office(.ofd)),
        PaperFormat(endings: ["docx"], marks: [zip], reading: .office(.docx)),
        PaperFormat(endings: ["xlsx"], marks: [zip], reading: .office(.xlsx)),
        PaperFormat(endings: ["pptx"], marks: [zip], reading: .office(.pptx)),
        PaperFormat(endings: ["doc", "xls", "ppt", "wps", "et"], marks: [compound, mark("{\\rtf")]),
        PaperFormat(endings: ["jpg", "jpeg"], marks: [(0, [0xFF, 0xD8, 0xFF])]),
        PaperFormat(endings: ["png"], marks: [(0, [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])]),
        PaperFormat(endings: ["tif", "tiff"], marks: [(0, [0x49, 0x49, 0x2A, 0]), (0, [0x4D, 0x4D, 0, 0x2A])]),
        PaperFormat(endings: ["bmp"], marks: [mark("BM")]),
        PaperFormat(endings: ["mp3"], marks: [mark("ID3"), (0, [0xFF, 0xFB]), (0, [0xFF, 0xF3]), (0, [0xFF, 0xF2])]),
        PaperFormat(endings: ["wav", "avi"], marks: [mark("RIFF")]),
        PaperFormat(endings: ["mp4", "m4a", "mov"], marks: [mark("ftyp", at: 4), mark("moov", at: 4), mark("mdat", at: 4), mark("wide", at: 4), mark("free", at: 4)]),
    ]

    static func ending(of name: String) -> String {
        let parts = name.split(separator: ".")
        return parts.count > 1 ? String(parts[parts.count - 1]).lowercased() : ""
    }

    /// Nil for a format that is not kept.
    static func named(by file: String) -> PaperFormat? {
        let ending = ending(of: file)
        return all.first { $0.endings.contains(ending) }
    }

    private func begins(_ bytes: [UInt8]) -> Bool {
        marks.contains { bytes.count >= $0.at + $0.bytes.count && Array(bytes[$0.at..<($0.at + $0.bytes.count)]) == $0.bytes }
    }

    /// Whether the bytes are what the ending says.
    func fits(_ bytes: [UInt8]) -> Bool {
        if !marks.isEmpty { return begins(bytes) }
        return !Self.all.contains { $0.marks.contains { $0.bytes.count > 2 } && $0.begins(bytes) }
    }
}

/// A document's text as far as this program reads it, whether it opens, and whether something hides in it.
enum PaperText {
    static func isExecutable(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]) || bytes.starts(with: [0x4D, 0x5A]) || bytes.starts(with: [0x23, 0x21])
            || bytes.starts(with: [0xCF, 0xFA, 0xED, 0xFE])
    }

    /// Plain text in any encoding of Chinese offices, marked-up text without its marks, office and layout documents by their
    /// parts, PDF by `pdftotext` where it is installed; nil for pictures, sound and what does not open.
    static func text(of bytes: [UInt8], name: String) -> String? {
        switch PaperFormat.named(by: name)?.reading {
        case .plain: return PlainText.decoded(bytes)
        case .marked: return PlainText.decoded(bytes).map(withoutMarks)
        case .pdf:
            guard let file = PrivateFile(), file.write(bytes), let out = Tool.output("pdftotext", ["-enc", "UTF-8", file.path, "-"]) else { return nil }
            return String(validating: out, as: UTF8.self)
        case .office(let kind):
            guard let file = PrivateFile(), file.write(bytes) else { return nil }
            return try? OfficeText.text(path: file.path, kind)
        case .opaque, nil: return nil
        }
    }

    private static func withoutMarks(_ text: String) -> String {
        var plain = ""
        var isInTag = false
        for character in text {
            if character == "<" { isInTag = true } else if character == ">" { isInTag = false } else if !isInTag { plain.append(character) }
        }
        return plain
    }

    /// Why a document cannot be read, as far as can be told; nil when nothing speaks against it.
    static func obstacle(_ bytes: [UInt8], name: String) -> Notice? {
        guard !bytes.isEmpty else { return Notice(chinese: "空文件", english: "empty") }
        switch PaperFormat.named(by: name)?.reading {
        case nil: return Notice(chinese: "格式不在长期保存之列", english: "not of a format that is kept")
        case .plain, .marked: return PlainText.decoded(bytes) == nil ? Notice(chinese: "文字无法解读", english: "its text cannot be decoded") : nil
        case .pdf:
            let tail = Array(bytes.suffix(64 << 10))
            if tail.firstRange(of: Array("%%EOF".utf8)) == nil { return Notice(chinese: "文件不完整（没有结尾）", english: "cut off: it has no end") }
            if tail.firstRange(of: Array("/Encrypt".utf8)) != nil { return Notice(chinese: "已加密", english: "encrypted") }
            return nil
        case .office(let kind):
            guard let file = PrivateFile(), file.write(bytes) else { return nil }
            return (try? OfficeText.text(path: file.path, kind)) == nil ? Notice(chinese: "打不开（损坏或加密）", english: "does not open: damaged or encrypted") : nil
        case .opaque: return nil
        }
    }

    private static let programEndings: Set<String> = ["exe", "dll", "com", "scr", "bat", "cmd", "ps1", "vbs", "js", "jse", "wsf", "sh", "jar", "msi", "lnk", "hta"]

    /// What hides in a document that a paper does not have: a program, a macro, a script.
    static func hidden(in bytes: [UInt8], name: String) -> Notice? {
        let program = Notice(chinese: "可执行程序", english: "a program")
        let macro = Notice(chinese: "含宏", english: "a macro")
        let script = Notice(chinese: "含脚本", english: "a script")
        if isExecutable(bytes) || programEndings.contains(PaperFormat.ending(of: name)) { return program }
        switch PaperFormat.named(by: name)?.reading {
        case .marked:
            // Letters of a tag are ASCII in every encoding that is read.
            let lowered = bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
            return lowered.firstRange(of: Array("<script".utf8)) != nil ? script : nil
        case .pdf:
            return ["/JavaScript", "/Launch"].contains { bytes.firstRange(of: Array($0.utf8)) != nil } ? script : nil
        case .office:
            guard let file = PrivateFile(), file.write(bytes), let parts = try? OfficeText.parts(path: file.path) else { return nil }
            if parts.contains(where: { $0.lowercased().hasSuffix("vbaproject.bin") }) { return macro }
            return parts.contains { programEndings.contains(PaperFormat.ending(of: $0)) } ? program : nil
        case .opaque:
            // The folder of macros in a compound file, by its name.
            let project = "_VBA_PROJECT".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
            return bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) && bytes.firstRange(of: project) != nil ? macro : nil
        case .plain, nil: return nil
        }
    }
}
