// A new archive, and what this program is made of.

import Archive
import CICU
import Index
import Records
import Store
import TextAnalysis

extension Engine {
    /// Makes a new archive and its key file; returns the key's path.
    package static func create(_ options: EngineOptions, profile: String?) throws -> String {
        var contents = ArchiveFolder.Contents()
        contents.profile = try Profile.wholeText(profile ?? Profile.generalID)
        return try create(options, contents)
    }

    static func create(_ options: EngineOptions, _ contents: ArchiveFolder.Contents) throws -> String {
        let folder = try ArchiveFolder.create(at: options.archivePath, contents: contents, keyPath: options.keyPath)
        try createIndex(in: folder)
        return options.keyPath ?? folder.defaultKeyPath
    }

    package static let programVersion = "0.1.0"

    /// For a program at its start: exhausted memory then ends it with a notice and exit code 2, and not as a crash.
    package static func tellExhaustedMemory() { ExhaustedMemory.watch() }

    /// Program, libraries and formats: name and version.
    package static var versions: [(name: String, version: String)] {
        [
            ("juanzong", programVersion),
            ("ICU", unsafe String(cString: cicu_version())),
            ("Unicode", unsafe String(cString: cicu_unicodeVersion())),
            ("LMDB", Environment.libraryVersion),
            ("index format", "\(IndexGeneration.format) (\(IndexFolder.stamp.text))"),
        ]
    }
}
