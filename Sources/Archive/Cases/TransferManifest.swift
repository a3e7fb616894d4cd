// The hashes of a transfer package, and whether a folder is what they say: every file there, nothing else, not a byte
// changed, nothing that leads out of the folder. FORMAT.md, "Transfer package".

import Crypto
import Glibc
import Records

/// What is wrong with a package, and where.
package struct PackageProblem: Hashable, Sendable {
    package var place: String
    package var chinese: String
    package var english: String

    package init(_ place: String, _ chinese: String, _ english: String) {
        (self.place, self.chinese, self.english) = (place, chinese, english)
    }

    package var error: CaseError { .packageDamaged(place: place, chinese: chinese, english: english) }
}

package enum TransferManifest {
    package static let sha256Name = "manifest-sha256.txt"
    package static let sm3Name = "manifest-sm3.txt"

    package struct Hashes: Hashable, Sendable {
        package var sha256: String
        package var sm3: String
        package init(sha256: String, sm3: String) { (self.sha256, self.sm3) = (sha256, sm3) }
    }

    /// Both hashes of a file, read once, a piece at a time.
    package static func hashes(of path: String) throws(ArchiveError) -> Hashes {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw .system(path: path, code: errno) }
        defer { close(descriptor) }
        var (sha256, sm3) = (SHA256(), SM3())
        var piece = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = unsafe piece.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system(path: path, code: errno) }
            if count == 0 { break }
            sha256.update(data: piece[..<count])
            sm3.update(piece[..<count])
        }
        return Hashes(sha256: hexText(sha256.finalize()), sm3: hexText(sm3.finalized()))
    }

    /// Whether a path of a manifest stays inside the package, whatever reads it.
    package static func isInside(_ path: String) -> Bool {
        guard !path.isEmpty, path.utf8.count <= 1_024, !path.unicodeScalars.contains(where: { $0.value < 0x20 || $0 == "\\" || $0.value == 0x7F }) else { return false }
        return path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }

    // MARK: Writing

    /// Writes both lists over everything that lies in the folder. `sha256sum -c` reads the first one.
    ///
    /// - Returns: the hashes of the lists themselves, which stand for the package on paper.
    package static func write(in folder: String) throws -> Hashes {
        var problems: [PackageProblem] = []
        let paths = files(in: folder, &problems).filter { ![sha256Name, sm3Name].contains($0) }.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
        if let problem = problems.first { throw problem.error }
        var (sha256, sm3) = ("", "")
        for path in paths {
            let hashes = try hashes(of: folder + "/" + path)
            sha256 += "\(hashes.sha256)  \(path)\n"
            sm3 += "\(hashes.sm3)  \(path)\n"
        }
        try Files.create(folder + "/" + sm3Name, sm3)
        sha256 += "\(Fixity.sha256(Array(sm3.utf8)))  \(sm3Name)\n"
        try Files.create(folder + "/" + sha256Name, sha256)
        return Hashes(sha256: Fixity.sha256(Array(sha256.utf8)), sm3: Fixity.sm3(Array(sm3.utf8)))
    }

    // MARK: Checking

    /// Hashes of the two lists of a package.
    package static func digest(of folder: String) throws(ArchiveError) -> Hashes {
        Hashes(sha256: try hashes(of: folder + "/" + sha256Name).sha256, sm3: try hashes(of: folder + "/" + sm3Name).sm3)
    }

    /// Everything that is wrong, in the order of the list; nothing when the folder is whole.
    ///
    /// - Returns: also the hashes by path, of what is there and right.
    package static func check(_ folder: String) throws -> (files: [String: Hashes], problems: [PackageProblem]) {
        var problems: [PackageProblem] = []
        let present = Set(files(in: folder, &problems))
        guard let sha256 = lines(folder, sha256Name, 64, &problems), let sm3 = lines(folder, sm3Name, 64, &problems) else { return ([:], problems) }
        var found: [String: Hashes] = [:]
        for (path, expected) in sha256.sorted(by: { $0.key < $1.key }) {
            guard present.contains(path) else {
                problems.append(PackageProblem(path, "文件缺失", "the file is missing"))
                continue
            }
            let hashes = try hashes(of: folder + "/" + path)
            if hashes.sha256 != expected { problems.append(PackageProblem(path, "SHA-256 与清单不符", "its SHA-256 is not that of the list")) }
            if path == sm3Name { continue }
            switch sm3[path] {
            case nil: problems.append(PackageProblem(path, "SM3 清单中没有此文件", "the SM3 list lacks it"))
            case hashes.sm3: found[path] = hashes
            case _?: if hashes.sha256 == expected { problems.append(PackageProblem(path, "SM3 与清单不符", "its SM3 is not that of the list")) }
            }
        }
        for path in sm3.keys.sorted() where sha256[path] == nil { problems.append(PackageProblem(path, "SHA-256 清单中没有此文件", "the SHA-256 list lacks it")) }
        for path in present.subtracting(sha256.keys).subtracting([sha256Name]).sorted() {
            problems.append(PackageProblem(path, "清单之外的文件", "the lists do not name it"))
        }
        return (found, problems)
    }

    private static func lines(_ folder: String, _ name: String, _ digits: Int, _ problems: inout [PackageProblem]) -> [String: String]? {
        guard let text = Files.bytes(folder + "/" + name).flatMap({ String(validating: $0, as: UTF8.self) }) else {
            problems.append(PackageProblem(name, "没有校验清单", "there is no list of hashes"))
            return nil
        }
        var found: [String: String] = [:]
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() where !line.isEmpty {
            let place = "\(name):\(number + 1)"
            let hash = line.prefix(digits)
            guard hash.count == digits, hash.allSatisfy({ "0123456789abcdef".contains($0) }), line.dropFirst(digits).hasPrefix("  ") else {
                problems.append(PackageProblem(place, "无法识别的一行", "a line that cannot be read"))
                continue
            }
            let path = String(line.dropFirst(digits + 2))
            guard isInside(path) else {
                problems.append(PackageProblem(place, "路径指向包外", "the path leads out of the package"))
                continue
            }
            if found.updateValue(String(hash), forKey: path) != nil { problems.append(PackageProblem(place, "同一文件列了两次", "the same file twice")) }
        }
        return found
    }

    /// Paths of all files below a folder. Links and devices are no part of a package.
    static func files(in folder: String, _ problems: inout [PackageProblem]) -> [String] {
        var found: [String] = []
        var open = [""]
        while let inner = open.popLast() {
            for name in (Files.names(in: folder + "/" + inner) ?? []).sorted() {
                let path = inner.isEmpty ? name : inner + "/" + name
                var status = stat()
                guard unsafe lstat(folder + "/" + path, &status) == 0 else { continue }
                switch status.st_mode & S_IFMT {
                case S_IFREG: found.append(path)
                case S_IFDIR: open.append(path)
                default: problems.append(PackageProblem(path, "不是普通文件（链接或设备）", "no plain file (a link or a device)"))
                }
            }
        }
        return found
    }
}
