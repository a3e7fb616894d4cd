// `juanzong token`: who may come in without being a user of this machine.

import ArgumentParser
import Engine
import Records
import Service

struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: say("服务的令牌：新发、列出、撤销。", "Tokens for the service: give out, list, revoke."),
        discussion: say(
            "令牌供程序和没有代理的浏览器使用，代表 profile.yaml 中的一个用户；档案库只存其散列。",
            "Tokens are for programs, and for browsers without a proxy; each acts as one user of profile.yaml. The archive keeps only their hashes."),
        subcommands: [New.self, List.self, Revoke.self])

    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "new",
            abstract: say("发一个令牌，只显示这一次。", "Give out a token; it is shown this once."),
            discussion: say("例：juanzong token new --user 王敏 --name 窗口电脑 --days 90", "Example: juanzong token new --user wangmin --name desk --days 90"))

        @OptionGroup var archive: ArchiveOptions
        @Option(help: help("代表的用户（profile.yaml 中的）", "The user it acts as, of profile.yaml", value: "user"))
        var user: String
        @Option(help: help("做什么用", "What it is for", value: "name"))
        var name = ""
        @Option(help: help("有效天数", "Days until it expires", value: "n"))
        var days = 90
        @Flag(help: help("输出 JSON", "Print JSON"))
        var json = false

        func validate() throws {
            guard (1...3_660).contains(days) else { throw ValidationError(say("--days 取 1 至 3660", "--days takes 1 to 3660")) }
            guard !user.isEmpty else { throw ValidationError(say("--user 不能为空", "--user may not be empty")) }
        }

        func run() throws {
            let engine = try archive.open()
            try engine.requireAdministrator("token new")
            try engine.requireKnownUser(user)
            let made = try TokenCommand.store(engine).make(name: name, user: user, days: days)
            var output = Output()
            if json {
                var object = TokenCommand.object(made.token)
                object.set("token", to: .string(made.text))
                output.line(object)
            } else {
                output.line(made.text)
            }
            try output.flush()
            Notices.print(say(
                "令牌编号 \(made.token.id)，用户 \(user)，\(TokenCommand.day(made.token.expires)) 到期；请现在保存，以后不再显示",
                "token \(made.token.id) for \(user), until \(TokenCommand.day(made.token.expires)); keep it now, it is not shown again"))
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: say("列出令牌。", "List the tokens."))
        @OptionGroup var archive: ArchiveOptions
        @Flag(help: help("每个输出一个 JSON", "Print one JSON object a token"))
        var json = false

        func run() throws {
            let engine = try archive.open()
            try engine.requireAdministrator("token list")
            let tokens = TokenCommand.store(engine).all()
            var output = Output()
            for token in tokens {
                if json {
                    output.line(TokenCommand.object(token))
                } else {
                    let state = token.revoked != nil ? say("已撤销", "revoked") : token.isAlive ? say("有效", "valid") : say("已过期", "expired")
                    output.line(
                        "\(token.id)  \(state)  \(Terminal.line(token.user))  \(say("至", "until")) \(TokenCommand.day(token.expires))  \(Terminal.line(token.name))")
                }
            }
            try output.flush()
            guard !tokens.isEmpty else {
                if !json { Notices.print(say("没有令牌", "there are no tokens")) }
                throw ExitCode(Exit.nothingFound)
            }
        }
    }

    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke", abstract: say("撤销令牌，立即生效。", "Revoke a token, at once."),
            discussion: say("例：juanzong token revoke 3f9a0c21b7de", "Example: juanzong token revoke 3f9a0c21b7de"))
        @OptionGroup var archive: ArchiveOptions
        @Argument(help: help("令牌编号", "The token's id", value: "id"))
        var id: String

        func run() throws {
            let engine = try archive.open()
            try engine.requireAdministrator("token revoke")
            guard try TokenCommand.store(engine).revoke(id) else {
                Notices.print(say("没有编号为 \(id) 的令牌", "there is no token \(id)"))
                throw ExitCode(Exit.nothingFound)
            }
            Notices.print(say("已撤销", "revoked"))
        }
    }

    private static func store(_ engine: Engine) -> TokenStore { TokenStore(archivePath: engine.archivePath, archiveID: engine.archiveIDText) }

    private static func day(_ seconds: Int64) -> String { String(Timestamp(seconds: seconds)?.text.prefix(10) ?? "") }

    private static func object(_ token: AccessToken) -> JSONObject {
        [
            "id": .string(token.id), "name": .string(token.name), "user": .string(token.user), "created": .string(day(token.created)),
            "expires": .string(day(token.expires)), "revoked": .bool(token.revoked != nil), "valid": .bool(token.isAlive),
        ]
    }
}
