// Names under which those above the engine see what Archive keeps of a file.

import Archive

package typealias CaseFileView = CaseFile

/// A record of a file, as a list names it.
package struct RecordTitle: Sendable, Equatable {
    package var id: String
    package var title: String
    package var date: String
}
package typealias CaseFileState = CaseFile.State

extension Engine {
    /// A file that appears whole or not at all.
    package static func writeFile(_ bytes: [UInt8], to path: String) throws { try SmallFile.replace(path, with: bytes) }
}

/// A page of the list of files, the newest first.
package struct CaseListRequest: Sendable {
    static let limitMax = 1_000

    package var state: CaseFile.State?
    /// Only those whose paper is handed out.
    package var isOut = false
    package var limit = 100
    /// The id of the last file of the page before.
    package var after: String?

    package init() {}
}

package struct CasePage: Sendable {
    package var files: [CaseFile]
    /// Of all pages, whatever state was asked for.
    package var counts: [CaseFile.State: Int]
    package var hasMore: Bool
}
