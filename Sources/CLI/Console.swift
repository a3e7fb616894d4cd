// Where a verb reads and writes, and for whom it works: the process's own descriptors, environment and user, or, when the
// service runs it, those of one request. Set around a whole run, seen by everything the run calls on its thread.

import ArgumentParser
import Engine
import Glibc
import Records
import Service
import Synchronization

final class Console: Sendable {
    @TaskLocal static var current: Console?

    let request: VerbRequest
    private let sink: VerbSink
    private let input: Mutex<ArraySlice<UInt8>>

    init(_ request: VerbRequest, _ sink: @escaping VerbSink) {
        self.request = request
        self.sink = sink
        input = Mutex(request.input[...])
    }

    func write(_ bytes: [UInt8], to descriptor: CInt) throws(OutputError) {
        do { try sink(descriptor == STDERR_FILENO ? .notices : .results, bytes) } catch { throw .readerGone }
    }

    func read(countMax: Int) -> [UInt8] {
        input.withLock { input in
            let piece = Array(input.prefix(countMax))
            input = input.dropFirst(countMax)
            return piece
        }
    }

    func variable(_ name: String) -> String? {
        switch name {
        case "JUANZONG_USER", "USER", "LOGNAME": request.user
        case "JUANZONG_PURPOSE": request.purpose
        case "COLUMNS": String(request.columns)
        case "NO_COLOR": request.hasColor ? nil : "1"
        default: nil
        }
    }

    /// A verb run by the service touches the files that came with the request or go back with its answer, no others.
    ///
    /// - Throws: `FileNotServed`.
    static func check(_ path: String) throws {
        guard let console = current else { return }
        guard let folder = console.request.folder, path.hasPrefix(folder + "/"), !path.contains("/../"), !path.hasSuffix("/..") else {
            throw FileNotServed(path: path)
        }
    }
}

struct FileNotServed: NoticeError {
    let path: String

    func notice(in language: Language) -> String {
        language == .chinese
            ? "错误：服务不读写这个文件\n位置：\(path)\n处理：文件内容经标准输入送来，结果用标准输出取走"
            : "Error: the service reads and writes no such file\nWhere: \(path)\nRemedy: send it on standard input, take the results from standard output"
    }
}

/// Whether a person is at the other end.
func isTerminal(_ descriptor: CInt) -> Bool {
    if let console = Console.current { return descriptor != STDIN_FILENO && console.request.isTerminal }
    return isatty(descriptor) == 1
}

/// What the service runs.
enum ServedVerbs {
    @Sendable static func run(_ request: VerbRequest, _ sink: @escaping VerbSink) -> VerbOutcome {
        Console.$current.withValue(Console(request, sink)) {
            let arguments = Arguments.arranged(request.arguments)
            do {
                if let mistake = Arguments.mistake(in: arguments) { throw mistake }
                var command = try Juanzong.parseAsRoot(arguments)
                try command.run()
                return VerbOutcome(exitCode: Exit.done)
            } catch {
                return VerbOutcome(exitCode: Main.answer(to: error, arguments), kind: kind(of: error), error: error)
            }
        }
    }

    private static func kind(of error: any Error) -> ErrorKind? {
        switch error {
        case is UsageMistake, is RecordInputError, is FileUnreadable, is RecordLineUnreadable, is RecordLineRefused, is InputError,
            is FileNotServed, is MissingFile:
            return .mistake
        case is ExitCode: return nil
        default: return Juanzong.exitCode(for: error) == .validationFailure ? .mistake : ErrorKind(of: error)
        }
    }
}
