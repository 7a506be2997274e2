import html
import json
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import pytest

from eval.baseline import load_baseline
from eval.cases import read_cases
from eval.saved import load_history
from ingest.articles.corpus import list_corpus
from ingest.hashes import content_hashes
from ingest.ledger import Ledger
from tests.command_fixtures import is_one_plain_line
from tests.conftest import BRIDGE, NOW, TRAIN, Command, Outcome, write_corpus

CASES = (
    {
        "id": "berth",
        "question": "What does a berth in a cabin for four cost?",
        "type": "number",
        "answerable": True,
        "facts": [["49 euros"]],
        "evidence": [{"article_id": TRAIN, "quote": "A berth in a cabin for four costs 49 euros."}],
    },
    {
        "id": "length",
        "question": "How long is the Marlow Bridge?",
        "type": "number",
        "answerable": True,
        "facts": [["640 metres"]],
        "evidence": [{"article_id": BRIDGE, "quote": "Bridge is 640 metres long"}],
    },
    {"id": "tungsten", "question": "What is the melting point of tungsten?", "type": "offcorpus", "answerable": False},
)
Evaluate = Callable[..., Outcome]


@pytest.fixture
def evaluate(command: Command, own_home: Path, tmp_path: Path) -> Evaluate:
    """Runs `footnote eval …` over the invented articles, with the cases beside them."""
    corpus = write_corpus(tmp_path / "corpus")
    place(tmp_path, CASES)

    def run(*arguments: object, **environment: str) -> Outcome:
        return command("--home", own_home, "--corpus", corpus, "eval", *arguments, **environment)

    return run


def place(folder: Path, cases: Sequence[object]) -> None:
    (folder / "eval").mkdir(exist_ok=True)
    text = "".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases)
    (folder / "eval" / "cases.jsonl").write_text(text, encoding="utf-8")


def promoted(evaluate: Evaluate) -> None:
    assert evaluate("run", "--once", "--no-baseline").code == 0
    assert evaluate("promote").code == 0


def test_a_run_that_was_promoted_is_green_and_every_answer_the_same(evaluate: Evaluate) -> None:
    promoted(evaluate)
    again = evaluate("run", "--once")
    assert (again.code, "Every case is answered as in the baseline.\nThe gate is green." in again.out) == (0, True)


def test_a_second_run_in_another_process_answers_the_same(evaluate: Evaluate) -> None:
    told = evaluate("run", "--no-baseline")
    assert (told.code, "red (" in told.out) == (0, False)


def test_without_a_baseline_it_is_red_unless_a_first_run_is_asked_for(evaluate: Evaluate) -> None:
    told = [evaluate("run", "--once"), evaluate("compare")]
    assert [(one.code, "red (first): there is no baseline" in one.out) for one in told] == [(1, True)] * 2
    promoted(evaluate)
    refused = evaluate("run", "--once", "--no-baseline")
    assert (refused.code, "leave --no-baseline out" in refused.err) == (2, True)


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


def test_a_case_that_passes_no_more_turns_it_red_and_a_reason_green(evaluate: Evaluate, tmp_path: Path) -> None:
    promoted(evaluate)
    place(tmp_path, (CASES[0] | {"must_not": ["Lindholm", "cabin"]}, *CASES[1:]))
    red = evaluate("run", "--once")
    assert (red.code, "red (new): 1 case new or rewritten, and failing" in red.out) == (1, True)
    (tmp_path / "eval" / "allow.txt").write_text("berth: the cabin goes\n")
    explained = evaluate("run", "--once")
    assert (explained.code, "explained: berth: the cabin goes" in explained.out) == (0, True)
    assert evaluate("promote").code == 0
    assert (tmp_path / "eval" / "allow.txt").read_text() == ""


def test_a_run_leaves_its_reports_and_a_line_of_history(evaluate: Evaluate, own_home: Path) -> None:
    evaluate("run", "--once")
    names = {path.name for path in (own_home / "eval").iterdir()}
    assert names == {"last.json", "times.json", "history.jsonl", "report.html", "summary.md", "junit.xml"}
    assert len(load_history(own_home / "eval")) == 1


def test_two_saved_runs_are_compared(evaluate: Evaluate, own_home: Path, tmp_path: Path) -> None:
    evaluate("run", "--once")
    first = tmp_path / "first.json"
    first.write_bytes((own_home / "eval" / "last.json").read_bytes())
    told = evaluate("compare", first, own_home / "eval")
    assert (told.code, "3 cases; what differs between the runs: nothing" in told.out) == (0, True)
    assert evaluate("compare", first, first, first).code == 2


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


def test_a_case_that_is_taken_out_turns_it_red_until_it_is_explained(
    evaluate: Evaluate, own_home: Path, tmp_path: Path
) -> None:
    promoted(evaluate)
    place(tmp_path, CASES[1:])
    red = evaluate("run", "--once")
    assert (red.code, "red (gone): 1 case passed in the baseline and left the set" in red.out) == (1, True)
    assert "berth" in (own_home / "eval" / "summary.md").read_text()
    (tmp_path / "eval" / "allow.txt").write_text("berth: the train runs no more\n")
    assert evaluate("run", "--once").code == 0
    assert evaluate("promote").code == 0
    assert sorted(load_baseline(tmp_path / "eval" / "baseline.json").held) == ["length", "tungsten"]


def test_what_gets_worse_is_promoted_only_with_consent(evaluate: Evaluate, tmp_path: Path) -> None:
    promoted(evaluate)
    before = (tmp_path / "eval" / "baseline.json").read_bytes()
    place(tmp_path, (CASES[0] | {"must_not": ["Lindholm", "cabin"]}, CASES[2]))
    assert evaluate("run", "--once").code == 1
    refused = evaluate("promote")
    assert (refused.code, "berth, length passed in the baseline and would be" in refused.err) == (2, True)
    assert ((tmp_path / "eval" / "baseline.json").read_bytes(), "promote --yes" in refused.err) == (before, True)
    told = evaluate("promote", "--yes")
    assert (told.code, "Accepted as worse: berth, length\nKnown to fail: berth" in told.out) == (0, True)


def test_a_run_of_what_the_cases_were_before_cannot_become_the_baseline(evaluate: Evaluate, tmp_path: Path) -> None:
    promoted(evaluate)
    place(tmp_path, (CASES[0] | {"evidence": [{"article_id": TRAIN, "quote": "It costs 48 euros."}]}, *CASES[1:]))
    refused = evaluate("promote")
    assert (refused.code, "is not what the last run asked; make one with footnote eval run" in refused.err) == (2, True)


def test_a_run_of_a_part_cannot_replace_the_baseline_of_the_whole(evaluate: Evaluate, tmp_path: Path) -> None:
    promoted(evaluate)
    before = (tmp_path / "eval" / "baseline.json").read_bytes()
    part = tmp_path / "eval" / "part.jsonl"
    part.write_text(json.dumps(CASES[0]) + "\n")
    told = evaluate("run", "--once", "--cases", part)
    assert (told.code, "2 not asked: length, tungsten" in told.out) == (0, True)
    for flags in ((), ("--yes",), ("--cases", part)):
        refused = evaluate("promote", *flags)
        assert (refused.code, "asked a part of the set" in refused.err) == (2, True)
    assert (tmp_path / "eval" / "baseline.json").read_bytes() == before


def test_without_cases_it_says_how_to_write_some(evaluate: Evaluate, tmp_path: Path) -> None:
    (tmp_path / "eval" / "cases.jsonl").unlink()
    told = evaluate("run")
    assert (told.code, "footnote eval init" in told.err, is_one_plain_line(told)) == (2, True, True)


def test_init_drafts_a_set_that_holds_and_never_overwrites_one(evaluate: Evaluate, tmp_path: Path) -> None:
    refused = evaluate("init")
    assert (refused.code, "is there already" in refused.err) == (2, True)
    path = tmp_path / "new" / "cases.jsonl"
    told = evaluate("init", "--most", 12, "--cases", path)
    assert "footnote eval run --no-baseline, footnote eval promote, and commit the folder new/" in told.out
    can = sum(case.answerable for case in read_cases(path))
    assert (told.code, f"cases, {can} of them answerable" in told.out) == (0, True)
    assert evaluate("run", "--once", "--no-baseline", "--cases", path).code == 0


def test_evidence_that_moved_is_found_and_put_right(evaluate: Evaluate, tmp_path: Path) -> None:
    moved = {"article_id": BRIDGE, "quote": "A berth in a cabin for four  costs 49 euros."}
    place(tmp_path, (CASES[0] | {"evidence": [moved]}, *CASES[1:]))
    told = evaluate("drift")
    assert told.code == 1
    assert f"stands in {TRAIN}, as 'A berth in a cabin for four costs 49 euros.' now" in told.out
    done = evaluate("drift", "--apply")
    assert (done.code, "1 of 1 quotes have their new place in" in done.out) == (0, True)
    assert [e.article_id for e in read_cases(tmp_path / "eval" / "cases.jsonl")[0].quotes] == [TRAIN]
    assert "All of the evidence stands where it stood." in evaluate("drift").out


def test_beside_evidence_that_vanished_stands_the_nearest_sentence(evaluate: Evaluate, tmp_path: Path) -> None:
    gone = {"article_id": TRAIN, "quote": "A berth in a cabin for twenty costs 7 crowns and a towel."}
    place(tmp_path, (CASES[0] | {"evidence": [gone]},))
    told = evaluate("drift")
    near = f"vanished; nearest to it is 'A berth in a cabin for four costs 49 euros.' ({TRAIN}); quote another place"
    assert (told.code, near in told.out, "delete the case's line" in told.out) == (1, True, True)
    assert "if it is gone on purpose, delete the case's line and explain its id in allow.txt" in evaluate("run").err


def test_evidence_that_vanished_is_told(evaluate: Evaluate, tmp_path: Path) -> None:
    gone = {"article_id": "ferry.md", "quote": "The ferry to the islands runs on Sundays only, weather permitting."}
    place(tmp_path, (CASES[0] | {"evidence": [gone]},))
    told = evaluate("drift", "--apply")
    assert (told.code, "vanished; quote another place" in told.out) == (1, True)
    assert "0 of 1 quotes have their new place in" in told.out
    assert "; 1 vanished and stayed as they were." in told.out


@pytest.mark.parametrize(("format_", "name"), [("beir", "set"), ("ragas", "set.jsonl"), ("labelled", "set.json")])
def test_a_set_goes_out_in_a_format_and_comes_back(format_: str, name: str, evaluate: Evaluate, tmp_path: Path) -> None:
    assert evaluate("export", format_, tmp_path / name).code == 0
    told = evaluate("import", format_, tmp_path / name, "--cases", tmp_path / "other" / "cases.jsonl")
    assert (told.code, "3 of 3 cases were added" in told.out) == (0, True)
    again = evaluate("import", format_, tmp_path / name, "--cases", tmp_path / "other" / "cases.jsonl")
    assert "0 of 3 cases were added" in again.out


def test_rows_that_make_no_case_are_listed_and_the_others_kept(evaluate: Evaluate, tmp_path: Path) -> None:
    can = ("How many lanes does the bridge carry?,four lanes,", "Who paid?,the duke,")
    rows = ("question,answer,answerable", *can, "Who slept?,,no", "Who?,,")
    (tmp_path / "q.csv").write_text("\n".join(rows))
    told = evaluate("import", "csv", tmp_path / "q.csv")
    assert (told.code, "2 of 4 cases were added" in told.out) == (1, True)
    assert "For 1 the evidence was looked for; read it" in told.out
    assert "left out: row 3: no sentence of the articles answers it with 'the duke'" in told.out
    added = [(one.question, one.answerable) for one in read_cases(tmp_path / "eval" / "cases.jsonl")[3:]]
    assert added == [("How many lanes does the bridge carry?", True), ("Who slept?", False)]


def test_a_case_is_written_in_a_conversation(
    evaluate: Evaluate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter(["How many lanes does the Marlow Bridge carry?", "y", "number", "four lanes", ""])
    monkeypatch.setattr("builtins.input", lambda _: next(typed))
    told = evaluate("add")
    assert (told.code, "Kept as how-many-lanes-does-the-marlow-bridge-carry" in told.out) == (0, True)
    case = read_cases(tmp_path / "eval" / "cases.jsonl")[-1]
    assert (case.facts, case.type, case.quotes[0].article_id) == ((("four lanes",),), "number", BRIDGE)


def test_a_conversation_that_breaks_off_keeps_nothing(
    evaluate: Evaluate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leave(_: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", leave)
    told = evaluate("add")
    assert (told.code, "The input ended; nothing of this case was kept." in told.out) == (0, True)
    assert len(read_cases(tmp_path / "eval" / "cases.jsonl")) == 3


def test_a_model_that_is_not_set_can_neither_be_recorded_nor_judge_nor_replay(evaluate: Evaluate) -> None:
    evaluate("run", "--once")
    told = [evaluate(*action) for action in (("record",), ("judge",), ("run", "--replay"))]
    assert [(one.code, is_one_plain_line(one)) for one in told] == [(2, True)] * 3
    assert "set FOOTNOTE_MODEL" in told[0].err


def test_a_home_that_cannot_be_written_is_told(evaluate: Evaluate, own_home: Path) -> None:
    (own_home / "eval").write_text("a file where a folder has to be")
    told = evaluate("run", "--once")
    assert (told.code, "cannot write" in told.err) == (1, True)
