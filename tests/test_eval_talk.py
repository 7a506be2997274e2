import json
from pathlib import Path

import pytest

from bot.answer import Answer
from eval.cases import Case
from eval.errors import BadCases
from eval.talk import SETS, judge_turn, load_conversations, play, table
from ingest.embed.minilm import MiniLM
from tests.eval_fixtures import BUILT, HIGH, TROUT, answer


def said(question: str, kind: str, facts: tuple[tuple[str, ...], ...], lacks: tuple[str, ...]) -> Case:
    return Case("", question, kind, bool(facts), facts, must_not=lacks)


HOW_HIGH = said("How high is the dam?", "opens", (("99 metres",),), ())
SINCE_WHEN = said("Since when?", "leans", (("1931",),), ("99 metres",))


def judged(case: Case, got: Answer, *, alone: Answer | None = None) -> tuple[bool, bool, bool]:
    heard = judge_turn(case, got, alone or got, (HOW_HIGH, answer(HIGH)))
    return heard.right, heard.taken, heard.repeated


def test_a_turn_is_right_if_every_fact_is_there_and_nothing_that_only_a_misunderstanding_brings() -> None:
    assert judged(SINCE_WHEN, answer(BUILT)) == (True, False, False)
    assert judged(SINCE_WHEN, answer(BUILT, HIGH)) == (False, False, True)


def test_an_old_answer_that_holds_the_new_fact_is_not_repeated() -> None:
    assert judged(said("How many metres?", "leans", (("99",),), ()), answer(HIGH)) == (True, False, False)


def test_a_change_of_subject_that_is_answered_otherwise_than_alone_was_taken_for_a_follow_up() -> None:
    change = said("What lives in its lake?", "changes", (("trout",),), ())
    assert judged(change, answer(HIGH), alone=answer(TROUT)) == (False, True, True)
    assert judged(change, answer(TROUT)) == (True, False, False)


def test_what_the_articles_do_not_say_is_rightly_refused() -> None:
    assert judged(said("Who dug it?", "changes", (), ()), answer()) == (True, False, False)


@pytest.mark.parametrize(
    "turn",
    [
        {"question": "Why?", "kind": "wonders", "facts": [["1931"]]},
        {"question": "Why?", "kind": "leans"},
        {"kind": "leans", "facts": [["1931"]]},
    ],
)
def test_a_turn_that_is_none_is_told(turn: dict[str, object], tmp_path: Path) -> None:
    (tmp_path / "conversations.jsonl").write_text(json.dumps({"turns": [turn]}))
    with pytest.raises(BadCases, match="no set of conversations"):
        load_conversations(tmp_path)


def test_the_sets_of_the_project_hold_150_turns_a_third_of_them_changes_of_subject() -> None:
    turns = [turn for path in SETS.iterdir() if path.is_dir() for one in load_conversations(path) for turn in one]
    kinds = [turn.type for turn in turns if turn.type != "opens"]
    assert len(kinds) >= 150
    assert kinds.count("changes") >= len(kinds) / 3


def test_a_set_is_played_from_its_articles(tmp_path: Path, model: MiniLM) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "dam.md").write_text("# The Arn dam\n\nThe Arn dam is 99 metres high. It was built in 1931.")
    turns = [
        {"question": "How high is the Arn dam?", "kind": "opens", "facts": [["99 metres"]]},
        {"question": "When was it built?", "kind": "leans", "facts": [["1931"]]},
    ]
    (tmp_path / "conversations.jsonl").write_text(json.dumps({"turns": turns}))
    rows = {name: (count, right) for name, count, right, *_ in table(play(tmp_path, model))}
    assert rows["all that follow"] == ("1", "1 (1.000)")
