// Standard input: whole as a query or a text, or line by line.

import Engine
import Glibc
import Records

enum Input {
    private static let pieceBytes = 1 << 16
    /// A pasted text longer than this is a mistake: the wrong file was piped in.
    static let textBytesMax = 16 << 20

    /// Everything there is, without the line end that closes it.
    static func text() throws -> String {
        tellTerminal()
        return try text(from: STDIN_FILENO)
    }

    /// A small file, whole.
    static func text(ofFile path: String) throws -> String {
        try Console.check(path)
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw InputError(errno: errno, path: path) }
        defer { close(descriptor) }
        do { return try text(from: descriptor) } catch let error as InputError {
            throw InputError(errno: error.errno, path: path)
        }
    }

    private static func text(from descriptor: CInt) throws -> String {
        var bytes: [UInt8] = []
        while true {
            let piece = try FileDescriptor.read(descriptor, countMax: pieceBytes)
            if piece.isEmpty { break }
            bytes += piece
            if bytes.count > textBytesMax { throw InputError(errno: EFBIG) }
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        while let last = bytes.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Calls `body` for each line, without its end. Before waiting for more it calls `idle`, so that a program that
    /// writes a line and waits for the answer gets it.
    static func forEachLine(_ body: (String) throws -> Void, idle: () throws -> Void) throws {
        tellTerminal()
        try forEachLine(of: STDIN_FILENO, body, idle: idle)
    }

    /// The same of an open file.
    static func forEachLine(
        of descriptor: CInt, _ body: (String) throws -> Void, idle: () throws -> Void = {}
    ) throws {
        var rest: [UInt8] = []
        while true {
            try idle()
            let piece = try FileDescriptor.read(descriptor, countMax: pieceBytes)
            if piece.isEmpty { break }
            var start = piece.startIndex
            while let end = piece[start...].firstIndex(of: UInt8(ascii: "\n")) {
                if rest.isEmpty {
                    try body(line(piece[start..<end]))
                } else {
                    rest += piece[start..<end]
                    try body(line(rest[...]))
                    rest.removeAll(keepingCapacity: true)
                }
                start = end + 1
            }
            rest += piece[start...]
            if rest.count > textBytesMax { throw InputError(errno: EFBIG) }
        }
        if !rest.isEmpty { try body(line(rest[...])) }
    }

    private static func line(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes, as: UTF8.self)
    }

    /// Someone who forgot the text would wait for ever.
    static func tellTerminal() {
        if isTerminal(STDIN_FILENO) {
            Notices.print(say("从键盘读入，以 Ctrl-D 结束", "reading from the keyboard; end with Ctrl-D"))
        }
    }
}

struct InputError: NoticeError {
    let errno: CInt
    /// Nil is standard input.
    var path: String?

    func notice(in language: Language) -> String {
        let place = path ?? (language == .chinese ? "标准输入" : "standard input")
        let sizeMax = Figures.bytes(Input.textBytesMax)
        return switch (language, errno) {
        case (.chinese, EFBIG):
            """
            错误：文字太长，最多 \(sizeMax)
            位置：\(place)
            处理：要入库的文件请用 `juanzong import`
            """
        case (.english, EFBIG):
            """
            Error: the text is too long, \(sizeMax) at most
            Where: \(place)
            Remedy: a file of records goes in with `juanzong import`
            """
        case (.chinese, _):
            """
            错误：读不了输入：\(FileDescriptor.words(for: errno))
            位置：\(place)
            处理：检查送来输入的文件或程序，再运行一次
            """
        case (.english, _):
            """
            Error: the input cannot be read: \(FileDescriptor.words(for: errno))
            Where: \(place)
            Remedy: check the file or program that gives the input, and run again
            """
        }
    }
}
