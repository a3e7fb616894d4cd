// Answers that survey the whole archive (lists, reports, trends), kept for whoever asks the same again: a million records take
// seconds to look through, and an office looks at the same few lists all day. What is kept tells as of when it is; whoever
// serves it has it made anew.
//
// An answer is given only to those who see exactly the records that its maker saw: the hidden ones are compared one by one, as they
// are now, up to the newest record of then. So neither a role taken away nor a record closed off since shows in an old answer.

import Archive
import Records
import Synchronization

package final class SurveyMemory: Sendable {
    /// How things stood when an answer was made.
    struct State: Sendable {
        var ownFiles: OwnFilesSeen
        /// Versions up to this one are in the answer.
        var newest: RecordSequence
        var newestNumber: RecordNumber
        var madeAt: Int64
    }

    /// What somebody does not see, or, where `isInverted`, all that he sees. Holds no file open, as a `Sight` does.
    struct Seen: Equatable, Sendable {
        var isWhole: Bool
        var isInverted: Bool
        var records: Set<RecordNumber>

        init(_ sight: Sight, upTo number: RecordNumber) {
            (isWhole, isInverted) = (sight.isWhole, sight.isInverted)
            records = Set(sight.records.keys.lazy.filter { $0 <= number })
        }
    }

    private struct Kept: Sendable {
        var answer: any Sendable
        var state: State
        var seen: Seen
        var rows: Int
        var usedAt: UInt64
    }

    private struct Shelf: Sendable {
        var kept: [String: [Kept]] = [:]
        var rows = 0
        var clock: UInt64 = 0
        var recordsFile: UInt64 = 0

        /// Of former files nothing stays.
        mutating func look(at file: UInt64) {
            if recordsFile != file { self = Shelf() }
            recordsFile = file
            clock += 1
        }
    }

    /// Of all answers together, in rows of some 200 bytes.
    private let rowsMax: Int
    private let shelf = Mutex(Shelf())

    package init(rowsMax: Int = 200_000) { self.rowsMax = rowsMax }

    func answer(_ question: String, to sight: Sight, of file: UInt64, _ ownFiles: OwnFilesSeen) -> (answer: any Sendable, state: State)? {
        let kept = shelf.withLock { shelf in
            shelf.look(at: file)
            return shelf.kept[question] ?? []
        }
        guard let found = kept.first(where: { $0.state.ownFiles == ownFiles && $0.seen == Seen(sight, upTo: $0.state.newestNumber) }) else { return nil }
        shelf.withLock { shelf in
            guard let place = shelf.kept[question]?.firstIndex(where: { $0.seen == found.seen }) else { return }
            shelf.kept[question]![place].usedAt = shelf.clock
        }
        return (found.answer, found.state)
    }

    /// - Returns: whether there is room for it.
    @discardableResult
    func keep(_ answer: any Sendable, rows: Int, to question: String, by sight: Sight, of file: UInt64, _ state: State) -> Bool {
        guard rows <= rowsMax / 4 else { return false }
        let seen = Seen(sight, upTo: state.newestNumber)
        shelf.withLock { shelf in
            shelf.look(at: file)
            // One for each set of rights.
            let former = shelf.kept[question] ?? []
            let others = former.filter { $0.state.ownFiles == state.ownFiles && $0.seen != Seen(sight, upTo: $0.state.newestNumber) }.suffix(Self.setsOfRightsMax - 1)
            shelf.rows += rows - former.reduce(0) { $0 + $1.rows } + others.reduce(0) { $0 + $1.rows }
            shelf.kept[question] = others + [Kept(answer: answer, state: state, seen: seen, rows: rows, usedAt: shelf.clock)]
            while shelf.rows > rowsMax || shelf.kept.count > Self.questionsMax {
                guard let oldest = shelf.kept.min(by: { ($0.value.map(\.usedAt).max() ?? 0) < ($1.value.map(\.usedAt).max() ?? 0) }) else { break }
                shelf.rows -= oldest.value.reduce(0) { $0 + $1.rows }
                shelf.kept[oldest.key] = nil
            }
        }
        return true
    }

    private static let questionsMax = 512
    private static let setsOfRightsMax = 32
}

/// One question of somebody who takes a kept answer.
package final class Survey: Sendable {
    package struct AsOf: Sendable {
        /// Seconds since 1970.
        package var madeAt: Int64
        /// Record versions written since.
        package var changes: Int
        /// It should be made anew.
        package var isStale: Bool
        package var text: String { Timestamp(seconds: madeAt)?.text ?? "" }
    }

    let memory: SurveyMemory
    let wantsFresh: Bool
    /// Nobody waits for the answer, and nobody sees it.
    let isAhead: Bool
    /// What would have to be made now is refused with `EngineError.surveyInMaking`.
    let takesKeptOnly: Bool
    /// Told how far it is, besides whom the verb tells.
    let report: (@Sendable (Progress) -> Void)?
    private let given = Mutex<AsOf?>(nil)

    /// - Parameter isAhead: made for those who will ask: shown to nobody, and so not in the log.
    package init(_ memory: SurveyMemory, wantsFresh: Bool = false, isAhead: Bool = false, takesKeptOnly: Bool = false, report: (@Sendable (Progress) -> Void)? = nil) {
        self.memory = memory
        self.takesKeptOnly = takesKeptOnly
        self.wantsFresh = wantsFresh
        self.isAhead = isAhead
        self.report = report
    }

    /// Of the kept answer that was given; nil when one was made.
    package var asOf: AsOf? { given.withLock { $0 } }

    func gave(_ asOf: AsOf) { given.withLock { $0 = asOf } }
}

extension Engine {
    /// A list of who is late moves with the clock.
    private static let staleAfterSeconds: Int64 = 600

    /// The answer to a question about the whole archive: a kept one where the caller takes it, else made now and kept.
    ///
    /// - Parameters:
    ///   - question: the verb and all that it was asked with.
    ///   - movesWithClock: the same records give another answer later.
    ///   - rows: about how much there is of an answer.
    ///   - isWhole: one that is not is kept for nobody: it changes though no record does.
    func surveyed<Answer: Sendable>(
        _ question: String, movesWithClock: Bool, _ note: OpenNote, rows: (Answer) -> Int, isWhole: (Answer) -> Bool = { _ in true }, _ make: () throws -> Answer
    ) throws -> Answer {
        guard let survey = options.survey, shardView == nil else { return try make() }
        note.isNothing = survey.isAhead
        let sight = try sight()
        let ownFiles = OwnFilesSeen(folder)
        let newest = try records.lastSequence
        let now = Self.nowSeconds
        if !survey.wantsFresh, let kept = survey.memory.answer(question, to: sight, of: recordsFile, ownFiles),
            let answer = kept.answer as? Answer
        {
            let changes = Int(newest.rawValue - min(kept.state.newest.rawValue, newest.rawValue))
            let isStale = changes > 0 || movesWithClock && now - kept.state.madeAt > Self.staleAfterSeconds
            survey.gave(Survey.AsOf(madeAt: kept.state.madeAt, changes: changes, isStale: isStale))
            return answer
        }
        if survey.takesKeptOnly { throw EngineError.surveyInMaking }
        let newestNumber = RecordNumber(try records.snapshot().recordCount)
        let answer = try make()
        guard isWhole(answer) else { return answer }
        // The index may have been behind, and what it lacked is not in the answer.
        let indexed = try index().snapshot().watermark
        let state = SurveyMemory.State(ownFiles: ownFiles, newest: min(newest, indexed), newestNumber: newestNumber, madeAt: now)
        let isKept = survey.memory.keep(answer, rows: rows(answer), to: question, by: sight, of: recordsFile, state)
        // Nobody will see it: whoever has it made must not wait for it.
        if !isKept, survey.isAhead { throw EngineError.surveyTooLarge }
        return answer
    }

    /// Whether a record that an older answer names may still be named: not taken back since.
    func isStanding(_ id: String, in stored: borrowing RecordSnapshot) throws -> Bool {
        guard let number = try stored.recordNumber(id: id), let head = try stored.head(of: number) else { return false }
        return !head.isWithdrawn
    }
}
