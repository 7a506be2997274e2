import errno
import os
from pathlib import Path

import pytest

from ingest.articles.corpus import Listing, kinds_in_words, list_corpus
from ingest.errors import CorpusMissing
from tests.conftest import ARTICLES


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("Text.")


def lock(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Makes a folder that nobody can list, not even the superuser, whom tests may run as."""
    really = os.scandir

    def scandir(path: str | None = None) -> object:
        if path is not None and Path(path) == folder:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return really(path)

    monkeypatch.setattr(os, "scandir", scandir)


def ids(folder: Path) -> list[str]:
    return [article_id for article_id, _ in list_corpus(folder).files]


def test_every_article_is_listed_in_the_order_of_the_ids(corpus: Path) -> None:
    listing = list_corpus(corpus)
    assert [article_id for article_id, _ in listing.files] == sorted(ARTICLES)
    assert (listing.refused, listing.unread) == ((), {})


@pytest.mark.parametrize(
    "name",
    [
        *("état des lieux.txt", "новости/день 1.md", "LOUD.TXT", "a\u200db.md", "10\u202f000.txt", "family 👨‍👩‍👧.md"),
        *("cafe\u0301.txt", "soft\u00adhyphen.md", "100% & more (final) #2.md", "x" * 200 + ".md"),
    ],
)
def test_names_as_desktops_and_languages_write_them_are_names(tmp_path: Path, name: str) -> None:
    touch(tmp_path, name)
    assert ids(tmp_path) == [name]


def test_readmes_are_articles_but_for_that_of_the_corpus_itself(tmp_path: Path) -> None:
    touch(tmp_path, "README.md", "LICENSE.txt", "sub/README.md", "sub/readme.txt", "sub/LICENSE.txt")
    assert ids(tmp_path) == ["sub/LICENSE.txt", "sub/README.md", "sub/readme.txt"]


def test_what_is_not_read_is_counted_by_kind(tmp_path: Path) -> None:
    touch(tmp_path, "a.txt", "b.doc", "c.doc", "d.PNG", "e", "sub/f.xls", "gone.txt.meta.yaml")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "shared").symlink_to(tmp_path / "elsewhere")
    assert list_corpus(tmp_path).unread == {
        "doc": 2,
        "link to a folder": 1,
        "meta.yaml beside no file": 1,
        "no suffix": 1,
        "png": 1,
        "xls": 1,
    }


def test_hidden_files_sidecars_and_locks_of_office_programs_are_passed_over(tmp_path: Path) -> None:
    touch(tmp_path, "a.txt", ".b.txt", ".git/c.txt", "a.txt.meta.yaml", "~$report.docx")
    (tmp_path / "folder.txt").mkdir()
    assert (ids(tmp_path), list_corpus(tmp_path).unread) == (["a.txt"], {})


def test_kinds_are_told_in_words_the_most_frequent_first() -> None:
    assert kinds_in_words({"png": 1200, "no suffix": 1}) == "1,200 png, 1 with no suffix"
    assert kinds_in_words({"a": 3, "b": 2, "c": 1}, most=1) == "3 a, 3 of 2 other kinds"


def test_an_ignore_file_names_what_is_not_read_as_git_would_understand_it(tmp_path: Path) -> None:
    touch(tmp_path, "a.md", "drafts/b.md", "sub/drafts/c.md", "old/d.md", "old/keep.md", "x.png")
    (tmp_path / ".footnoteignore").write_text("# not yet\ndrafts/\n/old/*\n!/old/keep.md\n*.png\n")
    assert ids(tmp_path) == ["a.md", "old/keep.md"]
    assert (list_corpus(tmp_path).ignored, list_corpus(tmp_path).unread) == (4, {})


def test_what_stands_in_an_ignored_folder_cannot_be_taken_in_again_unless_the_folder_is(tmp_path: Path) -> None:
    touch(tmp_path, "drafts/keep.md", "old/b.md", "old/keep.md", "new/c/keep.md", "new/d.md", "e.md")
    (tmp_path / ".footnoteignore").write_text("drafts/\n!drafts/keep.md\nold/**\n!old/keep.md\nnew/*\n!new/c/\n")
    assert ids(tmp_path) == ["e.md", "new/c/keep.md", "old/keep.md"]


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


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"caf\xe9.txt", "caf\\xe9.txt"),
        ("pay\u202etxt.exe.txt".encode(), "pay\\u202etxt.exe.txt"),
        (b"bell\x07.txt", "bell\\x07.txt"),
        ("line\u2028.txt".encode(), "line\\u2028.txt"),
    ],
)
def test_a_name_that_is_no_text_or_hides_something_is_refused_under_a_name_that_can_be_printed(
    tmp_path: Path, name: bytes, shown: str
) -> None:
    touch(tmp_path, "a.txt")
    try:
        (tmp_path / os.fsdecode(name)).write_text("Text.")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    assert list_corpus(tmp_path).refused == (
        (shown, "has a name with control characters or that is not text; rename it"),
    )


def test_a_listing_knows_what_may_be_in_a_folder_that_it_could_not_see() -> None:
    listing = Listing((), (), unseen=("locked",))
    assert [listing.may_hold(id_) for id_ in ("locked/a.md", "locked.md", "open/a.md")] == [True, False, False]
    assert Listing((), (), unseen=("",)).may_hold("anything.md")


def test_a_folder_that_cannot_be_opened_is_a_failure_with_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path, "a.txt", "locked/b.txt")
    lock(monkeypatch, tmp_path / "locked")
    listing = list_corpus(tmp_path)
    assert (listing.unseen, [id_ for id_, _ in listing.files]) == (("locked",), ["a.txt"])
    assert dict(listing.refused)["locked"].startswith("cannot be opened: Permission denied; mend its permissions")


def test_a_locked_folder_that_is_ignored_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path, "a.txt", "locked/b.txt")
    (tmp_path / ".footnoteignore").write_text("locked/\n")
    lock(monkeypatch, tmp_path / "locked")
    assert list_corpus(tmp_path).refused == ()


def test_a_missing_or_empty_corpus_names_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(CorpusMissing, match=r"no folder .*; create it and put articles in it"):
        list_corpus(tmp_path / "missing")
    touch(tmp_path, "a.doc")
    with pytest.raises(
        CorpusMissing, match=r"no articles in .* \(there are: 1 doc\); put files there that end in \.txt"
    ):
        list_corpus(tmp_path)
