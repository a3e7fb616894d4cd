// The text of a document that is put into a file, and what of it may not be put in.

/// The text of a document, as far as it has one that this program reads.
enum PaperText {
    static func isExecutable(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]) || bytes.starts(with: [0x4D, 0x5A]) || bytes.starts(with: [0x23, 0x21])
            || bytes.starts(with: [0xCF, 0xFA, 0xED, 0xFE])
    }

    /// Plain text, HTML and the like as they stand, PDF by `pdftotext` where it is installed; nil for pictures and sound.
    static func text(of bytes: [UInt8], path: String) -> String? {
        let ending = (path.split(separator: ".").last.map(String.init) ?? "").lowercased()
        switch ending {
        case "txt", "md", "csv", "json", "eml": return String(validating: bytes, as: UTF8.self)
        case "html", "htm", "xml":
            guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
            var plain = ""
            var isInTag = false
            for character in text {
                if character == "<" { isInTag = true } else if character == ">" { isInTag = false } else if !isInTag { plain.append(character) }
            }
            return plain
        case "pdf":
            guard let out = Tool.output("pdftotext", ["-enc", "UTF-8", path, "-"]) else { return nil }
            return String(validating: out, as: UTF8.self)
        default: return nil
        }
    }
}
