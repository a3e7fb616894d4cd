// What a person is told when the machine has no more memory. Nothing can be handed back where the tables of a segment, or an
// array, ask in vain, and nothing is lost: what was acknowledged is on disk, and the next run goes on behind it.

import CGNU
import Glibc

package enum ExhaustedMemory {
    /// From now on also an allocation of Swift's own that fails ends the process so, and not as a crash.
    package static func watch() {
        // Kept for the life of the process.
        if let text = unsafe strdup(notice(nil, inChinese: speaksChinese)) { unsafe cgnu_tellExhaustion(text) }
    }

    /// Tells it and ends the process with exit code 2.
    static func stop(_ bytes: Int) -> Never {
        let text = Array(notice(bytes, inChinese: speaksChinese).utf8)
        // Holds: the array outlives the call.
        unsafe text.withUnsafeBytes { _ = unsafe write(STDERR_FILENO, $0.baseAddress!, $0.count) }
        _exit(2)
    }

    /// - Parameter bytes: what was asked for, where that is known.
    static func notice(_ bytes: Int?, inChinese: Bool) -> String {
        let size = bytes.map { ($0 + (1 << 20) - 1) >> 20 }
        return inChinese
            ? "错误：内存不足\(size.map { "（还需 \($0) MiB）" } ?? "")\n处理：用 --memory 给出较小的值，或关闭其他程序后重新运行同一命令；已入库的记录不会丢失，将从中断处继续\n"
            : "Error: out of memory\(size.map { " (\($0) MiB more were asked for)" } ?? "")\nRemedy: give a smaller --memory, or end other programs, and run the same command again; what was stored is safe, and work goes on where it stopped\n"
    }

    private static var speaksChinese: Bool {
        for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
            // Holds: nothing in this program changes the environment.
            guard let value = unsafe getenv(name), unsafe value[0] != 0 else { continue }
            return unsafe value[0] | 0x20 == 0x7A && value[1] | 0x20 == 0x68
        }
        return false
    }
}
