// What another program writes for this one goes to a file that nobody else can read or have put there, where TMPDIR says.

import Glibc
import Records
import TestSupport
import Testing

@Suite struct ToolOutputTests {
    @Test func `the text of a PDF passes through a private file below TMPDIR, which is gone afterwards`() throws {
        let archive = try TestArchive()
        try archive.add([["id": "A", "receivedAt": "2024-03-04", "content": "停车"]])
        #expect(archive.run("case", "open", "A").exitCode == 0)
        let (tools, scratch) = (archive.folder.file("tools"), archive.folder.file("scratch"))
        for path in [tools, scratch] { try #require(unsafe mkdir(path, 0o700) == 0) }
        // Stands in for the program of that name, and tells where it writes and reads.
        let tool = """
            #!/bin/sh
            out=$(readlink /proc/$$/fd/1)
            { echo "$out"; stat -c %a "$out"; echo "$3"; } > \(archive.folder.file("where"))
            cmp -s "$3" \(archive.folder.file("a.pdf")) && echo 可检索的正文
            """
        FileBytes.write(Array(tool.utf8), to: tools + "/pdftotext")
        try #require(unsafe chmod(tools + "/pdftotext", 0o700) == 0)
        FileBytes.write(Array("%PDF-1.7\n%%EOF\n".utf8), to: archive.folder.file("a.pdf"))
        let path = "\(tools):" + (Program.environment("PATH") ?? "/usr/bin:/bin")
        let added = archive.run("case", "add", "AJ000001", archive.folder.file("a.pdf"), "--type", "证据", environment: ["TMPDIR": scratch, "PATH": path])
        #expect(added.exitCode == 0, "\(added)")
        let told = String(decoding: FileBytes.read(archive.folder.file("where")), as: UTF8.self).split(separator: "\n")
        #expect(told.count == 3 && told[0].hasPrefix(scratch + "/") && told[1] == "600" && told[2].hasPrefix(scratch + "/"), "\(told)")
        #expect(FileBytes.names(in: scratch).isEmpty)
        #expect(archive.count("\"可检索的正文\"") == 1)
    }
}
