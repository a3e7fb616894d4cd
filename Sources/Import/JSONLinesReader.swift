// Cuts JSON Lines, or one JSON array of objects, into JSON texts. Parses nothing: a line is found by memchr, an
// element of an array by the depth of its braces, and `RecordDecoder` does the rest on any thread.

struct JSONLinesReader {
    /// Longest JSON text of one record. Longer ones are rejected without ever being held.
    static let rowLimitBytes = 16 << 20

    private enum Shape { case unknown, lines, array, arrayDone }

    private(set) var source: TextSource
    private var shape = Shape.unknown
    private(set) var line = 1
    /// Rows cut so far, from the start of the file.
    private(set) var rows = 0

    init(source: TextSource) { self.source = source }

    /// Goes on at a point of this file.
    mutating func resume(at point: ResumePoint) throws(ImportError) {
        // The first bytes tell the shape; an array must know it is one when it starts in its middle.
        try findShape()
        try source.seek(to: point.offset)
        line = point.line
        if point.offset == 0 { shape = .unknown }
        rows = point.rows - point.rowsToSkip
        var left = point.rowsToSkip
        while left > 0 {
            var skipped = RawBatch(resumePoint: ResumePoint())
            try fill(&skipped, maxRows: min(left, 1000), maxBytes: 1 << 20)
            if skipped.isEmpty { return }
            left -= skipped.count
        }
    }

    /// Appends up to `maxRows` rows; none at the end.
    mutating func fill(_ batch: inout RawBatch, maxRows: Int, maxBytes: Int) throws(ImportError) {
        try findShape()
        while batch.count < maxRows, batch.bytes.count < maxBytes {
            let more =
                switch shape {
                case .unknown: false
                case .lines: try cutLine(&batch)
                case .array: try cutElement(&batch)
                case .arrayDone: try cutTail(&batch)
                }
            if !more { break }
        }
        rows += batch.count
    }

    /// Where to go on after the rows cut so far.
    var resumePoint: ResumePoint {
        var point = ResumePoint()
        point.rows = rows
        if let offset = source.sourceOffset, shape != .arrayDone {
            point.offset = offset
            point.line = line
        } else {
            point.rowsToSkip = rows
        }
        return point
    }

    // MARK: Shape

    private mutating func findShape() throws(ImportError) {
        while shape == .unknown {
            var place = source.start
            while place < source.end, isBlank(source.window[place]) { place += 1 }
            if place < source.end {
                line += countLineFeeds(in: source.window, from: source.start, to: place)
                source.consume(place - source.start)
                shape = source.window[place] == UInt8(ascii: "[") ? .array : .lines
                if shape == .array { source.consume(1) }
            } else {
                line += countLineFeeds(in: source.window, from: source.start, to: source.end)
                source.consume(source.count)
                if try !source.refill() { return }
            }
        }
    }

    // MARK: Lines

    /// Consumes one line; true when there may be more.
    private mutating func cutLine(_ batch: inout RawBatch) throws(ImportError) -> Bool {
        var scanned = 0
        var isTooLong = false
        while true {
            let hit = firstIndex(of: 0x0A, in: source.window, from: source.start + scanned, to: source.end)
            var length = source.count
            if let hit {
                length = hit - source.start
            } else {
                scanned = source.count
                if isTooLong || scanned > Self.rowLimitBytes {
                    isTooLong = true
                    source.consume(scanned)
                    scanned = 0
                }
                if try source.refill() { continue }
                length = source.count
                if length == 0, !isTooLong { return false }
            }
            var first = source.start
            var end = source.start + length
            while first < end, isBlank(source.window[first]) { first += 1 }
            while first < end, isBlank(source.window[end - 1]) { end -= 1 }
            if isTooLong || end - first > Self.rowLimitBytes {
                batch.reject(line: line, .lineTooLong(limitBytes: Self.rowLimitBytes))
            } else if first < end {
                batch.bytes += source.window[first..<end]
                batch.endRow(line: line)
            }
            if hit != nil {
                source.consume(length + 1)
                line += 1
                return true
            }
            source.consume(length)
            return false
        }
    }

    // MARK: Array

    /// Consumes one element of the array, the separators before it, or its end.
    private mutating func cutElement(_ batch: inout RawBatch) throws(ImportError) -> Bool {
        // Blanks and commas before the element.
        while true {
            var place = source.start
            while place < source.end, isBlank(source.window[place]) || source.window[place] == UInt8(ascii: ",") {
                if source.window[place] == 0x0A { line += 1 }
                place += 1
            }
            source.consume(place - source.start)
            if source.count > 0 { break }
            if try !source.refill() {
                batch.reject(line: line, .arrayUnclosed)
                shape = .arrayDone
                return false
            }
        }
        if source.window[source.start] == UInt8(ascii: "]") {
            source.consume(1)
            shape = .arrayDone
            return true
        }

        let startLine = line
        var length = 0
        var depth = 0
        var isInString = false
        var isEscaped = false
        scan: while true {
            while source.start + length < source.end {
                let byte = source.window[source.start + length]
                if isInString {
                    if isEscaped {
                        isEscaped = false
                    } else if byte == UInt8(ascii: "\\") {
                        isEscaped = true
                    } else if byte == UInt8(ascii: "\"") {
                        isInString = false
                    } else if byte == 0x0A {
                        // JSON has no line feed inside a string: the quote before it has no partner.
                        line = startLine
                        try skipToNextElement()
                        batch.reject(line: startLine, .quoteUnclosed)
                        return true
                    }
                } else {
                    switch byte {
                    case UInt8(ascii: "\""): isInString = true
                    case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                    case UInt8(ascii: "}"), UInt8(ascii: "]"):
                        // A bracket that was not opened here ends the array; a brace is part of a broken element.
                        if depth == 0, byte == UInt8(ascii: "]") { break scan }
                        if depth > 0 { depth -= 1 }
                        if depth == 0 {
                            length += 1
                            break scan
                        }
                    case UInt8(ascii: ","):
                        if depth == 0 { break scan }
                    case 0x0A: line += 1
                    default: break
                    }
                }
                length += 1
            }
            if length > Self.rowLimitBytes {
                line = startLine
                try skipToNextElement()
                batch.reject(line: startLine, .lineTooLong(limitBytes: Self.rowLimitBytes))
                return true
            }
            if try !source.refill() {
                source.consume(source.count)
                batch.reject(line: startLine, .arrayUnclosed)
                shape = .arrayDone
                return false
            }
        }
        if length > Self.rowLimitBytes {
            batch.reject(line: startLine, .lineTooLong(limitBytes: Self.rowLimitBytes))
        } else {
            batch.bytes += source.window[source.start..<source.start + length]
            batch.endRow(line: startLine)
        }
        source.consume(length)
        return true
    }

    /// After a broken element: consumes up to the next line that begins with `{`.
    private mutating func skipToNextElement() throws(ImportError) {
        while true {
            guard let hit = firstIndex(of: 0x0A, in: source.window, from: source.start, to: source.end) else {
                source.consume(source.count)
                if try !source.refill() { return }
                continue
            }
            source.consume(hit + 1 - source.start)
            line += 1
            // Look at the first byte of the line that is no blank; the blanks themselves mean nothing.
            while true {
                var blanks = 0
                while blanks < source.count, source.window[source.start + blanks] == 0x20
                    || source.window[source.start + blanks] == 0x09
                { blanks += 1 }
                source.consume(blanks)
                if source.count > 0 { break }
                if try !source.refill() { return }
            }
            let byte = source.window[source.start]
            if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "]") { return }
        }
    }

    /// Anything but blanks behind the array is one reject.
    private mutating func cutTail(_ batch: inout RawBatch) throws(ImportError) -> Bool {
        var isReported = false
        while true {
            if !isReported, let hit = (source.start..<source.end).first(where: { !isBlank(source.window[$0]) }) {
                batch.reject(line: line + countLineFeeds(in: source.window, from: source.start, to: hit), .notAnObject)
                isReported = true
            }
            line += countLineFeeds(in: source.window, from: source.start, to: source.end)
            source.consume(source.count)
            if try !source.refill() { return false }
        }
    }
}
