"""Groonga as a runner: the command, driven through a pipe (some 0.15 ms a round trip, counted). TokenBigram with
positions; the index is made after loading, its fastest way."""

import json
import os
import re
import subprocess
import time

import runner

options = runner.arguments()
database = os.path.join(options.index, "db")

SCHEMA = """table_create Docs TABLE_NO_KEY
table_create Categories TABLE_PAT_KEY ShortText
table_create Days TABLE_PAT_KEY Int32
column_create Docs day COLUMN_SCALAR Days
column_create Docs category COLUMN_SCALAR Categories
column_create Docs text COLUMN_SCALAR Text
column_create Categories docs COLUMN_INDEX Docs category
column_create Days docs COLUMN_INDEX Docs day
table_create Terms TABLE_PAT_KEY ShortText --default_tokenizer TokenBigram --normalizer NormalizerAuto
"""
INDEX = "column_create Terms docs COLUMN_INDEX|WITH_POSITION Docs text\n"


def groonga(commands, *flags):
    subprocess.run(["groonga", "--file", commands, *flags, database], stdout=subprocess.DEVNULL, check=True)


def build():
    os.makedirs(options.index)
    path = lambda name: os.path.join(options.index, name)
    with open(path("schema.grn"), "w") as file:
        file.write(SCHEMA)
    with open(path("index.grn"), "w") as file:
        file.write(INDEX)
    count = 0
    with open(path("load.grn"), "w", encoding="utf-8") as file:
        file.write("load --table Docs\n[\n")
        for number, day, category, text in runner.documents(options):
            row = json.dumps({"day": day, "category": category, "text": text}, ensure_ascii=False)
            file.write((",\n" if number else "") + row)
            count += 1
        file.write("\n]\n")
    groonga(path("schema.grn"), "-n")
    start = time.perf_counter()
    groonga(path("load.grn"))
    groonga(path("index.grn"))
    seconds = time.perf_counter() - start
    for name in ("schema.grn", "index.grn", "load.grn"):
        os.remove(path(name))
    version = subprocess.run(["groonga", "--version"], capture_output=True, text=True).stdout.split()[1]
    answer = subprocess.run(["groonga", database, "object_inspect", "Terms.docs"], capture_output=True, text=True).stdout
    runner.say(measure="build", threads=1, records=count, seconds=round(seconds, 3), version=version,
               indexBytes=json.loads(answer)[1].get("disk_usage"))


def query():
    options.clock = "wall"  # the work is done in another process
    process = subprocess.Popen(["groonga", database], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def command(text):
        process.stdin.write(text.encode() + b"\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    command("cache_limit 0")
    matches = lambda text: 'text @ "' + re.sub(r'(["\\])', r"\\\1", text) + '"'

    def prepare(kind, row):
        if kind == "pasted":
            asked = " || ".join(matches(pair) for pair in runner.bigrams(row["parts"][0]))
        else:
            asked = (" || " if kind == "or2" else " && ").join(map(matches, row["parts"]))
        if kind == "filtered":
            asked += f' && category == "{row["category"]}" && day >= {row["from"]} && day <= {row["to"]}'
        return asked.replace("'", "\\'")

    def top(kind, asked):
        key = "-day" if kind == "newest" else "-_score"
        return command(f"select Docs --filter '{asked}' --output_columns _id,_score --sort_keys {key} --limit 10")

    count = lambda asked: command(f"select Docs --filter '{asked}' --output_columns _id --limit 0")[1][0][0][0]
    runner.measure_all(options, prepare, top, count)
    process.stdin.close()
    process.wait()


build() if options.verb == "build" else query()
