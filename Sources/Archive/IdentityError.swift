// What stands between a reader and who complained, each with what to do about it.

import Records

package enum IdentityError: Error, Hashable, Sendable {
    case keyMissing(path: String)
    /// Others than the owner may read it.
    case keyExposed(path: String)
    case keyUnreadable(path: String)
    case keyExists(path: String)
    case wrongKey(path: String, expected: String, found: String)
    case holderUnreadable(text: String)
    case holderUnknown(name: String)
    /// The last one, or the one whose key seals.
    case holderNeeded(name: String)
    case keyNotLost(path: String)
    /// A sealed value does not open with the right key.
    case unreadable(path: String, sequence: UInt64)

    /// Three lines: what happened, where, what to do.
    package func notice(in language: Language) -> String {
        let (what, place, remedy) = language == .chinese ? chinese : english
        return ArchiveError.notice(language, what, place, remedy)
    }

    private var english: (String, String, String) {
        switch self {
        case .keyMissing(let path):
            ("the key file is missing; who complained stays sealed, everything else works", path, "put the key file back, or name it with --key")
        case .keyExposed(let path):
            ("the key file can be read by other users", path, "run `chmod 600` on it, and think about who may have read it")
        case .keyUnreadable(let path):
            ("the file is not a key of this program, or was changed", path, "restore the key file from its backup")
        case .keyExists(let path):
            ("a key file is there already and is never replaced", path, "use it with --key, or move it away first")
        case .wrongKey(let path, let expected, let found):
            ("the key does not fit: the identities were sealed with key \(expected), this is key \(found)", path, "name the file of key \(expected) with --key")
        case .holderUnreadable(let name):
            ("the new holder's line cannot be read", name, "copy the whole line that `juanzong key new` printed, or let --to make a key file")
        case .holderUnknown(let name):
            ("nobody of that name holds the key", name, "`juanzong key check` lists the holders")
        case .holderNeeded(let name):
            ("this key cannot be taken away: nobody else could open what is sealed", name, "add another holder with `juanzong key add`, or give everything a new key with `juanzong key rotate` first")
        case .keyNotLost(let path):
            ("the key is there and fits", path, "nothing needs to be replaced; `juanzong key rotate` gives a new key")
        case .unreadable(let path, let sequence):
            ("a sealed identity does not open", "\(path), sequence \(sequence)", "run `juanzong verify`, then restore the file from a backup")
        }
    }

    private var chinese: (String, String, String) {
        switch self {
        case .keyMissing(let path): ("找不到密钥文件；投诉人信息保持密封，其余功能照常", path, "放回密钥文件，或用 --key 指明其位置")
        case .keyExposed(let path): ("密钥文件可被其他用户读取", path, "对其执行 `chmod 600`，并核查可能被谁读取过")
        case .keyUnreadable(let path): ("该文件不是本程序的密钥，或已被改动", path, "从备份恢复密钥文件")
        case .keyExists(let path): ("已有密钥文件，绝不覆盖", path, "用 --key 使用它，或先将其移走")
        case .wrongKey(let path, let expected, let found):
            ("密钥不符：身份信息由密钥 \(expected) 密封，此文件为密钥 \(found)", path, "用 --key 指明密钥 \(expected) 的文件")
        case .holderUnreadable(let name): ("新保管人的一行无法识别", name, "完整抄写 `juanzong key new` 打印的一行，或用 --to 为其生成密钥文件")
        case .holderUnknown(let name): ("没有这名密钥保管人", name, "`juanzong key check` 列出全部保管人")
        case .holderNeeded(let name): ("这把密钥不能去掉：否则再无人能打开", name, "先用 `juanzong key add` 加一名保管人，或用 `juanzong key rotate` 更换密钥")
        case .keyNotLost(let path): ("密钥在，且相符", path, "无需替换；更换密钥用 `juanzong key rotate`")
        case .unreadable(let path, let sequence):
            ("一条密封的身份信息无法打开", "\(path)，序号 \(sequence)", "运行 `juanzong verify`，再从备份恢复该文件")
        }
    }
}
