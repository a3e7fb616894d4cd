// A folder that may only be read: every verb says so, where and what to do, and nothing of it is changed.

import Glibc
import TestSupport
import Testing

@Suite struct ReadOnlyFolderTests {
    /// Root is stopped by no permission, so the program runs as nobody.
    private static let dropping: (program: String, arguments: [String])? = {
        guard getuid() == 0 else { return ("/usr/bin/env", []) }
        return unsafe access("/usr/bin/setpriv", X_OK) == 0 ? ("/usr/bin/setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups"]) : nil
    }()

    private static func setModes(_ path: String, folders: mode_t, files: mode_t) {
        for file in TestArchive.files(under: path) {
            var folder = file
            unsafe chmod(file, files)
            while folder.count > path.count, let slash = folder.lastIndex(of: "/") {
                folder = String(folder[..<slash])
                unsafe chmod(folder, folders)
            }
        }
    }

    @Test(.enabled(if: dropping != nil, "root needs setpriv (util-linux) to be somebody whom permissions stop"))
    func `a folder that may only be read is refused clearly, and stays as it is`() throws {
        let dropping = try #require(Self.dropping)
        let archive = try TestArchive()
        try archive.add(Sample.lines(Sample.records), as: "records.jsonl")
        let file = archive.folder.file("more.jsonl")
        FileBytes.write(try Sample.synthetic(5), to: file)
        // Whom permissions stop must still reach the place.
        unsafe chmod(archive.folder.path, 0o755)
        unsafe chmod(file, 0o644)
        unsafe chmod(archive.path + ".key", 0o644)
        let before = TestArchive.files(under: archive.path).sorted().map { ($0, FileBytes.read($0)) }
        Self.setModes(archive.path, folders: 0o555, files: 0o444)
        defer { Self.setModes(archive.path, folders: 0o700, files: 0o600) }
        for verb in [["search", "物业"], ["search", "物业", "--count"], ["show", "A1"], ["import", file], ["reindex"], ["report", "monthly", "2024-03"], ["trends"], ["verify"], ["case", "list"]] {
            let outcome = Program.start(
                dropping.arguments + [Program.path] + verb + ["--archive", archive.path], program: dropping.program).wait()
            #expect(outcome.exitCode == 2 && outcome.signal == 0, "\(verb): \(outcome)")
            #expect(outcome.noticeText.contains("permission") && outcome.noticeText.contains(archive.path) && outcome.noticeText.contains("Remedy:"), "\(verb): \(outcome.noticeText)")
        }
        let after = TestArchive.files(under: archive.path).sorted().map { ($0, FileBytes.read($0)) }
        #expect(before.map(\.0) == after.map(\.0))
        for (old, new) in zip(before, after) { #expect(old.1 == new.1, "\(old.0)") }
        Self.setModes(archive.path, folders: 0o700, files: 0o600)
        #expect(archive.count("退款") == 2)
    }
}
