// The proof of a destruction: no file of the archive holds a piece of the bytes that were destroyed.

import Archive
import CGNU
import Glibc
import Records
import Store

extension Engine {
    /// Pieces of bytes, as they lie in the stores, by which what was destroyed would be recognised.
    func traceNeedles(of ids: [String]) throws -> [[UInt8]] {
        var needles: [[UInt8]] = []
        let snapshot = try records.snapshot()
        let store = try cases()
        let identity = try identity()
        for id in ids {
            guard let number = try snapshot.recordNumber(id: id) else { continue }
            for version in try snapshot.history(of: number) {
                let stored = try records.storedBytes(at: version.sequence)
                let sealed = try identity.sealedBytes(at: version.sequence)
                for bytes in [stored ?? [], sealed ?? []] where bytes.count >= 48 {
                    let middle = bytes.count / 2
                    needles.append(Array(bytes[(middle - 12)..<(middle + 12)]))
                }
                // The text itself, in case some store keeps it plain.
                let complaint = try Self.complaint(version)
                let text = Array((complaint.content ?? "").utf8)
                if text.count >= 60 { needles.append(Array(text[(text.count / 2 - 15)..<(text.count / 2 + 15)])) }
            }
            if let fileID = try store.fileID(ofRecord: id), let file = try store.file(fileID) {
                for document in file.documents {
                    if let bytes = try store.sealedBytes(document.blob), bytes.count >= 48 { needles.append(Array(bytes[(bytes.count / 2 - 12)..<(bytes.count / 2 + 12)])) }
                }
            }
        }
        return needles
    }

    /// Files below a folder in which one of the pieces stands.
    static func files(in path: String, holding needles: [[UInt8]]) throws -> [String] {
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
        guard descriptor >= 0 else { throw EngineError.system(path: path, code: errno) }
        defer { close(descriptor) }
        let overlap = 64
        var offset = 0
        var piece = [UInt8](repeating: 0, count: 4 << 20)
        while true {
            let count = unsafe piece.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, off_t(offset)) }
            guard count > 0 else { return false }
            for needle in needles where piece.holds(needle, within: count) { return true }
            guard count == piece.count else { return false }
            offset += count - overlap
        }
    }
}

extension [UInt8] {
    /// Whether `needle` stands among the first `count` bytes.
    fileprivate func holds(_ needle: [UInt8], within count: Int) -> Bool {
        unsafe withUnsafeBytes { hay in
            // Holds: neither is empty, and only `count` bytes, which are there, are looked through.
            unsafe needle.withUnsafeBytes { unsafe cgnu_find(hay.baseAddress!, count, $0.baseAddress!, $0.count) != nil }
        }
    }
}
