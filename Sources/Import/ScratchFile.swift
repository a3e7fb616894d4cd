// A file without a name: it takes what would be too much for memory and is gone with the process, whatever happens.

import Glibc

@safe final class ScratchFile {
    let descriptor: Int32
    private(set) var count = 0
    private var mapped: UnsafeMutableRawPointer?

    init() throws(ImportError) {
        // /var/tmp before /tmp, which is often memory.
        let set = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) }
        var opened: Int32 = -1
        for directory in [set, "/var/tmp", "/tmp"].compactMap({ $0 }) {
            var name = Array("\(directory)/juanzong-XXXXXX".utf8CString)
            // Holds: mkstemp changes the six X in place, inside the array.
            opened = unsafe name.withUnsafeMutableBufferPointer { buffer in
                let descriptor = unsafe mkstemp(buffer.baseAddress!)
                if descriptor >= 0 { unsafe unlink(buffer.baseAddress!) }
                return descriptor
            }
            if opened >= 0 { break }
        }
        guard opened >= 0 else { throw .writeFailed(path: "TMPDIR", reason: InputFile.reason(errno)) }
        descriptor = opened
        _ = fcntl(opened, F_SETFD, FD_CLOEXEC)
    }

    deinit {
        if let mapped = unsafe mapped { unsafe munmap(mapped, count) }
        if descriptor >= 0 { close(descriptor) }
    }

    func append(_ bytes: ArraySlice<UInt8>) throws(ImportError) {
        var written = 0
        while written < bytes.count {
            // Holds: `write` reads at most the bytes left in the slice.
            let got = unsafe bytes.withUnsafeBytes {
                unsafe write(descriptor, $0.baseAddress! + written, $0.count - written)
            }
            if got < 0 {
                if errno == EINTR { continue }
                throw .writeFailed(path: "TMPDIR", reason: InputFile.reason(errno))
            }
            written += got
        }
        count += bytes.count
    }

    /// From now on the bytes can be read; nothing may be appended any more.
    func map() throws(ImportError) {
        guard count > 0 else { return }
        let address = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard let address = unsafe address, unsafe address != MAP_FAILED else {
            throw .readFailed(path: "TMPDIR", reason: InputFile.reason(errno))
        }
        unsafe mapped = address
    }

    /// Appends a copy of `range` to `bytes`.
    func copy(_ range: Range<Int>, to bytes: inout [UInt8]) {
        guard let mapped = unsafe mapped, range.lowerBound >= 0, range.upperBound <= count else { return }
        // Holds: the range lies inside the mapping, which stays until `deinit`.
        unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(start: mapped + range.lowerBound, count: range.count))
    }
}
