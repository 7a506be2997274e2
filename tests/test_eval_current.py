"""What keeps a run from being made is said, and no earlier run is taken for it."""

import html
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ingest.articles.corpus import list_corpus
from ingest.hashes import content_hashes
from ingest.ledger import Ledger
from tests.command_fixtures import is_one_plain_line
from tests.conftest import BRIDGE, NOW, TRAIN, Command
from tests.eval_command_fixtures import CASES, Evaluate, evaluator, place, promoted


@pytest.fixture
def evaluate(command: Command, own_home: Path, tmp_path: Path) -> Evaluate:
    return evaluator(command, own_home, tmp_path)


@pytest.mark.parametrize("action", ["compare", "promote", "report"])
def test_after_a_run_that_could_not_be_made_no_earlier_one_is_taken_for_it(
    action: str, evaluate: Evaluate, tmp_path: Path
) -> None:
    promoted(evaluate)
    (tmp_path / "corpus" / "new.md").write_text("The ferry sails on Sundays.")
    assert evaluate("run", "--once").code == 2
    told = evaluate(action)
    assert (told.code, "or the last could not be made; make one with" in told.err) == (2, True)


def test_what_a_run_left_is_compared_with_the_next_that_can_be_made(
    evaluate: Evaluate, own_home: Path, tmp_path: Path
) -> None:
    promoted(evaluate)
    last = own_home / "eval" / "last.json"
    last.write_text(last.read_text().replace("640 metres", "641 metres"))
    (tmp_path / "corpus" / "new.md").write_text("The ferry sails on Sundays.")
    assert evaluate("run", "--once").code == 2
    (tmp_path / "corpus" / "new.md").unlink()
    assert "red (repeat): 3 cases answered differently" in evaluate("run", "--once").out


def test_without_a_run_there_is_nothing_to_compare_promote_or_report(evaluate: Evaluate) -> None:
    for action in ("compare", "promote", "report"):
        told = evaluate(action)
        assert (told.code, is_one_plain_line(told)) == (2, True)
        assert "make one with: footnote eval run" in told.err


def test_cases_that_do_not_fit_the_articles_are_refused_before_any_is_asked(
    evaluate: Evaluate, own_home: Path, tmp_path: Path
) -> None:
    place(tmp_path, (CASES[0] | {"evidence": [{"article_id": TRAIN, "quote": "It costs 48 euros."}]},))
    told = evaluate("run", "--once")
    assert (told.code, "line 1, case berth: the quote 'It costs 48 euros.' does not stand" in told.err) == (2, True)
    assert not (own_home / "eval" / "last.json").exists()


def test_a_run_that_cannot_be_made_leaves_no_report_of_an_earlier_one(
    evaluate: Evaluate, own_home: Path, tmp_path: Path
) -> None:
    promoted(evaluate)
    place(tmp_path, (CASES[0] | {"evidence": [{"article_id": TRAIN, "quote": "It costs 48 euros."}]}, *CASES[1:]))
    assert evaluate("run", "--once").code == 2
    left = {name: (own_home / "eval" / name).read_text() for name in ("report.html", "summary.md", "junit.xml")}
    assert [name for name, text in left.items() if "It costs 48 euros." not in html.unescape(text)] == []
    assert left["summary.md"].startswith("## Answers: **not measured**")
    assert ElementTree.fromstring(left["junit.xml"]).get("errors") == "1"


@pytest.mark.parametrize(
    ("trouble", "why"),
    [(None, "no index"), ("baseline.json", "is damaged"), ("allow.txt", "write the id of a case, a colon")],
)
def test_whatever_keeps_a_run_from_being_made_is_in_its_reports(
    trouble: str | None, why: str, evaluate: Evaluate, own_home: Path, tmp_path: Path
) -> None:
    promoted(evaluate)
    home = own_home if trouble else tmp_path / "empty"
    if trouble:
        (tmp_path / "eval" / trouble).write_text("{")
    told = evaluate("run", "--once", "--home", home)
    assert (told.code != 0, why in told.err) == (True, True)
    summary = (home / "eval" / "summary.md").read_text()
    assert (summary.startswith("## Answers: **not measured**"), why in summary) == (True, True)


@pytest.mark.parametrize(
    ("path", "text", "why"),
    [
        (BRIDGE, "The bridge is closed.", f"1 changed ({BRIDGE}); bring it up to them with: footnote ingest"),
        (BRIDGE, None, f"1 gone ({BRIDGE}); bring it up"),
        ("new.md", "The ferry sails on Sundays.", "1 new (new.md); bring it up"),
        (
            BRIDGE,
            b"\xff\xfe\x00",
            f"{BRIDGE} cannot be read, and an older version is in the index; mend it, or name it",
        ),
    ],
)
def test_articles_that_are_others_than_those_of_the_index_are_not_measured(
    path: str, text: str | bytes | None, why: str, evaluate: Evaluate, own_home: Path, tmp_path: Path
) -> None:
    promoted(evaluate)
    article = tmp_path / "corpus" / path
    if text is None:
        article.unlink()
    elif isinstance(text, str):
        article.write_text(text)
    else:
        article.write_bytes(text)
        with closing(Ledger(own_home / "ledger.sqlite")) as ledger, ledger.transaction():
            found = content_hashes(list_corpus(tmp_path / "corpus"))[path]
            ledger.save_failure(path, found, "is no text", now=NOW)
    told = evaluate("run", "--once")
    assert (told.code, why in told.err, is_one_plain_line(told)) == (2, True, True)
    assert (own_home / "eval" / "summary.md").read_text().startswith("## Answers: **not measured**")


def test_a_corpus_that_is_not_there_is_not_measured(evaluate: Evaluate, tmp_path: Path) -> None:
    promoted(evaluate)
    told = evaluate("run", "--once", "--corpus", tmp_path / "nope", "--cases", tmp_path / "eval" / "cases.jsonl")
    assert (told.code, "no folder" in told.err) == (2, True)


def test_files_that_never_could_be_read_are_named_and_hold_nothing_up(
    evaluate: Evaluate, own_home: Path, tmp_path: Path
) -> None:
    promoted(evaluate)
    (tmp_path / "corpus" / "scan.pdf").write_bytes(b"%PDF-1.4 broken")
    (tmp_path / "corpus" / "empty.md").write_text("")
    told = evaluate("run", "--once")
    said = "Not measured, for they cannot be read: scan.pdf; mend them, or name them in .footnoteignore."
    assert (told.code, said in told.out) == (0, True)
    assert "scan.pdf" in (own_home / "eval" / "summary.md").read_text()
