// What can go wrong with shards and manifests.

import Records

package enum ShardError: NoticeError, Sendable {
    /// All rows were rejected, or there were none.
    case nothingIn(path: String)
    /// More than one segment can hold.
    case tooLarge(path: String)
    case lineUnreadable(number: Int)
    case noShards
    /// Made by other versions, words or rules than the first.
    case mixed(label: String, part: String, found: String, expected: String)
    /// Made by other versions, words or rules than this program or view has.
    case foreign(path: String, part: String, found: String, expected: String)
    case labelTwice(label: String)
    case shardTwice(first: String, second: String)
    case missing(path: String)
    /// It does not hold what its name says.
    case damaged(path: String)
    case recordInTwo(first: String, second: String, count: Int)
    case noLabel(pattern: String)
    case notAView(path: String)
    case holdsNoIdentity(path: String)
    case pairUnreadable(number: Int)

    package func notice(in language: Language) -> String {
        let (what, place, remedy) = language == .chinese ? chinese : english
        return language == .chinese
            ? "错误：\(what)\n位置：\(place)\n处理：\(remedy)" : "Error: \(what)\nWhere: \(place)\nRemedy: \(remedy)"
    }

    private var chinese: (String, String, String) {
        switch self {
        case .nothingIn(let path): ("没有一行可以入库，不生成分片", path, "检查文件与对应关系（--map），原因见退回清单")
        case .tooLarge(let path): ("文件太大，一个分片装不下", path, "把文件分成每个一百万条以内的几份")
        case .lineUnreadable(let number): ("清单的这一行不是 build-shard 的输出", "标准输入第 \(number) 行", "原样交入 `juanzong build-shard` 打印的行")
        case .noShards: ("没有给出任何分片", "标准输入", "交入 `juanzong build-shard` 打印的行")
        case .mixed(let label, let part, let found, let expected):
            ("分片由不同的版本生成，不能合用：\(part) 为 \(found)，其他为 \(expected)", label, "用同一程序、同一词表和规则重建这一分片")
        case .foreign(let path, let part, let found, let expected):
            ("分片与本程序不合：\(part) 为 \(found)，此处为 \(expected)", path, "用生成分片的程序、词表和规则打开，或全部重建")
        case .labelTwice(let label): ("两个分片用同一标签", label, "用 --label 给每个分片不同的标签")
        case .shardTwice(let first, let second): ("两个标签是同一内容", "\(first)，\(second)", "源文件重复，去掉一个")
        case .missing(let path): ("没有这个分片", path, "重新生成，或把分片文件夹复制到此处")
        case .damaged(let path): ("分片的内容与其名称不符", path, "删去后重新生成或重新复制")
        case .recordInTwo(let first, let second, let count):
            ("有 \(count) 条记录同时在两个分片中", "\(first)，\(second)", "同一记录的各次版本须在同一源文件里；合并后重建")
        case .noLabel(let pattern): ("没有分片符合", "--shards \(pattern)", "`juanzong manifest --list` 列出各分片的标签")
        case .notAView(let path): ("此处不是由清单打开的档案库", path, "用 `juanzong manifest` 建立")
        case .holdsNoIdentity(let path): ("分片不含投诉人身份，无法按身份查找", path, "到原档案库查找")
        case .pairUnreadable(let number): ("这一行不是两个编号", "标准输入第 \(number) 行", "每行两个编号，用制表符分开")
        }
    }

    private var english: (String, String, String) {
        switch self {
        case .nothingIn(let path): ("no row could go in, so there is no shard", path, "check the file and its map (--map); the reasons are in the list of rejects")
        case .tooLarge(let path): ("the file is too large for one shard", path, "cut it into files of a million records at most")
        case .lineUnreadable(let number): ("this line was not printed by build-shard", "line \(number) of standard input", "hand in the lines of `juanzong build-shard` as they are")
        case .noShards: ("no shard was named", "standard input", "hand in the lines of `juanzong build-shard`")
        case .mixed(let label, let part, let found, let expected):
            ("these shards were not made alike and cannot be used together: \(part) is \(found), of the others \(expected)", label, "build this shard anew with the same program, words and rules")
        case .foreign(let path, let part, let found, let expected):
            ("the shards do not fit this program: \(part) is \(found), here it is \(expected)", path, "open them with the program, words and rules that made them, or build all of them anew")
        case .labelTwice(let label): ("two shards have one label", label, "give each its own with --label")
        case .shardTwice(let first, let second): ("two labels are of one content", "\(first), \(second)", "a source file is there twice; leave one out")
        case .missing(let path): ("there is no such shard", path, "build it again, or copy its folder to this place")
        case .damaged(let path): ("the shard does not hold what its name says", path, "remove it, then build or copy it again")
        case .recordInTwo(let first, let second, let count):
            ("\(count) records are in two shards at once", "\(first), \(second)", "all versions of a record belong in one source file; join them and build again")
        case .noLabel(let pattern): ("no shard fits", "--shards \(pattern)", "`juanzong manifest --list` names the shards")
        case .notAView(let path): ("this is no archive opened from a manifest", path, "make one with `juanzong manifest`")
        case .holdsNoIdentity(let path): ("shards hold no identities, so nobody is found by his", path, "look in the archive the records come from")
        case .pairUnreadable(let number): ("this line is not two numbers of records", "line \(number) of standard input", "two numbers a line, parted by a tab")
        }
    }
}
