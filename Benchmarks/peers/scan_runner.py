"""A plain scan as a runner: ripgrep or grep over the texts, what people do without an index. Asks few queries a class,
for the time of a scan hardly depends on the query; its counts check the ones all others are compared with."""

import subprocess

import runner

options = runner.arguments()
COMMANDS = {
    "ripgrep": ["rg", "--fixed-strings", "--count", "--threads", "1", "--no-config"],
    "grep": ["grep", "--fixed-strings", "--count"],
}


def count(text):
    environment = {"LC_ALL": "C", "PATH": "/usr/bin:/bin:/usr/local/bin"}
    answer = subprocess.run(COMMANDS[options.config] + ["--", text, options.texts], capture_output=True, env=environment)
    return int(answer.stdout or 0)


if options.verb == "query":
    options.passes = 3
    options.clock = "wall"  # the work is done in another process
    for kind, rows in runner.queries(options).items():
        if kind in ("character", "pair", "word", "piece"):
            parts = [row["parts"][0] for row in rows[:20]]
            runner.measure(options, kind, "count", parts, count)
            runner.say(measure="counts", **{"class": kind}, counts=[count(part) for part in parts])
