// A folder of its own for each test, gone with the test.

import Glibc

package final class TemporaryFolder: Sendable {
    package let path: String

    package init() {
        var template = Array("/tmp/juanzong-test-XXXXXX".utf8CString)
        let made = unsafe template.withUnsafeMutableBufferPointer { unsafe mkdtemp($0.baseAddress!) }
        guard let made = unsafe made else { fatalError("no temporary folder: errno \(errno)") }
        path = unsafe String(cString: made)
    }

    package func file(_ name: String) -> String { path + "/" + name }

    deinit { Self.remove(path) }

    private static func remove(_ path: String) {
        if let folder = unsafe opendir(path) {
            while let entry = unsafe readdir(folder) {
                let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                    unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
                }
                if name != "." && name != ".." { remove(path + "/" + name) }
            }
            unsafe closedir(folder)
            unsafe rmdir(path)
        } else {
            unsafe unlink(path)
        }
    }
}

/// Files as tests damage and move them.
package enum FileBytes {
    package static func read(_ path: String) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var status = stat()
        unsafe fstat(descriptor, &status)
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        _ = unsafe bytes.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
        return bytes
    }

    package static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o600) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, mode)
        guard descriptor >= 0 else { fatalError("cannot write \(path): errno \(errno)") }
        _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
    }

    package static func remove(_ path: String) { unsafe unlink(path) }
    package static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }
    package static func move(_ path: String, to other: String) { unsafe rename(path, other) }
    package static func names(in folder: String) -> [String] {
        guard let stream = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }
    package static func makeFolder(_ path: String) { unsafe mkdir(path, 0o700) }
    package static func setMode(_ path: String, _ mode: mode_t) { unsafe chmod(path, mode) }
}
