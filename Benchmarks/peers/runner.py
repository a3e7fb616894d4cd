"""What the runners in Python have in common: their arguments, reading documents and queries, the clock, result lines.

See README.md, "What a runner is"."""

import argparse
import itertools
import json
import os
import statistics
import time

COUNTED = ("character", "pair", "word", "piece", "and2", "or2", "filtered")


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("verb", choices=("build", "query"))
    for name in ("config", "index", "texts", "columns", "queries", "cuts"):
        parser.add_argument("--" + name, default="")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--limit", type=int, default=1 << 60)
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--budget", type=float, default=20)
    parser.add_argument("--clock", choices=("wall", "processor"), default="wall")
    return parser.parse_args()


def documents(options):
    """(number, day, category, text) of each document."""
    with open(options.texts, encoding="utf-8") as texts, open(options.columns, encoding="utf-8") as columns:
        for number, (text, column) in enumerate(itertools.islice(zip(texts, columns), options.limit)):
            day, category = column.rstrip("\n").split("\t")
            yield number, int(day), category, text.rstrip("\n")


def queries(options):
    """Class to its queries."""
    classes = {}
    with open(options.queries, encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            classes.setdefault(row["class"], []).append(row)
    return classes


def cuts(options):
    """Each part of a query to its words, as ICU cuts it, a blank between them."""
    with open(options.cuts, encoding="utf-8") as file:
        return json.load(file)


def say(**line):
    print(json.dumps(line, ensure_ascii=False), flush=True)


def measure(options, kind, mode, prepared, ask):
    """One pass to warm up, which also finds how many queries fit the budget; then the median of each over the passes."""
    clock = time.process_time if options.clock == "processor" else time.perf_counter
    start = time.perf_counter()
    count = 0
    for query in prepared:
        ask(query)
        count += 1
        if time.perf_counter() - start > options.budget / (options.passes + 1):
            break
    times = [[] for _ in range(count)]
    for _ in range(options.passes):
        for number in range(count):
            began = clock()
            ask(prepared[number])
            times[number].append(clock() - began)
    medians = sorted(statistics.median(each) * 1e6 for each in times)
    at = lambda share: round(medians[min(count - 1, int(share * count))], 1)
    say(measure="query", **{"class": kind}, mode=mode, clock=options.clock, queries=count, p50Us=at(0.5), p99Us=at(0.99),
        meanUs=round(statistics.mean(medians), 1))


def measure_all(options, prepare, top, count, leave_out=()):
    """Top 10 of every class, and counts where a scan can check them. `prepare` is outside the clock."""
    for kind, rows in queries(options).items():
        if kind in leave_out:
            continue
        prepared = [prepare(kind, row) for row in rows]
        measure(options, kind, "top10", prepared, lambda query: top(kind, query))
        if kind not in COUNTED or count is None:
            continue
        measure(options, kind, "count", prepared, count)
        # Slow engines count fewer queries: as many as would take three budgets.
        found, start = [], time.perf_counter()
        for query in prepared:
            found.append(count(query))
            if time.perf_counter() - start > 3 * options.budget:
                break
        say(measure="counts", **{"class": kind}, counts=found)


def bigrams(text):
    """Pairs of neighbouring characters within runs of letters and digits."""
    found, run = [], ""
    for character in text + " ":
        if character.isalnum():
            run += character
        else:
            found += [run[i:i + 2] for i in range(len(run) - 1)]
            run = ""
    return list(dict.fromkeys(found))


def fresh(path):
    """Removes what an earlier run left."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        if os.path.exists(path + suffix):
            os.remove(path + suffix)
