// Figures in a file: CSV and XLSX for a spreadsheet, a page for a reader, JSON lines for a program.

import Engine
import Glibc
import Records
import Tables
import Trends

enum FigureFile {
    /// Before the work, not after it.
    static func checkTable(_ path: String) throws {
        try Console.check(path)
        if TableFormat(path: path) == nil { throw UnknownTable(path: path) }
    }

    static func isKnown(_ path: String) -> Bool {
        TableFormat(path: path) != nil || path.hasSuffix(".html") || path.hasSuffix(".jsonl")
    }

    static func write(_ report: Report, to path: String) throws {
        if path.hasSuffix(".html") { return try WholeFile.write(Array(ReportPage(report).html.utf8), to: path) }
        if path.hasSuffix(".jsonl") {
            var bytes: [UInt8] = []
            for table in report.tables {
                for object in FigurePrinter.objects(table, report) {
                    object.write(into: &bytes)
                    bytes.append(0x0A)
                }
            }
            return try WholeFile.write(bytes, to: path)
        }
        let snapshot = say("快照 \(report.snapshot)", "snapshot \(report.snapshot)")
        try write(report.tables, heading: [report.title, snapshot], to: path)
    }

    /// Tables one below the other on one sheet, each under its title.
    static func write(_ tables: [FigureTable], heading: [String] = [], to path: String) throws {
        try Console.check(path)
        guard let format = TableFormat(path: path) else { throw UnknownTable(path: path) }
        let width = tables.map(\.columns.count).max() ?? 1
        let first = heading.first ?? tables.first?.title ?? ""
        var columns = [TableColumn(first, width: 32)]
        for _ in 1..<max(width, 2) { columns.append(TableColumn("", width: 14)) }
        let file = try TableFile(path, format, sheet: say("统计", "figures"), columns: columns)
        for line in heading.dropFirst() { try file.append([.text(line)]) }
        for (place, table) in tables.enumerated() where !table.rows.isEmpty {
            if place > 0 || !heading.isEmpty {
                try file.append([.empty])
                try file.append([.text(table.title)])
            }
            try file.append(table.columns.map { .text($0) })
            for row in table.rows { try file.append(row.cells.map(cell)) }
        }
        try file.finish()
    }

    private static func cell(_ cell: FigureTable.Cell) -> TableCell {
        switch cell {
        case .empty: .empty
        case .text(let text): .text(text)
        case .integer(let number): .integer(number)
        case .decimal(let number): .decimal(number)
        case .share(let share): .decimal((share * 10_000).rounded() / 10_000)
        case .suppressed: .text("*")
        }
    }

    struct UnknownTable: NoticeError {
        let path: String
        func notice(in language: Language) -> String {
            language == .chinese
                ? "错误：不认识的表格格式\n位置：\(path)\n处理：文件名以 .csv 或 .xlsx 结尾"
                : "Error: no known kind of table\nWhere: \(path)\nRemedy: end the name in .csv or .xlsx"
        }
    }
}

/// A file that appears under its name whole or not at all.
enum WholeFile {
    static func write(_ bytes: [UInt8], to path: String) throws {
        try Console.check(path)
        let temporary = path + ".part"
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw EngineError.system(path: path, code: errno) }
        var done = 0
        while done < bytes.count {
            // Holds: `done` never passes the end of the buffer that is lent here.
            let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress! + done, $0.count - done) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let code = errno
                close(descriptor)
                unsafe unlink(temporary)
                throw EngineError.system(path: path, code: code)
            }
            done += count
        }
        let isSynced = fsync(descriptor) == 0
        close(descriptor)
        guard isSynced, unsafe rename(temporary, path) == 0 else {
            let code = errno
            unsafe unlink(temporary)
            throw EngineError.system(path: path, code: code)
        }
    }
}
