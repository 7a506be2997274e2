"""A bot that is asked again and again until its standard input ends; then says what it saw. See tests/test_serving.py.

Every question finds chunks of several articles; each names the edition of its article, and all articles are of the same
edition in every generation. An answer that mixes editions was not made from one generation.
"""

import json
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

from bot.live import LiveIndex
from tests.index_fixtures import WordEmbedder


def main(home: Path, per_second: float) -> None:
    embedder, over = WordEmbedder(), threading.Event()

    def wait_for_the_end() -> None:
        sys.stdin.read()
        over.set()

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    asked, mixed, slowest, troubles, generations = 0, 0, 0.0, set(), set()
    with closing(LiveIndex(home, embedder.fingerprint)) as live:
        print("up", flush=True)
        while not over.wait(1 / per_second):
            start = time.perf_counter()
            with live.pinned() as index:
                rows = {
                    **index.nearest(embedder.embed(["the report of place1"])[0], 30),
                    **index.matching({"report": 1.0}, 30),
                }
                editions = {stored.chunk.text.split()[1] for stored in index.read(rows).values()}
                editions |= {index.text(row).split()[1] for row in range(len(index.articles))}
                generations.add(index.manifest.generation)
            slowest = max(slowest, time.perf_counter() - start)
            asked += 1
            mixed += len(editions) != 1
            troubles |= {live.trouble} - {None}
    seen = {"asked": asked, "mixed": mixed, "slowest": slowest, "troubles": sorted(map(str, troubles))}
    print(json.dumps({**seen, "generations": sorted(generations)}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
