// Numbers that must not be mixed are types of their own.

/// Place of one record version in the order of arrival, over the whole archive. Starts at 1, never reused.
package struct RecordSequence: Hashable, Comparable, Sendable {
    package let rawValue: UInt64
    package init(_ rawValue: UInt64) { self.rawValue = rawValue }
    package static func < (a: RecordSequence, b: RecordSequence) -> Bool { a.rawValue < b.rawValue }
}

/// 内部标识: names a record (all its versions) inside one archive. Starts at 1, never reused, shown to nobody.
package struct RecordNumber: Hashable, Comparable, Sendable {
    package let rawValue: UInt64
    package init(_ rawValue: UInt64) { self.rawValue = rawValue }
    package static func < (a: RecordNumber, b: RecordNumber) -> Bool { a.rawValue < b.rawValue }
}

/// Position of a record inside one segment. Merging changes it: never keep it outside the index.
package struct DocID: Hashable, Comparable, Sendable {
    package let rawValue: UInt32
    package init(_ rawValue: UInt32) { self.rawValue = rawValue }
    package static func < (a: DocID, b: DocID) -> Bool { a.rawValue < b.rawValue }
}
