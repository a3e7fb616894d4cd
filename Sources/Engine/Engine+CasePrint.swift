// A file's papers as HTML, and as PDF by WeasyPrint where that is installed.

import Archive
import Glibc
import Records

extension Engine {
    /// Writes cover, list and remarks of a file into a folder; the 副卷 only when asked for.
    ///
    /// - Returns: the files written. A missing PDF tool is told after the HTML is there.
    func unloggedPrintCase(_ name: String, to folder: String, pdf: Bool, inner: Bool, recipient: String?) throws -> [String] {
        let file = try caseFile(name)
        try refuseRespondent(recipient, records: try complaints(file.records), verb: "case print")
        if inner { try require(\.maySeeIdentity, "副卷") }
        try audit(.print, durable: true) {
            $0.records = file.records
            $0.detail = "case print \(file.referenceCode ?? file.id)" + (recipient.map { " → \($0)" } ?? "")
        }
        guard unsafe mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw EngineError.system(path: folder, code: errno) }
        let profile = try profile()
        var written: [String] = []
        for isInner in inner ? [false, true] : [false] {
            let path = folder + "/" + file.id + (isInner ? "-副卷" : "") + ".html"
            try SmallFile.replace(path, with: Array(CasePrint.file(file, profile: profile, isInner: isInner).utf8))
            written.append(path)
            if pdf { written.append(try Self.pdf(of: path)) }
        }
        return written
    }

    package func fondsNameIsMissing() throws -> Bool { try profile().referenceCode.fondsName.isEmpty }

    func unloggedPrintRegister(_ lines: [JSONObject], to path: String) throws {
        try SmallFile.replace(path, with: Array(CasePrint.register(lines, profile: profile()).utf8))
    }

    package static func pdf(of html: String) throws -> String {
        let path = (html.hasSuffix(".html") ? String(html.dropLast(5)) : html) + ".pdf"
        guard let code = Tool.run("weasyprint", ["-q", html, path]) else { throw CaseError.toolMissing(tool: "weasyprint", file: html) }
        guard code == 0, let size = SmallFile.size(path), size > 0 else { throw EngineError.system(path: path, code: EIO) }
        return path
    }
}
