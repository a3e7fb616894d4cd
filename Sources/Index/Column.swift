// Columns of numbers, one a document: most of them rise by about the same from document to document, or differ little.
// A run of them is kept as a line and the distances from it. The bytes are specified in FORMAT.md, "Columns".

/// A column of numbers over as many chunks as it needs.
enum Column {
    /// Numbers of one chunk: with one byte each they fill four pages, with two eight, with four sixteen.
    static let perChunk = 16_320
}

/// A run of numbers: `base + slope · i + unit · rest[i]`.
///
/// - Shape: a head of 24 bytes, then the rests, all of one width.
struct NumberRun {
    static let headBytes = 24

    private let base: Int64
    private let slope: Int64
    private let unit: Int64
    private let width: Int
    private let bytes: Bytes
    let count: Int

    /// Bytes that `count` numbers of this run's width take, head included.
    var byteCount: Int { Self.headBytes + count * width }

    /// Nil if the bytes are no run.
    init?(_ bytes: Bytes) {
        guard bytes.count >= Self.headBytes else { return nil }
        base = Int64(bitPattern: bytes.u64(0))
        slope = Int64(bytes.u32(8))
        unit = Int64(bytes.u32(12))
        width = Int(bytes.u32(16))
        count = Int(bytes.u32(20))
        guard [0, 1, 2, 3, 4, 8].contains(width), count * width <= bytes.count - Self.headBytes else { return nil }
        self.bytes = bytes.slice(Self.headBytes, count * width)
    }

    /// - Precondition: `index < count`.
    @inline(__always)
    func number(_ index: Int) -> Int64 {
        precondition(index < count, "read past the end of a column")
        let rest: Int64 =
            switch width {
            case 0: 0
            case 1: Int64(bytes.u8(index))
            case 2: Int64(bytes.u16(2 * index))
            case 3: Int64(bytes.u16(3 * index)) | Int64(bytes.u8(3 * index + 2)) << 16
            case 4: Int64(bytes.u32(4 * index))
            default: Int64(bitPattern: bytes.u64(8 * index))
            }
        return base &+ slope &* Int64(index) &+ unit &* rest
    }

    /// A number and the next one.
    ///
    /// - Precondition: `index + 1 < count`.
    @inline(__always)
    func pair(_ index: Int) -> (Int64, Int64) {
        guard width == 3, 3 * index + 8 <= bytes.count else { return (number(index), number(index + 1)) }
        let rests = bytes.u64(3 * index)
        let first = base &+ slope &* Int64(index)
        return (
            first &+ unit &* Int64(rests & 0xFF_FFFF), first &+ slope &+ unit &* Int64(rests >> 24 & 0xFF_FFFF)
        )
    }

    /// Has a number on its way to the processor; none where there is none.
    @inline(__always)
    func prefetch(_ index: Int) { if index < count { bytes.prefetch(at: width * index) } }

    /// Numbers that are 16 bits as they stand, for loops over many; nil if they are coded otherwise.
    var plain16: Bytes? { width == 2 && slope == 0 && unit == 1 && base == 0 ? bytes : nil }

    // MARK: Writing

    static func append(_ numbers: ArraySlice<Int64>, to out: inout [UInt8]) {
        let first = numbers.first ?? 0
        var (least, most) = (first, first)
        var step = Int64.max
        var previous = first
        for number in numbers {
            least = min(least, number)
            most = max(most, number)
        }
        for number in numbers.dropFirst() {
            // Differences of numbers far apart do not fit: then there is no line.
            let (difference, overflow) = number.subtractingReportingOverflow(previous)
            step = overflow ? .min : min(step, difference)
            previous = number
        }
        var slope = step > 0 && step <= Int64(UInt32.max) && numbers.count > 1 ? step : 0
        var base = slope > 0 ? first : least
        guard !most.subtractingReportingOverflow(least).overflow else {
            return append(numbers, base: 0, slope: 0, unit: 1, width: 8, to: &out)
        }
        var unit = greatestDivisor(numbers, base: base, slope: slope)
        if unit > Int64(UInt32.max) { unit = 1 }
        var largest = largestRest(numbers, base: base, slope: slope) / max(unit, 1)
        if largest == 0 {
            unit = 1
        } else if unit == 1, slope == 0, base >= 0, most < 1 << 16, largest >= 1 << 8 {
            // Two bytes either way: as they stand they are read fastest.
            (base, slope, largest) = (0, 0, most)
        }
        let width = largest == 0 ? 0 : largest < 1 << 8 ? 1 : largest < 1 << 16 ? 2 : largest < 1 << 24 ? 3
            : largest < 1 << 32 ? 4 : 8
        append(numbers, base: base, slope: slope, unit: max(unit, 1), width: width, to: &out)
    }

    private static func greatestDivisor(_ numbers: ArraySlice<Int64>, base: Int64, slope: Int64) -> Int64 {
        var divisor: Int64 = 0
        var line = base
        for number in numbers {
            var (a, b) = (number &- line, divisor)
            while b != 0 { (a, b) = (b, a % b) }
            divisor = a
            if divisor == 1 { break }
            line &+= slope
        }
        return divisor
    }

    private static func largestRest(_ numbers: ArraySlice<Int64>, base: Int64, slope: Int64) -> Int64 {
        var largest: Int64 = 0
        var line = base
        for number in numbers {
            largest = max(largest, number &- line)
            line &+= slope
        }
        return largest
    }

    private static func append(
        _ numbers: ArraySlice<Int64>, base: Int64, slope: Int64, unit: Int64, width: Int, to out: inout [UInt8]
    ) {
        out.appendLittleEndian(base)
        out.appendLittleEndian(UInt32(slope))
        out.appendLittleEndian(UInt32(unit))
        out.appendLittleEndian(UInt32(width))
        out.appendLittleEndian(UInt32(numbers.count))
        guard width > 0 else { return }
        var line = base
        for number in numbers {
            var rest = UInt64(bitPattern: unit == 1 ? number &- line : (number &- line) / unit)
            for _ in 0..<width {
                out.append(UInt8(truncatingIfNeeded: rest))
                rest >>= 8
            }
            line &+= slope
        }
    }
}
