"""The check measured: on the project's own pairs with recorded verdicts, and on pairs that are made by rule."""

import json
import random
from pathlib import Path

import pytest

from bot.model.judge import Pair
from eval import perturb
from eval.check import Case, Result, load_pairs, measure_pairs, table
from eval.check_command import held_of, judge, load_held, worse
from eval.errors import BadCases
from eval.transcripts import Transcripts, key_of
from ingest.articles.article import Article
from tests.conftest import Command, write_corpus
from tests.model_fixtures import judges, scripted, writer_with

OWN, VERDICTS = Path("eval/check/pairs.jsonl"), Path("eval/check/verdicts.jsonl")
QUOTE = "The mill of Tarn grinds eleven new sacks a day."


def case(sentence: str, *quotes: str, carried: bool = True) -> Case:
    return Case(sentence, quotes or (QUOTE,), Article("a", "The mill", None, None, None, ""), "k", carried)


def test_with_recorded_verdicts_the_true_are_kept_and_no_falsehood_is_shown() -> None:
    results = measure_pairs(load_pairs(OWN), judge(VERDICTS, None, record=False))
    assert all(result.judged for result in results)
    kept = [result.judged == "kept" for result in results if result.case.carried]
    shown = [result.case.sentence for result in results if not result.case.carried and result.judged == "kept"]
    assert (sum(kept) / len(kept) >= 0.92, shown) == (True, [])


def test_no_pair_is_worse_than_in_the_committed_baseline() -> None:
    now = held_of(measure_pairs(load_pairs(OWN), judge(VERDICTS, None, record=False)))
    assert (len(now), worse(now, load_held(OWN.with_suffix(".baseline.json")))) == (64, ())


def shown(carried: bool, alone: str, judged: str | None = None, *, stands: bool = True) -> dict[str, object]:
    return {"sentence": "It grinds.", "carried": carried, "alone": alone, "judged": judged, "stands": stands}


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        (shown(True, "kept"), shown(True, "quoted"), "(true): alone was kept and is quoted"),
        (shown(True, "quoted", "kept"), shown(True, "quoted", "dropped"), "(true): judged was kept and is dropped"),
        (shown(False, "quoted"), shown(False, "kept"), "(false): alone was quoted and is kept"),
        (shown(False, "quoted", stands=False), shown(False, "quoted"), "(false): stands was False and is True"),
        (shown(True, "quoted"), None, "(true): it is in the set no more"),
        (shown(True, "quoted"), shown(True, "kept"), None),
        (shown(False, "kept"), shown(False, "dropped"), None),
        (shown(True, "quoted", "kept"), shown(True, "quoted"), None),
    ],
)
def test_a_true_sentence_that_is_shown_less_and_a_falsehood_that_is_shown_more_are_worse(
    before: dict[str, object], now: dict[str, object] | None, told: str | None
) -> None:
    assert worse({"p": now} if now else {}, {"p": before}) == ((f"It grinds. {told}",) if told else ())


def test_a_check_that_got_worse_is_red_until_it_is_promoted(command: Command, tmp_path: Path) -> None:
    corpus, pairs = write_corpus(tmp_path / "corpus"), tmp_path / "pairs.jsonl"
    own = {"sentence": QUOTE, "quotes": [QUOTE], "carried": True}
    pairs.write_text(json.dumps(own))
    run = ("--corpus", corpus, "eval", "check", pairs)
    assert "It is the baseline now" in command(*run, "--promote").out
    pairs.write_text(json.dumps(own | {"sentence": "It grinds twelve sacks."}))
    red = command(*run)
    assert (red.code, f"red (check): {QUOTE} (true): it is in the set no more" in red.out) == (1, True)
    command(*run, "--promote")
    assert "red (check)" not in command(*run).out


def test_what_cannot_be_read_is_left_out_by_its_name_and_a_set_that_is_not_there_is_told_first(
    command: Command, tmp_path: Path
) -> None:
    corpus, pairs = write_corpus(tmp_path / "corpus"), tmp_path / "pairs.jsonl"
    (corpus / "scan.pdf").write_bytes(b"%PDF-1.4 broken")
    pairs.write_text(json.dumps({"sentence": QUOTE, "quotes": [QUOTE], "carried": True}))
    told = command("--corpus", corpus, "eval", "check", pairs)
    assert "left out: scan.pdf: " in told.out
    none = command("--corpus", corpus, "eval", "check", tmp_path / "none.jsonl")
    assert (none.code, "none.jsonl holds no pairs" in none.err, "scan.pdf" in none.out) == (2, True, False)
    assert load_pairs(corpus)


def test_without_a_judge_no_falsehood_is_shown_and_nothing_true_is_lost() -> None:
    results = measure_pairs(load_pairs(OWN), None)
    assert [r.case.sentence for r in results if r.alone == "kept" and not r.case.carried] == []
    assert [r.case.sentence for r in results if r.alone == "dropped" and r.case.carried] == []


def test_pairs_made_by_rule_from_the_articles_are_stopped_without_a_judge() -> None:
    rows = {
        (carried, kind): shares for carried, kind, *shares in table(measure_pairs(load_pairs(Path("corpus")), None))
    }
    assert {kind for _, kind in rows} >= {"true", "another number", "another name", "a denial", "a wrong passage"}
    assert [kind for (carried, kind), shares in rows.items() if carried == "false" and shares[2] != "0.0 %"] == []
    assert rows["true", "true"][1] == "100.0 %"


def test_a_version_is_no_number_to_change() -> None:
    text = "Release 5.8.1 mends it."
    assert perturb.swap_number(perturb.Pair(text, text), random.Random(1)) is None


@pytest.mark.parametrize(
    ("sentence", "stands", "alone"),
    [(QUOTE, True, "kept"), ("It grinds eleven sacks.", True, "quoted"), ("It grinds twelve sacks.", False, "quoted")],
)
def test_a_case_goes_through_the_product_s_own_check(sentence: str, stands: bool, alone: str) -> None:
    (result,) = measure_pairs([case(sentence)], lambda pair: True)
    assert (result.stands, result.alone, result.judged) == (stands, alone, "kept" if stands else "quoted")


def test_quotes_of_an_article_are_read_where_they_stand() -> None:
    article = Article("t", "Sacks", None, None, None, f"The miller is Ann Orth. {QUOTE}")
    (result,) = measure_pairs([case("Ann Orth's mill grinds eleven new sacks.")], None, articles=[article])
    assert result.stands
    assert not measure_pairs([case("Ann Orth's mill grinds eleven new sacks.")], None)[0].stands


def test_a_row_counts_what_stands_and_what_is_shown() -> None:
    def result(stands: bool, alone: str, judged: str | None) -> Result:
        return Result(case("s"), stands, alone, judged)  # type: ignore[arg-type]

    some = [result(True, "kept", "kept"), result(True, "quoted", "quoted"), result(False, "dropped", None)]
    assert table(some) == (("true", "k", "3", "66.7 %", "33.3 %", "50.0 %", "50.0 %"),)


def test_a_file_that_holds_no_pairs_is_refused_with_its_name(tmp_path: Path) -> None:
    for text in ("{broken", '{"sentence": "x"}', "[]"):
        (tmp_path / "p.jsonl").write_text(text, encoding="utf-8")
        with pytest.raises(BadCases, match=r"p\.jsonl"):
            load_pairs(tmp_path / "p.jsonl")


def test_a_prompt_is_known_again_whatever_its_random_number() -> None:
    one, other = ([{"role": "user", "content": f"<pairs {nonce}> Well?"}] for nonce in ("0a1b2c3d", "99999999"))
    assert key_of(one) == key_of(other) != key_of([{"role": "user", "content": "Well?"}])


def test_what_a_judge_says_is_kept_and_said_again_without_one(tmp_path: Path) -> None:
    pair = Pair("It grinds.", (QUOTE,))
    with scripted(judges()) as server, scripted(judges()) as other:
        writer = writer_with(server, judge=other)
        assert judge(tmp_path / "v.jsonl", writer, record=True)(pair) is True
    again = judge(tmp_path / "v.jsonl", None, record=False)
    assert (again(pair), again(Pair("It stands.", (QUOTE,)))) == (True, None)


def test_a_damaged_transcript_is_told(tmp_path: Path) -> None:
    (tmp_path / "v.jsonl").write_text(json.dumps({"key": "x"}), encoding="utf-8")
    with pytest.raises(BadCases, match=r"v\.jsonl"):
        Transcripts(tmp_path / "v.jsonl")
