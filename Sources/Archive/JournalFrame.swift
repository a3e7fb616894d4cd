// Bytes of `audit.journal`: its head and its frames. FORMAT.md, "audit.journal".

import Store

/// One entry as it lies in the journal.
struct JournalFrame: Sendable {
    var number: UInt64
    var seconds: Int64
    var hash: [UInt8]
    var json: [UInt8]

    /// Length, moment, number, hash; and a checksum behind the JSON.
    static let overheadBytes = 4 + 8 + 8 + 32 + 8
    private static let headBytes = overheadBytes - 8
    private static let jsonBytesMax = 64 << 20

    var head: AuditLog.Head { AuditLog.Head(number: number, hash: hash) }

    func write(into bytes: inout [UInt8]) {
        var writer = ByteWriter(capacity: Self.overheadBytes + json.count)
        writer.put(UInt32(json.count))
        writer.put(seconds)
        writer.put(number)
        writer.put(hash)
        writer.put(json)
        writer.put(Checked.checksum(of: writer.bytes.span))
        bytes += writer.bytes
    }

    /// Why no frame is there.
    enum Unreadable: Error {
        /// The file ends before the frame does, or nothing was written there: what a kill or a power failure leaves.
        case torn
        case damaged
    }

    /// - Returns: the frame, and where the next one begins.
    static func read(_ bytes: Span<UInt8>, at start: Int) throws(Unreadable) -> (frame: JournalFrame, end: Int) {
        guard let end = end(bytes, at: start) else { throw isTorn(bytes, from: start) ? .torn : .damaged }
        let json = bytes.extracting((start + headBytes)..<(end - 8))
        return (
            JournalFrame(
                number: bytes.field(at: start + 12), seconds: bytes.field(at: start + 4), hash: bytes.extracting((start + 20)..<(start + 52)).copied,
                json: json.copied), end
        )
    }

    /// Where a whole frame ends; nil when none begins here.
    private static func end(_ bytes: Span<UInt8>, at start: Int) -> Int? {
        guard bytes.count - start >= overheadBytes else { return nil }
        let length = Int(bytes.field(at: start, as: UInt32.self))
        guard length > 0, length <= jsonBytesMax, bytes.count - start - overheadBytes >= length else { return nil }
        let end = start + overheadBytes + length
        let known: UInt64 = bytes.field(at: end - 8)
        return Checked.checksum(of: bytes.extracting(start..<(end - 8))) == known ? end : nil
    }

    /// Whether what begins here is an unfinished frame, the last thing that was written.
    private static func isTorn(_ bytes: Span<UInt8>, from start: Int) -> Bool {
        var isEmpty = true
        for place in start..<bytes.count where bytes[place] != 0 {
            isEmpty = false
            break
        }
        if isEmpty { return true }
        let isShort = bytes.count - start < overheadBytes || bytes.count - start - overheadBytes < Int(bytes.field(at: start, as: UInt32.self))
        if !isShort { return false }
        // A length that is wrong hides the frames behind it.
        return !((start + 1)..<max(start + 1, bytes.count - overheadBytes)).contains { end(bytes, at: $0) != nil }
    }
}

/// The first bytes of the journal: how much of it audit.lmdb holds.
struct JournalHead: Equatable {
    var archiveID: [UInt8]
    /// Another one whenever the file begins anew.
    var epoch: UInt64
    /// Frames before this offset are in audit.lmdb, on disk.
    var taken: UInt64
    /// The entry that the first frame behind `taken` goes on from.
    var head: AuditLog.Head

    static let bytes = 96
    /// Frames begin here, so that the head has a page for itself.
    static let framesFrom = 4_096
    private static let magic = Array("JZAUDITJ".utf8)
    private static let format: UInt32 = 1

    var encoded: [UInt8] {
        var writer = ByteWriter(capacity: Self.bytes)
        writer.put(Self.magic)
        writer.put(Self.format)
        writer.put(UInt32(0))
        writer.put(archiveID)
        writer.put(epoch)
        writer.put(taken)
        writer.put(head.number)
        writer.put(head.hash)
        writer.put(Checked.checksum(of: writer.bytes.span))
        return writer.bytes
    }

    init(archiveID: [UInt8], epoch: UInt64, taken: UInt64, head: AuditLog.Head) {
        (self.archiveID, self.epoch, self.taken, self.head) = (archiveID, epoch, taken, head)
    }

    /// Nil when it is none, or damaged.
    init?(decoding bytes: [UInt8]) {
        guard bytes.count == Self.bytes, Array(bytes[..<8]) == Self.magic, bytes.span.field(at: 8, as: UInt32.self) == Self.format,
            bytes.span.field(at: 88, as: UInt64.self) == Checked.checksum(of: bytes.span.extracting(..<88))
        else { return nil }
        self.init(
            archiveID: Array(bytes[16..<32]), epoch: bytes.span.field(at: 32), taken: bytes.span.field(at: 40),
            head: AuditLog.Head(number: bytes.span.field(at: 48), hash: Array(bytes[56..<88])))
    }
}

extension Span<UInt8> {
    fileprivate var copied: [UInt8] { unsafe withUnsafeBufferPointer { unsafe Array($0) } }
}
