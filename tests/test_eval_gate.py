import dataclasses
import json
import re
import threading
from pathlib import Path

import pytest

from bot.answer import Answer
from eval.errors import BadRun
from eval.gate import Verdict, decide
from eval.prints import case_print
from eval.run import Run
from eval.saved import Baseline, Held, clear_allowed, held_of, load_allowed, load_baseline, save_baseline
from eval.totals import compare_runs
from tests.eval_fixtures import BUILT, HIGH, PRINTS, TROUT, answer, case, run_of

ONE, TWO, OFF = case("one", HIGH), case("two", HIGH), case("off")
RIGHT, WRONG, REFUSED = answer(HIGH), answer(BUILT), answer()
WELL = run_of({ONE: RIGHT, TWO: RIGHT, OFF: REFUSED})
WORSE = run_of({ONE: RIGHT, TWO: WRONG, OFF: REFUSED})


def baseline_of(run: Run, **floors: float) -> Baseline:
    return Baseline(held_of(run), run.prints, {}, floors, run.articles)


def reds(verdict: Verdict) -> list[tuple[str, tuple[str, ...]]]:
    return [(red.rule, red.ids) for red in verdict.reds]


def test_the_same_again_is_green() -> None:
    verdict = decide(WELL, baseline_of(WELL))
    assert verdict.is_green
    assert (verdict.lost, verdict.won, verdict.new, verdict.gone, verdict.changed, verdict.moved) == ((),) * 6


def test_a_case_that_passes_no_more_turns_it_red() -> None:
    assert reds(decide(WORSE, baseline_of(WELL))) == [("lost", ("two",))]


def test_a_case_that_failed_before_does_not() -> None:
    assert decide(WORSE, baseline_of(WORSE)).is_green


def test_a_flip_that_somebody_explained_does_not() -> None:
    verdict = decide(WORSE, baseline_of(WELL), allowed={"two": "the article was withdrawn"})
    assert (verdict.is_green, verdict.lost) == (True, ("two",))
    assert verdict.allowed == {"two": "the article was withdrawn"}


def test_an_explanation_that_is_left_over_turns_it_red() -> None:
    assert reds(decide(WELL, baseline_of(WELL), allowed={"two": "old"})) == [("allow", ("two",))]


def test_a_new_case_that_fails_turns_it_red_unless_there_is_no_baseline() -> None:
    before = baseline_of(run_of({ONE: RIGHT}))
    assert reds(decide(WORSE, before)) == [("new", ("two",))]
    assert decide(WELL, before).is_green
    assert decide(WORSE, Baseline()).is_green


def test_a_case_that_passed_and_left_the_set_turns_it_red_and_one_that_failed_does_not() -> None:
    verdict = decide(run_of({ONE: RIGHT}), baseline_of(WORSE))
    assert (verdict.gone, reds(verdict), verdict.worse) == (("off", "two"), [("gone", ("off",))], ("off",))


def test_a_case_that_left_the_set_for_a_reason_or_is_asked_under_another_id_does_not() -> None:
    explained = decide(run_of({ONE: RIGHT, TWO: RIGHT}), baseline_of(WELL), allowed={"off": "asked of another team"})
    assert (explained.is_green, explained.allowed) == (True, {"off": "asked of another team"})
    renamed = run_of({ONE: RIGHT, TWO: RIGHT, dataclasses.replace(OFF, id="away"): REFUSED})
    assert decide(renamed, baseline_of(WELL)).is_green


def test_a_part_of_the_set_loses_nothing_of_the_rest_and_is_held_against_no_floor() -> None:
    verdict = decide(run_of({TWO: RIGHT}), baseline_of(WELL, passed=1.1), known={"one", "two", "off"})
    assert (verdict.unasked, verdict.gone, verdict.is_green) == (("off", "one"), (), True)


def test_a_case_that_asks_for_something_else_is_told_and_judged_as_a_new_one() -> None:
    easier = dataclasses.replace(TWO, facts=(("1931",),))
    verdict = decide(run_of({ONE: RIGHT, easier: WRONG, OFF: REFUSED}), baseline_of(WELL))
    assert (verdict.edited, verdict.is_green) == (("two",), True)
    harder = dataclasses.replace(TWO, facts=(("1931",), ("99 metres",)))
    verdict = decide(run_of({ONE: RIGHT, harder: WRONG, OFF: REFUSED}), baseline_of(WELL))
    assert (reds(verdict), verdict.lost, verdict.worse) == ([("new", ("two",))], (), ("two",))


def test_another_note_or_tag_makes_no_other_case() -> None:
    noted = dataclasses.replace(TWO, notes="read twice", tags=("dam",))
    assert decide(run_of({ONE: RIGHT, noted: RIGHT, OFF: REFUSED}), baseline_of(WELL)).edited == ()


@pytest.mark.parametrize(("now", "is_well"), [(REFUSED, True), (RIGHT, False)])
def test_a_case_that_was_answered_and_wants_a_refusal_now_is_gone_until_it_is_explained(
    now: Answer, *, is_well: bool
) -> None:
    buried = dataclasses.replace(case("two"), question="What is on the moon?")
    run = run_of({ONE: RIGHT, buried: now, OFF: REFUSED})
    assert run.by_id["two"].outcome.passed == is_well
    assert reds(decide(run, baseline_of(WELL))) == [("gone", ("two",))]
    assert decide(run, baseline_of(WELL), allowed={"two": "nobody asks it"}).is_green


def test_a_lost_case_that_is_called_unanswerable_with_its_evidence_is_gone_too() -> None:
    buried = dataclasses.replace(TWO, answerable=False)
    assert reds(decide(run_of({ONE: RIGHT, buried: REFUSED, OFF: REFUSED}), baseline_of(WELL))) == [("gone", ("two",))]
    assert decide(run_of({ONE: RIGHT, buried: RIGHT, OFF: REFUSED}), baseline_of(WELL)).is_green


def test_a_rewording_that_still_passes_is_green_and_told() -> None:
    reworded = dataclasses.replace(TWO, question="How high is it?")
    asked_else = dataclasses.replace(OFF, question="Who owns the moon?")
    verdict = decide(run_of({ONE: RIGHT, reworded: RIGHT, asked_else: REFUSED}), baseline_of(WELL))
    assert (verdict.is_green, verdict.edited) == (True, ("two", "off"))


def test_a_baseline_that_does_not_say_what_a_case_was_holds_the_same_as_before(tmp_path: Path) -> None:
    save_baseline(WELL, tmp_path / "baseline.json")
    text = re.sub(r', "case": "\w+"', "", (tmp_path / "baseline.json").read_text())
    (tmp_path / "baseline.json").write_text(text)
    verdict = decide(WORSE, load_baseline(tmp_path / "baseline.json"))
    assert (verdict.edited, reds(verdict)) == ((), [("lost", ("two",))])


def test_another_answer_that_passes_as_well_is_told() -> None:
    verdict = decide(run_of({ONE: answer(HIGH, TROUT), TWO: RIGHT, OFF: REFUSED}), baseline_of(WELL))
    assert (verdict.changed, verdict.is_green) == (("one",), True)


def test_a_quote_that_is_not_exact_turns_it_red_even_without_a_baseline() -> None:
    broken = run_of({ONE: answer("The dam is 98 metres high.")})
    assert reds(decide(broken, Baseline())) == [("quote", ("one",))]


def test_a_total_below_its_floor_turns_it_red() -> None:
    verdict = decide(WORSE, baseline_of(WORSE, **{"holds the fact": 0.6, "refused": 1.0}))
    (red,) = verdict.reds
    assert (red.rule, red.text) == ("floor", "holds the fact is 0.500, below its floor of 0.600 in the baseline")


def test_cases_that_two_runs_answer_differently_turn_it_red() -> None:
    assert reds(decide(WELL, baseline_of(WELL), differing=["one"])) == [("repeat", ("one",))]


def test_a_change_of_the_articles_is_told_from_one_of_the_program() -> None:
    other = dataclasses.replace(WELL, prints=dataclasses.replace(PRINTS, corpus="new"), articles={"dam.txt": "new"})
    verdict = decide(other, baseline_of(WELL))
    assert (verdict.moved, verdict.articles) == (("corpus",), ("dam.txt",))


def test_a_live_model_may_flip_a_case_but_not_lose_for_sure() -> None:
    cases = [case(f"c{i}") for i in range(40)]
    before = baseline_of(run_of(dict.fromkeys(cases, REFUSED)))
    by_chance, for_sure = ({one.id: float(i >= lost) for i, one in enumerate(cases)} for lost in (1, 20))
    run = run_of({one: REFUSED if i else RIGHT for i, one in enumerate(cases)})
    chance = decide(run, before, live=by_chance)
    assert (chance.is_green, chance.lost) == (True, ("c0",))
    assert [red.rule for red in decide(run, before, live=for_sure).reds] == ["worse"]


def test_a_promoted_run_is_the_baseline_one_case_a_line(tmp_path: Path) -> None:
    save_baseline(WELL, tmp_path / "new" / "baseline.json")
    found = load_baseline(tmp_path / "new" / "baseline.json")
    assert (found.held, found.prints, found.articles) == (held_of(WELL), PRINTS, WELL.articles)
    line = (
        '  "one": {"passed": true, "answer": "The dam is 99 metres high. [1]", "cited": ["dam.txt"], '
        f'"case": "{case_print(ONE)}"}}'
    )
    assert line in (tmp_path / "new" / "baseline.json").read_text().split(",\n")


def test_floors_outlive_a_promotion(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    save_baseline(WELL, path)
    path.write_text(path.read_text().replace('"floors": {}', '"floors": {"refused": 0.9}'))
    save_baseline(WORSE, path)
    assert (load_baseline(path).floors, load_baseline(path).held["two"].passed) == ({"refused": 0.9}, False)


def test_a_floor_of_no_total_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    save_baseline(WELL, path)
    path.write_text(path.read_text().replace('"floors": {}', '"floors": {"pased": 0.9}'))
    with pytest.raises(BadRun, match=r"floors names pased, which is no total; the totals are: .*passed"):
        load_baseline(path)


def test_two_who_promote_at_once_leave_one_whole_baseline(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    threads = [threading.Thread(target=save_baseline, args=(run, path)) for run in (WELL, WORSE) * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert load_baseline(path).held in (held_of(WELL), held_of(WORSE))
    assert [one.name for one in tmp_path.iterdir()] == ["baseline.json"]


@pytest.mark.parametrize("text", ["{", "[1]", "7", "null", "", '{"high": true}', '{"cases": {"a": {}}}'])
def test_a_damaged_baseline_is_refused_with_the_remedy(text: str, tmp_path: Path) -> None:
    (tmp_path / "baseline.json").write_text(text)
    with pytest.raises(BadRun, match=r"is damaged: .*footnote eval promote"):
        load_baseline(tmp_path / "baseline.json")


def test_without_a_baseline_there_is_an_empty_one(tmp_path: Path) -> None:
    assert load_baseline(tmp_path / "none.json") == Baseline()


def test_explanations_are_read_with_their_reasons_and_cleared_by_a_promotion(tmp_path: Path) -> None:
    path = tmp_path / "allow.txt"
    path.write_text("# why cases may fail\n\ntwo: withdrawn on 3 March\n")
    assert load_allowed(path) == {"two": "withdrawn on 3 March"}
    clear_allowed(path)
    assert path.read_text() == "# why cases may fail\n"
    assert load_allowed(tmp_path / "none.txt") == {}


@pytest.mark.parametrize("line", ["two", "two:", ": why"])
def test_an_explanation_without_a_reason_is_refused_with_its_line(line: str, tmp_path: Path) -> None:
    (tmp_path / "allow.txt").write_text(f"\n{line}\none: withdrawn\n{line}\n")
    with pytest.raises(BadRun, match="line 2, 4: write the id of a case, a colon, and why"):
        load_allowed(tmp_path / "allow.txt")


def test_two_runs_are_compared_by_case_and_cluster() -> None:
    # "one" and "two" are about one article and drawn together, "off" is alone: differences of 0, 1 and 0. Of the four
    # ways to draw two clusters, one has the mean 0, two 1/3 and one 1/2.
    found = compare_runs(WORSE, WELL)
    name, before, after, interval = found.rows[0]
    assert (name, before, after) == ("passed", 2 / 3, 1.0)
    assert interval == pytest.approx((0.0, 1 / 3, 0.5))
    assert (found.won, found.lost, found.alone) == (("two",), (), ())


def test_runs_of_other_sets_are_not_compared() -> None:
    with pytest.raises(BadRun, match="no case in common"):
        compare_runs(run_of({ONE: RIGHT}), run_of({TWO: RIGHT}))


def test_a_baseline_that_is_not_of_the_set_holds_nothing_against_it(tmp_path: Path) -> None:
    strange = Baseline({"elsewhere": Held(True)}, PRINTS)
    assert reds(decide(WELL, strange)) == [("other", ())]
    assert json.dumps(decide(WELL, strange).reds[0].text).count("another set") == 1
