// How far an import came, as kept beside the records: a run that was interrupted goes on from here.

import Import
import Records

struct ImportState {
    var point: ResumePoint
    var rejectsPosition: Int
    var summary: ImportSummary
    var isComplete: Bool

    init(point: ResumePoint, rejectsPosition: Int, summary: ImportSummary, isComplete: Bool) {
        self.point = point
        self.rejectsPosition = rejectsPosition
        self.summary = summary
        self.isComplete = isComplete
    }

    var bytes: [UInt8] {
        var object = JSONObject()
        object["point"] = .object(point.json)
        object["rejectsPosition"] = .number("\(rejectsPosition)")
        object["imported"] = .number("\(summary.imported)")
        object["updated"] = .number("\(summary.updated)")
        object["unchanged"] = .number("\(summary.unchanged)")
        object["rejected"] = .number("\(summary.rejected)")
        object["complete"] = .bool(isComplete)
        var bytes: [UInt8] = []
        JSONValue.object(object).write(into: &bytes)
        return bytes
    }

    /// Nil when there is none, or one that cannot be read: then the file is read from its beginning.
    init?(_ bytes: [UInt8]?) throws {
        guard let bytes, case .object(let object)? = try? JSONValue.parse(bytes.span),
            case .object(let pointJSON)? = object["point"], let point = ResumePoint(json: pointJSON)
        else { return nil }
        self.point = point
        rejectsPosition = object["rejectsPosition"]?.int ?? 0
        summary = ImportSummary()
        summary.imported = object["imported"]?.int ?? 0
        summary.updated = object["updated"]?.int ?? 0
        summary.unchanged = object["unchanged"]?.int ?? 0
        summary.rejected = object["rejected"]?.int ?? 0
        isComplete = object["complete"] == .bool(true)
    }
}
