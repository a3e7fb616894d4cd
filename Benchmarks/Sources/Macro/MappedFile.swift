// A file, mapped: corpora of many gigabytes are read here and there without memory of their size.

import Glibc

/// - Units: bytes.
@safe final class MappedFile: @unchecked Sendable {
    // Unchecked: mapped for reading, never changed.
    private let start: UnsafePointer<UInt8>
    private let length: Int
    let count: Int

    init(_ path: String) throws {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFailure(path: path, code: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw FileFailure(path: path, code: errno) }
        count = Int(status.st_size)
        length = max(count, 1)
        guard let mapped = unsafe mmap(nil, length, PROT_READ, MAP_PRIVATE, descriptor, 0), unsafe mapped != MAP_FAILED
        else { throw FileFailure(path: path, code: errno) }
        unsafe start = UnsafePointer(mapped.assumingMemoryBound(to: UInt8.self))
    }

    deinit { unsafe munmap(UnsafeMutableRawPointer(mutating: start), length) }

    @inline(__always)
    subscript(place: Int) -> UInt8 {
        precondition(place >= 0 && place < count)
        // Holds: the line above, and the mapping lives as long as `self`.
        return unsafe start[place]
    }

    func bytes(_ range: Range<Int>) -> [UInt8] { range.map { self[$0] } }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes(range), as: UTF8.self) }

    /// Where each line starts, and the end of the last.
    func lineStarts() -> [Int] {
        var starts = [0]
        var place = 0
        while place < count {
            // Holds: `place` is below `count`, and `memchr` reads no further than told.
            guard let found = unsafe memchr(start + place, 0x0A, count - place) else { break }
            place = unsafe UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - start + 1
            starts.append(place)
        }
        if starts.last! < count { starts.append(count) }
        return starts
    }
}

struct FileFailure: Error, CustomStringConvertible {
    let path: String
    let code: Int32

    var description: String { "\(path): \(unsafe String(cString: strerror(code)))" }
}

/// Writes a file piece by piece.
@safe final class FileWriter {
    private let path: String
    private let file: UnsafeMutablePointer<FILE>

    init(_ path: String) throws {
        self.path = path
        guard let opened = unsafe fopen(path, "w") else { throw FileFailure(path: path, code: errno) }
        unsafe file = opened
    }

    deinit { unsafe fclose(file) }

    func write(_ bytes: [UInt8]) throws {
        let written = unsafe bytes.withUnsafeBytes { unsafe fwrite($0.baseAddress, 1, $0.count, file) }
        guard written == bytes.count else { throw FileFailure(path: path, code: errno) }
    }
}
