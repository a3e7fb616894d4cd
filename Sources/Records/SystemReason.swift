// Why the system refused something, in the reader's language: its own words are English in every locale of ours.

import Glibc

package enum SystemReason {
    /// - Parameter code: of `errno`.
    package static func text(_ code: Int32, in language: Language) -> String {
        if language == .chinese, let text = chinese(code) { return text }
        return unsafe String(cString: strerror(code))
    }

    private static func chinese(_ code: Int32) -> String? {
        switch code {
        case ENOENT: "没有这个文件或文件夹"
        case EACCES, EPERM: "没有权限"
        case EEXIST: "已经存在"
        case ENOTDIR: "路径中有一段不是文件夹"
        case EISDIR: "这是文件夹，不是文件"
        case ENOTEMPTY: "文件夹不为空"
        case ENAMETOOLONG: "名称太长"
        case ELOOP: "符号链接绕成了圈"
        case ENOSPC: "磁盘已满"
        case EDQUOT: "超出磁盘配额"
        case EFBIG: "文件太大"
        case EROFS: "所在磁盘只读"
        case EIO: "磁盘读写出错"
        case EXDEV: "不在同一个磁盘上"
        case EBUSY, ETXTBSY: "正被占用"
        case EMFILE, ENFILE: "打开的文件太多"
        case ENOMEM: "内存不足"
        case EPIPE: "另一端已经关闭"
        case EADDRINUSE: "地址或端口已被占用"
        case EADDRNOTAVAIL: "本机没有这个地址"
        case ECONNREFUSED: "对方没有应答"
        default: nil
        }
    }
}
