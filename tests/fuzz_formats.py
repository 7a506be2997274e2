"""Malformed files of every kind: `make test-fuzz`, or `make test-fuzz PROFILE=long`. Not among the fast tests.

Whatever comes of a file is an article whose offsets hold, or a failure with a reason; within the reader's limits.
"""

import importlib.util
import itertools
import json
import os
import random
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.articles.article import Article
from ingest.articles.decode import clean
from ingest.articles.make import SUFFIXES
from ingest.articles.reader import LIMITS, Reader
from ingest.errors import UnreadableArticle
from ingest.split import split
from ingest.units import units_of
from tests.malformed import GRAMMARS, damaged

FILES = {"": 2_000, "long": 20_000}[os.environ.get("PROFILE", "")]
# Two names of what is read alike.
ALIKE = {".text", ".markdown", ".qmd", ".rmd", ".asciidoc", ".htm", ".xhtml", ".docm", ".xlsm"}
# A program is started for each of these.
SLOW = {".adoc", ".org"}
NEEDS_PANDOC = pytest.mark.skipif(importlib.util.find_spec("pypandoc") is None, reason="Pandoc is not installed")


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as one:
        yield one


def test_there_is_a_grammar_for_every_kind_of_file_that_is_read() -> None:
    assert set(SUFFIXES) - ALIKE == set(GRAMMARS)


@pytest.mark.parametrize("suffix", [pytest.param(one, marks=[NEEDS_PANDOC] if one in SLOW else []) for one in GRAMMARS])
def test_every_file_is_an_article_or_a_named_failure(suffix: str, reader: Reader, tmp_path: Path) -> None:
    outcomes: Counter[str] = Counter()
    longest = 0.0
    for i in range(FILES // len(GRAMMARS) // (4 if suffix in SLOW else 1) + 1):
        dice = random.Random(zlib.crc32(f"{suffix}{i}".encode()))
        path = tmp_path / f"{i}{suffix}"
        raw = GRAMMARS[suffix](dice)
        path.write_bytes(damaged(raw, dice) if i % 2 else raw)
        started = time.monotonic()
        reason = reason_of(reader, path)
        longest = max(longest, time.monotonic() - started)
        outcomes["failures" if reason else "articles"] += 1
        assert time.monotonic() - started < LIMITS.clock_s + 5, path
        path.unlink()
    print(f"{suffix}: {dict(outcomes)}, the slowest {longest:.1f} s")
    assert outcomes["articles"], "the grammar makes nothing that can be read"
    assert outcomes["failures"], "the grammar makes nothing that is malformed"


def reason_of(reader: Reader, path: Path) -> str | None:
    """Reads the file and checks what comes of it; returns the reason if that is no article."""
    try:
        article = reader.read(path, path.name)
    except UnreadableArticle as error:
        reason = str(error)
    else:
        check(article)
        return None
    assert reason.strip(), path
    assert reason.isprintable(), (path, reason)
    assert "broke the process" not in reason, path
    return reason


def check(article: Article) -> None:
    """What the rest of the program relies on."""
    body = article.text
    body.encode("utf-8")
    json.dumps([article.title, article.author, article.url, article.warnings]).encode("utf-8")
    assert any(map(str.isalnum, body))
    assert article.title == clean(article.title)
    assert clean(body) == body
    check_blocks(article)
    units, chunks = units_of(article), split(article)
    assert tuple(unit for chunk in chunks for unit in chunk.units) == units
    for chunk in chunks:
        assert body[chunk.start : chunk.end] == chunk.text
        assert all(chunk.start <= start < end <= chunk.end for start, end in chunk.sentences)
    assert all(one.end <= other.start for one, other in itertools.pairwise(units))


def check_blocks(article: Article) -> None:
    """Blocks cover the text in order, lean on what stands before them, and links lie in them."""
    before = 0
    for number, block in enumerate(article.blocks):
        assert not article.text[before : block.start].strip()
        assert block.start < block.end <= len(article.text)
        assert article.text[block.start : block.end].startswith(block.label)
        assert block.leans_on is None or block.leans_on < number
        assert block.group is None or block.group <= number
        before = block.end
    assert not article.text[before:].strip()
    assert all(0 <= link.start < link.end <= len(article.text) and link.target for link in article.links)
