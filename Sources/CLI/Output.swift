// Standard output, gathered and written in large pieces; a failed write is never taken for success.

import Engine
import Glibc
import Records

struct Output: ~Copyable {
    private var bytes: [UInt8] = []
    /// Enough to make the cost of a system call vanish, small enough that `| head` ends soon.
    private static let pieceBytes = 1 << 16

    mutating func text(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func line(_ text: String) {
        bytes.append(contentsOf: text.utf8)
        bytes.append(UInt8(ascii: "\n"))
    }

    /// One object, one line.
    mutating func line(_ object: JSONObject) {
        object.write(into: &bytes)
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Writes what has gathered once it is worth a system call. Callers in a loop call this per item.
    mutating func flushIfLarge() throws(OutputError) {
        if bytes.count >= Self.pieceBytes { try flush() }
    }

    mutating func flush() throws(OutputError) {
        defer { bytes.removeAll(keepingCapacity: true) }
        try FileDescriptor.write(bytes, to: STDOUT_FILENO)
    }

    /// Writes the rest where nobody is left to catch an error, and says how the program ends.
    mutating func finished() -> CInt {
        do {
            try flush()
            return Exit.done
        } catch .readerGone {
            return Exit.done
        } catch {
            Notices.print(error.notice(in: .ofUser))
            return Exit.error
        }
    }
}

enum OutputError: NoticeError {
    /// The other end of the pipe was closed: it has seen enough.
    case readerGone
    case diskFull
    case failed(errno: CInt)

    func notice(in language: Language) -> String {
        let remedy: (chinese: String, english: String) =
            switch self {
            case .diskFull: ("腾出磁盘空间，或把结果写到别处，再运行一次", "free some space, or send the results elsewhere, and run again")
            default: ("检查结果写往的文件或程序，再运行一次", "check the file or program that takes the results, and run again")
            }
        return switch language {
        case .chinese:
            """
            错误：结果没有写完：\(cause)
            位置：标准输出
            处理：\(remedy.chinese)
            """
        case .english:
            """
            Error: the results were not written whole: \(cause)
            Where: standard output
            Remedy: \(remedy.english)
            """
        }
    }

    private var cause: String {
        switch self {
        case .readerGone: FileDescriptor.words(for: EPIPE)
        case .diskFull: FileDescriptor.words(for: ENOSPC)
        case .failed(let errno): FileDescriptor.words(for: errno)
        }
    }
}

enum FileDescriptor {
    /// Writes everything, however often the system takes only a part.
    static func write(_ bytes: [UInt8], to descriptor: CInt) throws(OutputError) {
        if let console = Console.current, descriptor == STDOUT_FILENO || descriptor == STDERR_FILENO {
            return try console.write(bytes, to: descriptor)
        }
        var written = 0
        while written < bytes.count {
            // Holds: the buffer is only lent, and `written` never passes its end.
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(descriptor, buffer.baseAddress! + written, buffer.count - written)
            }
            if count >= 0 {
                written += count
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                // Whoever shares the terminal or pipe made it non-blocking: wait for room.
                var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&wanted, 1, -1)
            case EPIPE: throw .readerGone
            case ENOSPC, EDQUOT: throw .diskFull
            default: throw .failed(errno: errno)
            }
        }
    }

    /// Reads what is there, at most `countMax` bytes; empty at the end.
    static func read(_ descriptor: CInt, countMax: Int) throws(InputError) -> [UInt8] {
        if let console = Console.current, descriptor == STDIN_FILENO { return console.read(countMax: countMax) }
        while true {
            var failure: CInt = 0
            let bytes = unsafe [UInt8](unsafeUninitializedCapacity: countMax) { buffer, count in
                // Holds: `read` writes at most the buffer's own size.
                let got = unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                failure = got < 0 ? errno : 0
                count = max(got, 0)
            }
            if failure == 0 { return bytes }
            if failure != EINTR { throw InputError(errno: failure) }
        }
    }

    static func words(for errno: CInt) -> String {
        SystemReason.text(errno, in: .ofUser)
    }
}
