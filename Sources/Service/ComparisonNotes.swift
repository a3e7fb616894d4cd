// What takes hours and was asked for is noted in `comparisons.jsonl` in the archive, for a restart loses what was compared by then:
// what was under way is begun again by itself, and whoever comes back is told that it began anew. The answers themselves are not
// kept between two starts: who may see what of them is only known while the records are open.

import Engine
import Glibc
import Logging
import Records
import Synchronization

final class ComparisonNotes: Sendable {
    struct Asked: Equatable, Sendable {
        var user: String
        var arguments: [String]
        var language: Language
        var isMade = false

        var name: String { ArchiveService.jobName(arguments, user) }
    }

    private struct State {
        /// The newest last.
        var asked: [Asked] = []
        /// Names of those of the former start that were not made anew since.
        var lost: Set<String> = []
    }

    /// An office asks for a few; each is one line.
    private static let countMax = 64
    private let path: String
    private let state: Mutex<State>
    private let logger: Logger

    init(archivePath: String, logger: Logger) {
        path = archivePath + "/comparisons.jsonl"
        self.logger = logger
        let asked = Self.read(path, logger)
        state = Mutex(State(asked: asked, lost: Set(asked.map(\.name))))
    }

    /// Those that were under way when the service ended.
    var unfinished: [Asked] { state.withLock { state in state.asked.filter { !$0.isMade && state.lost.contains($0.name) } } }

    /// Whether what there was of it went with the former start.
    func isLost(_ name: String) -> Bool { state.withLock { $0.lost.contains(name) } }

    func began(_ asked: Asked) {
        state.withLock { state in
            guard !state.asked.contains(where: { $0.name == asked.name && !$0.isMade }) else { return }
            state.asked.removeAll { $0.name == asked.name }
            state.asked = state.asked.suffix(Self.countMax - 1) + [asked]
            write(state.asked)
        }
    }

    /// - Parameter isMade: else it failed, and is not tried again by itself.
    func ended(_ name: String, isMade: Bool) {
        state.withLock { state in
            state.lost.remove(name)
            guard let place = state.asked.firstIndex(where: { $0.name == name }) else { return }
            if isMade { state.asked[place].isMade = true } else { state.asked.remove(at: place) }
            write(state.asked)
        }
    }

    // MARK: Between two starts

    /// Where nothing can be kept, the comparison goes on all the same, and the next start knows nothing of it.
    private func write(_ asked: [Asked]) {
        let lines = asked.map { one -> JSONObject in
            [
                "user": .string(one.user), "arguments": .array(one.arguments.map { .string($0) }), "language": one.language == .chinese ? "zh" : "en",
                "made": .bool(one.isMade),
            ]
        }
        do { try Engine.writeFile(JSONObject.lines(lines), to: path) } catch {
            // Never its text, which may name who asked.
            logger.error("comparisons.jsonl is not written: a restart will not go on with what is being compared", metadata: ["error": .string(String(describing: type(of: error)))])
        }
    }

    /// Lines that cannot be read, or ask for anything else, are passed over.
    private static func read(_ path: String, _ logger: Logger) -> [Asked] {
        guard unsafe access(path, F_OK) == 0 else { return [] }
        let bytes: [UInt8]
        do { bytes = try Engine.fileBytes(path) } catch {
            logger.error("comparisons.jsonl is not read: what was being compared does not go on", metadata: ["error": .string(String(describing: type(of: error)))])
            return []
        }
        return bytes.split(separator: UInt8(ascii: "\n")).suffix(countMax).compactMap { line in
            guard let object = (try? JSONValue.parse(Array(line)))?.objectValue, let user = object["user"]?.string,
                let arguments = object["arguments"]?.array?.compactMap(\.string), ArchiveService.takesHours(arguments)
            else { return nil }
            return Asked(user: user, arguments: arguments, language: object["language"]?.string == "en" ? .english : .chinese, isMade: object["made"]?.bool == true)
        }
    }
}
