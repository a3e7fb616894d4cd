// What the shell offers behind a tab: names of fields, and the values that the archive holds for them.

import ArgumentParser
import Engine
import Records

enum Completion {
    private static let valuesMax = 200

    static let facetFields = CompletionKind.custom { _, _, _ in Engine.facetFieldNames(in: .ofUser) }

    /// `field=`, and once that stands there the field's values, most frequent first.
    static let filters = CompletionKind.custom { words, _, prefix in
        guard let sign = prefix.firstIndex(of: "=") else { return Engine.facetFieldNames(in: .ofUser).map { $0 + "=" } }
        let name = String(prefix[..<sign])
        let values = (try? Engine(opening: options(words)).facetValues(of: name, beginning: String(prefix[sign...].dropFirst()))) ?? []
        return values.prefix(valuesMax).map { name + "=" + $0 }
    }

    /// The last name of a list with commas.
    static let columns = CompletionKind.custom { _, _, prefix in
        let before = prefix.lastIndex(of: ",").map { String(prefix[...$0]) } ?? ""
        return (say(["编号", "摘录"], ["id", "snippet"]) + Engine.columnFieldNames(in: .ofUser)).map { before + $0 }
    }

    /// In a query: `field:` and its values, `@name` of what was saved.
    static let query = CompletionKind.custom { words, _, prefix in
        // zsh takes what stands behind a colon for a description.
        let offers = inQuery(words, prefix)
        return CompletionShell.requesting == .zsh ? offers.map { $0.replacing(":", with: "\\:") } : offers
    }

    private static func inQuery(_ words: [String], _ prefix: String) -> [String] {
        if prefix.hasPrefix("@") {
            return ((try? Engine(opening: options(words)).savedQueries()) ?? []).map { "@" + $0.name }
        }
        guard let sign = prefix.firstIndex(where: { $0 == ":" || $0 == "：" }) else {
            return Engine.queryFieldNames(in: .ofUser).map { $0 + ":" }
        }
        let name = String(prefix[..<sign])
        let values = (try? Engine(opening: options(words)).facetValues(of: name, beginning: String(prefix[sign...].dropFirst()))) ?? []
        return values.prefix(valuesMax).map { value in
            name + ":" + (value.contains { $0.isWhitespace || "()\"（）".contains($0) } ? "\"\(value)\"" : value)
        }
    }

    /// The archive that the words before the cursor name.
    private static func options(_ words: [String]) -> EngineOptions {
        var path = environment("JUANZONG_ARCHIVE") ?? "archive"
        for (place, word) in words.enumerated() {
            if word == "--archive", place + 1 < words.count { path = words[place + 1] }
            if word.hasPrefix("--archive=") { path = String(word.dropFirst("--archive=".count)) }
        }
        return EngineOptions(archivePath: path)
    }

    private static func say(_ chinese: [String], _ english: [String]) -> [String] {
        Language.ofUser == .chinese ? chinese : english
    }
}

struct CompletionScript: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion",
        abstract: say("打印命令补全脚本：bash、zsh、fish。", "Print the completion script: bash, zsh, fish."),
        discussion: say(
            """
            补全命令、选项、字段名和库中的取值。

            例：juanzong completion bash \\
                    > ~/.local/share/bash-completion/completions/juanzong
                juanzong completion zsh > ~/.zfunc/_juanzong  # 须在 fpath 中
                juanzong completion fish > ~/.config/fish/completions/juanzong.fish
            """,
            """
            Completes verbs, options, names of fields and the values that the archive holds.

            Example: juanzong completion bash \\
                         > ~/.local/share/bash-completion/completions/juanzong
                     juanzong completion zsh > ~/.zfunc/_juanzong  # a folder of fpath
                     juanzong completion fish > ~/.config/fish/completions/juanzong.fish
            """))

    enum Shell: String, ExpressibleByArgument, CaseIterable { case bash, zsh, fish }

    @Argument(help: help("bash、zsh 或 fish", "bash, zsh or fish", value: "shell"))
    var shell: Shell

    func run() throws {
        let kind: CompletionShell =
            switch shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        var output = Output()
        var script = Juanzong.completionScript(for: kind)
        if shell == .bash { script = script.replacing(Self.bashEntry, with: Self.joiningBashEntry) }
        output.line(script)
        try output.flush()
    }

    private static let bashEntry = "complete -o filenames -F _juanzong juanzong"

    /// bash parts words at `=` and `:`, where `field=value` and `field:value` are one: they are joined before the parser's
    /// script sees them, and what stands before the parting sign is taken off its answers, as bash keeps it.
    private static let joiningBashEntry = """
        _juanzong_joined() {
            local rest="${COMP_LINE}" word cur prefix
            local -a joined=()
            local -i i n=-1 here=0
            for ((i = 0; i < ${#COMP_WORDS[@]}; i++)); do
                word="${COMP_WORDS[i]}"
                if ((n >= 0)) && [[ "${rest}" != [[:space:]]* ]]; then
                    joined[n]+="${word}"
                else
                    n+=1
                    joined[n]="${word}"
                fi
                rest="${rest#"${rest%%[![:space:]]*}"}"
                rest="${rest#"${word}"}"
                ((i == COMP_CWORD)) && here=n
            done
            COMP_WORDS=("${joined[@]}")
            COMP_CWORD=${here}
            cur="${joined[here]}"
            _juanzong "${1}" "${cur}" "${joined[here > 0 ? here - 1 : 0]}"
            prefix="${cur%"${cur##*[=:]}"}"
            if [[ -n "${prefix}" ]]; then
                for i in "${!COMPREPLY[@]}"; do COMPREPLY[i]="${COMPREPLY[i]#"${prefix}"}"; done
            fi
            if [[ "${COMPREPLY[0]}" == *[=:] ]]; then compopt -o nospace 2>/dev/null; fi
        }

        complete -o filenames -F _juanzong_joined juanzong
        """
}
