"""Near-duplicates over one corpus: datasketch, rensa and a SimHash beside `juanzong check --batch --verdict D0,D1`.

Question: how many records a second does each take from texts to verified pairs, and which of the true pairs does it find?
Input:  --records FILE (record JSON, one a line), --archive DIR (the same records imported), --juanzong PATH.
        Python packages: datasketch, rensa, simhash (pip brings numpy with them).
Output: a JSON object a peer on standard output: peer, records, seconds, cpuSeconds, recordsPerSecond, pairs, recall.

Truth: all pairs whose contents have a Jaccard similarity of 0.8 and more over runs of three letters, found by prefix
filtering over complete lists (as tools/quality duplicates --parts sketch does), so that no sketch judges itself. Peers
verify each candidate exactly, as juanzong does; shingling counts for all. juanzong reads its archive from disk, works out
verdicts with persons and respondents, and finds pairs by containment too: those beyond the truth are not counted against it.

Many records: with --truth-sample N the truth is all such pairs of N records drawn at random (seed 1) with any other, and the
peers keep the shingles that they verify with as arrays of 64-bit hashes, without which a million texts would take 30 GB.
"""

import argparse
import array
import collections
import json
import random
import re
import subprocess
import sys
import time

options = argparse.ArgumentParser()
options.add_argument("--records", required=True)
options.add_argument("--archive")
options.add_argument("--juanzong")
options.add_argument("--only", nargs="*", default=["juanzong", "rensa", "datasketch", "simhash"])
options.add_argument("--limit", type=int, default=20_000, help="records taken by the peers in Python")
options.add_argument("--truth-sample", type=int, help="records whose pairs are the truth; all if not given")
options.add_argument("--missed", action="store_true", help="print the ids and the similarity of true pairs not found on standard error")
options = options.parse_args()

RUN = re.compile(r"[^\W\d_]+")
THRESHOLD = 0.8
PERMUTATIONS = 128

ids, texts = [], []
for line in open(options.records, encoding="utf-8"):
    record = json.loads(line)
    ids.append(record["id"])
    texts.append(record.get("content") or record.get("title") or "")
    if len(ids) >= options.limit:
        break


def shingles(text):
    found = set()
    for run in RUN.findall(text.lower()):
        if len(run) == 2:
            found.add(run)
        found.update(run[i : i + 3] for i in range(len(run) - 2))
    return found


def jaccard(a, b):
    common = len(a & b)
    return common / (len(a) + len(b) - common) if a or b else 0.0


def sampled_truth():
    sample = random.Random(1).sample(range(len(texts)), options.truth_sample)
    sets = {place: shingles(texts[place]) for place in sample}
    count = collections.Counter({shingle: 0 for own in sets.values() for shingle in own})
    for text in texts:
        for shingle in shingles(text):
            if shingle in count:
                count[shingle] += 1
    lists = collections.defaultdict(list)
    for place, own in sets.items():
        rarest = sorted(own, key=lambda shingle: (count[shingle], shingle))
        for shingle in rarest[: len(rarest) - int(-(-THRESHOLD * len(rarest) // 1)) + 1]:
            lists[shingle].append(place)
    pairs = set()
    for other, text in enumerate(texts):
        own = shingles(text)
        for place in {place for shingle in own for place in lists.get(shingle, ())}:
            if place != other and jaccard(own, sets[place]) >= THRESHOLD:
                pairs.add((min(place, other), max(place, other)))
    return pairs


def truth():
    if options.truth_sample:
        return sampled_truth()
    sets = [shingles(text) for text in texts]
    count = collections.Counter(shingle for own in sets for shingle in own)
    lists = collections.defaultdict(list)
    pairs = set()
    for place, own in enumerate(sets):
        rarest = sorted(own, key=lambda shingle: (count[shingle], shingle))
        prefix = rarest[: len(rarest) - int(-(-THRESHOLD * len(rarest) // 1)) + 1]
        for other in {other for shingle in prefix for other in lists[shingle]}:
            if jaccard(own, sets[other]) >= THRESHOLD:
                pairs.add((other, place))
        for shingle in prefix:
            lists[shingle].append(place)
    return pairs


def kept(own):
    """A set as it is kept to be verified with later."""
    return array.array("q", map(hash, own)) if options.truth_sample else own


def verified(candidates, sets, place):
    others = [other for other in candidates if other != place]
    if not others:
        return set()
    own = set(sets[place])

    def alike(other):
        common = len(own.intersection(other))
        return common >= THRESHOLD * (len(own) + len(other) - common) and len(own) > 0

    return {(other, place) for other in others if alike(sets[other])}


def rensa():
    import rensa

    sets, pairs = [], set()
    index = rensa.RMinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS, num_bands=16)
    for place, text in enumerate(texts):
        own = shingles(text)
        sets.append(kept(own))
        sketch = rensa.RMinHash(num_perm=PERMUTATIONS, seed=1)
        sketch.update(list(own))
        pairs |= verified(index.query(sketch), sets, place)
        index.insert(place, sketch)
    return pairs


def datasketch():
    import datasketch

    sets, pairs = [], set()
    index = datasketch.MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    for place, text in enumerate(texts):
        own = shingles(text)
        sets.append(kept(own))
        sketch = datasketch.MinHash(num_perm=PERMUTATIONS, seed=1)
        sketch.update_batch([shingle.encode() for shingle in own])
        pairs |= verified(index.query(sketch), sets, place)
        index.insert(place, sketch)
    return pairs


def simhash():
    import simhash

    sets, pairs = [], set()
    index = simhash.SimhashIndex([], k=3)
    for place, text in enumerate(texts):
        own = shingles(text)
        sets.append(kept(own))
        sketch = simhash.Simhash(list(own))
        pairs |= verified([int(other) for other in index.get_near_dups(sketch)], sets, place)
        index.add(str(place), sketch)
    return pairs


def juanzong():
    command = [options.juanzong, "check", "--archive", options.archive, "--batch", "--verdict", "D0,D1", "--json", "--limit", "1000"]
    answer = subprocess.run(command, capture_output=True, text=True)
    places = {name: place for place, name in enumerate(ids)}
    pairs = set()
    for line in filter(None, answer.stdout.split("\n")):  # a text may hold other marks that end lines
        found = json.loads(line)
        if found["query"] in places and found["id"] in places:
            pairs.add(tuple(sorted((places[found["query"]], places[found["id"]]))))
    return pairs


def main():
    import resource

    expected = truth()
    for name in options.only:
        before = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        began = time.perf_counter()
        pairs = globals()[name]()
        seconds = time.perf_counter() - began
        after = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        cpu = sum(b.ru_utime + b.ru_stime - a.ru_utime - a.ru_stime for a, b in zip(before, after))
        row = {
            "peer": name, "records": len(texts), "seconds": round(seconds, 2), "cpuSeconds": round(cpu, 2),
            "recordsPerSecond": round(len(texts) / seconds), "recordsPerCpuSecond": round(len(texts) / cpu),
            "peakMiB": max(resource.getrusage(who).ru_maxrss for who in (
                [resource.RUSAGE_CHILDREN] if name == "juanzong" else [resource.RUSAGE_SELF])) // 1024,
            "pairs": len(pairs), "truth": len(expected),
            "recall": round(len(pairs & expected) / max(1, len(expected)), 4),
        }
        print(json.dumps(row), flush=True)
        if options.missed:
            for one, other in sorted(expected - pairs):
                print(name, ids[one], ids[other], round(jaccard(shingles(texts[one]), shingles(texts[other])), 3), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
