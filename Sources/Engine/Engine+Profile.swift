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

    package struct ProfileCheck: Sendable {
        package var id: String
        package var title: String
        package var counts: [(name: String, count: Int)]
        /// What can be read and is likely a slip.
        package var notices: [Notice]
    }

    /// Reads a profile file and everything it names.
    ///
    /// - Throws: `ProfileError` at the first word that cannot be used.
    package static func checkProfile(at path: String) throws -> ProfileCheck {
        let text = String(decoding: try SmallFile.read(path), as: UTF8.self)
        let profile = try Profile.read(text, file: path)
        for form in profile.forms {
            do throws(MapError) { _ = try FieldMap.parse(form.mapText) } catch {
                // Where it stands in this file, not in the map that is made of the form.
                let target: String? =
                    switch error.cause {
                    case .targetUnknown(let target, _), .targetNeedsMember(let target, _), .targetUnreadable(let target): target
                    default: nil
                    }
                let place = zip(form.columns, form.places).first { column, _ in target.map { column.field == $0 || column.field.hasPrefix($0) } ?? false }?.1
                guard let place else { throw ImportError.map(error, path: "\(path) (forms.\(form.id))") }
                throw ImportError.map(MapError(error.cause, line: place.line, column: place.column), path: path)
            }
        }
        return ProfileCheck(
            id: profile.id, title: profile.title,
            counts: [
                ("forms", profile.forms.count), ("categories", profile.categories.count), ("deadlines", profile.deadlines.count),
                ("numbering", profile.numbering.count), ("roles", profile.roles.count), ("users", profile.users.count),
            ],
            notices: likelySlips(in: profile))
    }

    /// Moments may bear any name a body writes in its events; one that is a letter off a known one would never come.
    private static func likelySlips(in profile: Profile) -> [Notice] {
        var notices: [Notice] = []
        let known = CaseTimeline.fields + EventType.allCases.map { Code($0).canonicalText }
        for rule in profile.deadlines {
            for moment in [rule.from] + rule.until where !known.contains(moment) {
                // So near that it differs in one sign of two.
                guard let near = known.first(where: { $0.count == moment.count && $0.count >= 2 && zip($0, moment).count { $0 != $1 } == 1 }), moment.count > 2 || near.first == moment.first else { continue }
                notices.append(Notice(
                    chinese: "期限“\(rule.title)”：事件“\(moment)”不是通用名称，是否想写“\(near)”？", english: "deadline '\(rule.title)': '\(moment)' is no usual event; did you mean '\(near)'?"))
            }
        }
        if profile.referenceCode.fondsName.isEmpty {
            notices.append(Notice(chinese: "referenceCode.fondsName（全宗名称）为空：封面上没有单位名称", english: "referenceCode.fondsName is empty: covers bear no name of the body"))
        }
        if profile.users.isEmpty {
            notices.append(Notice(chinese: "users 为空：凡能打开档案库文件夹的人都能看到全部内容", english: "users is empty: whoever can open the archive's folder sees everything"))
        }
        return notices
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
