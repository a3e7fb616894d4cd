// What can go wrong with an archive folder and its records, each with what to do about it. No case holds a word
// of a record.

import Glibc
import Records

package enum ArchiveError: Error, Hashable, Sendable {
    case folderNotEmpty(path: String)
    case notAnArchive(path: String)
    /// Written by a later program.
    case formatNewer(path: String, found: UInt32, known: UInt32)
    case formatUnknown(path: String, found: UInt32, known: UInt32)
    case writerActive(path: String, process: Int32?)
    /// A stored version passes its checksum but cannot be read.
    case recordUnreadable(path: String, sequence: UInt64)
    case recordTooLarge(bytes: Int, bytesMax: Int)
    /// Two stores of the folder do not belong together.
    case foreignFile(path: String)
    /// A backup of another archive.
    case foreignBackup(path: String, archive: String)
    /// Its records lie in shards, which never change.
    case madeOfShards(path: String)
    case system(path: String, code: Int32)

    /// Three lines: what happened, where, what to do.
    package func notice(in language: Language) -> String {
        let (what, place, remedy) = language == .chinese ? chinese : english
        return Self.notice(language, what, place, remedy)
    }

    static func notice(_ language: Language, _ what: String, _ place: String, _ remedy: String) -> String {
        language == .chinese
            ? "错误：\(what)\n位置：\(place)\n处理：\(remedy)" : "Error: \(what)\nWhere: \(place)\nRemedy: \(remedy)"
    }

    private var english: (String, String, String) {
        switch self {
        case .folderNotEmpty(let path):
            ("the folder exists and holds something", path, "choose another folder, or empty this one first")
        case .notAnArchive(let path):
            ("there is no archive here", path, "check --archive, or make one with `juanzong init`")
        case .formatNewer(let path, let found, let known):
            ("the archive has format \(found), this program reads up to \(known)", path, "install the newer juanzong that wrote it")
        case .formatUnknown(let path, let found, let known):
            ("the archive has format \(found), which this program (format \(known)) does not know", path, "restore the folder from a backup, or open it with the juanzong that wrote it")
        case .writerActive(let path, let process):
            ("another program is writing to this archive" + (process.map { " (process \($0))" } ?? ""), path, "wait until it ends, or end it; searching works meanwhile")
        case .recordUnreadable(let path, let sequence):
            ("a stored record cannot be read", "\(path), sequence \(sequence)", "run `juanzong verify`, then restore the file from a backup")
        case .recordTooLarge(let bytes, let bytesMax):
            ("a record of \(bytes) bytes is too large (at most \(bytesMax))", "this batch", "keep long documents as files and name them in the record")
        case .foreignBackup(let path, let archive):
            ("the backup is of another archive", path, "name a backup of \(archive); to have this one too, restore it with --archive and the name of a new folder")
        case .foreignFile(let path):
            ("the file belongs to another archive", path, "put back the file that was made with this archive, or restore the whole folder from one backup")
        case .madeOfShards(let path):
            ("this archive is made of shards and is only read", path, "change the source files, build their shards anew (`juanzong build-shard`) and a new manifest")
        case .system(let path, let code):
            (SystemReason.text(code, in: .english) + " (\(code))", path, "check permissions, disk space and the system log")
        }
    }

    private var chinese: (String, String, String) {
        switch self {
        case .folderNotEmpty(let path): ("文件夹已存在且不为空", path, "换一个文件夹，或先将其清空")
        case .notAnArchive(let path): ("此处没有档案库", path, "检查 --archive，或用 `juanzong init` 新建")
        case .formatNewer(let path, let found, let known):
            ("档案库格式为 \(found)，本程序最高支持 \(known)", path, "安装写入它的较新版本 juanzong")
        case .formatUnknown(let path, let found, let known):
            ("档案库格式为 \(found)，本程序（格式 \(known)）不认识", path, "从备份恢复该文件夹，或用写入它的 juanzong 打开")
        case .writerActive(let path, let process):
            ("另一程序正在写入此档案库" + (process.map { "（进程 \($0)）" } ?? ""), path, "等它结束，或将其终止；期间可照常查询")
        case .recordUnreadable(let path, let sequence):
            ("一条已存记录无法读取", "\(path)，序号 \(sequence)", "运行 `juanzong verify`，再从备份恢复该文件")
        case .recordTooLarge(let bytes, let bytesMax):
            ("记录长 \(bytes) 字节，超过上限 \(bytesMax)", "本批", "长文书请另存为文件，在记录中写明其名称")
        case .foreignBackup(let path, let archive):
            ("备份属于另一个档案库", path, "换成 \(archive) 的备份；要另建此库，用 --archive 写一个新文件夹再恢复")
        case .foreignFile(let path):
            ("该文件属于另一个档案库", path, "放回与本库一同生成的文件，或从同一备份恢复整个文件夹")
        case .madeOfShards(let path):
            ("此档案库由分片组成，只供查阅", path, "修改源文件，用 `juanzong build-shard` 重建相应分片，再建新的清单")
        case .system(let path, let code):
            (SystemReason.text(code, in: .chinese) + "（\(code)）", path, "检查权限、磁盘空间与系统日志")
        }
    }
}
