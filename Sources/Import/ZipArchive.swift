// The parts of a workbook, unpacked piece by piece by libzip; a part that unpacks to more than any honest workbook is
// refused, by what it claims and by what it then gives.

import CZip
import Glibc

@safe final class ZipArchive {
    /// A part may unpack to this much, and, past `ratioFreeBytes`, to no more than `ratioLimit` times its packed size.
    /// Sheets of real registers pack 8 to 30 times, sheets of empty formatted cells up to about 150 times.
    static let partLimitBytes = 8 << 30
    static let ratioFreeBytes = 32 << 20
    static let ratioLimit = 300

    private let handle: OpaquePointer
    let path: String

    /// Opens the file at `path`; a spooled standard input comes as `scratch`.
    init(path: String, scratch: ScratchFile?) throws(ImportError) {
        self.path = path
        var code: Int32 = 0
        let opened: OpaquePointer?
        if let scratch {
            lseek(scratch.descriptor, 0, SEEK_SET)
            let copy = dup(scratch.descriptor)  // libzip closes what it is given
            unsafe opened = zip_fdopen(copy, 0, &code)
        } else {
            unsafe opened = zip_open(path, ZIP_RDONLY, &code)
        }
        guard let opened = unsafe opened else { throw .workbookDamaged(path: path, part: "zip") }
        unsafe handle = opened
    }

    deinit { unsafe zip_discard(handle) }

    /// Of all parts, in the order of the archive.
    var names: [String] {
        let count = unsafe zip_get_num_entries(handle, 0)
        // Holds: the name belongs to the archive and is copied at once.
        return (0..<max(0, count)).compactMap { place in unsafe zip_get_name(handle, zip_uint64_t(place), 0).map { unsafe String(cString: $0) } }
    }

    func has(_ part: String) -> Bool { unsafe zip_name_locate(handle, part, 0) >= 0 }

    func open(_ part: String) throws(ImportError) -> ZipPart {
        let index = unsafe zip_name_locate(handle, part, 0)
        guard index >= 0 else { throw .workbookDamaged(path: path, part: part) }
        var status = unsafe zip_stat_t()
        guard unsafe zip_stat_index(handle, zip_uint64_t(index), 0, &status) == 0 else {
            throw .workbookDamaged(path: path, part: part)
        }
        let packed = unsafe Int(clamping: status.comp_size)
        let unpacked = unsafe Int(clamping: status.size)
        let limit = min(Self.partLimitBytes, max(Self.ratioFreeBytes, packed.multipliedReportingOverflow(by: Self.ratioLimit).partialValue))
        guard unpacked <= limit else { throw .workbookTooLarge(path: path, part: part) }
        guard let stream = unsafe zip_fopen_index(handle, zip_uint64_t(index), 0) else {
            throw .workbookDamaged(path: path, part: part)
        }
        return unsafe ZipPart(stream, archive: self, name: part, sizeBytes: unpacked, limitBytes: limit)
    }

    /// A whole small part.
    func bytes(of part: String) throws(ImportError) -> [UInt8] {
        let stream = try open(part)
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let got = try stream.read(into: &chunk)
            if got == 0 { return bytes }
            bytes += chunk[..<got]
            guard bytes.count <= Self.ratioFreeBytes else { throw .workbookTooLarge(path: path, part: part) }
        }
    }
}

@safe final class ZipPart {
    private let stream: OpaquePointer
    private let archive: ZipArchive
    let name: String
    let sizeBytes: Int
    private let limitBytes: Int
    private(set) var readBytes = 0

    fileprivate init(_ stream: OpaquePointer, archive: ZipArchive, name: String, sizeBytes: Int, limitBytes: Int) {
        unsafe self.stream = unsafe stream
        self.archive = archive
        self.name = name
        self.sizeBytes = sizeBytes
        self.limitBytes = limitBytes
    }

    deinit { unsafe zip_fclose(stream) }

    /// Fills `bytes` from its start; 0 at the end.
    func read(into bytes: inout [UInt8]) throws(ImportError) -> Int {
        // Holds: libzip writes at most `count` bytes into the array's own storage.
        let got = unsafe bytes.withUnsafeMutableBytes { unsafe zip_fread(stream, $0.baseAddress, zip_uint64_t($0.count)) }
        guard got >= 0 else { throw .workbookDamaged(path: archive.path, part: name) }
        readBytes += Int(got)
        guard readBytes <= limitBytes else { throw .workbookTooLarge(path: archive.path, part: name) }
        return Int(got)
    }
}
