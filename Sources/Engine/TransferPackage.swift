// A transfer package as it was received: checked whole before anything of it is read into an archive.

import Archive
import Glibc
import Records

package struct TransferPackage {
    package static let format = 1

    package let path: String
    package private(set) var header = JSONObject()
    package private(set) var digest: TransferManifest.Hashes?
    /// Everything that is wrong, at most a hundred.
    package private(set) var problems: [PackageProblem] = []
    private(set) var files: [CaseFile] = []

    var id: String { header["id"]?.string ?? "" }
    var archive: String { header["archive"]?.string ?? "" }

    /// Reads and checks all of it; what is wrong is in `problems`.
    ///
    /// - Parameter expected: the SHA-256 that the sender wrote down for the package.
    package init(_ path: String, expecting expected: String? = nil) throws {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.path = path
        guard SmallFile.size(path) != nil else { throw EngineError.system(path: path, code: ENOENT) }
        let (hashes, found) = try TransferManifest.check(path)
        problems = found
        guard problems.isEmpty else { return }
        let digest = try TransferManifest.digest(of: path)
        self.digest = digest
        if let expected, expected.lowercased() != digest.sha256 {
            problems.append(PackageProblem(TransferManifest.sha256Name, "全包校验值与所给的不符", "the package's hash is not the one given"))
        }
        readHeader()
        guard problems.isEmpty else { return }
        readFiles(hashes)
        readRecords()
        problems = Array(problems.prefix(100))
    }

    private mutating func wrong(_ place: String, _ chinese: String, _ english: String) { problems.append(PackageProblem(place, chinese, english)) }

    private mutating func readHeader() {
        guard let object = (try? SmallFile.read(path + "/package.json")).flatMap({ try? JSONValue.parse($0.span) })?.objectValue,
            object["archive"]?.string?.count == 32, object["id"]?.string?.isEmpty == false
        else { return wrong("package.json", "无法识别", "cannot be read") }
        header = object
        if object["format"]?.int != Self.format {
            wrong("package.json", "格式为 \(object["format"]?.number ?? "?")，本程序识别格式 \(Self.format)", "has format \(object["format"]?.number ?? "?"); this program reads format \(Self.format)")
        }
    }

    private mutating func readFiles(_ hashes: [String: TransferManifest.Hashes]) {
        var known: Set<String> = []
        var papers: Set<String> = []
        for (number, line) in lines("files.jsonl").enumerated() {
            let place = "files.jsonl:\(number + 1)"
            guard let file = (try? JSONValue.parse(line.span)).flatMap({ CaseFile(json: $0) }), TransferManifest.isInside(file.id), !file.id.contains("/"), file.state == .filed
            else {
                wrong(place, "不是已归档的案卷", "is no filed file")
                continue
            }
            if !known.insert(file.id).inserted { wrong(place, "案卷 \(file.id) 列了两次", "file \(file.id) twice") }
            for document in file.documents {
                let paper = "files/\(file.id)/documents/\(RecordsMetadata.packagedName(document))"
                papers.insert(paper)
                guard let found = hashes[paper] else {
                    wrong(paper, "案卷所列的原件不在包内", "the file names an original that is not there")
                    continue
                }
                if found != TransferManifest.Hashes(sha256: document.sha256, sm3: document.sm3) { wrong(paper, "原件与案卷所载校验值不符", "the original does not have the hash the file states") }
            }
            files.append(file)
        }
        for paper in hashes.keys.sorted() where paper.hasPrefix("files/") && paper.contains("/documents/") && !papers.contains(paper) {
            wrong(paper, "没有案卷列出这份原件", "no file names this original")
        }
        if header["files"]?.int != files.count { wrong("package.json", "卷数与所列案卷不符", "states another number of files") }
    }

    private mutating func readRecords() {
        var ids: Set<String> = []
        for name in ["records.jsonl", "withdrawn.jsonl"] {
            for (number, line) in lines(name).enumerated() {
                guard let object = (try? JSONValue.parse(line.span))?.objectValue, let record = try? Complaint(json: object) else {
                    wrong("\(name):\(number + 1)", "不是可用的记录", "is no record")
                    continue
                }
                if !ids.insert(record.archiveID).inserted { wrong("\(name):\(number + 1)", "同一编号两次", "the same id twice") }
            }
        }
        if header["records"]?.int != ids.count { wrong("package.json", "记录数与所载不符", "states another number of records") }
        for file in files { for record in file.records where !ids.contains(record) { wrong("files.jsonl", "案卷 \(file.id) 的一条记录不在包内", "a record of file \(file.id) is not there") } }
    }

    /// Lines of a file, without their ends.
    func lines(_ name: String) -> [[UInt8]] {
        guard let bytes = try? SmallFile.read(path + "/" + name, bytesMax: 1 << 40) else { return [] }
        return bytes.split(separator: 0x0A).map(Array.init)
    }
}
