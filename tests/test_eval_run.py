import json
from pathlib import Path

import pytest

from eval.errors import BadCases
from eval.run import Comparison, Result, compare, evaluate, load_baseline, load_result, promote, save_result
from tests.eval_fixtures import BUILT, HIGH, TEXTS, answer, case

CASES = (case("held", HIGH), case("lost", HIGH), case("off"))
ANSWERS = {"held?": answer(HIGH), "lost?": answer(BUILT), "off?": answer()}


@pytest.fixture
def result() -> Result:
    return evaluate(CASES, ANSWERS.__getitem__, TEXTS)


def test_every_case_is_asked_and_judged(result: Result) -> None:
    assert {id_: outcome.passed for id_, outcome in result.outcomes.items()} == {
        "held": True,
        "lost": False,
        "off": True,
    }
    assert (result.totals["answered"], result.totals["holds the fact"]) == (1, 0.5)


def test_a_comparison_tells_lost_won_new_and_gone(result: Result) -> None:
    found = compare(result, {"held": False, "lost": True, "left": True})
    assert found == Comparison(lost=("lost",), won=("held",), new=("off",), gone=("left",))


def test_a_case_that_failed_before_is_not_lost(result: Result) -> None:
    assert compare(result, {"held": True, "lost": False, "off": True}) == Comparison((), (), (), ())


def test_without_a_baseline_nothing_can_be_lost(result: Result, tmp_path: Path) -> None:
    found = compare(result, load_baseline(tmp_path / "none.json"))
    assert (found.lost, found.new) == ((), ("held", "lost", "off"))


def test_a_saved_run_is_read_back_the_same(result: Result, tmp_path: Path) -> None:
    save_result(result, tmp_path / "deep" / "er" / "last.json")
    assert load_result(tmp_path / "deep" / "er" / "last.json") == result


def test_a_promoted_run_is_the_baseline_one_case_a_line(result: Result, tmp_path: Path) -> None:
    path = tmp_path / "new" / "baseline.json"
    promote(result, path)
    assert load_baseline(path) == {"held": True, "lost": False, "off": True}
    assert path.read_text() == '{\n "held": true,\n "lost": false,\n "off": true\n}\n'


@pytest.mark.parametrize("text", ["{", "[1]", "7", "null", ""])
def test_a_damaged_baseline_is_refused_with_the_remedy(text: str, tmp_path: Path) -> None:
    (tmp_path / "baseline.json").write_text(text)
    with pytest.raises(BadCases, match=r"is damaged: .*footnote eval promote"):
        load_baseline(tmp_path / "baseline.json")


@pytest.mark.parametrize(
    "text", ["{", "[]", "7", json.dumps({"totals": {}}), '{"outcomes": [], "totals": {}}', '{"outcomes": {"a": {}}}']
)
def test_a_damaged_run_is_refused_with_the_remedy(text: str, tmp_path: Path) -> None:
    (tmp_path / "last.json").write_text(text)
    with pytest.raises(BadCases, match="make one with: footnote eval run"):
        load_result(tmp_path / "last.json")


def test_no_run_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(BadCases, match=r"no evaluation to look at in .*last\.json"):
        load_result(tmp_path / "last.json")
