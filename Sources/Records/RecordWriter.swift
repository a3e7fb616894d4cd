// Turns a part of a record into a JSON object. Absent values, empty lists and empty maps are not written.
//
// No part lists a name twice, so known members are added without looking for an earlier one.

struct RecordWriter: MemberVisitor {
    private(set) var object = JSONObject()

    mutating func key(_ name: String, _ value: inout String?) { text(name, &value) }
    mutating func line(_ name: String, _ value: inout String?) { text(name, &value) }
    mutating func identityLine(_ name: String, _ value: inout String?) { text(name, &value) }

    mutating func text(_ name: String, _ value: inout String?) {
        if let value { object.append(name, .string(value)) }
    }

    mutating func lines(_ name: String, _ values: inout [String]) {
        if !values.isEmpty { object.append(name, .array(values.map { .string($0) })) }
    }

    mutating func code<Words>(_ name: String, _ value: inout Code<Words>?) {
        if let value { object.append(name, .string(value.text)) }
    }

    mutating func codes<Words>(_ name: String, _ values: inout [Code<Words>]) {
        if !values.isEmpty { object.append(name, .array(values.map { .string($0.text) })) }
    }

    mutating func flag(_ name: String, _ value: inout Bool?) {
        if let value { object.append(name, .bool(value)) }
    }

    mutating func count(_ name: String, _ value: inout Int?) {
        if let value { object.append(name, .number(String(value))) }
    }

    mutating func amount(_ name: String, _ value: inout DecimalAmount?) {
        if let value { object.append(name, .number(value.text)) }
    }

    mutating func date(_ name: String, _ value: inout CalendarDate?) {
        if let value { object.append(name, .string(value.text)) }
    }

    mutating func moment(_ name: String, _ value: inout Timestamp?) {
        if let value { object.append(name, .string(value.text)) }
    }

    mutating func part<Part: RecordPart>(_ name: String, _ value: inout Part?) {
        if let value { object.append(name, value.jsonValue) }
    }

    mutating func parts<Part: RecordPart>(_ name: String, _ values: inout [Part]) {
        if !values.isEmpty { object.append(name, .array(values.map(\.jsonValue))) }
    }

    mutating func map(_ name: String, _ value: inout JSONObject) {
        if !value.isEmpty { object.append(name, .object(value)) }
    }

    mutating func rest(_ value: inout JSONObject) {
        for (key, member) in value.entries where object[key] == nil { object.set(key, to: member) }
    }
}
