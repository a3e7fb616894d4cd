// One ICU converter on its way through a file, chunk by chunk, into UTF-8.

import CICU

@safe final class Converter {
    private let handle: OpaquePointer
    private let encoding: TextEncoding
    private var chunk: [UInt8] = []
    private var chunkCount = 0
    private var units: [UInt16]
    /// Half a UTF-16 unit left from the chunk before, so that line breaks are seen whole.
    private var held: [UInt8] = []
    /// First half of a character beyond U+FFFF whose second half comes with the next units.
    private var leadSurrogate: UInt16?

    init?(_ encoding: TextEncoding) {
        guard let opened = unsafe encoding.rawValue.withCString({ unsafe cicu_openConverter($0) }) else { return nil }
        unsafe handle = opened
        self.encoding = encoding
        units = [UInt16](repeating: 0, count: 4096)
    }

    deinit { unsafe cicu_closeConverter(handle) }

    func reset() {
        unsafe cicu_resetConverter(handle)
        held = []
        leadSurrogate = nil
    }

    var heldCount: Int { held.count }

    /// At most this many UTF-8 bytes come from the chunk in hand: three a unit, four a pair of units, one for each
    /// unreadable stretch; and a character that began in the chunk before.
    var textBound: Int { chunkCount * 3 + 16 }

    /// Reads the next chunk; true when it is the last.
    func readChunk(from file: InputFile, bytes: Int) throws(ImportError) -> Bool {
        let room = held.count + bytes
        if chunk.count < room { chunk = [UInt8](repeating: 0, count: room) }
        for (place, byte) in held.enumerated() { chunk[place] = byte }
        let got = try file.read(into: &chunk, at: held.count, atMost: bytes)
        chunkCount = held.count + got
        held = []
        if got == 0 { return true }
        if encoding.unitBytes == 2, chunkCount % 2 == 1 {
            chunkCount -= 1
            held = [chunk[chunkCount]]
        }
        return false
    }

    /// A whole text that is in memory; what cannot be read becomes 0xFF, which no UTF-8 holds.
    func converted(_ bytes: [UInt8]) -> [UInt8] {
        (chunk, chunkCount) = (bytes + [0], bytes.count)
        if encoding.unitBytes == 2 { chunkCount -= chunkCount % 2 }
        var text = [UInt8](repeating: 0, count: textBound)
        var place = 0
        convert(into: &text, at: &place, isLast: true)
        return Array(text[..<place])
    }

    /// Offsets behind every line feed and carriage return of the chunk.
    var breaksOfLastChunk: [Int] {
        var offsets: [Int] = []
        switch encoding {
        case .utf16LittleEndian, .utf16BigEndian:
            let low = encoding == .utf16LittleEndian ? 0 : 1
            var place = 0
            while place + 1 < chunkCount {
                let byte = chunk[place + low]
                if (byte == 0x0A || byte == 0x0D) && chunk[place + 1 - low] == 0 { offsets.append(place + 2) }
                place += 2
            }
        default:
            for place in 0..<chunkCount where chunk[place] == 0x0A || chunk[place] == 0x0D { offsets.append(place + 1) }
        }
        return offsets
    }

    /// Writes the text of the chunk at `text[place...]` and moves `place`.
    func convert(into text: inout [UInt8], at place: inout Int, isLast: Bool) {
        precondition(text.count - place >= textBound)
        // Holds: ICU moves both pointers only inside the two buffers lent to it, which stay put for the whole call.
        unsafe chunk.withUnsafeBufferPointer { chunk in
            var source: UnsafePointer<UInt8> = chunk.baseAddress!
            let sourceEnd = unsafe source + chunkCount
            while true {
                var outcome: Int32 = 0
                let written = unsafe units.withUnsafeMutableBufferPointer { units -> Int in
                    let first: UnsafeMutablePointer<UInt16> = units.baseAddress!
                    var target: UnsafeMutablePointer<UInt16> = unsafe first
                    outcome = unsafe cicu_convertToUTF16(handle, &source, sourceEnd, &target, first + units.count, isLast)
                    return unsafe target - first
                }
                write(written, into: &text, at: &place)
                let isOver = outcome == Int32(cicu_convertFailed)
                if isOver || outcome == Int32(cicu_bytesUnreadable) {
                    text[place] = 0xFF
                    place += 1
                }
                if isOver || outcome == Int32(cicu_convertedAll) { break }
            }
        }
        if isLast, leadSurrogate != nil {
            leadSurrogate = nil
            text[place] = 0xFF
            place += 1
        }
    }

    private func write(_ count: Int, into text: inout [UInt8], at place: inout Int) {
        for index in 0..<count {
            let unit = units[index]
            if let lead = leadSurrogate {
                leadSurrogate = nil
                if unit & 0xFC00 == 0xDC00 {
                    let code = 0x10000 + (UInt32(lead & 0x3FF) << 10) + UInt32(unit & 0x3FF)
                    text[place] = UInt8(0xF0 | code >> 18)
                    text[place + 1] = UInt8(0x80 | code >> 12 & 0x3F)
                    text[place + 2] = UInt8(0x80 | code >> 6 & 0x3F)
                    text[place + 3] = UInt8(0x80 | code & 0x3F)
                    place += 4
                    continue
                }
                text[place] = 0xFF
                place += 1
            }
            if unit < 0x80 {
                text[place] = UInt8(unit)
                place += 1
            } else if unit < 0x800 {
                text[place] = UInt8(0xC0 | unit >> 6)
                text[place + 1] = UInt8(0x80 | unit & 0x3F)
                place += 2
            } else if unit & 0xFC00 == 0xD800 {
                leadSurrogate = unit
            } else if unit & 0xFC00 == 0xDC00 {
                text[place] = 0xFF
                place += 1
            } else {
                text[place] = UInt8(0xE0 | unit >> 12)
                text[place + 1] = UInt8(0x80 | unit >> 6 & 0x3F)
                text[place + 2] = UInt8(0x80 | unit & 0x3F)
                place += 3
            }
        }
    }
}
