// The values of a field with their counts, for a person: most frequent first, paths as a tree.

import Engine
import Records

struct FacetPrinter {
    let terminal: Terminal
    /// Values of one facet shown; `--json` gives all.
    private static let valuesMax = 20
    private static let nameColumnsMax = 44

    struct Row: Equatable {
        var name: String
        var depth: Int
        var count: Int
    }

    /// - Parameters:
    ///   - names: of areas, by their codes.
    ///   - total: all matches: what the shares are of.
    func print(_ field: Field, _ counts: [(value: String, count: Int)], names regions: [String: String] = [:], of total: Int, to output: inout Output) {
        output.line("")
        output.line(terminal.bold(field.label))
        let shown = counts.prefix(Self.valuesMax)
        let rows = field.kind == .path ? Self.tree(shown) : shown.map { one in Row(name: (field == .region ? regions[one.value].map { "\(one.value) \($0)" } : nil) ?? one.value, depth: 0, count: one.count) }
        let names = rows.map { row in
            String(repeating: "  ", count: row.depth)
                + EastAsianWidth.fit(Terminal.line(row.name), columns: Self.nameColumnsMax - 2 * min(row.depth, 8))
        }
        let nameWidth = names.map { EastAsianWidth.columns(of: $0) }.max() ?? 0
        let countWidth = rows.map { Figures.count($0.count).utf8.count }.max() ?? 0
        for (row, name) in zip(rows, names) {
            let count = Figures.count(row.count)
            let share = total > 0 ? Figures.share(row.count, of: total) : ""
            output.line(
                "    " + EastAsianWidth.padded(name, to: nameWidth) + "  "
                    + String(repeating: " ", count: countWidth - count.utf8.count) + count + say(" 件", "")
                    + terminal.dim("  " + share))
        }
        let more = counts.count - rows.count
        if more > 0 { output.line(terminal.dim("    " + say("另有 \(Figures.count(more)) 个值", "\(Figures.count(more)) more values"))) }
        if rows.isEmpty { output.line(terminal.dim("    " + say("（没有值）", "(no values)"))) }
    }

    /// Every path below the one it belongs to. A path counts for all above it, so those are among the most frequent too.
    static func tree(_ counts: some Collection<(value: String, count: Int)>) -> [Row] {
        var children: [String: [(path: String, count: Int)]] = [:]
        let known = Set(counts.map(\.value))
        for (path, count) in counts {
            let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
            children[known.contains(parent) ? parent : "", default: []].append((path, count))
        }
        var rows: [Row] = []
        func add(under parent: String, depth: Int) {
            for (path, count) in children[parent] ?? [] {
                let name = parent.isEmpty ? path : String(path.dropFirst(parent.count + 1))
                rows.append(Row(name: name, depth: depth, count: count))
                add(under: path, depth: depth + 1)
            }
        }
        add(under: "", depth: 0)
        return rows
    }
}

extension Figures {
    /// 12.3%, of a whole that is not nought.
    static func share(_ part: Int, of whole: Int) -> String { tenths(Double(part) / Double(whole) * 100) + "%" }
}
