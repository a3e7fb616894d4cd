// Are our word breaks ICU's, on real text and its variants?

import Glibc
import TextAnalysis

struct BreaksRun {
    private let files: [String]
    private let variants: [Variant]
    private let megabytesMax: Int

    enum Variant: String, CaseIterable {
        /// Characters as they stand, decoded only.
        case plain
        /// As the index holds them.
        case folded
        /// Folded and without blanks and line ends: long runs.
        case joined
        /// Each character of the folded text twice.
        case doubled
    }

    init(_ options: Options) throws {
        files = try options.text("files").split(separator: ",").map(String.init)
        megabytesMax = try options.number("megabytes", default: 1_000)
        let names = (try? options.text("variants")) ?? Variant.allCases.map(\.rawValue).joined(separator: ",")
        variants = names.split(separator: ",").compactMap { Variant(rawValue: String($0)) }
    }

    /// - Returns: whether every break and every status was equal.
    func print() throws -> Bool {
        let start = SpeedRun.cpuNanoseconds()
        let table = BreakTable.make()
        let milliseconds = (SpeedRun.cpuNanoseconds() - start) / 1_000_000
        guard let table else {
            Swift.print("this ICU is none that we can read: all text is broken by ICU")
            return true
        }
        Swift.print("table built in \(milliseconds) ms, \(table.byteCount) bytes")
        let ours = WordBreaker(table: table)
        let reference = WordBreaker(reference: ())
        var totals = (bytes: 0, breaks: 0, differences: 0)
        for file in files {
            let texts = Texts(path: file, bytesMax: megabytesMax << 20)
            for variant in variants {
                var (bytes, units, breaks, differences) = (0, 0, 0, 0)
                texts.forEach { text in
                    let made = variant.units(of: text)
                    guard !made.isEmpty else { return }
                    units += made.count
                    bytes += made.reduce(0) { $0 + ($1 < 0x80 ? 1 : $1 < 0x800 || $1 & 0xF800 == 0xD800 ? 2 : 3) }
                    let count = ours.findBreaks(in: made, range: 0..<made.count)
                    let expected = reference.findBreaks(in: made, range: 0..<made.count)
                    breaks += expected
                    if count != expected || ours.pairs[..<(2 * count)] != reference.pairs[..<(2 * count)] { differences += 1 }
                }
                Swift.print(
                    "\(file) \(variant.rawValue): \(bytes) bytes, \(units) units, \(breaks) breaks, \(differences) texts differ")
                totals = (totals.bytes + bytes, totals.breaks + breaks, totals.differences + differences)
            }
        }
        Swift.print("in all: \(totals.bytes) bytes, \(totals.breaks) breaks, \(totals.differences) texts differ")
        return totals.differences == 0
    }
}

extension BreaksRun.Variant {
    func units(of text: Span<UInt8>) -> [UInt16] {
        var units: [UInt16] = []
        switch self {
        case .plain:
            unsafe text.withUnsafeBufferPointer { units = unsafe Array(String(decoding: $0, as: UTF8.self).utf16) }
        case .folded: Normalizer.shared.fold(text, into: &units)
        case .joined:
            Normalizer.shared.fold(text, into: &units)
            units.removeAll { $0 == 0x20 || $0 == 0x2029 }
        case .doubled:
            Normalizer.shared.fold(text, into: &units)
            units = units.flatMap { $0 & 0xF800 == 0xD800 ? [$0] : [$0, $0] }
        }
        return units
    }
}

/// The lines of a file, escapes of JSON and all: what is broken need not be well-formed.
struct Texts {
    private let bytes: [UInt8]

    init(path: String, bytesMax: Int) {
        var bytes: [UInt8] = []
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        if descriptor >= 0 {
            defer { close(descriptor) }
            var part = [UInt8](repeating: 0, count: 1 << 20)
            while bytes.count < bytesMax {
                let count = unsafe part.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
                if count <= 0 { break }
                bytes += part[..<count]
            }
        }
        self.bytes = bytes
    }

    func forEach(_ body: (Span<UInt8>) -> Void) {
        var start = 0
        while start < bytes.count {
            var end = start
            while end < bytes.count && bytes[end] != 0x0A { end += 1 }
            body(bytes.span.extracting(start..<end))
            start = end + 1
        }
    }
}
