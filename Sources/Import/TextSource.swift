// The text of a file as a moving window of UTF-8, whatever its encoding, with the way back to source offsets.
//
// UTF-8 goes through unchanged (rows are validated later, by the threads that decode them). Everything else passes
// ICU chunk by chunk. Bytes that mean nothing become one 0xFF, which no UTF-8 text holds: so the row they stand in,
// and no other, fails its validation.

import Glibc

struct TextSource {
    let file: InputFile
    let encoding: TextEncoding
    let chunkBytes: Int

    /// `window[start ..< end]` is text that was read but not consumed.
    private(set) var window: [UInt8]
    private(set) var start = 0
    private(set) var end = 0
    private(set) var isAtEnd = false
    /// UTF-8 bytes consumed since `origin`.
    private(set) var consumed = 0
    /// Where the text begins in the source: behind a byte order mark.
    let textOffset: Int
    /// Source offset where this stretch of text began.
    private var origin: Int
    private let converter: Converter?
    /// Converted chunks that reach into or past the window, for the way back.
    private var segments: [Segment] = []

    private struct Segment {
        /// Text offset of the end of the chunk.
        var textEnd: Int
        /// Behind every line break of the chunk: text offset and source offset.
        var breaks: [(text: Int, source: Int)]
    }

    init(file: InputFile, encoding: TextEncoding, start offset: Int, chunkBytes: Int) throws(ImportError) {
        self.file = file
        self.encoding = encoding
        self.chunkBytes = max(chunkBytes, 1)
        textOffset = offset
        origin = offset
        window = [UInt8](repeating: 0, count: max(chunkBytes, 16) * 2)
        if encoding == .utf8 {
            converter = nil
        } else {
            guard let opened = Converter(encoding) else { throw .encodingUnknown(name: encoding.rawValue) }
            converter = opened
        }
        try file.seek(to: offset)
    }

    var count: Int { end - start }

    /// Drops the first `count` bytes of the window.
    mutating func consume(_ count: Int) {
        start += count
        consumed += count
        // A segment whose end is consumed still answers for that very end.
        while let first = segments.first, segments.count > 1, first.textEnd < consumed { segments.removeFirst() }
    }

    /// Adds text to the window; false at the end of the source.
    mutating func refill() throws(ImportError) -> Bool {
        if isAtEnd { return false }
        let before = end - start
        while true {
            if converter == nil {
                makeRoom(chunkBytes)
                let got = try file.read(into: &window, at: end, atMost: chunkBytes)
                if got == 0 { isAtEnd = true }
                end += got
            } else {
                try refillConverted()
            }
            if end - start > before { return true }
            if isAtEnd { return false }
        }
    }

    private mutating func refillConverted() throws(ImportError) {
        guard let converter else { return }
        let base = file.position - converter.heldCount
        let isLast = try converter.readChunk(from: file, bytes: chunkBytes)
        let textStart = consumed + (end - start)
        makeRoom(converter.textBound)
        let endBefore = end
        converter.convert(into: &window, at: &end, isLast: isLast)
        if isLast { isAtEnd = true }
        // The n-th line break of the chunk is the n-th of its text: no other bytes become one in these encodings.
        var breaks: [(text: Int, source: Int)] = []
        let sourceBreaks = converter.breaksOfLastChunk
        var index = 0
        for place in endBefore..<end where window[place] == 0x0A || window[place] == 0x0D {
            guard index < sourceBreaks.count else { break }
            breaks.append((textStart + place + 1 - endBefore, base + sourceBreaks[index]))
            index += 1
        }
        segments.append(Segment(textEnd: textStart + end - endBefore, breaks: breaks))
    }

    /// The source offset at the window's start. Nil where it is not known: in the middle of a line of a converted text.
    var sourceOffset: Int? {
        if converter == nil { return origin + consumed }
        if consumed == 0 { return origin }
        for segment in segments where segment.textEnd >= consumed {
            var low = 0
            var high = segment.breaks.count
            while low < high {
                let middle = (low + high) / 2
                if segment.breaks[middle].text < consumed { low = middle + 1 } else { high = middle }
            }
            if low < segment.breaks.count, segment.breaks[low].text == consumed { return segment.breaks[low].source }
        }
        return isAtEnd && count == 0 ? file.position : nil
    }

    /// Starts over at `offset` of the source, which must be the beginning of a line.
    mutating func seek(to offset: Int) throws(ImportError) {
        let offset = max(offset, textOffset)
        try file.seek(to: offset)
        converter?.reset()
        segments = []
        origin = offset
        start = 0
        end = 0
        consumed = 0
        isAtEnd = false
    }

    private mutating func makeRoom(_ count: Int) {
        if window.count - end >= count { return }
        if start > 0 {
            window.withUnsafeMutableBytesMoved(from: start, to: 0, count: end - start)
            end -= start
            start = 0
        }
        if window.count - end < count {
            window += [UInt8](repeating: 0, count: max(window.count, count))
        }
    }
}

extension [UInt8] {
    fileprivate mutating func withUnsafeMutableBytesMoved(from source: Int, to target: Int, count: Int) {
        precondition(source >= target && source + count <= self.count)
        // Holds: both stretches lie inside the array, checked above; memmove allows them to overlap.
        unsafe withUnsafeMutableBytes { bytes in
            _ = unsafe memmove(bytes.baseAddress! + target, bytes.baseAddress! + source, count)
        }
    }
}
