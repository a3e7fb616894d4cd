// Records and people made up from a seed.

import Archive
import Records
import TestSupport

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

enum Made {
    private static let pieces = ["小区", "电梯", "停运", "物业", "停车费", "退款", "工资", "拖欠", "噪声", "施工", "夜间", "请求", "处理"]

    static func text(_ seed: inout Seed, pieces count: Int = 20) -> String {
        (0..<count).map { _ in pieces.randomElement(using: &seed)! }.joined()
    }

    static func json(_ id: String, _ seed: inout Seed) -> [UInt8] {
        bytes(#"{"id":"\#(id)","title":"\#(text(&seed, pieces: 4))","content":"\#(text(&seed, pieces: 40))"}"#)
    }

    static func archive(in folder: TemporaryFolder, _ name: String = "archive") throws -> ArchiveFolder {
        try ArchiveFolder.create(at: folder.file(name))
    }
}
