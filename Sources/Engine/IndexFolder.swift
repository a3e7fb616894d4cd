// The folder `index/`: generations of the index and the name of the one in use.

import Glibc
import Index
import Records
import Store
import TextAnalysis

struct IndexFolder {
    let path: String

    /// What decides the indexed text; another one asks for a reindex.
    static var stamp: AnalysisStamp { AnalysisStamp(text: "fold \(Normalizer.version), pieces 1") }

    var currentPath: String { path + "/CURRENT" }

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
        let names = generations + [current, building?.name].compactMap { $0 }
        return Self.name((names.compactMap { Int($0.dropFirst(4).dropLast(5)) }.max() ?? 0) + 1)
    }

    /// Makes a generation the one in use: written beside, then renamed, so that a reader sees the old or the new.
    func switchTo(_ generation: String) throws {
        try SmallFile.replace(currentPath, with: Array((generation + "\n").utf8))
        FileSystem.remove(buildingPath)
    }

    /// Which words of the body the generation in use was last built whole with; nil when that was not noted.
    var wordsStamp: String? {
        (try? SmallFile.read(path + "/WORDS")).map { String(String(decoding: $0, as: UTF8.self).prefix { $0 != "\n" }) }
    }

    func note(wordsStamp stamp: String) throws {
        try SmallFile.replace(path + "/WORDS", with: Array((stamp + "\n").utf8))
    }

    // MARK: The generation that is being made

    /// What is being made, or was when its maker died.
    struct Building: Equatable {
        enum Origin: Equatable {
            /// Built from the records: whoever finds it may go on with it, if words are cut as then.
            case records(lexicon: UInt64)
            /// A copy of the generation in use.
            case copy
        }

        var name: String
        var origin: Origin
    }

    private var buildingPath: String { path + "/NEXT" }
    private var buildLockPath: String { path + "/build.lock" }

    /// The right to make a generation, for one program at a time.
    func buildLock() throws -> FileLock {
        guard let lock = try FileLock.take(buildLockPath, .exclusive, creating: true) else {
            throw EngineError.generationInMaking(path: path, process: FileLock.process(notedIn: buildLockPath))
        }
        lock.noteProcess()
        return lock
    }

    var building: Building? {
        guard let bytes = try? SmallFile.read(buildingPath) else { return nil }
        let words = String(decoding: bytes, as: UTF8.self).split { $0 == " " || $0 == "\n" }
        guard words.count == 2, words[0].hasPrefix("gen-"), !words[0].contains("/") else { return nil }
        return Building(name: String(words[0]), origin: UInt64(words[1], radix: 16).map { .records(lexicon: $0) } ?? .copy)
    }

    /// Notes what is about to be made, before its file appears: else it would pass for one nobody needs.
    func begin(_ building: Building) throws {
        let origin =
            switch building.origin {
            case .records(let lexicon): String(lexicon, radix: 16)
            case .copy: "copy"
            }
        try SmallFile.replace(buildingPath, with: Array("\(building.name) \(origin)\n".utf8))
    }

    /// Gives up what was being made. What a switch that was killed before its last step left noted is in use, and stays.
    func abandonBuilding() {
        guard let building else { return }
        FileSystem.remove(buildingPath)
        IndexGeneration.remove(at: path(of: building.name)) { current != building.name }
    }

    // MARK: Removing

    /// Removes generations that are neither in use nor being made, and that nobody has open: the last one to leave a
    /// generation calls this, and whoever opens the archive next.
    func removeUnused() {
        // In this order: what appears after the listing is not in it, what is in it was noted in NEXT before, and what
        // is no longer in NEXT is in CURRENT by now.
        let names = SmallFile.names(in: path)
        let next = building?.name
        guard let current else { return }
        let unused = Set(names.compactMap { name -> String? in
            guard name.hasPrefix("gen-"), let end = name.firstRange(of: ".lmdb") else { return nil }
            return String(name[..<end.upperBound])
        }).subtracting([current, next].compactMap { $0 })
        for name in unused {
            if names.contains(name) {
                IndexGeneration.remove(at: path(of: name)) { self.current != name }
            } else {
                // A copy that broke off, or companions of a file that is gone.
                for leftover in names where leftover.hasPrefix(name) { FileSystem.remove(path + "/" + leftover) }
            }
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
        var status = stat()
        let size = unsafe fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
        // A byte more: the end shows with the first look.
        var part = [UInt8](repeating: 0, count: min(max(size + 1, 256), 64 << 10))
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
