"""SQLite FTS5 as a runner. Configurations: trigrams (cannot match under 3 characters), words (cut by ICU). A contentless
table, and a table of days and categories beside it."""

import sqlite3
import time

import runner

options = runner.arguments()


def build():
    runner.fresh(options.index)
    tokenizer = "trigram" if options.config == "trigrams" else "unicode61"
    start = time.perf_counter()
    database = sqlite3.connect(options.index)
    database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-262144;")
    database.execute(f"CREATE VIRTUAL TABLE t USING fts5(text, content='', tokenize='{tokenizer}')")
    database.execute("CREATE TABLE d(id INTEGER PRIMARY KEY, day INT, category TEXT)")
    count = 0
    for number, day, category, text in runner.documents(options):
        database.execute("INSERT INTO t(rowid, text) VALUES(?, ?)", (number + 1, text))
        database.execute("INSERT INTO d VALUES(?, ?, ?)", (number + 1, day, category))
        count += 1
    database.execute("CREATE INDEX dc ON d(category, day)")
    database.commit()
    runner.say(measure="build", threads=1, records=count, seconds=round(time.perf_counter() - start, 3),
               version=sqlite3.sqlite_version)
    database.close()


def query():
    cuts = runner.cuts(options) if options.config == "words" else {}
    database = sqlite3.connect(options.index)
    database.executescript("PRAGMA cache_size=-524288; PRAGMA mmap_size=4294967296;")
    # CROSS JOIN makes the planner begin with the text.
    joined = "t CROSS JOIN d ON d.id = t.rowid WHERE t MATCH ?"
    condition = " AND d.category = ? AND d.day BETWEEN ? AND ?"

    def quoted(text):
        return '"' + cuts.get(text, text).replace('"', '""') + '"'

    def prepare(kind, row):
        if kind == "pasted":
            text = row["parts"][0]
            tokens = cuts[text].split(" ") if cuts else [text[i:i + 3] for i in range(len(text) - 2)]
            return (" OR ".join(quoted(each) for each in dict.fromkeys(tokens)),)
        match = (" OR " if kind == "or2" else " AND ").join(map(quoted, row["parts"]))
        return (match, row["category"], row["from"], row["to"]) if kind == "filtered" else (match,)

    def top(kind, values):
        if kind == "newest":
            sql = f"SELECT t.rowid FROM {joined} ORDER BY d.day DESC LIMIT 10"
        elif len(values) > 1:
            sql = f"SELECT t.rowid, rank FROM {joined}{condition} ORDER BY rank LIMIT 10"
        else:
            sql = "SELECT rowid, rank FROM t WHERE t MATCH ? ORDER BY rank LIMIT 10"
        return database.execute(sql, values).fetchall()

    def count(values):
        source = joined + condition if len(values) > 1 else "t WHERE t MATCH ?"
        return database.execute(f"SELECT count(*) FROM {source}", values).fetchone()[0]

    short = ("character", "pair", "word", "and2", "or2", "filtered", "newest")
    runner.measure_all(options, prepare, top, count, leave_out=short if options.config == "trigrams" else ())


build() if options.verb == "build" else query()
