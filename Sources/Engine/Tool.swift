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
        unsafe posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
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

    static func output(_ name: String, _ arguments: [String]) -> [UInt8]? {
        let path = "/tmp/juanzong-\(getpid())-\(UInt32.random(in: 0 ..< .max)).out"
        defer { unsafe unlink(path) }
        guard run(name, arguments, outputTo: path) == 0 else { return nil }
        return try? SmallFile.read(path)
    }
}
