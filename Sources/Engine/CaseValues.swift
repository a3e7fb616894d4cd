// Names under which those above the engine see what Archive keeps of a file.

import Archive

package typealias CaseFileView = CaseFile
package typealias CaseFileState = CaseFile.State

extension Engine {
    /// A file that appears whole or not at all.
    package static func writeFile(_ bytes: [UInt8], to path: String) throws { try SmallFile.replace(path, with: bytes) }
}
