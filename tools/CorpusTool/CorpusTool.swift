// The command behind tools/corpus: reads the options, makes the records, writes the truth.

import Glibc
import SyntheticCorpus

@main struct CorpusTool {
    static func main() {
        // A reader that has had enough closes the pipe: `Output` sees that as EPIPE.
        signal(SIGPIPE, SIG_IGN)
        do {
            guard let options = try Options.read(Array(CommandLine.arguments.dropFirst())) else {
                print(Options.help)
                return
            }
            try Run(options).make()
        } catch let error as PlanError {
            fail(error.notice)
        } catch let error as ToolError {
            fail(error.notice)
        } catch {
            fail("error: \(error)\nwhere: tools/corpus\nremedy: see --help")
        }
    }

    private static func fail(_ notice: String) -> Never {
        say(notice + "\n")
        exit(2)
    }
}

/// Writes a notice to stderr.
func say(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
        // Holds: the buffer lives for the length of the call.
        let written = unsafe bytes.withUnsafeBytes { unsafe write(2, $0.baseAddress, $0.count) }
        if written <= 0 { return }
        bytes = bytes.dropFirst(written)
    }
}

enum ToolError: Error {
    case unknownOption(String)
    case valueMissing(String)
    case valueUnreadable(String, String)
    case missing(String)
    case rangeEmpty(Int, Int)
    case cannotWrite(String, Int32)

    var notice: String {
        switch self {
        case .unknownOption(let name): "error: unknown option\nwhere: \(name)\nremedy: --help lists all options"
        case .valueMissing(let name): "error: an option lacks its value\nwhere: \(name)\nremedy: write \(name) VALUE"
        case .valueUnreadable(let name, let value):
            "error: a value cannot be read: \(value)\nwhere: \(name)\nremedy: --help shows what it may be"
        case .missing(let name): "error: an option is missing\nwhere: \(name)\nremedy: --help has a complete example"
        case .rangeEmpty(let from, let to):
            "error: no records from \(from) to \(to)\nwhere: --from, --to\nremedy: give 0 ≤ from < to ≤ records"
        case .cannotWrite(let path, let code):
            "error: cannot write (system error \(code))\nwhere: \(path)\nremedy: check the folder, its permissions and free space"
        }
    }
}
