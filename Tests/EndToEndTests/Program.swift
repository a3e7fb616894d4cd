// Runs the built program the way people and other programs run it: arguments and files in, exit code and bytes out.
//
// Tests of modules cannot see a notice that never reaches the screen, an exit code that is not the contract's, or a
// process that dies; these can.

import Glibc
import Records
import TestSupport

enum Program {
    /// JUANZONG_BINARY, else the program that was built beside the tests.
    static let path: String = {
        if let given = environment("JUANZONG_BINARY") { return given }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe readlink("/proc/self/exe", bytes.baseAddress!.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        var folder = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        // The test bundle is a file or a folder beside the program, so the program is in one of the folders above.
        while let slash = folder.lastIndex(of: "/") {
            folder = String(folder[..<slash])
            if unsafe access(folder + "/juanzong", X_OK) == 0 { return folder + "/juanzong" }
        }
        fatalError("no program juanzong beside the tests: build it, or name it with JUANZONG_BINARY")
    }()

    static func environment(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// Starts the program; nothing of this process's environment but PATH and TMPDIR reaches it.
    ///
    /// - Parameter fileBytesMax: no file of the program can grow beyond this: a full disk that needs no disk.
    /// - Parameter dataKiBMax: memory that the program can have, stacks of threads included. One that waits for more for a minute is
    ///   killed.
    static func start(
        _ arguments: [String], environment given: [String: String] = [:], program: String? = nil, input: String = "/dev/null",
        fileBytesMax: Int? = nil, dataKiBMax: Int? = nil
    ) -> RunningProgram {
        var (path, arguments) = (program ?? path, arguments)
        if let fileBytesMax {
            // The signal is ignored, so that the write fails instead; sh counts in blocks of 512 bytes.
            let script = "trap '' XFSZ; ulimit -f \(fileBytesMax / 512); exec \"$0\" \"$@\""
            arguments = ["-c", script, path] + arguments
            path = "/bin/sh"
        }
        if let dataKiBMax {
            arguments = ["-c", "ulimit -d \(dataKiBMax); ulimit -c 0; exec timeout -s KILL 60 \"$0\" \"$@\"", path] + arguments
            path = "/bin/sh"
        }
        var variables = ["LANG": "en_US.UTF-8"]
        for name in ["PATH", "TMPDIR"] { variables[name] = environment(name) }
        variables.merge(given) { $1 }
        let output = ScratchFile()
        let notices = ScratchFile()
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input, O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output.descriptor, STDOUT_FILENO)
        unsafe posix_spawn_file_actions_adddup2(&actions, notices.descriptor, STDERR_FILENO)
        var pid: pid_t = 0
        let code = unsafe withCStrings([path] + arguments) { argv in
            unsafe withCStrings(variables.map { $0 + "=" + $1 }) { envp in
                unsafe posix_spawn(&pid, path, &actions, nil, argv, envp)
            }
        }
        guard code == 0 else { fatalError("cannot start \(path): errno \(code)") }
        return RunningProgram(pid: pid, output: output, notices: notices)
    }

    private static func withCStrings<R>(
        _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> R
    ) -> R {
        var pointers = unsafe texts.map { unsafe strdup($0) } + [nil]
        defer { for unsafe pointer in unsafe pointers { unsafe free(pointer) } }
        return unsafe pointers.withUnsafeMutableBufferPointer { unsafe body($0.baseAddress!) }
    }
}

/// A started program: to be waited for exactly once.
struct RunningProgram {
    let pid: pid_t
    fileprivate let output: ScratchFile
    fileprivate let notices: ScratchFile

    func kill() { _ = Glibc.kill(pid, SIGKILL) }

    /// Waits until it ends; the most anonymous memory that it had, looked at every few milliseconds.
    func peakAnonymousBytes() -> Int {
        var peak = 0
        let descriptor = unsafe open("/proc/\(pid)/statm", O_RDONLY)
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 256)
        while true {
            let count = unsafe bytes.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, 0) }
            // In pages: all addresses, what is in memory, and of that what is of files. All 0 once it has ended.
            let fields = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: " ").prefix(3).map { Int($0) ?? 0 }
            guard fields.count == 3, fields[0] > 0 else { return peak }
            peak = max(peak, (fields[1] - fields[2]) * sysconf(Int32(_SC_PAGESIZE)))
            usleep(3_000)
        }
    }

    func wait() -> Outcome {
        var status: Int32 = 0
        while unsafe waitpid(pid, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7F
        return Outcome(
            exitCode: signal == 0 ? (status >> 8) & 0xFF : -1, signal: signal, output: output.bytes, notices: notices.bytes)
    }
}

struct Outcome: CustomStringConvertible {
    /// −1 when a signal ended it.
    let exitCode: Int32
    let signal: Int32
    let output: [UInt8]
    let notices: [UInt8]

    var text: String { String(decoding: output, as: UTF8.self) }
    var noticeText: String { String(decoding: notices, as: UTF8.self) }
    var lines: [String] { text.split(separator: "\n").map(String.init) }
    /// The objects of `--json`, one a line.
    var objects: [JSONValue] { get throws { try lines.map { try JSONValue.parse($0) } } }
    /// What `--count` prints, alone on its line.
    var number: Int? { text.hasSuffix("\n") ? Int(text.dropLast()) : nil }

    var description: String { "exit \(exitCode), signal \(signal), \(output.count) bytes, \(noticeText)" }
}

/// Bytes without a name: gone with the last descriptor.
final class ScratchFile: Sendable {
    let descriptor: Int32

    init() {
        var template = Array(((Program.environment("TMPDIR") ?? "/tmp") + "/juanzong-out-XXXXXX").utf8CString)
        descriptor = unsafe template.withUnsafeMutableBufferPointer { name in
            let descriptor = unsafe mkstemp(name.baseAddress!)
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            unsafe unlink(name.baseAddress!)
            return descriptor
        }
        precondition(descriptor >= 0, "no temporary file")
    }

    var bytes: [UInt8] {
        let size = Int(lseek(descriptor, 0, SEEK_END))
        var bytes = [UInt8](repeating: 0, count: size)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, 0) }
        return Array(bytes.prefix(max(0, count)))
    }

    deinit { close(descriptor) }
}
