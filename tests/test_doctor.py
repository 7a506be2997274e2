"""`footnote doctor` as a whole; what each check finds is tested beside it, in test_doctor_*.py."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from eval.cases import as_line
from eval.flags import place_of
from eval.saved import baseline_check, save_baseline
from ingest.lock import ingest_lock
from tests.conftest import EELS, Command, Outcome
from tests.eval_fixtures import HIGH, answer, case, run_of


def found_by(outcome: Outcome) -> Mapping[str, list[dict[str, str]]]:
    """The findings of `doctor --json`, by what they are about."""
    found: dict[str, list[dict[str, str]]] = {}
    for finding in json.loads(outcome.out)["findings"]:
        found.setdefault(finding["about"], []).append(finding)
    return found


def traces(folder: Path) -> Mapping[Path, object]:
    return {path: (path.stat().st_mtime_ns, path.is_file() and path.read_bytes()) for path in folder.rglob("*")}


def test_a_home_in_order_is_well_and_is_not_changed(command: Command, corpus: Path, own_home: Path) -> None:
    before = traces(own_home), traces(corpus)
    outcome = command("doctor", "--home", own_home, "--corpus", corpus)
    assert (outcome.code, outcome.err, outcome.out.splitlines()[-1]) == (0, "", "All well.")
    assert "✓ index         generation 000001 is whole: 4 articles" in outcome.out
    assert (traces(own_home), traces(corpus)) == before


def test_before_the_first_ingest_the_remedy_is_named_and_nothing_is_made(command: Command, corpus: Path) -> None:
    outcome = command("doctor", "--corpus", corpus)
    assert outcome.code == 1
    assert "✗ index         no index in .footnote\n" in outcome.out
    assert "-> build it with: footnote ingest" in outcome.out
    assert list(Path().iterdir()) == []


def test_wrong_settings_are_all_named_and_do_not_stop_the_other_checks(
    command: Command, corpus: Path, own_home: Path
) -> None:
    Path("footnote.toml").write_text(f'home = "{own_home}"\nhoem = "x"\nopenai_api_key = "sk-s3cret"')
    outcome = command(
        "doctor",
        "--json",
        "--corpus",
        corpus,
        FOOTNOTE_SLACK_WORKERS="none",
        FOOTNOTE_HOEM="x",
        SLACK_BOT_TOKEN="xapp",
    )
    found = found_by(outcome)
    assert outcome.code == json.loads(outcome.out)["exit_code"] == 78
    assert [finding["state"] for finding in found["setting"]].count("wrong") == 3
    assert found["index"][0]["state"] == "well"
    assert found["Slack"][0]["state"] == "wrong"
    assert "s3cret" not in outcome.out


def test_articles_that_have_changed_are_noted_and_all_is_well(command: Command, corpus: Path, own_home: Path) -> None:
    (corpus / EELS).write_text("It says something else now.")
    outcome = command("doctor", "--home", own_home, "--corpus", corpus)
    assert outcome.code == 0
    assert f"since the last ingest: 1 changed ({EELS})" in outcome.out
    assert outcome.out.splitlines()[-1] == "All well. 1 to note."


def test_a_file_that_failed_is_named_until_it_is_mended(command: Command, corpus: Path, own_home: Path) -> None:
    (corpus / EELS).write_bytes(b"looks like text\0but is not")
    command("ingest", corpus, "--home", own_home)
    outcome = command("doctor", "--json", "--home", own_home, "--corpus", corpus)
    assert outcome.code == 1
    (failed,) = found_by(outcome)["articles"][1:]
    assert (failed["state"], "remove it or convert it to text" in failed["text"]) == ("failed", True)
    assert "its last good version is served" in outcome.out


@pytest.mark.parametrize("part", ["store.sqlite", "manifest.json", "chroma/chroma.sqlite3"])
def test_a_damaged_index_has_failed(command: Command, corpus: Path, own_home: Path, part: str) -> None:
    (own_home / "generations" / "000001" / part).write_bytes(b"damaged" * 1000)
    outcome = command("doctor", "--json", "--home", own_home, "--corpus", corpus)
    assert outcome.code == 1
    assert found_by(outcome)["index"][0]["state"] == "failed"
    assert "footnote ingest" in found_by(outcome)["index"][0]["remedy"]


def test_an_index_of_another_embedder_is_wrong_configuration(command: Command, corpus: Path, home: Path) -> None:
    outcome = command("doctor", "--json", "--home", home, "--corpus", corpus)
    assert outcome.code == 78
    assert [finding["state"] for finding in found_by(outcome)["index"]] == ["well", "well", "wrong"]


def test_a_model_that_is_not_there_is_wrong_configuration(command: Command, corpus: Path, own_home: Path) -> None:
    outcome = command("doctor", "--json", "--home", own_home, "--corpus", corpus, FOOTNOTE_MINILM="/nowhere")
    assert outcome.code == 78
    assert found_by(outcome)["embedder"][0]["state"] == "wrong"


def test_it_runs_beside_an_ingest(command: Command, corpus: Path, own_home: Path) -> None:
    with ingest_lock(own_home):
        outcome = command("doctor", "--home", own_home, "--corpus", corpus)
    assert outcome.code == 0
    assert "an ingest is running (process " in outcome.out


@pytest.mark.parametrize("header", ["s3cret", "x-token:", ": s3cret"])
def test_chroma_headers_that_are_none_are_wrong(command: Command, corpus: Path, own_home: Path, header: str) -> None:
    outcome = command(
        "doctor",
        "--json",
        "--home",
        own_home,
        "--corpus",
        corpus,
        FOOTNOTE_CHROMA_HOST="127.0.0.1",
        FOOTNOTE_CHROMA_HEADERS=header,
    )
    assert outcome.code == 78
    assert found_by(outcome)["Chroma server"][0]["state"] == "wrong"
    assert "s3cret" not in outcome.out


def test_the_baseline_is_there_or_noted_or_damaged(tmp_path: Path) -> None:
    place = place_of(tmp_path / "corpus", tmp_path / "home")
    (no_cases,) = baseline_check(place).look()
    one, two = case("one"), case("two")
    place.cases.parent.mkdir()
    place.cases.write_text(as_line(one) + as_line(two))
    (none,) = baseline_check(place).look()
    save_baseline(run_of({one: answer(), two: answer(HIGH)}), place.baseline)
    (there,) = baseline_check(place).look()
    assert (no_cases.state, none.state, there.state) == ("well", "note", "well")
    assert there.text.startswith("1 of 2 cases pass")
