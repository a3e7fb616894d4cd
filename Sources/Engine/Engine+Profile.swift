// The body's rules: shipped ones listed and shown, a file checked, the archive's own read once.

import Archive
import Import
import Records

extension Engine {
    /// Identifier, title and source of every shipped profile.
    package static func shippedProfiles() throws -> [(id: String, title: String, source: String)] {
        try Profile.shippedIDs.map { id in
            let profile = try Profile.shipped(id)
            return (profile.id, profile.title, profile.source ?? "")
        }
    }

    /// A shipped profile with all it extends, as YAML.
    package static func shippedProfileText(_ id: String) throws -> String { try Profile.wholeText(id) }

    /// The archive's own rules as they stand in its file.
    package func profileText() throws -> String { String(decoding: try SmallFile.read(folder.profilePath), as: UTF8.self) }

    /// Reads a profile file and everything it names.
    ///
    /// - Returns: identifier, title, and what stands in it, as numbers.
    package static func checkProfile(at path: String) throws -> (id: String, title: String, counts: [(name: String, count: Int)]) {
        let text = String(decoding: try SmallFile.read(path), as: UTF8.self)
        let profile = try Profile.read(text, file: path)
        for form in profile.forms {
            do { _ = try FieldMap.parse(form.mapText) } catch {
                throw ImportError.map(error, path: "\(path) (forms.\(form.id))")
            }
        }
        return (
            profile.id, profile.title,
            [
                ("forms", profile.forms.count), ("categories", profile.categories.count), ("deadlines", profile.deadlines.count),
                ("numbering", profile.numbering.count), ("roles", profile.roles.count), ("users", profile.users.count),
            ]
        )
    }

    /// A first profile for a body of its own, built on a shipped one.
    package static func newProfile(id: String, title: String, from base: String) throws -> String {
        let whole = try Profile.wholeText(base)
        let lines = whole.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
            !["id:", "title:", "source:"].contains { line.hasPrefix($0) }
        }
        return "# juanzong profile check FILE 检查本文件\nid: \(id)\ntitle: \(title)\nsource: \(base)\n" + lines.joined(separator: "\n")
    }
}
