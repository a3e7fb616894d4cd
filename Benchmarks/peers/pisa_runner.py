"""PISA as a runner, through the native module of pyterrier-pisa: words cut by ICU, no positions, no filters, no counts.
Words are given to it as w0, w1, …, since its reader of plain text drops Chinese."""

import ctypes
import glob
import importlib.util
import json
import os
import sys
import time

import numpy

import runner

options = runner.arguments()
ENCODING = "block_simdbp"


def native():
    ctypes.CDLL(os.path.join(sys.prefix, "lib", "libtbb.so.2"), mode=ctypes.RTLD_GLOBAL)
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    library = glob.glob(packages + "/pyterrier_pisa/_pisathon*.so")[0]
    spec = importlib.util.spec_from_file_location("_pisathon", library)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def build():
    pisa = native()
    os.makedirs(options.index)
    vocabulary, count = {}, 0
    with open(options.index + "/words.txt", "w") as file:
        for number, _, _, text in runner.documents(options):
            file.write(f"{number} " + " ".join(f"w{vocabulary.setdefault(word, len(vocabulary))}" for word in text.split()) + "\n")
            count += 1
    with open(options.index + "/vocabulary.json", "w") as file:
        json.dump(vocabulary, file, ensure_ascii=False)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # its progress bars
    start = time.perf_counter()
    pisa.index(options.index + "/words.txt", options.index, "", 100000, options.threads)
    context = pisa.RetrievalContext()
    pisa.prepare_index(context, options.index, ENCODING, "bm25", "", bm25_k1=1.2, bm25_b=0.75)
    seconds = time.perf_counter() - start
    used = glob.glob(options.index + "/*" + ENCODING) + glob.glob(options.index + "/bm25*bmw.64")
    runner.say(measure="build", threads=options.threads, records=count, seconds=round(seconds, 3),
               indexBytes=sum(map(os.path.getsize, used)), version="pyterrier-pisa")


def query():
    pisa, cuts = native(), runner.cuts(options)
    with open(options.index + "/vocabulary.json") as file:
        vocabulary = json.load(file)
    context = pisa.RetrievalContext()
    pisa.prepare_index(context, options.index, ENCODING, "bm25", "", bm25_k1=1.2, bm25_b=0.75)
    room = (numpy.empty(40, numpy.int32), numpy.empty(40, object), numpy.empty(40, numpy.int32), numpy.empty(40, numpy.float32))

    def prepare(kind, row):
        words = [word for part in row["parts"] for word in cuts.get(part, part).split(" ")]
        return {f"w{vocabulary[word]}": 1.0 for word in words if word in vocabulary} or {"wnone": 1.0}

    def top(kind, words):
        # The fastest of its strategies for each: block-max WAND for any of many, plain AND for all.
        strategy = "block_max_wand" if kind in ("word", "or2", "pasted") else "ranked_and"
        return pisa.retrieve(context, strategy, [(0, words)], k=10, threads=1, query_weighted=0, pretokenised=1,
                             result_qidxs=room[0], result_docnos=room[1], result_ranks=room[2], result_scores=room[3])

    runner.measure_all(options, prepare, top, None, leave_out=("character", "pair", "piece", "filtered", "newest"))


build() if options.verb == "build" else query()
