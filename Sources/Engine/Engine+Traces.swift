// The proof of a destruction: no file of the archive holds a piece of the bytes that were destroyed.

import Archive
import CGNU
import Glibc
import Records
import Store

extension Engine {
    /// Pieces of bytes by which what is to be destroyed would be recognised: as they lie in the stores, and of the plain
    /// text in case some file keeps that.
    func traceNeedles(of ids: [String]) throws -> (stored: [[UInt8]], plain: [[UInt8]]) {
        var (sealed, packed, plain): ([[UInt8]], [[UInt8]], [[UInt8]]) = ([], [], [])
        let snapshot = try records.snapshot()
        let store = try cases()
        let identity = try identity()
        var gone: Set<RecordNumber> = []
        for id in ids {
            guard let number = try snapshot.recordNumber(id: id) else { continue }
            gone.insert(number)
            for version in try snapshot.history(of: number) where !RecordPurge.isRemains(version.json, id: id) {
                packed += try Self.pieces(of: records.storedBytes(at: version.sequence))
                sealed += try Self.pieces(of: identity.sealedBytes(at: version.sequence))
                let text = Array((try Self.complaint(version).content ?? "").utf8)
                if text.count >= 60 { plain.append(Array(text[(text.count / 2 - 15)..<(text.count / 2 + 15)])) }
            }
            if let fileID = try store.fileID(ofRecord: id), let file = try store.file(fileID) {
                for document in file.documents { sealed += try Self.pieces(of: store.sealedBytes(document.blob)) }
            }
        }
        // A letter that came twice and stays once: packed without a dictionary, both have the same bytes. From so many
        // records on there is a dictionary, and what stays gets a new one.
        if try snapshot.lastSequence.rawValue < 4_000 {
            try snapshot.forEachVersion { version in
                guard !gone.contains(version.recordNumber), let stays = try records.storedBytes(at: version.sequence) else { return true }
                packed.removeAll { stays.holds($0) }
                let text = try Self.complaint(version).content ?? ""
                plain.removeAll { Array(text.utf8).holds($0) }
                return !packed.isEmpty || !plain.isEmpty
            }
        }
        return (sealed + packed, plain)
    }

    /// From a third and from two thirds of the bytes.
    private static func pieces(of bytes: [UInt8]?) -> [[UInt8]] {
        guard let bytes, bytes.count >= 96 else { return [] }
        return [bytes.count / 3, bytes.count * 2 / 3].map { Array(bytes[$0..<$0 + 24]) }
    }

    /// Files below a folder in which one of the pieces stands.
    package static func files(in path: String, holding needles: [[UInt8]]) throws -> [String] {
        var found: [String] = []
        for name in SmallFile.names(in: path) {
            let inner = path + "/" + name
            if !SmallFile.names(in: inner).isEmpty {
                found += try files(in: inner, holding: needles)
                continue
            }
            if try holds(inner, needles) { found.append(inner) }
        }
        return found
    }

    private static func holds(_ path: String, _ needles: [[UInt8]]) throws -> Bool {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            // Gone since it was listed, such as a generation of the index whose last reader left.
            if errno == ENOENT { return false }
            throw EngineError.system(path: path, code: errno)
        }
        defer { close(descriptor) }
        let overlap = 64
        var offset = 0
        var piece = [UInt8](repeating: 0, count: 4 << 20)
        while true {
            let count = unsafe piece.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, off_t(offset)) }
            guard count >= 0 else {
                if errno == EINTR { continue }
                // An empty folder.
                if errno == EISDIR { return false }
                // What cannot be read proves nothing.
                throw EngineError.system(path: path, code: errno)
            }
            guard count > 0 else { return false }
            for needle in needles where piece.holds(needle, within: count) { return true }
            guard count == piece.count else { return false }
            offset += count - overlap
        }
    }
}

extension [UInt8] {
    /// Whether `needle` stands among the first `count` bytes.
    func holds(_ needle: [UInt8]) -> Bool { count >= needle.count && holds(needle, within: count) }

    fileprivate func holds(_ needle: [UInt8], within count: Int) -> Bool {
        unsafe withUnsafeBytes { hay in
            // Holds: neither is empty, and only `count` bytes, which are there, are looked through.
            unsafe needle.withUnsafeBytes { unsafe cgnu_find(hay.baseAddress!, count, $0.baseAddress!, $0.count) != nil }
        }
    }
}
