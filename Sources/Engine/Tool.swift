// Programs of the system that this one calls: `pdftotext`, a browser for printing.

import Archive
import Glibc

/// Programs of the system that do one thing well.
enum Tool {
    /// Runs a program without a shell.
    ///
    /// - Returns: its exit code; nil when it is not installed.
    static func run(_ name: String, _ arguments: [String], outputTo path: String = "/dev/null") -> Int32? {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, path, O_WRONLY | O_TRUNC | O_NOFOLLOW, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var pointers = unsafe ([name] + arguments).map { unsafe strdup($0) } + [nil]
        defer { for unsafe pointer in unsafe pointers { unsafe free(pointer) } }
        var pid: pid_t = 0
        // Holds: the arguments outlive the call, which copies them into the new process.
        let code = unsafe pointers.withUnsafeMutableBufferPointer { unsafe posix_spawnp(&pid, name, &actions, nil, $0.baseAddress!, environ) }
        guard code == 0 else { return nil }
        var status: Int32 = 0
        while unsafe waitpid(pid, &status, 0) < 0, errno == EINTR {}
        let exit = status & 0x7F == 0 ? (status >> 8) & 0xFF : -1
        return exit == 127 ? nil : exit
    }

    /// What a program writes to its standard output; nil when it is not installed or fails.
    static func output(_ name: String, _ arguments: [String]) -> [UInt8]? {
        guard let file = PrivateFile() else { return nil }
        guard run(name, arguments, outputTo: file.path) == 0 else { return nil }
        return try? SmallFile.read(file.path)
    }
}

/// A file for one moment, that no other user can have put there, read or take: made by `mkstemp` below TMPDIR.
final class PrivateFile {
    let path: String

    /// Nil where no folder for such files can be written.
    init?() {
        let set = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
        for folder in [set, "/var/tmp", "/tmp"].compactMap({ $0 }) {
            var name = Array("\(folder)/juanzong-XXXXXX".utf8CString)
            // Holds: mkstemp changes the six X in place, inside the array.
            let descriptor = unsafe name.withUnsafeMutableBufferPointer { unsafe mkstemp($0.baseAddress!) }
            guard descriptor >= 0 else { continue }
            close(descriptor)
            path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            return
        }
        return nil
    }

    /// Writes what the file is to hold; false when the disk does not take it.
    func write(_ bytes: [UInt8]) -> Bool {
        let descriptor = unsafe open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            // Holds: `write` reads at most the bytes left in the array.
            let got = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress! + written, $0.count - written) }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { return false }
            written += got
        }
        return true
    }

    deinit { unsafe unlink(path) }
}
