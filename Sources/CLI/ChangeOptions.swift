// What the verbs that change single records share: who does it and why, and how the change is told.

import Answers
import ArgumentParser
import Engine
import Records

struct ChangeOptions: ParsableArguments {
    @OptionGroup var archive: ArchiveOptions

    @Option(help: help("经办人，记入版本（默认 JUANZONG_USER 或登录名）", "Who does it, kept with the version (default JUANZONG_USER or the login name)", value: "name"))
    var by: String?

    @Option(help: help("原因，记入版本", "Why, kept with the version", value: "text"))
    var reason: String?

    @Flag(help: help("每条输出一个 JSON", "Print one JSON object a record"))
    var json = false

    var note: ChangeNote {
        // Over the service nobody signs for somebody else.
        ChangeNote(by: Console.current?.request.user ?? by ?? environment("JUANZONG_USER") ?? environment("LOGNAME") ?? environment("USER"), reason: reason)
    }
}

enum ChangePrinter {
    static func print(_ changes: [RecordChange], json: Bool) throws {
        var output = Output()
        for change in changes {
            if json {
                output.line(change.object)
            } else {
                output.line(sentence(change))
            }
            try output.flushIfLarge()
        }
        try output.flush()
    }

    /// The number in brackets is the record version's place in the archive: what an auditor asks for.
    private static func sentence(_ change: RecordChange) -> String {
        let id = Terminal.line(change.id)
        let place = "#\(change.sequence.rawValue)"
        return switch change.kind {
        case .added: say("已添加 \(id)（\(place)）", "added \(id) (\(place))")
        case .changed: say("已更新 \(id)（\(place)）", "updated \(id) (\(place))")
        case .unchanged: say("没有变化 \(id)（\(place)）", "unchanged \(id) (\(place))")
        case .withdrawn: say("已撤回 \(id)（\(place)）", "withdrawn \(id) (\(place))")
        }
    }
}
