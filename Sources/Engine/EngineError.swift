// What the use cases themselves can refuse, and how every module's error reaches a person.

import Archive
import Glibc
import Import
import Index
import Records
import Search
import Store
import Tables
import TextAnalysis

package enum EngineError: NoticeError {
    case system(path: String, code: Int32)
    case fieldUnknown(name: String)
    case fieldHasNoFacets(name: String)
    case cursorUnreadable
    case auditHeadUnreadable
    /// The folder is no backup.
    case backupMissing(path: String)
    case recordUnknown(id: String)
    /// Several records have this number.
    case recordAmbiguous(id: String, count: Int)
    /// Somebody else changed the record first.
    case versionChanged(id: String, newest: Int)
    /// The id names a record for good.
    case idFixed(id: String)
    /// Identity is not shown in tables.
    case columnIsIdentity(name: String)
    case savedQueryUnknown(name: String)
    case savedQueryName(name: String)
    case wordFileBusy(path: String)
    case wordUnfit(word: String)
    case synonymGroupFull(word: String, max: Int)
    case indexMissing(path: String)
    case limitTooLarge(max: Int)
    case formatUnknown(name: String)
    case fieldOnlyWhole(name: String)
    /// Its files were written anew by a destruction or a restore.
    case archiveReplaced(path: String)
    /// The clock is before what was written already.
    case clockSetBack(now: String, latest: String)
    case momentUnreadable(text: String)
    case encodingUnknown(name: String)
    case synonymsTooLarge(path: String, bytesMax: Int)
    /// Another program reindexes or compacts.
    case generationInMaking(path: String, process: Int32?)
    /// Another program puts the records into matters.
    case mattersInMaking(path: String, process: Int32?)
    /// What takes hours is made in the background.
    case surveyInMaking
    /// It was made in the background, and is more than a service keeps.
    case surveyTooLarge
    case linkToItself(id: String)
    case linkWithoutVerdict(first: String, second: String)
    case windowUnusable(days: Int)
    case trendsFileUnreadable(path: String)
    case snapshotUnknown(text: String)
    case periodUnreadable(text: String)
    case crossTooLarge(rows: Int, columns: Int)
    case fieldNotPublic(name: String)
    case diskShort(path: String, bytesNeeded: UInt64, bytesFree: UInt64)

    package func notice(in language: Language) -> String {
        let isChinese = language == .chinese
        switch self {
        case .system(let path, let code):
            let reason = SystemReason.text(code, in: language)
            return isChinese
                ? "错误：\(reason)\n位置：\(path)\n处理：检查路径、权限和磁盘空间后重试"
                : "Error: \(reason)\nWhere: \(path)\nRemedy: check the path, its permissions and the free space, then try again"
        case .clockSetBack(let now, let latest):
            return isChinese
                ? "错误：系统时钟早于本库最近一次记录，什么也没有写入\n位置：现在 \(now)，最近一次 \(latest)\n处理：校准系统时钟后重试；若先前的时钟走快了而现在是对的，由管理员运行 juanzong audit --accept-clock"
                : "Error: the clock is before what this archive noted last; nothing was written\nWhere: now \(now), noted \(latest)\nRemedy: set the clock and try again; if it ran ahead before and is right now, an administrator runs juanzong audit --accept-clock"
        case .windowUnusable(let days):
            return isChinese
                ? "错误：时间窗须为 1 至 366 天\n位置：\(days) 天\n处理：例如 --window 7d"
                : "Error: a window has 1 to 366 days\nWhere: \(days) days\nRemedy: for example --window 7d"
        case .trendsFileUnreadable(let path):
            return isChinese
                ? "错误：已报警清单读不出\n位置：\(path)\n处理：删除该文件后重新运行，当前的预警会全部再报一次"
                : "Error: the list of alarms already told cannot be read\nWhere: \(path)\nRemedy: remove the file and run again; all present alarms are then told once more"
        case .snapshotUnknown(let text):
            return isChinese
                ? "错误：不是本档案库的快照编号\n位置：\(text)\n处理：抄写报表上的快照编号，例如 9f3a2c-1200"
                : "Error: no snapshot of this archive\nWhere: \(text)\nRemedy: copy the snapshot id from the report, for example 9f3a2c-1200"
        case .fieldNotPublic(let name):
            return isChinese
                ? "错误：公开版不得按当事人或承办人列示\n位置：\(name)\n处理：换一个字段，或去掉 --public"
                : "Error: a public version names neither party nor handler\nWhere: \(name)\nRemedy: choose another field, or leave out --public"
        case .crossTooLarge(let rows, let columns):
            return isChinese
                ? "错误：交叉表太大：\(rows) 行、\(columns) 列\n位置：行和列的字段\n处理：列改用取值少的字段或更高的级（如 category:1、month），或缩短时段、加筛选"
                : "Error: the cross table is too large: \(rows) rows, \(columns) columns\nWhere: the fields of its rows and columns\nRemedy: take a field of fewer values for the columns, a higher level (such as category:1, month), a shorter period or a filter"
        case .periodUnreadable(let text):
            return isChinese
                ? "错误：时间段无法识别\n位置：\(text)\n处理：写成 2024、2024-03、2024-03-05 或 2024-01..2024-06"
                : "Error: the period cannot be read\nWhere: \(text)\nRemedy: write 2024, 2024-03, 2024-03-05 or 2024-01..2024-06"
        case .fieldUnknown(let name):
            return isChinese
                ? "错误：没有这个字段\n位置：\(name)\n处理：可用的字段有 类别 区划 渠道 类型 状态 被投诉人 承办单位 等，见 juanzong search --help"
                : "Error: no such field\nWhere: \(name)\nRemedy: fields are category, region, channel, kind, status, respondent, leadUnit and others: juanzong search --help"
        case .fieldHasNoFacets(let name):
            return isChinese
                ? "错误：这个字段不能分组计数\n位置：\(name)\n处理：换成 类别、区划、渠道、状态、被投诉人 等字段"
                : "Error: this field cannot be counted by value\nWhere: \(name)\nRemedy: use category, region, channel, status, respondent or the like"
        case .cursorUnreadable:
            return isChinese
                ? "错误：--after 的值无法识别，或属于另一个查询\n位置：--after\n处理：使用上一页给出的值，查询和排序保持不变"
                : "Error: the value of --after is not readable, or belongs to another query\nWhere: --after\nRemedy: use the value that the page before gave, with the same query and order"
        case .auditHeadUnreadable:
            return isChinese
                ? "错误：--expect 的值不是链首\n位置：--expect\n处理：照抄先前 juanzong audit --verify 打印的链首：序号、冒号、64 位散列"
                : "Error: the value of --expect is no head of the log\nWhere: --expect\nRemedy: copy the head that juanzong audit --verify printed before: number, colon, 64 digits"
        case .backupMissing(let path):
            return isChinese
                ? "错误：此处没有备份\n位置：\(path)\n处理：写 juanzong backup 备份到的文件夹"
                : "Error: there is no backup here\nWhere: \(path)\nRemedy: name the folder that juanzong backup wrote"
        case .recordUnknown(let id):
            return isChinese
                ? "错误：没有这个编号的记录\n位置：\(id)\n处理：核对编号；也可用其他编号或检索查找"
                : "Error: no record has this number\nWhere: \(id)\nRemedy: check the number; any number of the record will do, or search for it"
        case .recordAmbiguous(let id, let count):
            return isChinese
                ? "错误：有 \(count) 条记录用这个编号\n位置：\(id)\n处理：改用内部编号 id；`juanzong show \(id)` 会列出这些记录"
                : "Error: \(count) records have this number\nWhere: \(id)\nRemedy: use the id of the one you mean; `juanzong show \(id)` lists them"
        case .versionChanged(let id, let newest):
            return isChinese
                ? "错误：记录已被他人改动，最新为第 \(newest) 版\n位置：\(id)\n处理：用 `juanzong show \(id)` 看最新内容后再改"
                : "Error: somebody changed the record meanwhile; the newest version is \(newest)\nWhere: \(id)\nRemedy: look at it with `juanzong show \(id)`, then change it"
        case .idFixed(let id):
            return isChinese
                ? "错误：记录的编号（id，没有时为 registerNo）不能改\n位置：\(id)\n处理：另用新编号添加，再撤回这一条"
                : "Error: the id of a record (or registerNo where it has none) cannot be changed\nWhere: \(id)\nRemedy: add it under the new id, then withdraw this one"
        case .columnIsIdentity(let name):
            return isChinese
                ? "错误：投诉人身份不列入表格\n位置：\(name)\n处理：去掉这一列；确需身份信息时用 `juanzong export --with-identity` 导出 JSONL"
                : "Error: who complained is not put into tables\nWhere: \(name)\nRemedy: leave the column out; where identity is needed, `juanzong export --with-identity` writes JSON lines"
        case .savedQueryUnknown(let name):
            return isChinese
                ? "错误：没有这个已存查询\n位置：@\(name)\n处理：`juanzong query list` 列出已有的；要查 @ 本身请加引号"
                : "Error: no query is saved under this name\nWhere: @\(name)\nRemedy: `juanzong query list` shows those there are; to look for an @, put it in quotes"
        case .savedQueryName(let name):
            return isChinese
                ? "错误：名称须为 1 至 64 个字，不含空格、引号和 @\n位置：\(name)\n处理：换一个名称"
                : "Error: a name has 1 to 64 characters, no blanks, quotes or @\nWhere: \(name)\nRemedy: use another name"
        case .wordFileBusy(let path):
            return isChinese
                ? "错误：另一个程序正在改写这个文件\n位置：\(path)\n处理：稍后再运行一次"
                : "Error: another program is changing this file\nWhere: \(path)\nRemedy: run again in a moment"
        case .synonymGroupFull(let word, let max):
            return isChinese
                ? "错误：一组同义词最多 \(max) 个\n位置：\(word)\n处理：先用 juanzong synonyms remove 去掉不常用的"
                : "Error: a group has at most \(max) equivalents\nWhere: \(word)\nRemedy: take some away with juanzong synonyms remove"
        case .wordUnfit(let word):
            return isChinese
                ? "错误：词应为 2 至 31 个字，不含换行、# 和 =\n位置：\(word)\n处理：改正后再加入"
                : "Error: a word has 2 to 31 characters, no line end, # or =\nWhere: \(word)\nRemedy: correct it, then add it"
        case .indexMissing(let path):
            return isChinese
                ? "错误：没有可用的索引\n位置：\(path)\n处理：运行 juanzong reindex 重建索引；档案记录不受影响"
                : "Error: there is no index to use\nWhere: \(path)\nRemedy: run juanzong reindex; the records are not affected"
        case .fieldOnlyWhole(let name):
            return isChinese
                ? "错误：这个字段只能按完整的值查找，不支持 * 和 exists:\n位置：\(name)\n处理：写完整的值，如 \(name):…"
                : "Error: this field is found by whole values only, not by * or exists:\nWhere: \(name)\nRemedy: write the whole value, such as \(name):…"
        case .archiveReplaced(let path):
            return isChinese
                ? "错误：档案库的文件已被重写（销毁或恢复），本程序打开的是旧文件\n位置：\(path)\n处理：重新打开档案库后再写入；没有写入任何内容"
                : "Error: the archive's files were written anew (destruction or restore); this program has the old ones open\nWhere: \(path)\nRemedy: open the archive again and repeat; nothing was written"
        case .momentUnreadable(let text):
            return isChinese
                ? "错误：日期无法识别\n位置：\(text.prefix(64))\n处理：写成 2024-10-08、2024-10-08T15:00 或 now；在检索词里如 overdue:2024-10-08"
                : "Error: the date is not readable\nWhere: \(text.prefix(64))\nRemedy: write 2024-10-08, 2024-10-08T15:00 or now; in a query such as overdue:2024-10-08"
        case .formatUnknown(let name):
            return isChinese
                ? "错误：没有这种文件格式\n位置：--format \(name)\n处理：可用 jsonl、csv、xlsx；不写则自动识别"
                : "Error: no such file format\nWhere: --format \(name)\nRemedy: use jsonl, csv or xlsx, or leave it out"
        case .encodingUnknown(let name):
            return isChinese
                ? "错误：没有这种编码\n位置：--encoding \(name)\n处理：可用 utf-8、gb18030、utf-16le、utf-16be；不写则自动识别"
                : "Error: no such encoding\nWhere: --encoding \(name)\nRemedy: use utf-8, gb18030, utf-16le or utf-16be, or leave it out"
        case .synonymsTooLarge(let path, let bytesMax):
            return isChinese
                ? "错误：同义词表太大（上限 \(bytesMax) 字节）\n位置：\(path)\n处理：删减后重试；查询词加引号则不用同义词"
                : "Error: the synonyms are too large (at most \(bytesMax) bytes)\nWhere: \(path)\nRemedy: take some away and try again"
        case .generationInMaking(let path, let process):
            let (chinese, english) = process.map { ("（进程 \($0)）", " (process \($0))") } ?? ("", "")
            return isChinese
                ? "错误：另一个程序正在重建或压缩索引\(chinese)\n位置：\(path)\n处理：等它结束；期间可照常检索和导入"
                : "Error: another program is building the index anew or compacting it\(english)\nWhere: \(path)\nRemedy: wait for its end; searches and imports go on meanwhile"
        case .mattersInMaking(let path, let process):
            let (chinese, english) = process.map { ("（进程 \($0)）", " (process \($0))") } ?? ("", "")
            return isChinese
                ? "错误：另一个程序正在归并热点问题\(chinese)\n位置：\(path)\n处理：等它结束后再查，已归并的不会重做；期间可照常检索和登记"
                : "Error: another program is grouping the records into matters\(english)\nWhere: \(path)\nRemedy: ask again when it has ended, what it has done is kept; searches and new records go on meanwhile"
        case .surveyInMaking:
            return isChinese
                ? "错误：这份统计还没有做完\n位置：后台\n处理：在报表页看进度，做完后再下载"
                : "Error: this report is not made yet\nWhere: in the background\nRemedy: see how far it is on the page of reports, and ask again"
        case .surveyTooLarge:
            return isChinese
                ? "错误：这份统计做好了，但太大，服务留不住\n位置：后台\n处理：把起止日期缩短后再看；全部的请在存放档案库的机器上运行 juanzong report repeats --csv"
                : "Error: this report was made, and is too large for the service to keep\nWhere: in the background\nRemedy: ask for a shorter period, or run juanzong report repeats --csv where the archive is"
        case .linkToItself(let id):
            return isChinese
                ? "错误：两个编号是同一条记录\n位置：\(id)\n处理：给出两条不同的记录"
                : "Error: both numbers lead to one record\nWhere: \(id)\nRemedy: give two different records"
        case .linkWithoutVerdict(let first, let second):
            return isChinese
                ? "错误：比对没有发现这两条记录有关联，无法自动确定关系\n位置：\(first) \(second)\n处理：用 --verdict 写明关系，如 --verdict D2"
                : "Error: nothing was found that these records share, so what they are to each other is not known\nWhere: \(first) \(second)\nRemedy: say it with --verdict, such as --verdict D2"
        case .diskShort(let path, let needed, let free):
            return isChinese
                ? "错误：磁盘空间不足：约需 \(needed >> 20) MiB，可用 \(free >> 20) MiB\n位置：\(path)\n处理：腾出空间后重新执行；原来的索引照常使用"
                : "Error: not enough disk space: about \(needed >> 20) MiB are needed, \(free >> 20) MiB are free\nWhere: \(path)\nRemedy: free some space and run the command again; the index in use is untouched"
        case .limitTooLarge(let max):
            return isChinese
                ? "错误：一次最多列出 \(max) 条\n位置：--limit\n处理：用 --after 翻页，或用 juanzong export 导出全部"
                : "Error: one page holds at most \(max) hits\nWhere: --limit\nRemedy: go on with --after, or take all with juanzong export"
        }
    }
}

extension StoreError: NoticeError {}
extension ArchiveError: NoticeError {}
extension IdentityError: NoticeError {}
extension IndexError: NoticeError {}
extension ImportError: NoticeError {}
extension QueryError: NoticeError {}
extension LexiconError: NoticeError {}
extension TableError: NoticeError {}
extension RecordError: NoticeError {}
extension ProfileError: NoticeError {}
extension AccessError: NoticeError {}
extension CaseError: NoticeError {}
