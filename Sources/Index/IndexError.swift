import Records

/// What can be wrong with the derived index. Each case is healed by `reindex`: the records are the truth.
package enum IndexError: Error {
    /// A chunk is missing, has a wrong checksum or an impossible content.
    case damaged(path: String, chunk: String)
    /// Made by a newer program, or by another version of the analysis.
    case formatUnknown(path: String, found: String, expected: String)

    package func notice(in language: Language) -> String {
        switch (self, language) {
        case (.damaged(let path, let chunk), .chinese):
            "错误：索引损坏\n位置：\(path) \(chunk)\n处理：运行 juanzong reindex 重建索引；档案记录不受影响"
        case (.damaged(let path, let chunk), .english):
            "Error: the index is damaged\nWhere: \(path) \(chunk)\nRemedy: run juanzong reindex; the records are not affected"
        case (.formatUnknown(let path, let found, let expected), .chinese):
            "错误：索引格式不符（现为 \(found)，需要 \(expected)）\n位置：\(path)\n处理：运行 juanzong reindex 重建索引；档案记录不受影响"
        case (.formatUnknown(let path, let found, let expected), .english):
            "Error: index format \(found), this program reads \(expected)\nWhere: \(path)\nRemedy: run juanzong reindex; the records are not affected"
        }
    }
}
