// What was made of a small file holds as long as nobody changes it, and not a moment longer.

import Glibc
import TestSupport
import Testing

@testable import Engine

@Suite struct KeptReadingTests {
    private let folder = TemporaryFolder()
    private var path: String { folder.file("words.txt") }

    private func write(_ text: String, secondsAgo: Int) {
        FileBytes.write(Array(text.utf8), to: path)
        let moment = timespec(tv_sec: time(nil) - secondsAgo, tv_nsec: 7)
        let times = [moment, moment]
        unsafe utimensat(AT_FDCWD, path, times, 0)
    }

    private func read(_ kept: inout KeptReading<String?>, _ readings: inout Int) -> String? {
        kept.value(of: path) {
            readings += 1
            return FileBytes.exists(path) ? String(decoding: FileBytes.read(path), as: UTF8.self) : nil
        }
    }

    @Test func `a file that nobody changes is read once`() {
        var (kept, readings) = (KeptReading<String?>(), 0)
        write("a", secondsAgo: 60)
        for _ in 0..<3 { #expect(read(&kept, &readings) == "a") }
        #expect(readings == 1)
    }

    @Test func `what is changed, replaced, removed or made is read anew`() {
        var (kept, readings) = (KeptReading<String?>(), 0)
        #expect(read(&kept, &readings) == nil)
        write("a", secondsAgo: 60)
        #expect(read(&kept, &readings) == "a")
        write("b", secondsAgo: 50)
        #expect(read(&kept, &readings) == "b")
        write("bc", secondsAgo: 50)
        #expect(read(&kept, &readings) == "bc")
        // Another file of the same name, length and moment.
        let other = folder.file("other.txt")
        #expect(unsafe rename(path, other) == 0)
        write("de", secondsAgo: 50)
        #expect(read(&kept, &readings) == "de")
        #expect(unsafe unlink(path) == 0)
        #expect(read(&kept, &readings) == nil)
    }

    @Test func `two changes within a tick of the clock are both seen`() {
        var (kept, readings) = (KeptReading<String?>(), 0)
        for text in ["a", "b", "c"] {
            // The same file, length and moment.
            write(text, secondsAgo: 0)
            #expect(read(&kept, &readings) == text)
        }
    }
}
