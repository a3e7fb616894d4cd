// Walks the pages of a database by `pread`, trusting nothing.
//
// LMDB believes its pages: a flipped bit in a page head or a node makes it read past the map, and the process
// dies. So before `verify` asks LMDB for anything, and when a file looks cut, the trees are read here, with
// every number checked before it is used.
//
// Layout, LMDB 0.9 (mdb.c, struct MDB_page and MDB_node, 64-bit little-endian), tables without DUPSORT:
//   page   number 8, pad 2, flags 2 (1 branch, 2 leaf, 4 overflow), lower 2, upper 2 (overflow: pages 4)
//   then   (lower − 16) / 2 offsets of 2 bytes, in the order of the keys
//   node   size low 2, size high 2, flags 2, key size 2, key, data
//          branch: low, high and flags are the child's 48-bit page number
//          leaf: flag 1 = the data is the number of an overflow page; flag 2 = the data is a table's root record

import CLMDB
import Glibc

/// One thing that does not hold together.
package struct PageProblem: Hashable, Sendable {
    package enum Kind: String, Sendable {
        case outsideFile, reachedTwice, freeAndUsed, wrongHead, wrongBounds, wrongNode, keysOutOfOrder, wrongCounts
        case unreadable
    }
    package let page: UInt64
    package let table: String
    package let kind: Kind
}

struct PageCheck {
    private let descriptor: Int32
    private let meta: MetaPages
    private let pageSize: Int
    /// Pages whose content is in the file.
    private let filePages: UInt64
    private var seen: [UInt64]
    private(set) var problems: [PageProblem] = []

    /// More would not help anybody.
    private static let problemsMax = 100
    /// mdb.c, CURSOR_STACK: LMDB itself goes no deeper.
    private static let depthMax = 32

    private struct Tree {
        var name: String
        var flags: UInt16
        var depth: Int
        var branchPages, leafPages, overflowPages, entries, root: UInt64

        init(name: String, _ record: ArraySlice<UInt8>) {
            self.name = name
            func number(_ offset: Int, _ count: Int) -> UInt64 { little(record, record.startIndex + offset, count) }
            flags = UInt16(number(4, 2))
            depth = Int(number(6, 2))
            (branchPages, leafPages, overflowPages) = (number(8, 8), number(16, 8), number(24, 8))
            (entries, root) = (number(32, 8), number(40, 8))
        }

        static let recordBytes = 48
    }

    private struct Visit {
        let page: UInt64
        let level: Int
        /// Keys of the page lie in `low ..< high`; an empty `low` is below all, a nil `high` above.
        let low: [UInt8]
        let high: [UInt8]?
    }

    /// - `tableListOnly`: looks at the list of tables, not into them: a page or two, for every opening of a file.
    /// - Returns: nothing wrong, or what is.
    static func problems(
        descriptor: Int32, meta: MetaPages, tableListOnly: Bool = false, progress: (Double) -> Void = { _ in }
    ) -> [PageProblem] {
        var check = PageCheck(descriptor, meta)
        check.run(tableListOnly, progress)
        return check.problems
    }

    private init(_ descriptor: Int32, _ meta: MetaPages) {
        self.descriptor = descriptor
        self.meta = meta
        pageSize = Int(meta.pageSize)
        filePages = meta.fileBytes / meta.pageSize
        // Never more than the file can hold, whatever the meta page claims.
        seen = [UInt64](repeating: 0, count: Int(min(meta.lastPage, filePages) / 64) + 1)
    }

    private mutating func run(_ tableListOnly: Bool, _ progress: (Double) -> Void) {
        var trees = [Tree(name: "(free pages)", meta.records.free[...]), Tree(name: "(tables)", meta.records.main[...])]
        var done: UInt64 = 0
        while let tree = trees.popLast(), problems.count < Self.problemsMax {
            let isFree = tree.name == "(free pages)"
            let isList = tree.name == "(tables)"
            // LMDB's own list has number keys (8), and beside that the way the file was made (4000: no folder);
            // no other tree here has flags.
            guard tree.flags & ~(isFree ? 0x4000 : 0) == (isFree ? 0x08 : 0), tree.depth <= Self.depthMax,
                (tree.root == MetaPages.noPage) == (tree.entries == 0)
            else {
                add(tree.root, tree, .wrongCounts)
                continue
            }
            if tree.root != MetaPages.noPage, isList || !tableListOnly { walk(tree, isFree, &trees, &done, progress) }
        }
    }

    private mutating func add(_ page: UInt64, _ tree: Tree, _ kind: PageProblem.Kind) {
        if problems.count < Self.problemsMax { problems.append(PageProblem(page: page, table: tree.name, kind: kind)) }
    }

    /// Takes `count` pages as used; false when they are not there or are used already.
    private mutating func claim(_ page: UInt64, count: UInt64 = 1, _ tree: Tree) -> Bool {
        guard page >= 2, page <= meta.lastPage, count <= meta.lastPage - page + 1, page + count <= filePages else {
            add(page, tree, .outsideFile)
            return false
        }
        for page in page..<(page + count) {
            guard mark(page) else {
                add(page, tree, .reachedTwice)
                return false
            }
        }
        return true
    }

    private mutating func mark(_ page: UInt64) -> Bool {
        let bit: UInt64 = 1 << (page % 64)
        guard seen[Int(page / 64)] & bit == 0 else { return false }
        seen[Int(page / 64)] |= bit
        return true
    }

    private func read(_ page: UInt64, count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        let done = unsafe bytes.withUnsafeMutableBytes {
            unsafe pread(descriptor, $0.baseAddress, count, off_t(page * meta.pageSize))
        }
        return done == count ? bytes : nil
    }

    private mutating func walk(
        _ tree: Tree, _ isFree: Bool, _ trees: inout [Tree], _ done: inout UInt64, _ progress: (Double) -> Void
    ) {
        var (branches, leaves, overflows, entries) = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
        var visits = [Visit(page: tree.root, level: 1, low: [], high: nil)]
        while let visit = visits.popLast(), problems.count < Self.problemsMax {
            guard claim(visit.page, tree) else { continue }
            guard let page = read(visit.page, count: pageSize) else {
                add(visit.page, tree, .unreadable)
                continue
            }
            done += 1
            if done % 4_096 == 0 { progress(min(1, Double(done) / Double(meta.lastPage + 1))) }
            let isLeaf = visit.level == tree.depth
            guard little(page[...], 0, 8) == visit.page, little(page[...], 10, 2) == (isLeaf ? 0x02 : 0x01) else {
                add(visit.page, tree, .wrongHead)
                continue
            }
            guard let nodes = nodes(of: page, isLeaf: isLeaf) else {
                add(visit.page, tree, .wrongBounds)
                continue
            }
            if !isFree, !areOrdered(nodes, page, isLeaf: isLeaf, visit) { add(visit.page, tree, .keysOutOfOrder) }
            if isLeaf {
                leaves += 1
                entries += UInt64(nodes.count)
                for node in nodes { leaf(node, page, visit.page, tree, isFree, &overflows, &trees) }
            } else {
                branches += 1
                for (place, node) in nodes.enumerated() {
                    // The first key of a branch is not used: what is left of it has the branch's own lower bound.
                    let low = place == 0 ? visit.low : Array(page[node.key])
                    let high = place + 1 < nodes.count ? Array(page[nodes[place + 1].key]) : visit.high
                    visits.append(Visit(page: node.child, level: visit.level + 1, low: low, high: high))
                }
            }
        }
        if problems.isEmpty, (branches, leaves, overflows, entries)
            != (tree.branchPages, tree.leafPages, tree.overflowPages, tree.entries)
        {
            add(tree.root, tree, .wrongCounts)
        }
    }

    private struct Node {
        let flags: UInt16
        let key: Range<Int>
        let dataStart: Int
        let dataBytes: Int
        let child: UInt64
    }

    private func nodes(of page: [UInt8], isLeaf: Bool) -> [Node]? {
        let (lower, upper) = (Int(little(page[...], 12, 2)), Int(little(page[...], 14, 2)))
        guard lower > 16, lower % 2 == 0, lower <= upper, upper <= pageSize else { return nil }
        var nodes: [Node] = []
        nodes.reserveCapacity((lower - 16) / 2)
        for place in stride(from: 16, to: lower, by: 2) {
            let start = Int(little(page[...], place, 2))
            guard start >= upper, start % 2 == 0, start + 8 <= pageSize else { return nil }
            let (low, high) = (little(page[...], start, 2), little(page[...], start + 2, 2))
            let flags = UInt16(little(page[...], start + 4, 2))
            let keyBytes = Int(little(page[...], start + 6, 2))
            let dataStart = start + 8 + keyBytes
            guard dataStart <= pageSize, keyBytes <= WriteTransaction.keyBytesMax else { return nil }
            var dataBytes = 0
            if isLeaf {
                dataBytes = Int(high << 16 | low)
                let storedBytes = flags & 1 != 0 ? 8 : dataBytes
                guard keyBytes > 0, flags <= 2, dataStart + storedBytes <= pageSize else { return nil }
            }
            nodes.append(
                Node(
                    flags: flags, key: (start + 8)..<dataStart, dataStart: dataStart, dataBytes: dataBytes,
                    child: UInt64(flags) << 32 | high << 16 | low))
        }
        return nodes
    }

    private func areOrdered(_ nodes: [Node], _ page: [UInt8], isLeaf: Bool, _ visit: Visit) -> Bool {
        var previous: ArraySlice<UInt8>?
        for node in isLeaf ? nodes[...] : nodes.dropFirst() {
            let key = page[node.key]
            if let previous, !previous.lexicographicallyPrecedes(key) { return false }
            if key.lexicographicallyPrecedes(visit.low) { return false }
            if let high = visit.high, !key.lexicographicallyPrecedes(high) { return false }
            previous = key
        }
        return true
    }

    private mutating func leaf(
        _ node: Node, _ page: [UInt8], _ number: UInt64, _ tree: Tree, _ isFree: Bool, _ overflows: inout UInt64,
        _ trees: inout [Tree]
    ) {
        var data = page[node.dataStart..<min(node.dataStart + node.dataBytes, pageSize)]
        if node.flags & 1 != 0 {
            let first = little(page[...], node.dataStart, 8)
            let needed = UInt64((node.dataBytes + 16 + pageSize - 1) / pageSize)
            guard first >= 2, first < filePages, let head = read(first, count: 16) else {
                return add(first, tree, .outsideFile)
            }
            // A run keeps its length when a shorter value takes the place of a longer one.
            let count = little(head[...], 12, 4)
            guard little(head[...], 0, 8) == first, little(head[...], 10, 2) == 0x04, count >= needed else {
                return add(first, tree, .wrongHead)
            }
            guard claim(first, count: count, tree), let bytes = isFree ? read(first, count: 16 + node.dataBytes) : []
            else { return }
            overflows += count
            data = bytes.dropFirst(16)
        }
        if isFree {
            free(data, number, tree)
        } else if tree.name == "(tables)" {
            guard node.flags == 2, node.dataBytes == Tree.recordBytes else { return add(number, tree, .wrongNode) }
            trees.append(Tree(name: String(decoding: page[node.key], as: UTF8.self), data))
        } else if node.flags & 2 != 0 {
            add(number, tree, .wrongNode)
        }
    }

    /// Marks the pages of one list of free pages; all of them may be past the end of the file, never written.
    private mutating func free(_ list: ArraySlice<UInt8>, _ number: UInt64, _ tree: Tree) {
        let count = list.count >= 8 ? little(list, list.startIndex, 8) : 0
        guard count > 0, count < UInt64(list.count) / 8 else { return add(number, tree, .wrongNode) }
        for place in 1...Int(count) {
            let page = little(list, list.startIndex + place * 8, 8)
            guard page >= 2, page <= meta.lastPage else { return add(page, tree, .outsideFile) }
            if page < filePages, !mark(page) { return add(page, tree, .freeAndUsed) }
        }
    }
}

private func little(_ bytes: ArraySlice<UInt8>, _ offset: Int, _ count: Int) -> UInt64 {
    var number: UInt64 = 0
    for place in (0..<count).reversed() { number = number << 8 | UInt64(bytes[offset + place]) }
    return number
}

extension Environment {
    /// Checks the page structure of a snapshot without trusting any of it. Values are not looked into.
    ///
    /// - Returns: nothing wrong, or what is; then no table of this file is safe to read.
    package func checkPages(progress: (Double) -> Void = { _ in }) throws(StoreError) -> [PageProblem] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .from(errno, path: path) }
        defer { Glibc.close(descriptor) }
        while true {
            // The snapshot keeps its pages from being used again while they are walked.
            let snapshot = try beginRead()
            guard let meta = try MetaPages(ofOpenFile: descriptor, path: path) else { throw .notADatabase(path: path) }
            guard meta.transaction == snapshot.number else { continue }
            return PageCheck.problems(descriptor: descriptor, meta: meta, progress: progress)
        }
    }
}
