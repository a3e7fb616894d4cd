// The folder `index/`: generations of the index and the name of the one in use.

import Glibc
import Index
import Records
import TextAnalysis

struct IndexFolder {
    let path: String

    /// What decides the indexed text; another one asks for a reindex.
    static var stamp: AnalysisStamp { AnalysisStamp(text: "fold \(Normalizer.version), pieces 1") }

    private var currentPath: String { path + "/CURRENT" }

    func path(of generation: String) -> String { path + "/" + generation }

    private static func name(_ number: Int) -> String {
        let digits = String(number)
        return "gen-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits + ".lmdb"
    }

    /// Name of the generation in use; nil when there is none.
    var current: String? {
        guard let bytes = try? SmallFile.read(currentPath) else { return nil }
        let name = String(decoding: bytes, as: UTF8.self).prefix { $0 != "\n" }
        return name.hasPrefix("gen-") && !name.contains("/") ? String(name) : nil
    }

    /// Generations on disk, in use or not.
    var generations: [String] {
        SmallFile.names(in: path).filter { $0.hasPrefix("gen-") && $0.hasSuffix(".lmdb") }.sorted()
    }

    /// A name that no generation has had.
    var nextName: String {
        let numbers = generations.compactMap { Int($0.dropFirst(4).dropLast(5)) }
        return Self.name((numbers.max() ?? 0) + 1)
    }

    /// Makes a generation the one in use: written beside, then renamed, so that a reader sees the old or the new.
    func switchTo(_ generation: String) throws {
        try SmallFile.replace(currentPath, with: Array((generation + "\n").utf8))
    }

    /// Removes generations other than the one in use. Who still reads one keeps it until it closes.
    func removeOthers() {
        let kept = current
        for name in generations where name != kept {
            unsafe unlink(path(of: name))
            unsafe unlink(path(of: name) + "-lock")
        }
    }
}

/// Small files read and replaced whole.
enum SmallFile {
    static func read(_ path: String, bytesMax: Int = 16 << 20) throws -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw EngineError.system(path: path, code: errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count <= bytesMax {
            let count = unsafe part.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 else {
                if errno == EINTR { continue }
                throw EngineError.system(path: path, code: errno)
            }
            if count == 0 { break }
            bytes.append(contentsOf: part[..<count])
        }
        return bytes
    }

    static func replace(_ path: String, with bytes: [UInt8]) throws {
        let temporary = path + ".new"
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw EngineError.system(path: temporary, code: errno) }
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress! + done, $0.count - done) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let code = errno
                close(descriptor)
                unsafe unlink(temporary)
                throw EngineError.system(path: path, code: code)
            }
            done += count
        }
        let isSynced = fsync(descriptor) == 0
        close(descriptor)
        guard isSynced, unsafe rename(temporary, path) == 0 else { throw EngineError.system(path: path, code: errno) }
        syncFolder(of: path)
    }

    static func syncFolder(of path: String) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    static func names(in folder: String) -> [String] {
        guard let stream = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    static func size(_ path: String) -> UInt64? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return UInt64(status.st_size)
    }
}
