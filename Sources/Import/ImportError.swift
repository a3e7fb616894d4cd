// Why a whole file could not be read. One bad row never ends up here: see `Rejection`.

import Records
import YAML

package enum ImportError: Error, Sendable {
    case cannotOpen(path: String, reason: String)
    case readFailed(path: String, reason: String)
    case writeFailed(path: String, reason: String)
    /// Something that is no JSONL, CSV or XLSX, and what it looks like.
    case formatNotRead(path: String, looksLike: Lookalike)
    case encodingUnknown(name: String)
    case workbookDamaged(path: String, part: String)
    /// Unpacks to far more than any honest workbook: a zip bomb.
    case workbookTooLarge(path: String, part: String)
    case sheetUnknown(path: String, sheet: String)
    /// A table whose columns say nothing, and no map was given.
    case mapNeeded(path: String)
    case map(MapError, path: String)
    case headerMissing(path: String)
    /// No column whose name a map could give.
    case nothingToMap(path: String)

    package enum Lookalike: String, Sendable {
        case oldWorkbook, webPage, pdf, compressed, otherZip, binary
    }

    package func notice(in language: Language) -> String {
        language == .chinese ? chinese : english
    }

    private var chinese: String {
        switch self {
        case .cannotOpen(let path, let reason):
            "错误：文件打不开：\(reason)\n位置：\(path)\n处理：检查路径和读取权限"
        case .readFailed(let path, let reason):
            "错误：读取中断：\(reason)\n位置：\(path)\n处理：检查磁盘或管道后重新导入；已入库的记录不会重复"
        case .writeFailed(let path, let reason):
            "错误：写不进退回文件：\(reason)\n位置：\(path)\n处理：检查磁盘空间和写权限后重新导入"
        case .formatNotRead(let path, let lookalike):
            """
            错误：不是可导入的格式：\(lookalike.chinese)
            位置：\(path)
            处理：在原系统或 Excel 中另存为 .xlsx 或 CSV（UTF-8），或导出 JSONL
            """
        case .encodingUnknown(let name):
            "错误：不认识的编码：\(name)\n位置：编码设置\n处理：用 UTF-8、UTF-16LE、UTF-16BE、GB18030（含 GBK、GB2312）或 Big5"
        case .workbookDamaged(let path, let part):
            "错误：工作簿已损坏\n位置：\(path)，部件 \(part)\n处理：用 Excel 或 WPS 打开并重新保存后再导入"
        case .workbookTooLarge(let path, let part):
            "错误：工作簿解压后大得不合常理，已拒绝\n位置：\(path)，部件 \(part)\n处理：确认来源可靠；分成几个文件，或另存为 CSV 后导入"
        case .sheetUnknown(let path, let sheet):
            "错误：没有这张工作表：\(sheet)\n位置：\(path)\n处理：在映射文件 source.sheet 中写明工作表名称或序号"
        case .mapNeeded(let path):
            "错误：表头不是记录字段名，需要映射文件\n位置：\(path)\n处理：先运行 juanzong import --guess 生成映射草稿，核对后用 --map 导入"
        case .map(let error, let path):
            error.notice(in: .chinese, path: path)
        case .headerMissing(let path):
            "错误：找不到表头行\n位置：\(path)\n处理：在映射文件 source.header 中写明表头在第几行"
        case .nothingToMap(let path):
            "错误：文件里没有可供对应的列：是空文件，或不是表格\n位置：\(path)\n处理：确认是第一行为表头的 CSV、XLSX，或每行一个对象的 JSONL；否则在原系统或 Excel 中另存为 .xlsx 或 CSV（UTF-8）"
        }
    }

    private var english: String {
        switch self {
        case .cannotOpen(let path, let reason):
            "Error: the file cannot be opened: \(reason)\nWhere: \(path)\nRemedy: check the path and the right to read it"
        case .readFailed(let path, let reason):
            """
            Error: reading stopped: \(reason)
            Where: \(path)
            Remedy: check the disk or the pipe and import again; records already in are not doubled
            """
        case .writeFailed(let path, let reason):
            """
            Error: the rejects file cannot be written: \(reason)
            Where: \(path)
            Remedy: check free space and the right to write, then import again
            """
        case .formatNotRead(let path, let lookalike):
            """
            Error: not a format that can be imported: \(lookalike.english)
            Where: \(path)
            Remedy: save it as .xlsx or CSV (UTF-8) in its program, or export JSONL
            """
        case .encodingUnknown(let name):
            """
            Error: unknown encoding: \(name)
            Where: the encoding setting
            Remedy: use UTF-8, UTF-16LE, UTF-16BE, GB18030 (with GBK, GB2312) or Big5
            """
        case .workbookDamaged(let path, let part):
            "Error: the workbook is damaged\nWhere: \(path), part \(part)\nRemedy: open and save it again in Excel or WPS, then import"
        case .workbookTooLarge(let path, let part):
            """
            Error: the workbook unpacks to an unreasonable size and was refused
            Where: \(path), part \(part)
            Remedy: make sure you trust its origin; cut it into several files, or save it as CSV
            """
        case .sheetUnknown(let path, let sheet):
            "Error: no such sheet: \(sheet)\nWhere: \(path)\nRemedy: name the sheet, or its number, in the map under source.sheet"
        case .mapNeeded(let path):
            """
            Error: the columns are not named like record fields, so a map is needed
            Where: \(path)
            Remedy: run juanzong import --guess on the file, check the draft, and import with --map
            """
        case .map(let error, let path):
            error.notice(in: .english, path: path)
        case .headerMissing(let path):
            "Error: no header row found\nWhere: \(path)\nRemedy: say in the map which row holds the header (source.header)"
        case .nothingToMap(let path):
            """
            Error: no column that could be mapped: the file is empty, or no table
            Where: \(path)
            Remedy: give CSV or XLSX with a header row, or JSONL with an object a line; else save it as .xlsx or CSV (UTF-8) in its program
            """
        }
    }
}

extension ImportError.Lookalike {
    var chinese: String {
        switch self {
        case .oldWorkbook: "旧版 .xls 或加密的工作簿"
        case .webPage: "网页（扩展名可能是 .xls）"
        case .pdf: "PDF"
        case .compressed: "压缩文件"
        case .otherZip: "ZIP 包，但不是 XLSX 工作簿"
        case .binary: "二进制文件"
        }
    }

    var english: String {
        switch self {
        case .oldWorkbook: "an old .xls or an encrypted workbook"
        case .webPage: "a web page (perhaps named .xls)"
        case .pdf: "a PDF"
        case .compressed: "a compressed file"
        case .otherZip: "a ZIP that is no XLSX workbook"
        case .binary: "a binary file"
        }
    }
}
