// Every part of a record lists its members once; readers, writers and the separation of identity all walk that list.

/// A value of the record schema that is an object in JSON.
///
/// Members it does not know stay in `extra` and are written back in the same object, after the known ones.
package protocol RecordPart: Hashable, Sendable {
    init()
    /// The member meant by a text where an object could stand: `"respondents": ["某公司"]`. `nil`: an object is required.
    static var bareMember: String? { get }
    /// Whether a value with no other member is written as that text, not as an object.
    static var isWrittenBare: Bool { get }
    var extra: JSONObject { get set }
    /// Shows every member to the visitor, in the order in which they are written.
    mutating func visit<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError)
}

extension RecordPart {
    package static var bareMember: String? { nil }
    package static var isWrittenBare: Bool { false }
}

/// Does something with each member of a record part: reads it, writes it, moves it elsewhere.
package protocol MemberVisitor {
    /// A number or a name that is looked up as a whole: at most `RecordLimits.keyBytesMax`, no blanks at the ends,
    /// no control characters.
    mutating func key(_ name: String, _ value: inout String?) throws(RecordError)
    /// At most `RecordLimits.lineBytesMax`.
    mutating func line(_ name: String, _ value: inout String?) throws(RecordError)
    /// At most `RecordLimits.textBytesMax`.
    mutating func text(_ name: String, _ value: inout String?) throws(RecordError)
    /// A line that can say who complained.
    mutating func identityLine(_ name: String, _ value: inout String?) throws(RecordError)
    mutating func lines(_ name: String, _ values: inout [String]) throws(RecordError)
    mutating func code<Words>(_ name: String, _ value: inout Code<Words>?) throws(RecordError)
    mutating func codes<Words>(_ name: String, _ values: inout [Code<Words>]) throws(RecordError)
    mutating func flag(_ name: String, _ value: inout Bool?) throws(RecordError)
    mutating func count(_ name: String, _ value: inout Int?) throws(RecordError)
    mutating func amount(_ name: String, _ value: inout DecimalAmount?) throws(RecordError)
    mutating func date(_ name: String, _ value: inout CalendarDate?) throws(RecordError)
    mutating func moment(_ name: String, _ value: inout Timestamp?) throws(RecordError)
    mutating func part<Part: RecordPart>(_ name: String, _ value: inout Part?) throws(RecordError)
    mutating func parts<Part: RecordPart>(_ name: String, _ values: inout [Part]) throws(RecordError)
    /// Members that the body itself names.
    mutating func map(_ name: String, _ value: inout JSONObject) throws(RecordError)
    /// All members the schema does not know. Always the last call.
    mutating func rest(_ value: inout JSONObject) throws(RecordError)
}

extension RecordPart {
    package init(json: JSONObject) throws(RecordError) {
        self.init()
        var reader = RecordReader(json)
        try visit(&reader)
    }

    package var json: JSONObject {
        var copy = self
        var writer = RecordWriter()
        do { try copy.visit(&writer) } catch { preconditionFailure("writing a record part never throws") }
        return writer.object
    }

    /// A text where that says it all, else the object.
    var jsonValue: JSONValue {
        let object = json
        if Self.isWrittenBare, object.count == 1, let only = object.entries.first, only.key == Self.bareMember,
            case .string = only.value
        {
            return only.value
        }
        return .object(object)
    }
}
