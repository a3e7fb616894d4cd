// Memory that grows and is used place by place millions of times: an array without a check and without a reference count a
// use. Only what builds a segment holds any. From a mebibyte on it lies in large pages: look-ups in no order would wait for
// the entries of small ones.

import CGNU
import Glibc

/// - Invariant: `capacity` elements are there; new ones are all zero bits, unless `isZeroed` is false.
@safe struct GrowingMemory<Element: BitwiseCopyable>: ~Copyable {
    // Holds: made in `init`, replaced only by `reserve` and `reset`, freed once in `deinit`; never handed out for longer
    // than a call.
    private(set) var elements: UnsafeMutablePointer<Element>
    private(set) var capacity: Int
    /// False for what is written before it is read: room that is not used yet then takes no memory.
    private let isZeroed: Bool

    init(capacity: Int, isZeroed: Bool = true) {
        self.capacity = capacity
        self.isZeroed = isZeroed
        unsafe elements = Self.zeroed(capacity)
    }

    deinit { unsafe Self.give(elements, capacity) }

    var bytes: Int { Self.bytes(capacity) }

    private static func bytes(_ count: Int) -> Int { count * MemoryLayout<Element>.stride }

    /// What is taken for so many; nil when that is not taken in large pages.
    private static func largeBytes(_ count: Int) -> Int? {
        let page = Int(CGNU_LARGE_PAGE)
        return bytes(count) < page / 2 ? nil : (bytes(count) + page - 1) / page * page
    }

    /// Makes room for `count` elements in all. What is there stays.
    @inline(__always)
    mutating func reserve(_ count: Int) {
        if count > capacity { grow(to: max(count, capacity + capacity / 2)) }
    }

    private mutating func grow(to count: Int) {
        let old = capacity
        if let bytes = Self.largeBytes(count) {
            let memory: UnsafeMutableRawPointer?
            if let before = Self.largeBytes(old) {
                unsafe memory = before == bytes ? UnsafeMutableRawPointer(elements) : cgnu_growLarge(elements, before, bytes)
            } else {
                unsafe memory = cgnu_takeLarge(bytes)
                if let memory = unsafe memory {
                    unsafe memcpy(memory, elements, self.bytes)
                    unsafe free(elements)
                }
            }
            guard let memory = unsafe memory else { ExhaustedMemory.stop(bytes) }
            // What lies behind the capacity was never written.
            unsafe elements = memory.bindMemory(to: Element.self, capacity: count)
        } else {
            guard let memory = unsafe realloc(elements, Self.bytes(count)) else { ExhaustedMemory.stop(Self.bytes(count)) }
            unsafe elements = memory.bindMemory(to: Element.self, capacity: count)
            if isZeroed { unsafe memset(elements + old, 0, Self.bytes(count - old)) }
        }
        capacity = count
    }

    /// Forgets everything; room for `count` elements, all zero bits.
    mutating func reset(capacity count: Int) {
        if count == capacity {
            unsafe memset(elements, 0, bytes)
        } else {
            unsafe Self.give(elements, capacity)
            unsafe elements = Self.zeroed(count)
            capacity = count
        }
    }

    private static func zeroed(_ count: Int) -> UnsafeMutablePointer<Element> {
        let bytes = largeBytes(count)
        let memory = unsafe bytes.map { unsafe cgnu_takeLarge($0) } ?? calloc(max(1, count), MemoryLayout<Element>.stride)
        guard let memory = unsafe memory else { ExhaustedMemory.stop(bytes ?? Self.bytes(count)) }
        return unsafe memory.bindMemory(to: Element.self, capacity: count)
    }

    private static func give(_ elements: UnsafeMutablePointer<Element>, _ count: Int) {
        if let bytes = largeBytes(count) { unsafe cgnu_giveLarge(elements, bytes) } else { unsafe free(elements) }
    }
}
