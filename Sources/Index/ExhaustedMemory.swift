// What a person is told when the machine has no more memory for the tables of a segment that is being built. Nothing of it can be
// handed back there, and nothing is lost: what was acknowledged is on disk, and the next run goes on behind it.

import Glibc

enum ExhaustedMemory {
    /// Tells it and ends the process with exit code 2.
    static func stop(_ bytes: Int) -> Never {
        let text = Array(notice(bytes, inChinese: speaksChinese).utf8)
        // Holds: the array outlives the call.
        unsafe text.withUnsafeBytes { _ = unsafe write(STDERR_FILENO, $0.baseAddress!, $0.count) }
        _exit(2)
    }

    static func notice(_ bytes: Int, inChinese: Bool) -> String {
        let size = (bytes + (1 << 20) - 1) >> 20
        return inChinese
            ? "错误：内存不足（还需 \(size) MiB）\n处理：用 --memory 给出较小的值，或关闭其他程序后重新运行同一命令；已入库的记录不会丢失，将从中断处继续\n"
            : "Error: out of memory (\(size) MiB more were asked for)\nRemedy: give a smaller --memory, or end other programs, and run the same command again; what was stored is safe, and work goes on where it stopped\n"
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
