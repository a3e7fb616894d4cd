// A small text file of the body in its archive folder (words, saved queries), read and changed line by line: replaced
// whole, one program at a time.

import Glibc
import Records
import Store

struct OwnFile {
    let path: String
    private static let triesMax = 40

    init(_ path: String) { self.path = path }

    /// Without line ends; none when there is no file.
    func lines() throws -> [String] {
        guard SmallFile.size(path) != nil else { return [] }
        let text = String(decoding: try SmallFile.read(path), as: UTF8.self)
        var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    /// Lends the lines for changing and writes them if they changed.
    func change<Result>(_ body: (inout [String]) throws -> Result) throws -> Result {
        for _ in 0..<Self.triesMax {
            guard let lock = try FileLock.take(path + ".lock", .exclusive, creating: true) else {
                usleep(50_000)
                continue
            }
            return try withExtendedLifetime(lock) {
                defer { FileSystem.remove(path + ".lock") }
                let before = try lines()
                var after = before
                let result = try body(&after)
                if after != before {
                    try SmallFile.replace(path, with: Array(after.map { $0 + "\n" }.joined().utf8))
                }
                return result
            }
        }
        throw EngineError.wordFileBusy(path: path)
    }
}
