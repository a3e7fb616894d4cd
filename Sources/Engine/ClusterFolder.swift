// The folder that an export for a search cluster is written into: parts that each go over in one request, what defines the index
// or the table, and a script that loads them with curl. It appears whole or not at all.

import Archive
import Glibc
import Records

package struct ClusterExport: Sendable {
    package var cluster: SearchCluster
    /// Must not be there yet, or be empty.
    package var folder: String
    /// Of the index or the table.
    package var name = "complaints"
    /// Bytes of a part; a record that is longer is a part of its own.
    package var partBytesMax: Int
    /// Whom it is for.
    package var recipient: String?

    package init(_ cluster: SearchCluster, to folder: String) {
        self.cluster = cluster
        self.folder = folder
        partBytesMax = cluster.partBytes
    }
}

package struct ClusterExportSummary: Sendable {
    package var records = 0
    package var parts = 0
    package var bytes = 0
    /// Parts of one record that is longer than a part should be.
    package var longParts = 0
    /// Records with a text that is longer than Doris takes unless told so.
    package var longTexts = 0
}

extension SearchCluster {
    /// What servers take in one request without being told: OpenSearch up to 100 MB (hosted ones 10), best in small ones; Doris
    /// makes a transaction of each, so few of them.
    package var partBytes: Int { self == .openSearch ? 8 << 20 : 64 << 20 }
    package static let partBytesRange = 1 << 20...90 << 20
    /// `string_type_length_soft_limit_bytes` as Doris comes.
    static let dorisTextBytesMax = 1 << 20
}

package enum ClusterExportError: NoticeError, Sendable {
    case nameUnfit(name: String)

    package func notice(in language: Language) -> String {
        switch self {
        case .nameUnfit(let name):
            language == .chinese
                ? "错误：索引或表的名称只能用小写字母、数字和下划线，以字母开头，不超过 64 个\n位置：--name \(name)\n处理：例如 --name complaints"
                : "Error: the name of an index or table is of small letters, digits and _, begins with a letter and has 64 at most\nWhere: --name \(name)\nRemedy: such as --name complaints"
        }
    }
}

/// Gathers documents into parts and writes each as one file.
final class ClusterFolder {
    private let export: ClusterExport
    /// Tells one export from the next: the same part twice is one load to Doris.
    private let stamp: String
    private let building: String
    private let beforeWriting: () throws -> Void
    private var part: [UInt8] = []
    private var partRecords = 0
    private var parts: [JSONValue] = []
    private(set) var summary = ClusterExportSummary()

    init(_ export: ClusterExport, stamp: String, beforeWriting: @escaping () throws -> Void) throws {
        guard Self.isFit(export.name) else { throw ClusterExportError.nameUnfit(name: export.name) }
        guard SmallFile.names(in: export.folder).isEmpty else { throw ArchiveError.folderNotEmpty(path: export.folder) }
        (self.export, self.stamp, self.beforeWriting) = (export, stamp, beforeWriting)
        building = export.folder + ".part"
        Engine.removeTree(building)
        guard unsafe mkdir(building, 0o700) == 0 else { throw EngineError.system(path: building, code: errno) }
    }

    private static func isFit(_ name: String) -> Bool {
        let isLetter = { (byte: UInt8) in byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") }
        let isDigit = { (byte: UInt8) in byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
        guard let first = name.utf8.first, isLetter(first), name.utf8.count <= 64 else { return false }
        return name.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
    }

    func add(_ document: ClusterDocument) throws {
        var lines: [UInt8] = []
        if export.cluster == .openSearch {
            let action: JSONObject = ["index": .object(["_id": .string(document.complaint.archiveID)])]
            JSONValue.object(action).write(into: &lines)
            lines.append(0x0A)
        }
        JSONValue.object(document.object(for: export.cluster)).write(into: &lines)
        lines.append(0x0A)
        if !part.isEmpty, part.count + lines.count > export.partBytesMax { try writePart() }
        part += lines
        partRecords += 1
        summary.records += 1
        if document.longestTextBytes > SearchCluster.dorisTextBytesMax { summary.longTexts += 1 }
        if part.count > export.partBytesMax { summary.longParts += 1 }
    }

    private func writePart() throws {
        guard !part.isEmpty else { return }
        // What goes out has its records in the log first.
        try beforeWriting()
        summary.parts += 1
        let digits = String(summary.parts)
        let name = "part-\(String(repeating: "0", count: max(0, 6 - digits.count)))\(digits).\(export.cluster == .openSearch ? "ndjson" : "jsonl")"
        try SmallFile.replace(building + "/" + name, with: part)
        parts.append([
            "file": .string(name), "records": .number(String(partRecords)), "bytes": .number(String(part.count)),
            "sha256": .string(try FileDigest.sha256(ofFile: building + "/" + name)),
        ])
        summary.bytes += part.count
        part.removeAll(keepingCapacity: true)
        partRecords = 0
    }

    func finish() throws {
        try writePart()
        try beforeWriting()
        let contents: JSONObject = [
            "for": .string(export.cluster.rawValue), "name": .string(export.name), "stamp": .string(stamp), "records": .number(String(summary.records)), "parts": .array(parts),
        ]
        var files = [("parts.json", contents.text + "\n")]
        switch export.cluster {
        case .openSearch:
            files += [
                ("index.json", JSONValue.object(OpenSearchIndex.definition(withICU: false)).indented + "\n"), ("index-icu.json", JSONValue.object(OpenSearchIndex.definition(withICU: true)).indented + "\n"),
                ("load.sh", OpenSearchIndex.loadScript(export.name, stamp, summary)),
            ]
        case .doris:
            files += [
                ("table.sql", DorisTable.definition(export.name, byWords: false)), ("table-words.sql", DorisTable.definition(export.name, byWords: true)),
                ("load.sh", DorisTable.loadScript(export.name, stamp)),
            ]
        }
        for (name, text) in files { try SmallFile.replace(building + "/" + name, with: Array(text.utf8)) }
        // An empty folder of that name gives way.
        guard unsafe rename(building, export.folder) == 0 else { throw EngineError.system(path: export.folder, code: errno) }
        SmallFile.syncFolder(of: export.folder)
    }

    deinit { Engine.removeTree(building) }
}
