// A file, opened: what it was found to be, its rows batch by batch, and where to go on after an interruption.
//
//     var reader = try RecordReader(ImportOptions(path: "export.csv", map: map))
//     while let batch = try reader.nextRawBatch() { … reader.decoder.decode(batch) … }   // decode on any thread

import Records

package struct ImportOptions: Sendable {
    /// `-` is standard input.
    package var path: String
    /// Nil: by content, then by the name's ending.
    package var format: InputFormat?
    /// Nil: found from the content. What the map says comes before the finding, this before the map.
    package var encoding: TextEncoding?
    package var map: FieldMap?
    /// For notices about the map.
    package var mapPath = "map"
    package var startPoint: ResumePoint?
    /// Bytes read at once.
    var chunkBytes = 256 << 10

    package init(path: String, format: InputFormat? = nil, map: FieldMap? = nil) {
        self.path = path
        self.format = format
        self.map = map
    }
}

package struct RecordReader {
    package struct Detected: Sendable {
        package var format: InputFormat
        package var encoding: TextEncoding
        package var delimiter: UInt8?
        package var columns: [String] = []
        /// Sheets left out because their header is another.
        package var skippedSheets: [String] = []
    }

    private enum Cutter {
        case lines(JSONLinesReader)
        case table(CSVReader)
        case workbook(WorkbookReader)
        /// While a batch is being cut: keeps the reader's arrays from being copied.
        case moved
    }

    package let decoder: RecordDecoder
    package let totalBytes: Int?
    /// False when a resume point was given for another state of the file: then everything is read again.
    package let isResumed: Bool
    private var cutter: Cutter
    private var found: Detected
    private let file: InputFile
    private let fingerprint: String

    package init(_ options: ImportOptions) throws(ImportError) {
        try self.init(options, decodes: true)
    }

    /// - Parameter decodes: false to look at raw rows only, when no map is known yet.
    init(_ options: ImportOptions, decodes: Bool) throws(ImportError) {
        let file = try InputFile(path: options.path)
        let fingerprint = file.fingerprint
        self.file = file
        self.fingerprint = fingerprint
        totalBytes = file.sizeBytes
        let map = options.map
        let format = try FormatFinding.format(
            of: file, named: options.path, wanted: options.format ?? map?.source.format)
        let start = options.startPoint.flatMap { $0.fingerprint == fingerprint ? $0 : nil }
        isResumed = start != nil
        var found = Detected(format: format, encoding: .utf8)
        var cutter: Cutter

        switch format {
        case .xlsx:
            let scratch = file.sizeBytes == nil ? try Self.spool(file) : nil
            let reader = try WorkbookReader(
                path: options.path, scratch: scratch, sheet: map?.source.sheet, headerRow: map?.source.headerRow)
            found.columns = reader.columns
            cutter = .workbook(reader)
        case .jsonl, .csv:
            let sample = EncodingSample(pieces: file.sample())
            var finding = sample.finding()
            if let wanted = options.encoding ?? map?.source.encoding, wanted != finding.encoding {
                finding = .init(encoding: wanted, markBytes: 0)
            }
            found.encoding = finding.encoding
            let source = try TextSource(
                file: file, encoding: finding.encoding, start: finding.markBytes, chunkBytes: options.chunkBytes)
            if format == .jsonl {
                cutter = .lines(JSONLinesReader(source: source))
            } else {
                var dialect = CSVDialect.found(in: try Self.headText(of: source))
                if let delimiter = map?.source.delimiter { dialect.delimiter = delimiter }
                found.delimiter = dialect.delimiter
                // The head was read for the finding; the rows begin at the same place.
                let fresh = try TextSource(
                    file: file, encoding: finding.encoding, start: finding.markBytes, chunkBytes: options.chunkBytes)
                var reader = try CSVReader(source: fresh, dialect: dialect)
                found.columns = try Self.header(of: &reader, row: map?.source.headerRow)
                reader.columnCount = found.columns.count
                cutter = .table(reader)
            }
        }

        if found.columns.isEmpty, format != .jsonl, map?.source.headerRow != nil { throw .headerMissing(path: file.name) }
        // A file that holds something is no empty table: it is none at all.
        if decodes, found.columns.isEmpty, format == .csv, file.head.dropFirst(3).contains(where: { $0 > 0x20 }) {
            throw file.head.contains(0) && found.encoding.unitBytes == 1 ? .formatNotRead(path: file.name, looksLike: .binary) : .headerMissing(path: file.name)
        }
        var sheets: [String] = []
        if case .workbook(let reader) = cutter { sheets = reader.sheetNames }
        var effective = map
        if effective == nil, format != .jsonl, decodes { effective = try Self.implicitMap(found.columns, path: file.name) }
        let isEmptyTable = format != .jsonl && found.columns.isEmpty
        do throws(MapError) {
            decoder = try RecordDecoder(
                format: format, encoding: found.encoding, columns: found.columns, sheets: sheets,
                map: isEmptyTable ? nil : effective)
        } catch {
            throw .map(error, path: options.mapPath)
        }

        if let start {
            switch cutter {
            case .lines(var reader):
                try reader.resume(at: start)
                cutter = .lines(reader)
            case .table(var reader):
                try reader.resume(at: start)
                cutter = .table(reader)
            case .workbook(var reader):
                try reader.resume(at: start)
                cutter = .workbook(reader)
            case .moved: break
            }
        }
        self.cutter = cutter
        self.found = found
    }

    package var detected: Detected {
        var detected = found
        if case .workbook(let reader) = cutter { detected.skippedSheets = reader.skippedSheets }
        return detected
    }

    /// For a progress bar; on a workbook an estimate from the unpacked size.
    package var bytesRead: Int {
        if case .workbook(let reader) = cutter { return Int(reader.progress * Double(totalBytes ?? 0)) }
        return file.position
    }

    package var resumePoint: ResumePoint {
        var point =
            switch cutter {
            case .lines(let reader): reader.resumePoint
            case .table(let reader): reader.resumePoint
            case .workbook(let reader): reader.resumePoint
            case .moved: ResumePoint()
            }
        point.fingerprint = fingerprint
        return point
    }

    private var bytesOfLastBatch = 0

    /// Rows cut but not decoded; nil at the end.
    package mutating func nextRawBatch(maxRows: Int = 1000, maxBytes: Int = 4 << 20) throws(ImportError) -> RawBatch? {
        precondition(maxRows > 0 && maxBytes > 0)
        var batch = RawBatch(resumePoint: ResumePoint(), bytesExpected: min(bytesOfLastBatch + bytesOfLastBatch / 16, 1 << 20))
        defer { bytesOfLastBatch = batch.byteCount }
        switch cutter {
        case .lines(var reader):
            cutter = .moved
            defer { cutter = .lines(reader) }
            try reader.fill(&batch, maxRows: maxRows, maxBytes: maxBytes)
        case .table(var reader):
            cutter = .moved
            defer { cutter = .table(reader) }
            try reader.fill(&batch, maxRows: maxRows, maxBytes: maxBytes)
        case .workbook(var reader):
            cutter = .moved
            defer { cutter = .workbook(reader) }
            try reader.fill(&batch, maxRows: maxRows, maxBytes: maxBytes)
        case .moved: preconditionFailure("a reader is used by one thread at a time")
        }
        batch.resumePoint = resumePoint
        return batch.isEmpty ? nil : batch
    }

    /// Rows cut and decoded; empty at the end.
    package mutating func next(maxRows: Int = 1000, maxBytes: Int = 4 << 20) throws(ImportError) -> [ImportedRow] {
        guard let batch = try nextRawBatch(maxRows: maxRows, maxBytes: maxBytes) else { return [] }
        return decoder.decode(batch)
    }

    // MARK: Opening

    /// The first text of the file, always the same whatever the size of the chunks.
    private static func headText(of source: TextSource) throws(ImportError) -> [UInt8] {
        var source = source
        let wanted = 64 << 10
        while source.count < wanted, try source.refill() {}
        return Array(source.window[source.start..<min(source.end, source.start + wanted)])
    }

    private static func header(of reader: inout CSVReader, row wanted: Int?) throws(ImportError) -> [String] {
        var only: (names: [String], after: ResumePoint)?
        var looked = 0
        while looked < HeaderRow.searchRows || wanted != nil {
            var batch = RawBatch(resumePoint: ResumePoint())
            try reader.fill(&batch, maxRows: 1, maxBytes: .max)
            guard let row = batch.rows.first else { break }
            looked += 1
            guard row.problem == nil, let cells = batch.texts(of: row) else { continue }
            if let wanted {
                if row.line < wanted { continue }
                return HeaderRow.names(cells)
            }
            if HeaderRow.mayBeHeader(cells) { return HeaderRow.names(cells) }
            if only == nil { only = (HeaderRow.names(cells), reader.resumePoint) }
        }
        guard let only else { return [] }
        try reader.resume(at: only.after)
        return only.names
    }

    /// Columns that are named like the fields themselves need no map.
    private static func implicitMap(_ columns: [String], path: String) throws(ImportError) -> FieldMap? {
        if columns.isEmpty { return nil }
        var map = FieldMap()
        for name in columns {
            guard let target = TargetPath(name), let kind = RecordSchema.kind(of: target) else { continue }
            var rule = FieldMap.Rule(
                target: target, feed: .joined([FieldMap.Column(name: name, line: 0, column: 0)], separator: " "))
            if kind == .date { rule.dates = DateRule(readings: [.auto], zoneMinutes: map.zoneMinutes) }
            rule.isNumber = kind == .number
            map.rules.append(rule)
        }
        func feeds(_ names: String...) -> Bool { map.rules.contains { names.contains($0.target.description) } }
        guard feeds("id", "registerNo"), feeds("receivedAt"), feeds("title", "content") else { throw .mapNeeded(path: path) }
        return map
    }

    /// A workbook is read back and forth: standard input goes to a file without a name first.
    private static func spool(_ file: InputFile) throws(ImportError) -> ScratchFile {
        let scratch = try ScratchFile()
        var chunk = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let got = try file.read(into: &chunk, at: 0, atMost: chunk.count)
            if got == 0 { return scratch }
            try scratch.append(chunk[..<got])
        }
    }
}
