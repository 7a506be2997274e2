"""Ingests once for each line it reads, in a process of its own; prints each exit code. See tests/test_serving.py."""

import sys
from pathlib import Path

from ingest.errors import IngestError
from tests.index_fixtures import run_ingest


def main(corpus: Path, home: Path) -> None:
    for _ in sys.stdin:
        code = 0
        try:
            run_ingest(corpus, home)
        except IngestError as error:
            code = error.exit_code
        print(code, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
