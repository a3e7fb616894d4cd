// The one row that says what a generation holds. Replacing it makes segments visible or takes them away.

import Records

struct Manifest: Equatable {
    static let format: UInt32 = 3

    /// The index holds every record version up to this one.
    var watermark = RecordSequence(0)
    var nextSegment: SegmentID = 1
    /// Ascending by record sequence.
    var segments: [SegmentID] = []
    /// Which analysis made the texts and words; another one asks for a reindex.
    var stamp: AnalysisStamp

    init(stamp: AnalysisStamp) { self.stamp = stamp }

    /// A number that no segment has had.
    mutating func takeSegment() -> SegmentID {
        defer { nextSegment += 1 }
        return nextSegment
    }

    var bytes: [UInt8] {
        var out: [UInt8] = []
        out.appendLittleEndian(Self.format)
        out.appendLittleEndian(nextSegment)
        out.appendLittleEndian(watermark.rawValue)
        out.appendLittleEndian(UInt32(segments.count))
        for segment in segments { out.appendLittleEndian(segment) }
        out.append(contentsOf: stamp.text.utf8)
        return out
    }

    init?(_ bytes: Bytes) {
        guard bytes.count >= 20, bytes.u32(0) == Self.format else { return nil }
        nextSegment = bytes.u32(4)
        watermark = RecordSequence(bytes.u64(8))
        let count = Int(bytes.u32(16))
        let stampAt = 20 + 4 * count
        guard stampAt <= bytes.count else { return nil }
        segments = (0..<count).map { bytes.u32(20 + 4 * $0) }
        stamp = AnalysisStamp(text: String(decoding: (stampAt..<bytes.count).map { bytes.u8($0) }, as: UTF8.self))
    }
}

/// Names everything that decides normalised text and what is indexed of it, such as `fold 1`. What only decides the
/// order of results (word breaks, lexicon) is not part of it.
package struct AnalysisStamp: Hashable, Sendable {
    package let text: String
    package init(text: String) { self.text = text }
}
