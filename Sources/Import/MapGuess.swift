// Proposes a field map from a file's header and first rows: a draft with reasons, for a person to check.
//
// Names decide first (the words Chinese and English exports use for each field), then what stands in the columns: dates,
// telephone numbers, long texts. The same file always gives the same draft, and no value of the file is written into it.

import Records
import YAML

package enum MapGuess {
    /// The draft for the file, as YAML with comments.
    package static func propose(_ options: ImportOptions, language: Language) throws(ImportError) -> String {
        let sample = try ColumnSample(options)
        return propose(sample, language: language)
    }

    static func propose(_ sample: ColumnSample, language: Language) -> String {
        var choice = Choice(sample)
        choice.byName()
        choice.byContent()
        return choice.yaml(language)
    }

    private struct Choice {
        let sample: ColumnSample
        /// Target → columns that feed it, in the file's order.
        var columnsOf: [String: [Int]] = [:]
        var reasonOf: [Int: Reason] = [:]

        enum Reason { case name, content }

        init(_ sample: ColumnSample) { self.sample = sample }

        var taken: Set<Int> { Set(columnsOf.values.joined()) }

        // MARK: Names

        mutating func byName() {
            // Exact names first, in the order of the table: a column called 标题 beats one called 标题备注.
            for (target, synonyms) in ColumnWords.table {
                for word in synonyms {
                    for index in sample.columns.indices where !taken.contains(index) {
                        guard ColumnName(sample.columns[index].name).folded == word else { continue }
                        add(index, to: target)
                    }
                }
            }
            for (target, synonyms) in ColumnWords.table where !ColumnWords.wholeNamesOnly.contains(target) {
                for word in synonyms where word.unicodeScalars.count >= 2 && !word.utf8.allSatisfy({ $0 < 0x80 }) {
                    for index in sample.columns.indices where !taken.contains(index) {
                        guard columnsOf[target] == nil || ColumnWords.severalColumns.contains(target),
                            ColumnName(sample.columns[index].name).folded.holds(word), !isForeign(index, to: target)
                        else { continue }
                        add(index, to: target)
                    }
                }
            }
        }

        /// 被投诉人电话 is not the complainant's telephone, 标题长度 no title.
        private func isForeign(_ index: Int, to target: String) -> Bool {
            let name = ColumnName(sample.columns[index].name).folded
            if target.hasPrefix("complainants"), ColumnWords.otherSide.contains(where: { name.holds($0) }) { return true }
            let column = sample.columns[index]
            if ColumnWords.dateTargets.contains(target) { return column.filled > 0 && !column.isDate }
            return ColumnWords.notAField.contains { name.hasSuffix($0) }
        }

        private mutating func add(_ index: Int, to target: String) {
            if columnsOf[target] != nil, !ColumnWords.severalColumns.contains(target) { return }
            // Its name says what it is: the rows whose dates cannot be read are told one by one.
            if ColumnWords.dateTargets.contains(target), sample.columns[index].filled > 0, !sample.columns[index].isHalfDates { return }
            columnsOf[target, default: []].append(index)
            reasonOf[index] = .name
        }

        // MARK: Content

        mutating func byContent() {
            func free(_ fits: (ColumnSample.Column) -> Bool) -> [Int] {
                sample.columns.indices.filter { !taken.contains($0) && fits(sample.columns[$0]) }
            }
            func addByContent(_ index: Int?, _ target: String) {
                guard let index, columnsOf[target] == nil else { return }
                columnsOf[target] = [index]
                reasonOf[index] = .content
            }
            addByContent(free { $0.isDate }.first, "receivedAt")
            addByContent(free { $0.isPhone }.first, "complainants[0].phone")
            if columnsOf["content"] == nil {
                addByContent(free { $0.meanLength >= 30 }.max { sample.columns[$0].meanLength < sample.columns[$1].meanLength }, "content")
            }
            if columnsOf["content"] == nil, columnsOf["title"] == nil {
                addByContent(free { $0.meanLength >= 8 && !$0.isDate }.max { sample.columns[$0].meanLength < sample.columns[$1].meanLength }, "title")
            }
            if columnsOf["registerNo"] == nil, columnsOf["id"] == nil { addByContent(free { $0.isUniqueCode }.first, "registerNo") }
        }

        // MARK: Draft

        func yaml(_ language: Language) -> String {
            func say(_ chinese: String, _ english: String) -> String { language == .chinese ? chinese : english }
            var text = YAMLText()
            text.comment(
                say(
                    "映射草稿：由表头和前 \(sample.rowCount) 行推测，请逐条核对后用 --map 导入。\n没有写到的列按原列名保留。",
                    "Draft of a field map, guessed from the header and the first \(sample.rowCount) rows. Check every line, then\nimport with --map. Columns not named here are kept under their own names."))
            text.mapping("source") { text in
                text.entry("format", sample.format.rawValue)
                if sample.format != .xlsx { text.entry("encoding", sample.encoding.rawValue) }
                if sample.format == .csv, let delimiter = sample.delimiter {
                    text.raw("delimiter", delimiter == 9 ? "tab" : "\"\(String(UnicodeScalar(delimiter)))\"")
                }
            }
            text.raw("timeZone", "\"+08:00\"")
            text.raw("keepUnmapped", "true")
            text.blankLine()
            text.mapping("fields") { text in
                if columnsOf["registerNo"] == nil, columnsOf["id"] == nil {
                    text.raw(
                        "id", "{hash: true}",
                        note: say("没有编号列：以整行内容的散列为编号", "no column with a number: a hash of the row names it"))
                }
                for (target, _) in ColumnWords.table {
                    guard let columns = columnsOf[target] else { continue }
                    write(target, columns, to: &text, say)
                }
                if columnsOf["receivedAt"] == nil {
                    // No date is made up: without this line every row is a reject that says what is missing.
                    text.comment(
                        say(
                            "没有找到日期列：请补一行，例如 receivedAt: 列名，或 receivedAt: {default: 2024-01-31}",
                            "no column with dates was found: add a line such as receivedAt: COLUMN, or receivedAt: {default: 2024-01-31}"))
                }
                if columnsOf["title"] == nil, columnsOf["content"] == nil {
                    text.comment(
                        say("缺少标题或内容：请补一行，例如 content: 列名", "no title or content was found: add a line such as content: COLUMN"))
                }
            }
            let left = sample.columns.indices.filter { !taken.contains($0) }
            if !left.isEmpty {
                text.blankLine()
                let names = left.map { sample.columns[$0].name }.joined(separator: say("、", ", "))
                text.comment(say("按原列名保留的列：\(names)", "Columns kept under their own names: \(names)"))
            }
            return text.text
        }

        private func write(_ target: String, _ columns: [Int], to text: inout YAMLText, _ say: (String, String) -> String) {
            let names = columns.map { sample.columns[$0].name }
            var notes: [String] = []
            if columns.contains(where: { reasonOf[$0] == .content }) {
                notes.append(say("按内容推测", "guessed from the content"))
            }
            if columns.count == 1, ColumnWords.dateTargets.contains(target), sample.columns[columns[0]].isSerial {
                text.raw(target, YAMLText.flow([("from", YAMLText.scalar(names[0])), ("dates", "excel")]), note: notes.first)
                return
            }
            if target == "category", names.count > 1 {
                text.raw(target, YAMLText.flow([("path", YAMLText.list(names))]), note: notes.first)
                return
            }
            if target == "keywords" {
                text.raw(
                    target, YAMLText.flow([("from", YAMLText.scalar(names[0])), ("split", YAMLText.list(["、", "，", ",", ";", "；"]))]),
                    note: notes.first)
                return
            }
            if names.count > 1 {
                text.raw(target, YAMLText.flow([("from", YAMLText.list(names)), ("join", "\"\\n\"")]), note: notes.first)
                return
            }
            if target == "receivedAt", sample.columns[columns[0]].filled < sample.rowCount {
                notes.append(say("有空行：缺日期的记录会退回，可加 default", "some are empty: those rows are rejected unless a default is given"))
            }
            text.raw(target, YAMLText.scalar(names[0]), note: notes.isEmpty ? nil : notes.joined(separator: say("；", "; ")))
        }
    }
}
