// The records of a shard: the same tables as `records.lmdb`, written in the order of their keys, without what differs from
// one making to the next: no random archive id, no clock, no head of an audit log, no notes of imports.

import Crypto
import Glibc
import Records
import Store

extension RecordStore {
    /// Tables whose entries make frozen records what they are.
    package static let frozenTables = ["meta", "versions", "heads", "ids", "aliases", "imports"]

    /// All records ever added, withdrawn ones included.
    package var recordCountEver: UInt64 { get throws { try read { try $0.recordCount } } }

    /// Writes everything into a new file that is never changed again.
    ///
    /// - Parameter recordedAtMilliseconds: what all versions then say of when they were recorded.
    package func writeFrozen(to path: String, recordedAtMilliseconds: Int64) throws {
        func copied(_ table: Table, _ change: @escaping ([UInt8], [UInt8]) -> [UInt8]? = { $1 }) -> (OrderedTable) throws -> Void {
            { [environment] rows in
                try environment.read { transaction in
                    try transaction.forEachChecked(in: table, prefix: []) { key, payload in
                        let key = key.bytesCopied
                        if let payload = change(key, payload.bytesCopied) { try rows.put(key, payload) }
                        return true
                    }
                }
            }
        }
        let anonymous = [UInt8](repeating: 0, count: 16)
        try OrderedFile.write(
            to: path,
            tables: [
                ("meta", copied(tables.meta) { key, payload in
                    key == MetaKey.auditHead ? nil : key == MetaKey.archiveID ? anonymous : payload
                }),
                ("versions", copied(tables.versions) { _, payload in
                    VersionHeader.replacingMoment(in: payload, recordedAtMilliseconds)
                }),
                ("heads", copied(tables.heads)), ("ids", copied(tables.ids)), ("aliases", copied(tables.aliases)),
                ("imports", { _ in }),
            ])
    }

    /// Keys under which the records stand by their ids, ascending; two shards with one of them would have two histories of one
    /// record.
    package func forEachIDKey(_ body: (Span<UInt8>) throws -> Void) throws {
        try environment.read { transaction in
            try transaction.forEach(in: tables.ids) { key, _ in
                try body(key)
                return true
            }
        }
    }
}

extension VersionHeader {
    /// FORMAT.md, "versions": the moment stands at byte 26.
    fileprivate static func replacingMoment(in payload: [UInt8], _ milliseconds: Int64) -> [UInt8] {
        var payload = payload
        let moment = UInt64(bitPattern: milliseconds)
        var writer = ByteWriter(capacity: 8)
        writer.put(moment)
        payload.replaceSubrange(26..<34, with: writer.bytes)
        return payload
    }
}

/// SHA-256 over files of LMDB as they are read: tables, keys and values, not pages, whose unused bytes are anything.
package struct LogicalDigest {
    private var hasher = SHA256()

    package init(_ purpose: String) { take(Array(purpose.utf8)) }

    package mutating func take(_ bytes: [UInt8]) {
        var length = UInt64(bytes.count).littleEndian
        unsafe withUnsafeBytes(of: &length) { unsafe hasher.update(bufferPointer: $0) }
        hasher.update(data: bytes)
    }

    /// Everything that these tables of a file hold.
    package mutating func take(file path: String, tables names: [String]) throws {
        let environment = try Environment(at: path, options: .frozen(path))
        defer { environment.close() }
        var digest = self
        for name in names {
            let table = try environment.table(existing: name)
            digest.take(Array(name.utf8))
            try environment.read { transaction in
                try transaction.forEach(in: table) { key, value in
                    digest.take(key.bytesCopied)
                    digest.take(value.bytesCopied)
                    return true
                }
            }
        }
        self = digest
    }

    /// As hexadecimal digits.
    package var text: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: Array(hasher.finalize()).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

/// SHA-256 of a file's bytes.
package enum FileDigest {
    package static func sha256(ofFile path: String) throws -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ArchiveError.system(path: path, code: errno) }
        defer { close(descriptor) }
        var hasher = SHA256()
        var piece = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = unsafe piece.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw ArchiveError.system(path: path, code: errno) }
            guard count > 0 else { break }
            hasher.update(data: piece[..<count])
        }
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: Array(hasher.finalize()).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
