// Small whole files, written so that a crash leaves either nothing or all of them.

import Glibc

enum Files {
    /// Makes a file that must not exist yet, durable when this returns (its folder's entry apart).
    static func create(_ path: String, _ bytes: [UInt8], mode: mode_t = 0o600) throws(ArchiveError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw .system(path: path, code: errno) }
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress! + written, $0.count - written) }
            guard count > 0 else { break }
            written += count
        }
        let isWhole = written == bytes.count && fsync(descriptor) == 0
        let code = errno
        guard close(descriptor) == 0, isWhole else {
            unsafe unlink(path)
            throw .system(path: path, code: code)
        }
    }

    static func create(_ path: String, _ text: String) throws(ArchiveError) { try create(path, Array(text.utf8)) }

    /// Reads an open file from its start, up to a limit.
    static func read(_ descriptor: Int32, bytesMax: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: bytesMax)
        var done = 0
        while done < bytesMax {
            let count = unsafe bytes.withUnsafeMutableBytes {
                unsafe pread(descriptor, $0.baseAddress! + done, bytesMax - done, off_t(done))
            }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            done += count
        }
        return Array(bytes[..<done])
    }

    static func makeFolder(_ path: String) throws(ArchiveError) {
        guard unsafe mkdir(path, 0o700) == 0 else { throw .system(path: path, code: errno) }
    }

    static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    /// Names in a folder; nil when it is none.
    static func names(in path: String) -> [String]? {
        guard let folder = unsafe opendir(path) else { return nil }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    /// Removes a folder this program made and nobody else has seen.
    static func removeFolder(_ path: String) {
        for name in names(in: path) ?? [] {
            let inner = path + "/" + name
            if unsafe unlink(inner) != 0 { removeFolder(inner) }
        }
        unsafe rmdir(path)
    }
}

extension Files {
    /// A text of at most 4 MiB; nil when there is no such file.
    static func text(_ path: String) -> String? { bytes(path, bytesMax: 4 << 20).map { String(decoding: $0, as: UTF8.self) } }

    static func bytes(_ path: String, bytesMax: Int = 1 << 30) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, Int(status.st_size) <= bytesMax else { return nil }
        return read(descriptor, bytesMax: Int(status.st_size))
    }

    /// Writes a file whole or not at all, replacing one of that name.
    static func replace(_ path: String, _ bytes: [UInt8]) throws(ArchiveError) {
        let temporary = path + ".new-\(getpid())"
        unsafe unlink(temporary)
        try create(temporary, bytes)
        guard unsafe rename(temporary, path) == 0 else {
            let code = errno
            unsafe unlink(temporary)
            throw .system(path: path, code: code)
        }
    }
}
