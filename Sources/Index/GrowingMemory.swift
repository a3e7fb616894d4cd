// Memory that grows and is used place by place millions of times: an array without a check and without a reference count a
// use. Only what builds a segment holds any.

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

    deinit { unsafe free(elements) }

    var bytes: Int { capacity * MemoryLayout<Element>.stride }

    /// Makes room for `count` elements in all. What is there stays.
    @inline(__always)
    mutating func reserve(_ count: Int) {
        if count > capacity { grow(to: count) }
    }

    private mutating func grow(to count: Int) {
        let old = capacity
        capacity = max(count, old + old / 2)
        guard let memory = unsafe realloc(elements, bytes) else { ExhaustedMemory.stop(bytes) }
        unsafe elements = memory.bindMemory(to: Element.self, capacity: capacity)
        if isZeroed { unsafe memset(elements + old, 0, (capacity - old) * MemoryLayout<Element>.stride) }
    }

    /// Forgets everything; room for `count` elements, all zero bits.
    mutating func reset(capacity count: Int) {
        if count == capacity {
            unsafe memset(elements, 0, bytes)
        } else {
            unsafe free(elements)
            unsafe elements = Self.zeroed(count)
            capacity = count
        }
    }

    private static func zeroed(_ count: Int) -> UnsafeMutablePointer<Element> {
        guard let memory = unsafe calloc(max(1, count), MemoryLayout<Element>.stride) else {
            ExhaustedMemory.stop(count * MemoryLayout<Element>.stride)
        }
        return unsafe memory.bindMemory(to: Element.self, capacity: count)
    }
}
