"""`footnote show`: what is stored of an article, for readers and for other tools."""

import json
from pathlib import Path

import pytest

from ingest.errors import ArticleNotFound, IndexNotFound
from ingest.show import show
from tests.index_fixtures import run_ingest

GUIDE = (
    "---\ndate: 2026-05-04\nauthor: Ana\n---\n# Pump\n\n## Refill\n\nSee [the plan](https://a.example/p):\n\n1. Open.\n"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("show")
    (folder / "corpus" / "ops").mkdir(parents=True)
    (folder / "corpus" / "ops" / "pump.md").write_text(GUIDE)
    (folder / "corpus" / "lift.txt").write_text("The lift\n\nIt is old.\n")
    run_ingest(folder / "corpus", folder / "home")
    return folder / "home"


def test_an_article_is_printed_as_a_reader_sees_it(home: Path) -> None:
    (text,) = show(home, "ops/pump.md", json_wanted=False)
    assert text.startswith("Pump\nops/pump.md · Ana · 2026-05-04\n\n")
    assert text.endswith("Refill\n\nSee the plan:\n\n1. Open.\n")


def test_the_json_holds_the_text_and_every_block_with_its_place(home: Path) -> None:
    (line,) = show(home, "pump.md", json_wanted=True)
    article = json.loads(line)
    assert (article["id"], article["title"], article["url"]) == ("ops/pump.md", "Pump", None)
    item = article["blocks"][-1]
    assert article["text"][item["start"] : item["end"]] == "1. Open."
    assert (item["kind"], item["heading"], item["label"], item["leans_on"]) == ("item", "Refill", "1.", 2)
    assert [link["target"] for link in article["links"]] == ["https://a.example/p"]


def test_all_articles_are_one_object_a_line(home: Path) -> None:
    assert [json.loads(line)["id"] for line in show(home, None, json_wanted=True)] == ["lift.txt", "ops/pump.md"]


def test_a_name_that_is_none_or_several_is_said(home: Path) -> None:
    with pytest.raises(ArticleNotFound, match="footnote show --all"):
        list(show(home, "train", json_wanted=False))
    with pytest.raises(ArticleNotFound, match=r"lift\.txt, ops/pump\.md"):
        list(show(home, ".", json_wanted=False))


def test_without_an_index_the_remedy_is_named(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFound, match="footnote ingest"):
        list(show(tmp_path, None, json_wanted=True))
