// The dialogue at the intake desk, as both READMEs show it: the files are corpus/intake, the screens are these.

import TestSupport
import Testing

@Suite struct IntakeTests {
    @Test(arguments: ["README.zh.md", "README.md"])
    func `the screens of the dialogue are what the program prints`(name: String) throws {
        let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        let readme = String(decoding: FileBytes.read(root + "/" + name), as: UTF8.self)
        let archive = try TestArchive()
        try #require(archive.run("import", root + "/corpus/records-1000.jsonl").exitCode == 0)
        let locale = ["LANG": name == "README.zh.md" ? "zh_CN.UTF-8" : "en_US.UTF-8"]
        for call in ["repeat", "group", "appeal", "anonymous"] {
            let file = "corpus/intake/\(call).json"
            #expect(readme.contains(String(decoding: FileBytes.read("\(root)/\(file)"), as: UTF8.self)), "\(file)")
            let outcome = archive.run("check", "\(root)/\(file)", "--limit", "2", environment: locale)
            #expect(outcome.exitCode == 0)
            let screen = String(decoding: outcome.output, as: UTF8.self)
            #expect(readme.contains("$ juanzong check \(file) --limit 2\n" + screen), "\(screen)")
        }
    }
}
