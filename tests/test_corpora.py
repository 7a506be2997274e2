"""The sets below eval/corpora: every quote stands, and each has what its data sheet says."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.articles.corpus import list_corpus
from ingest.articles.make import read_article
from tests.conftest import REPOSITORY

SHIPPED = REPOSITORY / "eval" / "cases.jsonl"
SETS = sorted((REPOSITORY / "eval" / "corpora").iterdir())


def cases_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def quotes_of(case: dict[str, Any]) -> Iterator[dict[str, str]]:
    for one in case.get("evidence", []):
        yield from one if isinstance(one, list) else [one]


@pytest.fixture(scope="module", params=SETS, ids=lambda folder: folder.name)
def folder(request: pytest.FixtureRequest) -> Path:
    """A set."""
    found: Path = request.param
    return found


@pytest.fixture(scope="module")
def cases(folder: Path) -> list[dict[str, Any]]:
    """Its cases."""
    return cases_of(folder / "eval" / "cases.jsonl")


def test_every_quote_stands_in_its_article(folder: Path, cases: list[dict[str, Any]]) -> None:
    texts = {id_: read_article(path, id_).text for id_, path in list_corpus(folder / "corpus").files}
    strangers = [
        (case["id"], e["quote"]) for case in cases for e in quotes_of(case) if e["quote"] not in texts[e["article_id"]]
    ]
    assert strangers == []


def test_ids_are_unique(cases: list[dict[str, Any]]) -> None:
    assert [id_ for id_, times in Counter(case["id"] for case in cases).items() if times > 1] == []


def test_no_answerable_case_is_without_facts_or_evidence(cases: list[dict[str, Any]]) -> None:
    bare = [c["id"] for c in cases if c["answerable"] and not (c.get("facts") and c.get("evidence"))]
    assert bare == []


def test_every_article_answers_something(folder: Path, cases: list[dict[str, Any]]) -> None:
    asked = {e["article_id"] for case in cases for e in quotes_of(case)}
    assert {id_ for id_, _ in list_corpus(folder / "corpus").files} == asked


def test_the_data_sheet_counts_what_is_there(folder: Path, cases: list[dict[str, Any]]) -> None:
    sheet = (folder / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\w+) \| (\d*) \| (\d*) \|$", sheet, flags=re.MULTILINE)
    told = Counter({(kind, ok): int(n) for kind, yes, no in rows for ok, n in ((True, yes), (False, no)) if n})
    assert told == Counter((case["type"], case["answerable"]) for case in cases)


def test_a_third_of_all_cases_has_no_answer() -> None:
    every = [case for path in (SHIPPED, *(f / "eval" / "cases.jsonl" for f in SETS)) for case in cases_of(path)]
    assert len(every) >= 260
    assert 3 * sum(not case["answerable"] for case in every) >= len(every)


def test_a_set_is_small(folder: Path) -> None:
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 400_000
