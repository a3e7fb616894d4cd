// Where the service of an archive listens: a line in `ARCHIVE.socket` beside the folder, readable to those who may not
// open the archive itself. The command line finds the service by it.

import Engine
import Glibc

package struct ServiceNote: Sendable {
    private let path: String

    package init(archivePath: String) { path = archivePath + ".socket" }

    func write(socketPath: String) {
        var whole = socketPath
        if !socketPath.hasPrefix("/") {
            guard let folder = unsafe getcwd(nil, 0) else { return }
            whole = unsafe String(cString: folder) + "/" + socketPath
            unsafe free(folder)
        }
        // Only a help: without it `--socket` says where.
        guard (try? Engine.writeFile(Array((whole + "\n").utf8), to: path)) != nil else { return }
        unsafe chmod(path, 0o644)
    }

    func remove() { unsafe unlink(path) }

    /// Nil when no service has noted itself.
    package var socketPath: String? {
        guard let bytes = try? Engine.fileBytes(path), bytes.count < 1_024 else { return nil }
        let text = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        return text.isEmpty ? nil : text
    }
}
