// What becomes of a text, step by step: for whoever wonders why something is or is not found.

import Records
import TextAnalysis

extension Engine {
    /// One object: `normalised breaks words numbers steps`. Needs no archive; with one, its lexicon counts too.
    ///
    /// - Parameter plainICU: ICU's own word ends of the normalised text, numbers not recognised, nothing masked.
    package static func analyze(_ text: String, plainICU: Bool, archivePath: String?) throws -> JSONObject {
        var lexicon: Lexicon?
        if !plainICU { lexicon = try archivePath.map { try self.lexicon(at: $0 + "/lexicon.txt") } ?? .domain }
        let analysis = AnalysisReport(of: text, lexicon: lexicon, masking: !plainICU)
        var object = JSONObject()
        object["normalised"] = .string(analysis.normalised)
        object["breaks"] = .array(analysis.breaks.map { .number("\($0)") })
        object["words"] = .array(analysis.words.map { .string($0) })
        object["numbers"] = .array(
            analysis.numbers.map { number in
                var entry = JSONObject()
                entry["kind"] = .string(number.kind.name)
                entry["start"] = .number("\(number.start)")
                entry["length"] = .number("\(number.length)")
                // A personal number is not repeated where the text has just hidden it.
                if !number.kind.isPersonal { entry["value"] = .string(number.canonical) }
                return .object(entry)
            })
        object["steps"] = .array(
            analysis.steps.map { step in
                var entry = JSONObject()
                entry["step"] = .string(step.name.rawValue)
                entry["count"] = .number("\(step.count)")
                return .object(entry)
            })
        return object
    }
}
