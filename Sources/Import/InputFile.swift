// A file, or standard input, as bytes: the only place of this module that reads a descriptor.
//
// The head is read once and kept: format, encoding, delimiter and header are found from it, also on a pipe, and
// always from the same bytes, so that no finding depends on how a pipe happened to deliver them.

import Glibc

final class InputFile {
    /// Bytes of the head that findings are made from.
    static let headBytes = 256 << 10
    static let pieceBytes = 32 << 10

    let name: String
    /// Nil on a pipe.
    let sizeBytes: Int?
    private let descriptor: Int32
    private let ownsDescriptor: Bool
    private(set) var head: [UInt8] = []
    /// Offset of the next byte that `read` gives.
    private(set) var position = 0
    /// Offset of the descriptor itself; behind `position` only while the head is being given out.
    private var descriptorPosition = 0

    /// `path` may be `-` for standard input.
    init(path: String) throws(ImportError) {
        name = path == "-" ? "stdin" : path
        if path == "-" {
            descriptor = STDIN_FILENO
            ownsDescriptor = false
        } else {
            // Holds: the path is lent to `open` for the call only.
            descriptor = unsafe path.withCString { unsafe open($0, O_RDONLY | O_CLOEXEC) }
            ownsDescriptor = true
            guard descriptor >= 0 else { throw .cannotOpen(path: path, reason: Self.reason(errno)) }
        }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            sizeBytes = nil
            throw .cannotOpen(path: name, reason: Self.reason(errno))
        }
        if status.st_mode & S_IFMT == S_IFDIR {
            sizeBytes = nil
            throw .cannotOpen(path: name, reason: Self.reason(EISDIR))
        }
        let isRegular = status.st_mode & S_IFMT == S_IFREG && lseek(descriptor, 0, SEEK_CUR) == 0
        sizeBytes = isRegular ? Int(status.st_size) : nil
        var bytes = [UInt8](repeating: 0, count: Self.headBytes)
        var count = 0
        while count < bytes.count {
            let got = try readDescriptor(into: &bytes, at: count, atMost: bytes.count - count)
            if got == 0 { break }
            count += got
        }
        bytes.removeSubrange(count...)
        head = bytes
    }

    deinit { if ownsDescriptor { close(descriptor) } }

    /// Puts up to `count` bytes at `bytes[place...]`; 0 at the end of the file.
    func read(into bytes: inout [UInt8], at place: Int, atMost count: Int) throws(ImportError) -> Int {
        if position < head.count {
            let part = min(count, head.count - position)
            bytes.replaceSubrange(place..<place + part, with: head[position..<position + part])
            position += part
            return part
        }
        let got = try readDescriptor(into: &bytes, at: place, atMost: count)
        position += got
        return got
    }

    /// Goes on at `offset`; on a pipe only forwards, by reading.
    func seek(to offset: Int) throws(ImportError) {
        if sizeBytes != nil {
            let target = max(offset, head.count)
            guard lseek(descriptor, off_t(target), SEEK_SET) >= 0 else {
                throw .readFailed(path: name, reason: Self.reason(errno))
            }
            descriptorPosition = target
            position = offset
            return
        }
        if offset <= head.count, descriptorPosition == head.count {
            position = offset
            return
        }
        // A pipe cannot be read backwards; only a header beyond the head would ask for it.
        if offset < position { throw .readFailed(path: name, reason: Self.reason(ESPIPE)) }
        var scratch = [UInt8](repeating: 0, count: 64 << 10)
        while position < offset {
            if try read(into: &scratch, at: 0, atMost: min(scratch.count, offset - position)) == 0 { return }
        }
    }

    /// The head and, where the file can be read anywhere, pieces from its middle and end. Pieces start at even
    /// offsets, so that two-byte encodings stay aligned.
    func sample() -> [[UInt8]] {
        var pieces = [head]
        guard let sizeBytes, sizeBytes > head.count + Self.pieceBytes else { return pieces }
        for part in 1...4 {
            let start = max(head.count, min(sizeBytes - Self.pieceBytes, sizeBytes / 4 * part)) & ~1
            var piece = [UInt8](repeating: 0, count: Self.pieceBytes)
            // Holds: `pread` writes at most `count` bytes into the array's own storage.
            let got = unsafe piece.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, off_t(start)) }
            guard got > 0 else { continue }
            piece.removeSubrange(got...)
            pieces.append(piece)
        }
        return pieces
    }

    /// Tells this file from a changed one: size and FNV-1a of the head.
    var fingerprint: String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in head { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return "\(sizeBytes ?? -1)-" + String(hash, radix: 16)
    }

    private func readDescriptor(into bytes: inout [UInt8], at place: Int, atMost count: Int) throws(ImportError) -> Int {
        precondition(place + count <= bytes.count)
        while true {
            // Holds: `read` writes at most `count` bytes, checked above to lie inside the array.
            let got = unsafe bytes.withUnsafeMutableBytes {
                unsafe Glibc.read(descriptor, $0.baseAddress! + place, count)
            }
            if got >= 0 {
                descriptorPosition += got
                return got
            }
            if errno != EINTR { throw .readFailed(path: name, reason: Self.reason(errno)) }
        }
    }

    static func reason(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}
