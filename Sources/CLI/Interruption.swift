// Ctrl-C during long work: says what became of the work, then ends at once.
//
// Every batch is durable when it is acknowledged, so ending between two machine instructions loses nothing; waiting
// for the batch to end would only make a person press Ctrl-C again.

import Glibc

enum Interruption {
    /// The notice, ready to be written: a signal handler may not allocate.
    // Holds: set once before the handlers are installed, then only read.
    nonisolated(unsafe) private static var notice: UnsafeMutableBufferPointer<UInt8>?

    /// From now on SIGINT and SIGTERM print the text and end with 128 + signal, as shells expect.
    static func prepare(_ text: String) {
        guard Console.current == nil, unsafe notice == nil else { return }
        let bytes = Array("\n\(text)\n".utf8)
        let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
        _ = unsafe buffer.initialize(from: bytes)
        unsafe notice = buffer
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                // Only `write` and `_exit`: both may be called from a handler.
                if let text = unsafe Interruption.notice {
                    _ = unsafe Glibc.write(STDERR_FILENO, text.baseAddress, text.count)
                }
                _exit(128 + number)
            }
        }
    }
}
