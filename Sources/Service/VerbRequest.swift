// The verbs of the command line, run inside the service for a caller: one program, one output. The command line hands its
// runner in; this module never sees the verbs themselves.

import Engine
import Records

package struct VerbRequest: Sendable {
    package var arguments: [String]
    package var engine: EngineOptions
    package var user: String
    package var purpose: String?
    package var language: Language = .chinese
    /// Of the caller's terminal.
    package var columns = 80
    package var isTerminal = false
    package var hasColor = false
    /// Standard input.
    package var input: [UInt8] = []
    /// The only folder whose files the verb may touch.
    package var folder: String?

    package init(_ arguments: [String], engine: EngineOptions, user: String) {
        self.arguments = arguments
        self.engine = engine
        self.user = user
    }
}

package enum VerbStream: UInt8, Sendable { case exit = 0, results = 1, notices = 2, file = 3 }

/// Takes what the verb writes. Throws when nobody reads it any more.
package typealias VerbSink = @Sendable (VerbStream, [UInt8]) throws -> Void

package struct VerbOutcome: Sendable {
    /// 0 done or found, 1 nothing found, 2 error.
    package var exitCode: Int32
    package var kind: ErrorKind?
    package var error: (any Error)?

    package init(exitCode: Int32, kind: ErrorKind? = nil, error: (any Error)? = nil) {
        self.exitCode = exitCode
        self.kind = kind
        self.error = error
    }
}

package typealias VerbRunner = @Sendable (VerbRequest, @escaping VerbSink) -> VerbOutcome
