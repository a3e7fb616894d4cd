// `search --watch`: first what is there, newest first, then every matching record as it comes in or changes.

import Answers
import Engine
import Glibc
import Records

struct Watch {
    let engine: Engine
    let request: SearchRequest
    let everySeconds: Int
    let printing: PrintingOptions

    func run() throws {
        // Looked at before the search, so that nothing that arrives meanwhile is missed.
        var seen = try engine.lastSequence()
        var request = request
        request.sort = .newest
        let printer = HitPrinter(terminal: Terminal(printing.color), columns: try printing.recordColumns)
        var output = Output()
        if !printing.json {
            let clock = ContinuousClock()
            let began = clock.now
            let answer = try engine.search(request)
            if answer.total > 0 { try printer.print(answer, seconds: (clock.now - began).inSeconds, to: &output) }
            try output.flush()
            Notices.print(answer.notices)
            Notices.print(say(
                "\n现有 \(Figures.count(answer.total)) 件，等候新的记录；Ctrl-C 结束",
                "\n\(Figures.count(answer.total)) there now; waiting for new records, Ctrl-C ends"))
        }
        Interruption.prepare(say("已停止等候", "stopped watching"))
        while true {
            let arrivals = try engine.arrivals(request, after: seen)
            seen = arrivals.upTo
            for hit in arrivals.hits {
                if printing.json {
                    var object = hit.object(in: .ofUser)
                    object.set("change", to: .string(hit.versionNumber > 1 ? "changed" : "added"))
                    output.line(object)
                } else {
                    output.line("")
                    printer.show(hit, number: nil, to: &output)
                }
            }
            // A bell for whoever looks elsewhere.
            if !arrivals.hits.isEmpty, !printing.json, Terminal.isOutput { output.text("\u{7}") }
            try output.flush()
            try Self.pause(everySeconds)
        }
    }

    /// - Throws: `OutputError.readerGone` when nobody reads the results any more.
    private static func pause(_ seconds: Int) throws {
        var end = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
        // Holds: one descriptor, one entry.
        let count = unsafe poll(&end, 1, Int32(clamping: seconds * 1_000))
        if count > 0, Int32(end.revents) & (Int32(POLLERR) | Int32(POLLHUP)) != 0 { throw OutputError.readerGone }
    }
}
