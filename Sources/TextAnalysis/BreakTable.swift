// Everything needed to break text as ICU does, packed into one block of bytes: FORMAT.md states each of them.
//
// The block is made from the ICU in use (`BreakTable+Building.swift`) and kept in a file that later processes map
// (`BreakTable+File.swift`). It is never changed after that, so all threads share it.

/// The packed rules and words of one ICU.
///
/// - Shape: a header, then tables of fixed width; the dictionary is a double-array trie (Aoe 1989).
/// - Invariant: every base has a cell behind it for every code, so a probe needs no bounds check.
@safe package final class BreakTable: @unchecked Sendable {
    // Holds for all pointers: they point into the block, which lives as long as this object and is never written.
    let block: UnsafeRawBufferPointer
    private let release: () -> Void

    /// Of each UTF-16 unit: how the run of Han characters goes on. See `Code`.
    let codes: UnsafePointer<UInt16>
    /// Category of each unit seen as a code point; of code points beyond U+FFFF see `category(far:)`.
    let categories: UnsafePointer<UInt8>
    private let farBlocks: UnsafePointer<UInt16>
    private let farCategories: UnsafePointer<UInt8>
    /// See `BreakRules.next`.
    let next: UnsafePointer<UInt8>
    /// See `BreakRules.statuses`.
    let statuses: UnsafePointer<Int16>
    /// The dictionary: cells of one character, at its code …
    let firsts: UnsafePointer<UInt32>
    /// … of two, at the base of the first plus the code of the second, …
    let pairs: UnsafePointer<UInt32>
    /// … where those of three begin, for each pair, …
    let pairBases: UnsafePointer<UInt32>
    /// … and of three and more.
    let deep: UnsafePointer<UInt64>

    let firstDictionaryCategory: Int
    /// Category of the ideographs of the main block.
    let hanCategory: Int
    /// State of the rules after one ideograph, and after more.
    let stateAfterHan: Int
    let stateAfterHans: Int

    /// What `codes` says of a unit. Codes from `known` on number the Han characters of the dictionary, the frequent ones
    /// first, and stand for a cell each.
    enum Code {
        static let notHan: UInt16 = 0
        /// First half of a surrogate pair.
        static let surrogate: UInt16 = 1
        /// A Han character that begins and continues no word.
        static let unknown: UInt16 = 2
        static let known: UInt16 = 3
        /// Set for Han characters that are not of `hanCategory`, as 々 is.
        static let isRare: UInt16 = 0x8000
        static let mask: UInt16 = 0x7FFF
    }

    /// Nine bits of every cell: the cost of the word that ends here, or `none`, which is more than two characters cost that
    /// stand for themselves.
    enum Cost {
        static let none = 0x1FF
        static let mask = 0x1FF
    }

    /// One character: cost, and above it where the cells of two characters begin.
    enum First {
        static let baseShift: UInt32 = 9

        @inline(__always)
        static func base(_ cell: UInt32) -> Int { Int(truncatingIfNeeded: cell >> baseShift) }
    }

    /// Two characters: cost, eight bits that filter the third, and the code of the first.
    enum Pair {
        static let filterShift: UInt32 = 9
        static let parentShift: UInt32 = 17
        static let free: UInt32 = 0x7FFF << parentShift | UInt32(Cost.none)

        /// The filter's bit for a character: set when such characters go on from here. Most look-ups of a third character
        /// find nothing, and this tells so without a look.
        @inline(__always)
        static func mayGoOn(_ cell: UInt32, with code: UInt16) -> Int {
            Int(truncatingIfNeeded: cell >> (filterShift + UInt32(code & 7)) & 1)
        }
    }

    /// Three and more characters: cost, where the cells of one more begin (0: nowhere), and the cell before this one, which
    /// is a pair or, with `afterDeep`, one of these.
    enum Deep {
        static let baseShift: UInt64 = 9
        static let placeMask: UInt64 = 0xF_FFFF
        static let parentShift: UInt64 = 32
        static let afterDeep: UInt64 = 0x10_0000
        static let free: UInt64 = 0x1F_FFFF << parentShift | UInt64(Cost.none)

        @inline(__always)
        static func base(_ cell: UInt64) -> Int { Int(truncatingIfNeeded: cell >> baseShift & placeMask) }
    }

    /// Bit of a far category: a Han character that the fast path takes.
    static let farHan: UInt8 = 0x80

    /// `block` is a sound table; `release` gives it back at the end.
    init(_ block: UnsafeRawBufferPointer, release: @escaping () -> Void) {
        let header = unsafe Header(block)
        let layout = header.layout
        unsafe self.block = block
        self.release = release
        func start<Element>(_ offset: Int, as type: Element.Type) -> UnsafePointer<Element> {
            unsafe (block.baseAddress.unsafelyUnwrapped + offset).assumingMemoryBound(to: type)
        }
        unsafe codes = unsafe start(layout.codes, as: UInt16.self)
        unsafe categories = unsafe start(layout.categories, as: UInt8.self)
        unsafe farBlocks = unsafe start(layout.farBlocks, as: UInt16.self)
        unsafe farCategories = unsafe start(layout.farCategories, as: UInt8.self)
        unsafe next = unsafe start(layout.next, as: UInt8.self)
        unsafe statuses = unsafe start(layout.statuses, as: Int16.self)
        unsafe firsts = unsafe start(layout.firsts, as: UInt32.self)
        unsafe pairs = unsafe start(layout.pairs, as: UInt32.self)
        unsafe pairBases = unsafe start(layout.pairBases, as: UInt32.self)
        unsafe deep = unsafe start(layout.deep, as: UInt64.self)
        firstDictionaryCategory = Int(header.firstDictionaryCategory)
        hanCategory = Int(header.hanCategory)
        // Holds: `BreakRules.keepsHanTogether` was checked when the table was built.
        unsafe stateAfterHan = Int(next[BreakRules.start * BreakRules.rowLength + hanCategory])
        unsafe stateAfterHans = Int(next[stateAfterHan * BreakRules.rowLength + hanCategory])
    }

    deinit { release() }

    package var byteCount: Int { unsafe block.count }
    /// Checksum of the ICU the table was made from.
    var source: UInt64 { unsafe Header(block).source }

    /// Category of a code point beyond U+FFFF, with `farHan`.
    @inline(__always)
    func category(far codePoint: Int) -> UInt8 {
        // Holds: a surrogate pair stands for U+10000 to U+10FFFF, and `farBlocks` has an entry for each 128 of them.
        let place = codePoint - 0x10000
        return unsafe farCategories[Int(farBlocks[place >> 7]) << 7 | place & 0x7F]
    }
}

extension BreakTable {
    /// The first 64 bytes of the block.
    struct Header {
        static let byteCount = 64
        /// "JZBREAK" and the format's number. Bytes of another order read as another number.
        static let magic: UInt64 = 0x014B_4145_5242_5A4A

        var totalBytes: UInt64 = 0
        /// Of the ICU the table was made from: version, rules, dictionary.
        var source: UInt64 = 0
        var stateCount: UInt32 = 0
        var farBlockCount: UInt32 = 0
        var codeCount: UInt32 = 0
        var pairCount: UInt32 = 0
        var deepCount: UInt32 = 0
        var firstDictionaryCategory: UInt16 = 0
        var hanCategory: UInt16 = 0

        init() {}

        init(_ block: UnsafeRawBufferPointer) {
            // Holds: callers give at least `byteCount` bytes, aligned to eight.
            totalBytes = unsafe block.load(fromByteOffset: 8, as: UInt64.self)
            source = unsafe block.load(fromByteOffset: 16, as: UInt64.self)
            stateCount = unsafe block.load(fromByteOffset: 24, as: UInt32.self)
            farBlockCount = unsafe block.load(fromByteOffset: 28, as: UInt32.self)
            codeCount = unsafe block.load(fromByteOffset: 32, as: UInt32.self)
            pairCount = unsafe block.load(fromByteOffset: 36, as: UInt32.self)
            deepCount = unsafe block.load(fromByteOffset: 40, as: UInt32.self)
            firstDictionaryCategory = unsafe block.load(fromByteOffset: 44, as: UInt16.self)
            hanCategory = unsafe block.load(fromByteOffset: 46, as: UInt16.self)
        }

        /// Writes all but the checksum, which needs the whole block.
        func write(to block: UnsafeMutableRawBufferPointer) {
            unsafe block.storeBytes(of: Header.magic, toByteOffset: 0, as: UInt64.self)
            unsafe block.storeBytes(of: totalBytes, toByteOffset: 8, as: UInt64.self)
            unsafe block.storeBytes(of: source, toByteOffset: 16, as: UInt64.self)
            unsafe block.storeBytes(of: stateCount, toByteOffset: 24, as: UInt32.self)
            unsafe block.storeBytes(of: farBlockCount, toByteOffset: 28, as: UInt32.self)
            unsafe block.storeBytes(of: codeCount, toByteOffset: 32, as: UInt32.self)
            unsafe block.storeBytes(of: pairCount, toByteOffset: 36, as: UInt32.self)
            unsafe block.storeBytes(of: deepCount, toByteOffset: 40, as: UInt32.self)
            unsafe block.storeBytes(of: firstDictionaryCategory, toByteOffset: 44, as: UInt16.self)
            unsafe block.storeBytes(of: hanCategory, toByteOffset: 46, as: UInt16.self)
        }

        var layout: Layout { Layout(self) }
    }

    /// Where each part starts, in bytes from the start of the block.
    struct Layout {
        /// The checksum covers everything from here on; it stands in the eight bytes before the first part.
        static let checksum = 56
        let codes = Header.byteCount
        let categories: Int
        let farBlocks: Int
        let farCategories: Int
        let next: Int
        let statuses: Int
        let firsts: Int
        let pairs: Int
        let pairBases: Int
        let deep: Int
        let end: Int

        init(_ header: Header) {
            categories = codes + 0x10000 * 2
            farBlocks = categories + 0x10000
            farCategories = farBlocks + 0x100000 / 128 * 2
            next = farCategories + Int(header.farBlockCount) * 128
            statuses = next + Int(header.stateCount) * BreakRules.rowLength
            firsts = (statuses + Int(header.stateCount) * 2 + 63) / 64 * 64
            pairs = (firsts + Int(header.codeCount) * 4 + 63) / 64 * 64
            pairBases = pairs + Int(header.pairCount) * 4
            deep = (pairBases + Int(header.pairCount) * 4 + 63) / 64 * 64
            end = deep + Int(header.deepCount) * 8
        }
    }
}
