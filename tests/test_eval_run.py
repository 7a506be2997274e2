import dataclasses
import datetime
import json
from pathlib import Path

import pytest

from eval.errors import BadRun
from eval.prints import code_print, take_prints
from eval.run import Run, differing, kept, today_of
from eval.saved import as_text, load_history, load_run, save_run, set_aside, unlike_the_last
from eval.totals import slices, speeds, table_of, totals
from ingest.index.manifest import Manifest
from tests.eval_fixtures import ARTICLES, BUILT, DAY, HIGH, TROUT, answer, case, run_of, sure

HELD, LOST, OFF = case("held", HIGH), case("lost", HIGH, type_="list"), case("off", type_="nearmiss")
ANSWERS = {HELD: answer(HIGH, ms=10, passages=(HIGH,)), LOST: answer(BUILT, ms=50), OFF: sure(answer(ms=20), 0.1)}


@pytest.fixture
def run() -> Run:
    return run_of(ANSWERS)


def test_every_case_is_asked_and_judged(run: Run) -> None:
    assert [result.outcome.passed for result in run.results] == [True, False, True]


def test_refusals_are_counted_four_ways(run: Run) -> None:
    assert table_of(run.results) == {(True, True): 2, (False, False): 1}
    more = run_of({**ANSWERS, case("shy", HIGH): answer(), case("bold"): answer(HIGH)}).results
    assert table_of(more) == {(True, True): 2, (True, False): 1, (False, True): 1, (False, False): 1}
    assert (totals(more)["refusals that are right"], totals(more)["refused"]) == (0.5, 0.5)
    assert "refusals that are right" not in totals(run_of({HELD: answer(HIGH)}).results)


def test_a_result_measures_what_applies_to_its_case(run: Run) -> None:
    held, lost, off = run.results
    assert (held.scores["recall@1"], held.scores["facts held"], held.scores["citation recall"]) == (1, 1, 1)
    assert (lost.scores["recall@1"], lost.scores["lists and steps whole"]) == (0, 0)
    assert dict(off.scores) == {}


def test_what_no_two_runs_share_is_no_part_of_a_result(run: Run) -> None:
    assert set(run.results[0].answer) == {
        "answered", "text", "citations", "passages", "nearest", "answerer", "confidence",
    }  # fmt: skip


def test_totals_are_means_over_what_they_apply_to(run: Run) -> None:
    found = totals(run.results)
    assert {name: found[name] for name in ("passed", "answered", "holds the fact", "refused", "recall@1")} == {
        "passed": pytest.approx(2 / 3), "answered": 1, "holds the fact": 0.5, "refused": 1, "recall@1": 0.5,
    }  # fmt: skip
    assert (found["lists and steps whole"], found["refusals that are right"]) == (0, 1)
    # Sure by 0.5, 0.5 and 0.1 of what is true, true and false: 2/3 * 0.5 + 1/3 * 0.1.
    assert found["calibration error"] == pytest.approx(1.1 / 3)


def test_speeds_and_tokens_are_of_the_times(run: Run) -> None:
    assert speeds(run.times) == {"median ms": 20, "p95 ms": 50}
    times = {"a": {"total": 1, "read": 1_000, "written": 50}, "b": {"total": 3, "read": 3_000, "written": 150}}
    assert speeds(times)["tokens read"] == 2_000


def test_cases_are_grouped_by_what_they_ask_for_and_where_the_answer_stands(run: Run) -> None:
    groups = {one.name: (one.passed, one.cases) for one in slices(run.results)}
    assert groups["type: direct"] == (1, 1)
    assert groups["age: under a month"] == groups["articles: 1"] == groups["block: paragraph"] == (1, 2)
    assert groups["answerable: no"] == (1, 1)


def test_today_is_the_day_of_the_newest_article_never_the_clock_s() -> None:
    assert today_of(ARTICLES) == DAY
    assert today_of({}) == datetime.date(2026, 1, 1)


def test_cases_that_are_answered_differently_the_second_time_are_found(run: Run) -> None:
    again = {one.id: kept(answer(TROUT) if one is LOST else given) for one, given in ANSWERS.items()}
    assert differing(run, again) == ("lost",)


def test_times_do_not_make_an_answer_another_one(run: Run) -> None:
    later = {one.id: kept(dataclasses.replace(given, timings_ms={"total": 7})) for one, given in ANSWERS.items()}
    assert differing(run, later) == ()


def test_only_runs_of_the_very_same_must_be_alike(run: Run, tmp_path: Path) -> None:
    assert unlike_the_last(run, tmp_path) == ()
    save_run(run_of(ANSWERS | {HELD: answer(TROUT)}), tmp_path, day="2026-03-09")
    set_aside(tmp_path)
    assert unlike_the_last(run, tmp_path) == ("held",)
    assert unlike_the_last(dataclasses.replace(run, prints=dataclasses.replace(run.prints, code="new")), tmp_path) == ()


def test_a_saved_run_is_read_back_the_same(run: Run, tmp_path: Path) -> None:
    save_run(run, tmp_path / "deep", day="2026-03-09")
    again = load_run(tmp_path / "deep")
    assert (again, again.times, as_text(again)) == (run, run.times, as_text(run))


def test_equal_runs_are_equal_bytes_whatever_they_took(run: Run) -> None:
    quicker = {one: dataclasses.replace(given, timings_ms={"total": 0.1}) for one, given in ANSWERS.items()}
    assert as_text(run_of(quicker)) == as_text(run)


def test_the_history_has_a_line_for_every_run_that_differs(run: Run, tmp_path: Path) -> None:
    save_run(run, tmp_path, day="2026-03-09")
    save_run(run, tmp_path, day="2026-03-10")
    save_run(run_of(ANSWERS | {LOST: answer(HIGH)}), tmp_path, day="2026-03-11")
    past = load_history(tmp_path)
    assert [(one["day"], one["totals"]["passed"]) for one in past] == [("2026-03-09", 0.6667), ("2026-03-11", 1.0)]


def test_a_damaged_history_is_begun_anew(run: Run, tmp_path: Path) -> None:
    (tmp_path / "history.jsonl").write_text("{")
    save_run(run, tmp_path, day="2026-03-09")
    assert len(load_history(tmp_path)) == 1


@pytest.mark.parametrize("text", ["{", "[]", "7", json.dumps({"totals": {}}), '{"results": [{}], "prints": {}}'])
def test_a_damaged_run_is_refused_with_the_remedy(text: str, tmp_path: Path) -> None:
    (tmp_path / "last.json").write_text(text)
    with pytest.raises(BadRun, match=r"is no run of this version: .*; make one with: footnote eval run"):
        load_run(tmp_path)


def test_no_run_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(BadRun, match=r"no evaluation to look at in .*last\.json.*; make one with: footnote eval run"):
        load_run(tmp_path)


def test_a_print_changes_with_what_it_is_of_and_nothing_else() -> None:
    texts = {"a.txt": "One.", "b.txt": "Two."}
    index = Manifest("000001", "now", 2, 2, 2, "minilm", 4, "1", "digest of articles", "ids")
    first = take_prints(texts, [HELD], index=index, model=None)
    again = dataclasses.replace(index, generation="000007", created="later")
    assert take_prints(dict(reversed(texts.items())), [HELD], index=again, model=None) == first
    changed = [
        take_prints(texts | {"a.txt": "Three."}, [HELD], index=index, model=None),
        take_prints(texts, [LOST], index=index, model=None),
        take_prints(texts, [HELD], index=dataclasses.replace(index, fingerprint="other"), model=None),
        take_prints(texts, [HELD], index=dataclasses.replace(index, content="other"), model=None),
    ]
    assert [other.changed_from(first) for other in changed] == [("corpus",), ("cases",), ("settings",), ("index",)]


def test_the_program_s_print_is_of_its_sources_and_weights(tmp_path: Path) -> None:
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "a.py").write_text("x = 1\n")
    first = code_print([tmp_path / "bot"])
    (tmp_path / "bot" / "a.pyc").write_bytes(b"\0")
    assert code_print([tmp_path / "bot"]) == first
    (tmp_path / "bot" / "weights.json").write_text("[1]")
    assert code_print([tmp_path / "bot"]) != first
