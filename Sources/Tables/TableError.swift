// Why a table could not be written.

import Glibc
import Records

package enum TableError: Error, Equatable {
    case system(path: String, code: Int32)
    case diskFull(path: String)
    /// The library that writes workbooks refused.
    case workbook(path: String, code: Int)

    package func notice(in language: Language) -> String {
        let isChinese = language == .chinese
        switch self {
        case .system(let path, let code):
            let reason = SystemReason.text(code, in: language)
            return isChinese
                ? "错误：表格没有写成：\(reason)\n位置：\(path)\n处理：检查路径和权限后再运行一次；原有的文件没有改动"
                : "Error: the table was not written: \(reason)\nWhere: \(path)\nRemedy: check the path and its permissions, then run again; a file that was there is untouched"
        case .diskFull(let path):
            return isChinese
                ? "错误：磁盘已满，表格没有写成\n位置：\(path)\n处理：腾出空间或写到别处，再运行一次；原有的文件没有改动"
                : "Error: the disk is full, the table was not written\nWhere: \(path)\nRemedy: free some space or write elsewhere, then run again; a file that was there is untouched"
        case .workbook(let path, let code):
            return isChinese
                ? "错误：工作簿没有写成（libxlsxwriter \(code)）\n位置：\(path)\n处理：检查路径、权限和磁盘空间，或改用 .csv，再运行一次"
                : "Error: the workbook was not written (libxlsxwriter \(code))\nWhere: \(path)\nRemedy: check path, permissions and free space, or use .csv, then run again"
        }
    }
}
