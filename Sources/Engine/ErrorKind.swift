// What kind of mishap an error is, for programs that answer with a status instead of a text.

import Archive
import Glibc
import Import
import Index
import Records
import Search
import Store
import Tables
import TextAnalysis

package enum ErrorKind: String, Sendable {
    /// The caller must write something else.
    case mistake
    case forbidden
    case unknown
    /// An 案卷 that is not there, or that the caller may not see.
    case unknownFile
    /// Somebody else was first.
    case conflict
    /// Later it may work.
    case busy
    /// It takes longer than it may.
    case outOfTime
    case tooLarge
    case diskFull
    /// The archive or this program.
    case failure

    package init(of error: any Error) {
        switch error {
        case is OutOfTime: self = .outOfTime
        case AccessError.cannotAudit: self = .failure
        case AccessError.purposeMissing: self = .mistake
        case is AccessError: self = .forbidden
        case EngineError.recordUnknown, EngineError.savedQueryUnknown: self = .unknown
        case CaseError.unknown: self = .unknownFile
        case EngineError.recordAmbiguous, EngineError.versionChanged, EngineError.idFixed: self = .conflict
        case EngineError.wordFileBusy, EngineError.generationInMaking, EngineError.mattersInMaking, EngineError.archiveReplaced, EngineError.surveyInMaking:
            self = .busy
        case EngineError.system(_, let code) where code == ENOSPC || code == EDQUOT: self = .diskFull
        case EngineError.indexMissing, EngineError.system, EngineError.trendsFileUnreadable: self = .failure
        case EngineError.diskShort: self = .diskFull
        case is EngineError: self = .mistake
        case ArchiveError.writerActive: self = .busy
        case ArchiveError.recordTooLarge: self = .tooLarge
        case is ArchiveError: self = .failure
        case StoreError.diskFull: self = .diskFull
        case StoreError.readersFull: self = .busy
        case is StoreError, is IndexError: self = .failure
        case is QueryError, is RecordError, is ImportError, is ProfileError, is LexiconError, is TableError, is CaseError, is JSONError:
            self = .mistake
        default: self = .failure
        }
    }
}

extension QueryError {
    /// The place of the mistake in code points of the query, and the query as it can be read.
    package var members: JSONObject {
        var object: JSONObject = ["position": .number(String(position)), "length": .number(String(length))]
        object.set("mend", to: mended.map { .string($0) })
        return object
    }
}

/// Where in the query a query cannot be read; nil for every other error.
package func queryErrorMembers(_ error: any Error) -> JSONObject? { (error as? QueryError)?.members }
