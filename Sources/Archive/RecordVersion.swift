// One version of one record, as it is handed in and as it comes back.

import Crypto
import Records
import Store

/// 128 bits that tell whether a record came unchanged.
///
/// Confidential parts enter as a keyed hash only: from a plain hash of text and telephone number, whoever has the
/// text finds the number by trying all of them.
package struct ContentHash: Hashable, Sendable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// As hexadecimal digits.
    package var text: String {
        [high, low].map { number in
            let digits = String(number, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// - `identityHash`: `SealingKey.hash(ofIdentity:)`, or nothing when the record has no identity part.
    package init(json: [UInt8], identityHash: [UInt8] = [], isWithdrawn: Bool = false) {
        var hasher = SHA256()
        let head: InlineArray<2, UInt8> = [isWithdrawn ? 1 : 0, UInt8(truncatingIfNeeded: identityHash.count)]
        unsafe head.span.withUnsafeBytes { unsafe hasher.update(bufferPointer: $0) }
        if !identityHash.isEmpty { hasher.update(data: identityHash) }
        unsafe json.withUnsafeBytes { unsafe hasher.update(bufferPointer: $0) }
        (high, low) = unsafe hasher.finalize().withUnsafeBytes { digest in
            // Holds: a digest of SHA-256 has 32 bytes.
            unsafe (
                UInt64(bigEndian: digest.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }
}

/// A record's JSON, compressed.
package struct PackedJSON: Sendable {
    let dictionary: CompressionDictionary
    let bytes: [UInt8]
    /// Bytes of the JSON.
    let rawCount: Int

    package var count: Int { bytes.count }
}

/// A record as it arrives: whether it is new, changed or unchanged is found out by `append`.
package struct NewVersion: Sendable {
    package var id: String
    /// 其他编号, normalised by the caller as it normalises what is looked up.
    package var aliases: [String]
    /// Canonical JSON of the open record: nothing in it says who complained. Empty once it is `packed`.
    package private(set) var json: [UInt8]
    package var contentHash: ContentHash
    package var isWithdrawn: Bool
    /// The JSON as it will be stored, when it was packed beforehand (`RecordStore.pack`).
    package private(set) var packed: PackedJSON?

    /// Bytes of the JSON, packed or not.
    package var rawCount: Int { packed?.rawCount ?? json.count }

    /// Thousands wait to be stored: what is packed is not kept twice.
    package mutating func keep(_ packed: PackedJSON) {
        self.packed = packed
        json = []
    }

    package init(
        id: String, aliases: [String] = [], json: [UInt8], contentHash: ContentHash, isWithdrawn: Bool = false
    ) {
        self.id = id
        self.aliases = aliases
        self.json = json
        self.contentHash = contentHash
        self.isWithdrawn = isWithdrawn
    }

    package init(id: String, aliases: [String] = [], json: [UInt8], isWithdrawn: Bool = false) {
        self.init(
            id: id, aliases: aliases, json: json, contentHash: ContentHash(json: json, isWithdrawn: isWithdrawn),
            isWithdrawn: isWithdrawn)
    }
}

package enum AppendOutcome: Hashable, Sendable {
    case added(sequence: RecordSequence, recordNumber: RecordNumber)
    case changed(sequence: RecordSequence, previous: RecordSequence, recordNumber: RecordNumber)
    /// Nothing was stored; `sequence` is the version that says the same.
    case unchanged(sequence: RecordSequence, recordNumber: RecordNumber)

    package var sequence: RecordSequence {
        switch self {
        case .added(let sequence, _), .changed(let sequence, _, _), .unchanged(let sequence, _): sequence
        }
    }

    package var recordNumber: RecordNumber {
        switch self {
        case .added(_, let number), .changed(_, _, let number), .unchanged(_, let number): number
        }
    }

    package var isStored: Bool {
        if case .unchanged = self { false } else { true }
    }
}

/// What is known of a version without decompressing it. FORMAT.md, "versions".
package struct VersionHeader: Hashable, Sendable {
    package let sequence: RecordSequence
    package let recordNumber: RecordNumber
    /// 1 for the first version of a record.
    package let versionNumber: UInt32
    package let previous: RecordSequence?
    /// Milliseconds since 1970-01-01T00:00:00Z.
    package let recordedAtMilliseconds: Int64
    package let isWithdrawn: Bool
    package let contentHash: ContentHash
    let dictionaryID: UInt32
    let rawCount: Int

    static let bytesCount = 54
    private static let layout: UInt8 = 1

    init(
        sequence: RecordSequence, recordNumber: RecordNumber, versionNumber: UInt32, previous: RecordSequence?,
        recordedAtMilliseconds: Int64, isWithdrawn: Bool, contentHash: ContentHash, dictionaryID: UInt32, rawCount: Int
    ) {
        self.sequence = sequence
        self.recordNumber = recordNumber
        self.versionNumber = versionNumber
        self.previous = previous
        self.recordedAtMilliseconds = recordedAtMilliseconds
        self.isWithdrawn = isWithdrawn
        self.contentHash = contentHash
        self.dictionaryID = dictionaryID
        self.rawCount = rawCount
    }

    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.bytesCount)
        write(into: &bytes)
        return bytes
    }

    func write(into bytes: inout [UInt8]) {
        bytes.append(Self.layout)
        bytes.append(isWithdrawn ? 1 : 0)
        bytes.append(littleEndian: dictionaryID)
        bytes.append(littleEndian: recordNumber.rawValue)
        bytes.append(littleEndian: versionNumber)
        bytes.append(littleEndian: previous?.rawValue ?? 0)
        bytes.append(littleEndian: recordedAtMilliseconds)
        bytes.append(littleEndian: contentHash.high)
        bytes.append(littleEndian: contentHash.low)
        bytes.append(littleEndian: UInt32(rawCount))
    }

    /// Nil when the bytes are of no layout this program knows.
    init?(sequence: RecordSequence, decoding payload: Span<UInt8>) {
        guard payload.count >= Self.bytesCount, payload[0] == Self.layout else { return nil }
        let flags: UInt8 = payload.field(at: 1)
        dictionaryID = payload.field(at: 2)
        recordNumber = RecordNumber(payload.field(at: 6))
        versionNumber = payload.field(at: 14)
        let previous: UInt64 = payload.field(at: 18)
        recordedAtMilliseconds = payload.field(at: 26)
        contentHash = ContentHash(high: payload.field(at: 34), low: payload.field(at: 42))
        rawCount = Int(payload.field(at: 50, as: UInt32.self))
        guard flags <= 1, rawCount <= RecordStore.recordBytesMax, recordNumber.rawValue > 0,
            versionNumber > 0, previous < sequence.rawValue, (previous == 0) == (versionNumber == 1)
        else { return nil }
        self.sequence = sequence
        self.previous = previous == 0 ? nil : RecordSequence(previous)
        isWithdrawn = flags & 1 != 0
    }
}

package struct StoredVersion: Hashable, Sendable {
    package let header: VersionHeader
    package let json: [UInt8]

    package var sequence: RecordSequence { header.sequence }
    package var recordNumber: RecordNumber { header.recordNumber }
}

/// The newest version of a record. FORMAT.md, "heads".
package struct Head: Hashable, Sendable {
    package let latest: RecordSequence
    package let contentHash: ContentHash
    package let versionCount: UInt32
    package let isWithdrawn: Bool

    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(29)
        write(into: &bytes)
        return bytes
    }

    func write(into bytes: inout [UInt8]) {
        bytes.append(littleEndian: latest.rawValue)
        bytes.append(littleEndian: contentHash.high)
        bytes.append(littleEndian: contentHash.low)
        bytes.append(littleEndian: versionCount)
        bytes.append(isWithdrawn ? 1 : 0)
    }

    init(latest: RecordSequence, contentHash: ContentHash, versionCount: UInt32, isWithdrawn: Bool) {
        self.latest = latest
        self.contentHash = contentHash
        self.versionCount = versionCount
        self.isWithdrawn = isWithdrawn
    }

    init?(decoding payload: Span<UInt8>) {
        guard payload.count == 29, payload[28] <= 1 else { return nil }
        latest = RecordSequence(payload.field(at: 0))
        contentHash = ContentHash(high: payload.field(at: 8), low: payload.field(at: 16))
        versionCount = payload.field(at: 24)
        isWithdrawn = payload[28] == 1
        guard latest.rawValue > 0, versionCount > 0 else { return nil }
    }
}
