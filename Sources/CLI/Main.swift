// The entry: reads the arguments, runs one verb, turns whatever happened into an exit code.
//
// Exit codes are the contract: 0 found or done, 1 nothing found, 2 error. ArgumentParser's own codes (64 for a mistake
// in the arguments) never get out.

import ArgumentParser
import Engine
import Glibc
import Records

@main struct Main {
    static func main() {
        // A reader that goes away (`| head`) shows as EPIPE where we write. The signal would also kill an import whose
        // notices are piped.
        signal(SIGPIPE, SIG_IGN)
        Engine.tellExhaustedMemory()
        exit(run(Array(CommandLine.arguments.dropFirst())))
    }

    static func run(_ arguments: [String]) -> CInt {
        if arguments == ["--version"] { return printVersions() }
        if let code = ServedRun.run(arguments) { return code }
        let arguments = Arguments.arranged(arguments)
        do {
            if let mistake = Arguments.mistake(in: arguments) { throw mistake }
            var command = try Juanzong.parseAsRoot(arguments)
            try command.run()
            return Exit.done
        } catch {
            return answer(to: error, arguments)
        }
    }

    /// To look for a record that is not there finds nothing; to decide on it or to change it is a mistake.
    private static let changingVerbs: Set<String> = ["link", "unlink", "edit", "event", "withdraw"]

    /// What a person is told about an error, and the exit code.
    static func answer(to error: any Error, _ arguments: [String]) -> CInt {
        switch error {
        case let code as ExitCode: return code.rawValue
        case OutputError.readerGone: return Exit.done
        case let error as any NoticeError:
            Notices.print(error.notice(in: .ofUser))
            if case EngineError.recordUnknown = error, !changingVerbs.contains(arguments.first ?? "") { return Exit.nothingFound }
            return Exit.error
        default: break
        }
        if Juanzong.exitCode(for: error) == .success {
            var output = Output()
            output.line(Juanzong.fullMessage(for: error))
            return output.finished()
        }
        if Juanzong.exitCode(for: error) == .validationFailure {
            if arguments.isEmpty {
                Notices.print(Juanzong.helpMessage())
            } else {
                let mistake = UsageMistake(parserMessage: Juanzong.message(for: error), command: Arguments.command(in: arguments))
                Notices.print(mistake.notice(in: .ofUser))
            }
            return Exit.error
        }
        Notices.print(UnexpectedFailure(error, verb: arguments.first).notice(in: .ofUser))
        return Exit.error
    }

    private static func printVersions() -> CInt {
        var output = Output()
        for (name, version) in Engine.versions { output.line("\(name) \(version)") }
        return output.finished()
    }
}

/// Exit codes of the contract.
enum Exit {
    static let done: CInt = 0
    static let nothingFound: CInt = 1
    static let error: CInt = 2
}

/// An error that no module has words for. Its text may hold a piece of a record, so only its type is named.
struct UnexpectedFailure: NoticeError {
    let kind: String
    let verb: String?

    init(_ error: any Error, verb: String?) {
        kind = String(describing: type(of: error))
        self.verb = verb
    }

    func notice(in language: Language) -> String {
        let place = verb.map { "juanzong \($0)" } ?? "juanzong"
        return switch language {
        case .chinese:
            """
            错误：遇到未预料的问题（\(kind)）
            位置：\(place)
            处理：用 `juanzong verify` 检查档案库；若仍出现，请附上这三行报告问题
            """
        case .english:
            """
            Error: something unforeseen happened (\(kind))
            Where: \(place)
            Remedy: check the archive with `juanzong verify`; if it happens again, report it with these three lines
            """
        }
    }
}
