// The texts of a workbook, which its cells name by number. A register of a million complaints keeps nearly a gigabyte
// here: past a limit they move to a file without a name, so that memory stays bounded.

final class SharedStrings: XMLHandler {
    /// In memory up to this size.
    static let memoryLimitBytes = 48 << 20
    /// Longest text of one cell. Excel's own limit is 32,767 characters.
    static let textLimitBytes = 4 << 20

    private var bytes: [UInt8] = []
    /// Bytes already in `scratch`.
    private var spilled = 0
    private var scratch: ScratchFile?
    private var ends: [Int] = []
    private var itemStart = 0
    private var isInText = false
    private var phoneticDepth = 0
    private var failure: ImportError?

    static func read(_ part: String, in archive: ZipArchive) throws(ImportError) -> SharedStrings {
        let strings = SharedStrings()
        let stream = try archive.open(part)
        let parser = XMLParser(strings)
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let got = try stream.read(into: &chunk)
            guard case .more = parser.feed(chunk, count: got, isLast: got == 0) else {
                throw .workbookDamaged(path: archive.path, part: part)
            }
            if let failure = strings.failure { throw failure }
            if got == 0 { break }
        }
        try strings.finish()
        return strings
    }

    var count: Int { ends.count }

    /// Appends text `index` to `target`; false when there is none.
    func append(_ index: Int, to target: inout [UInt8]) -> Bool {
        guard ends.indices.contains(index) else { return false }
        let range = (index == 0 ? 0 : ends[index - 1])..<ends[index]
        if let scratch {
            scratch.copy(range, to: &target)
        } else {
            target += bytes[range]
        }
        return true
    }

    func start(_ name: XMLName, _ attributes: XMLAttributes) {
        if name == .text {
            isInText = phoneticDepth == 0
        } else if name == .phonetic {
            phoneticDepth += 1
        } else if name == .sharedItem {
            itemStart = bytes.count
        }
    }

    func end(_ name: XMLName) {
        if name == .text {
            isInText = false
        } else if name == .phonetic {
            phoneticDepth -= 1
        } else if name == .sharedItem {
            CellText.unescape(&bytes, from: itemStart)
            ends.append(spilled + bytes.count)
            if bytes.count > Self.memoryLimitBytes { spill() }
        }
    }

    func text(_ text: UnsafeBufferPointer<UInt8>) {
        guard isInText, bytes.count - itemStart < Self.textLimitBytes else { return }
        unsafe bytes.append(contentsOf: text)
    }

    private func spill() {
        do throws(ImportError) {
            if scratch == nil { scratch = try ScratchFile() }
            try scratch?.append(bytes[...])
            spilled += bytes.count
            bytes.removeAll(keepingCapacity: true)
            itemStart = 0
        } catch {
            failure = error
        }
    }

    private func finish() throws(ImportError) {
        guard let scratch else { return }
        try scratch.append(bytes[...])
        bytes = []
        try scratch.map()
    }
}

enum CellText {
    /// `_x000D_` stands for the character XML cannot hold; `_x005F_` for the underline of a text that looks like one.
    static func unescape(_ bytes: inout [UInt8], from start: Int) {
        guard var mark = firstIndex(of: UInt8(ascii: "_"), in: bytes, from: start, to: bytes.count) else { return }
        while mark + 7 <= bytes.count {
            if bytes[mark + 1] == UInt8(ascii: "x"), bytes[mark + 6] == UInt8(ascii: "_"),
                let code = UInt32(String(decoding: bytes[mark + 2..<mark + 6], as: UTF8.self), radix: 16),
                let scalar = Unicode.Scalar(code)
            {
                // A carriage return is half of Excel's line end; the line feed beside it says enough.
                bytes.replaceSubrange(mark..<mark + 7, with: code == 13 ? [] : Array(String(scalar).utf8))
                if code == 13 { mark -= 1 }
            }
            guard let next = firstIndex(of: UInt8(ascii: "_"), in: bytes, from: mark + 1, to: bytes.count) else { return }
            mark = next
        }
    }
}

extension XMLName {
    static let sharedItem = XMLName("si")
    static let text = XMLName("t")
    static let phonetic = XMLName("rPh")
}
