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
        let isChinese = language == .chinese
        let (what, place, remedy) = words { chinese, english in isChinese ? chinese : english }
        return isChinese ? "错误：\(what)\n位置：\(place)\n处理：\(remedy)" : "Error: \(what)\nWhere: \(place)\nRemedy: \(remedy)"
    }

    private func words(in say: (_ chinese: String, _ english: String) -> String) -> (what: String, place: String, remedy: String) {
        switch self {
        case .nothingIn(let path):
            (say("没有一行可以入库，不生成分片", "no row could go in, so there is no shard"), path,
                say("检查文件与对应关系（--map），原因见退回清单", "check the file and its map (--map); the reasons are in the list of rejects"))
        case .tooLarge(let path):
            (say("文件太大，一个分片装不下", "the file is too large for one shard"), path,
                say("把文件分成每个一百万条以内的几份", "cut it into files of a million records at most"))
        case .lineUnreadable(let number):
            (say("清单的这一行不是 build-shard 的输出", "this line was not printed by build-shard"), say("标准输入第 \(number) 行", "line \(number) of standard input"),
                say("原样交入 `juanzong build-shard` 打印的行", "hand in the lines of `juanzong build-shard` as they are"))
        case .noShards:
            (say("没有给出任何分片", "no shard was named"), say("标准输入", "standard input"),
                say("交入 `juanzong build-shard` 打印的行", "hand in the lines of `juanzong build-shard`"))
        case .mixed(let label, let part, let found, let expected):
            (say("分片由不同的版本生成，不能合用：\(part) 为 \(found)，其他为 \(expected)", "these shards were not made alike and cannot be used together: \(part) is \(found), of the others \(expected)"), label,
                say("用同一程序、同一词表和规则重建这一分片", "build this shard anew with the same program, words and rules"))
        case .foreign(let path, let part, let found, let expected):
            (say("分片与本程序不合：\(part) 为 \(found)，此处为 \(expected)", "the shards do not fit this program: \(part) is \(found), here it is \(expected)"), path,
                say("用生成分片的程序、词表和规则打开，或全部重建", "open them with the program, words and rules that made them, or build all of them anew"))
        case .labelTwice(let label):
            (say("两个分片用同一标签", "two shards have one label"), label,
                say("用 --label 给每个分片不同的标签", "give each its own with --label"))
        case .shardTwice(let first, let second):
            (say("两个标签是同一内容", "two labels are of one content"), say("\(first)，\(second)", "\(first), \(second)"),
                say("源文件重复，去掉一个", "a source file is there twice; leave one out"))
        case .missing(let path):
            (say("没有这个分片", "there is no such shard"), path,
                say("重新生成，或把分片文件夹复制到此处", "build it again, or copy its folder to this place"))
        case .damaged(let path):
            (say("分片的内容与其名称不符", "the shard does not hold what its name says"), path,
                say("删去后重新生成或重新复制", "remove it, then build or copy it again"))
        case .recordInTwo(let first, let second, let count):
            (say("有 \(count) 条记录同时在两个分片中", "\(count) records are in two shards at once"), say("\(first)，\(second)", "\(first), \(second)"),
                say("同一记录的各次版本须在同一源文件里；合并后重建", "all versions of a record belong in one source file; join them and build again"))
        case .noLabel(let pattern):
            (say("没有分片符合", "no shard fits"), "--shards \(pattern)",
                say("`juanzong manifest --list` 列出各分片的标签", "`juanzong manifest --list` names the shards"))
        case .notAView(let path):
            (say("此处不是由清单打开的档案库", "this is no archive opened from a manifest"), path,
                say("用 `juanzong manifest` 建立", "make one with `juanzong manifest`"))
        case .holdsNoIdentity(let path):
            (say("分片不含投诉人身份，无法按身份查找", "shards hold no identities, so nobody is found by his"), path,
                say("到原档案库查找", "look in the archive the records come from"))
        case .pairUnreadable(let number):
            (say("这一行不是两个编号", "this line is not two numbers of records"), say("标准输入第 \(number) 行", "line \(number) of standard input"),
                say("每行两个编号，用制表符分开", "two numbers a line, parted by a tab"))
        }
    }
}
