import os
from pathlib import Path

import pytest

from ingest.articles.corpus import list_corpus
from ingest.errors import CorpusMissing
from tests.conftest import ARTICLES


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("Text.")


def ids(folder: Path) -> list[str]:
    return [article_id for article_id, _ in list_corpus(folder).files]


def test_every_article_is_listed_in_the_order_of_the_ids(corpus: Path) -> None:
    listing = list_corpus(corpus)
    assert [article_id for article_id, _ in listing.files] == sorted(ARTICLES)
    assert listing.refused == ()


def test_names_with_spaces_and_any_letters_are_articles(tmp_path: Path) -> None:
    touch(tmp_path, "état des lieux.txt", "новости/день 1.md", "LOUD.TXT")
    assert ids(tmp_path) == ["LOUD.TXT", "état des lieux.txt", "новости/день 1.md"]


def test_hidden_files_readmes_sidecars_and_other_kinds_are_passed_over(tmp_path: Path) -> None:
    touch(tmp_path, "a.txt", ".b.txt", ".git/c.txt", "README.md", "sub/readme.txt", "a.txt.meta.yaml", "d.rtf", "e")
    (tmp_path / "folder.txt").mkdir()
    assert ids(tmp_path) == ["a.txt"]


def test_links_may_stay_inside_but_not_lead_out_nowhere_or_in_a_circle(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    touch(corpus, "a.txt")
    touch(tmp_path, "secret.txt")
    for name, target in {"in": "a.txt", "out": "../secret.txt", "nowhere": "gone.txt", "loop": "loop.txt"}.items():
        (corpus / f"{name}.txt").symlink_to(target)
    reasons = dict(list_corpus(corpus).refused)
    assert ids(corpus) == ["a.txt", "in.txt"]
    assert "leads out of the corpus; copy the file" in reasons["out.txt"]
    assert "not a regular file" in reasons["nowhere.txt"]
    assert reasons["loop.txt"].endswith("remove it")


def test_a_corpus_that_is_itself_a_link_is_read(tmp_path: Path) -> None:
    touch(tmp_path / "real", "a.txt")
    (tmp_path / "link").symlink_to("real")
    assert ids(tmp_path / "link") == ["a.txt"]


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    touch(tmp_path, "a.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    assert list_corpus(tmp_path).refused == (("pipe.txt", "is not a regular file; remove it"),)


def test_a_name_that_is_not_utf8_is_refused_under_a_name_that_can_be_printed(tmp_path: Path) -> None:
    touch(tmp_path, "a.txt")
    try:
        (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text("Text.")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    assert list_corpus(tmp_path).refused == (
        ("caf\\xe9.txt", "has a name with invisible or unreadable characters; rename it"),
    )


def test_a_missing_or_empty_corpus_names_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(CorpusMissing, match=r"no folder .*; create it and put articles in it"):
        list_corpus(tmp_path / "missing")
    with pytest.raises(CorpusMissing, match=r"no articles in .*end in \.txt, \.md, \.markdown"):
        list_corpus(tmp_path)
