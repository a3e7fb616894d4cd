// What can go wrong between a program and its database file, each with what to do about it.

import CLMDB
import Glibc
import Records

package enum StoreError: Error, Hashable, Sendable {
    case notFound(path: String)
    case missingTable(path: String, table: String)
    case diskFull(path: String)
    case mapFull(path: String)
    case readersFull(path: String)
    case permission(path: String)
    case networkFileSystem(path: String, kind: String)
    /// Neither an LMDB file nor empty.
    case notADatabase(path: String)
    /// Shorter than the pages it says it uses: a copy broke off, or the disk lost its end.
    case truncated(path: String, expectedBytes: UInt64, actualBytes: UInt64)
    /// The page structure does not hold together.
    case damagedPages(path: String)
    /// One value fails its checksum.
    case damaged(path: String, table: String, keyHex: String)
    case versionMismatch(path: String)
    /// Already open in this process with other promises (read-only, or not durable).
    case openedDifferently(path: String)
    case closed(path: String)
    /// LMDB keys have 1…511 bytes.
    case keyLength(path: String, table: String, bytes: Int)
    /// `append` was asked for a key that is not above every other.
    case outOfOrder(path: String, table: String)
    case tooManyTables(path: String)
    /// A write failed half-way inside LMDB; the file on disk is still at the commit before.
    case mustReopen(path: String)
    case addressSpace(path: String)
    case system(path: String, code: Int32)

    /// Translates LMDB's and the system's codes.
    package static func from(_ code: Int32, path: String, table: String = "") -> StoreError {
        switch code {
        case MDB_NOTFOUND: table.isEmpty ? .notFound(path: path) : .missingTable(path: path, table: table)
        case ENOENT: .notFound(path: path)
        case ENOSPC, EDQUOT, EFBIG: .diskFull(path: path)
        case MDB_MAP_FULL: .mapFull(path: path)
        case MDB_READERS_FULL: .readersFull(path: path)
        case EACCES, EPERM, EROFS: .permission(path: path)
        case MDB_INVALID: .notADatabase(path: path)
        case MDB_CORRUPTED, MDB_PAGE_NOTFOUND: .damagedPages(path: path)
        case MDB_VERSION_MISMATCH: .versionMismatch(path: path)
        case MDB_DBS_FULL: .tooManyTables(path: path)
        case MDB_PANIC: .mustReopen(path: path)
        case MDB_KEYEXIST: .outOfOrder(path: path, table: table)
        case ENOMEM: .addressSpace(path: path)
        default: .system(path: path, code: code)
        }
    }

    /// Three lines: what happened, where, what to do.
    package func notice(in language: Language) -> String {
        let (what, place, remedy) = language == .chinese ? chinese : english
        return language == .chinese
            ? "错误：\(what)\n位置：\(place)\n处理：\(remedy)"
            : "Error: \(what)\nWhere: \(place)\nRemedy: \(remedy)"
    }

    private var english: (what: String, place: String, remedy: String) {
        switch self {
        case .notFound(let path):
            ("there is no such database file", path, "check the path, or restore the file from a backup")
        case .missingTable(let path, let table):
            ("the database has no table \"\(table)\"", path, "the file belongs to another program or version; check the path")
        case .diskFull(let path):
            ("the disk or the quota is full; nothing of this batch was written", path, "free some space and run the command again")
        case .mapFull(let path):
            ("the database has reached its largest size", path, "open it with a larger mapSizeBytes")
        case .readersFull(let path):
            ("too many programs read this file at once", path, "end some of them, then try again; dead readers are cleared by themselves")
        case .permission(let path):
            ("no permission to read or write the file", path, "run as the owner of the archive, or let the owner change the permissions")
        case .networkFileSystem(let path, let kind):
            ("the file is on a network file system (\(kind)), where a commit cannot be trusted", path, "move the archive to a local disk; share it through the service instead")
        case .notADatabase(let path):
            ("the file is not a database of this program", path, "check the path, or restore the file from a backup")
        case .truncated(let path, let expected, let actual):
            ("the file breaks off: \(actual) of \(expected) bytes are there", path, "restore the file from a backup; the index can be rebuilt with `juanzong reindex`")
        case .damagedPages(let path):
            ("the structure of the file is damaged", path, "run `juanzong verify`, then restore the file from a backup; the index can be rebuilt with `juanzong reindex`")
        case .damaged(let path, let table, let keyHex):
            ("a stored value fails its checksum", "\(path), table \(table), key \(keyHex)", "run `juanzong verify`, then restore the file from a backup; check the disk")
        case .versionMismatch(let path):
            ("the file, or the lock file beside it, was made by another version of LMDB", path, "end all programs that use it, delete the file ending in -lock, and try again")
        case .openedDifferently(let path):
            ("this program has the file open already, in another way", path, "close it first")
        case .closed(let path):
            ("the database was closed", path, "open it again")
        case .keyLength(let path, let table, let bytes):
            ("a key of \(bytes) bytes cannot be stored (1…511 can)", "\(path), table \(table)", "report this: long keys must be hashed before they are stored")
        case .outOfOrder(let path, let table):
            ("a key was appended out of order", "\(path), table \(table)", "report this; nothing of this batch was written")
        case .tooManyTables(let path):
            ("too many tables", path, "open it with a larger maxTables")
        case .mustReopen(let path):
            ("a write broke off; nothing of this batch was written", path, "check the disk, then start the program again")
        case .addressSpace(let path):
            ("not enough memory or address space to map the file", path, "raise the limit (ulimit -v), or end other programs")
        case .system(let path, let code):
            (unsafe String(cString: mdb_strerror(code)) + " (\(code))", path, "check the disk and the system log")
        }
    }

    private var chinese: (what: String, place: String, remedy: String) {
        switch self {
        case .notFound(let path): ("找不到数据库文件", path, "检查路径，或从备份恢复该文件")
        case .missingTable(let path, let table): ("数据库中没有表“\(table)”", path, "该文件属于别的程序或版本，请检查路径")
        case .diskFull(let path): ("磁盘空间或配额已满，本批未写入任何内容", path, "腾出空间后重新执行")
        case .mapFull(let path): ("数据库已达到最大容量", path, "以更大的 mapSizeBytes 打开")
        case .readersFull(let path): ("同时读取该文件的程序太多", path, "结束其中一些后再试；已退出的读者会自动清除")
        case .permission(let path): ("没有读写该文件的权限", path, "用档案所有者的账户运行，或请所有者修改权限")
        case .networkFileSystem(let path, let kind):
            ("文件位于网络文件系统（\(kind)）上，写入无法保证可靠", path, "把档案移到本机磁盘；多人共用请通过服务访问")
        case .notADatabase(let path): ("该文件不是本程序的数据库", path, "检查路径，或从备份恢复该文件")
        case .truncated(let path, let expected, let actual):
            ("文件不完整：应有 \(expected) 字节，实有 \(actual) 字节", path, "从备份恢复该文件；索引可用 `juanzong reindex` 重建")
        case .damagedPages(let path):
            ("文件结构已损坏", path, "先运行 `juanzong verify`，再从备份恢复该文件；索引可用 `juanzong reindex` 重建")
        case .damaged(let path, let table, let keyHex):
            ("存储的一个值未通过校验", "\(path)，表 \(table)，键 \(keyHex)", "运行 `juanzong verify`，再从备份恢复该文件，并检查磁盘")
        case .versionMismatch(let path):
            ("该文件或旁边的锁文件由另一版本的 LMDB 生成", path, "结束所有使用它的程序，删除以 -lock 结尾的文件后再试")
        case .openedDifferently(let path): ("本程序已用另一种方式打开该文件", path, "先将其关闭")
        case .closed(let path): ("数据库已关闭", path, "重新打开")
        case .keyLength(let path, let table, let bytes):
            ("键长 \(bytes) 字节，无法存储（允许 1…511 字节）", "\(path)，表 \(table)", "请报告此问题：长键应先散列再存储")
        case .outOfOrder(let path, let table):
            ("追加的键次序有误", "\(path)，表 \(table)", "请报告此问题；本批未写入任何内容")
        case .tooManyTables(let path): ("表太多", path, "以更大的 maxTables 打开")
        case .mustReopen(let path): ("写入中断，本批未写入任何内容", path, "检查磁盘后重新启动程序")
        case .addressSpace(let path): ("内存或地址空间不足，无法映射文件", path, "提高限制（ulimit -v），或结束其他程序")
        case .system(let path, let code):
            ((code > 0 ? SystemReason.text(code, in: .chinese) : unsafe String(cString: mdb_strerror(code))) + "（\(code)）", path, "检查磁盘与系统日志")
        }
    }
}
