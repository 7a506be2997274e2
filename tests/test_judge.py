import json
import queue
import time
from collections.abc import Sequence
from typing import Any

import pytest

from bot.endpoint.reply import Tally
from bot.model.judge import Judged, Judging, Pair, Verdicts, read_verdicts, remember

ONE, TWO, THREE = (Pair(f"Sentence {i}.", (f"Quote {i}.",)) for i in (1, 2, 3))


def reply(*verdicts: tuple[object, object]) -> str:
    return json.dumps({"verdicts": [{"id": id_, "carried": carried} for id_, carried in verdicts]})


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (reply((1, True), (2, False)), {ONE: True, TWO: False}),
        (reply(("1", "true"), (2, "No")), {ONE: True, TWO: False}),
        ("<think>hm {}</think>\n```json\n" + reply((2, True)) + "\n```", {TWO: True}),
        (reply((1, True), (1, False)), {ONE: False}),
        (reply((1, False), (1, True)), {ONE: False}),
        (reply((3, True), (0, True), (-1, True), (True, True), (None, True)), {}),
        (reply((1, "maybe"), (2, 1)), {}),
        ("Certainly! They look fine to me.", {}),
        ('{"verdicts": true}', {}),
        ('{"verdicts": [true, 1, "1"]}', {}),
        ("", {}),
        ('{"verdicts": [' * 3000, {}),
    ],
)
def test_only_what_keeps_to_the_form_is_a_verdict_and_no_is_stronger_than_yes(said: str, found: Verdicts) -> None:
    assert read_verdicts(said, [ONE, TWO]) == found


def test_a_pair_is_given_as_an_object_with_its_quotes_and_day() -> None:
    pair = Pair("Six planes landed.", ("Six planes landed on Saturday.",), "2022-04-10", ("A delivery | 2022-04-10",))
    assert pair.as_json(3) == {
        "id": 3,
        "sentence": "Six planes landed.",
        "quotes": ("Six planes landed on Saturday.",),
        "published": "2022-04-10",
        "sources": ("A delivery | 2022-04-10",),
    }


def test_what_is_known_is_bounded() -> None:
    known: dict[Pair, bool] = {}
    remember({Pair(str(i), ()): True for i in range(10_050)}, known)
    assert Pair("0", ()) not in known
    assert known[Pair("10049", ())]


class Bench:
    """Judging whose requests end when the test lets them."""

    def __init__(self, left: int = 6) -> None:
        self.inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.asked: list[Sequence[Pair]] = []
        self.answers: queue.SimpleQueue[Verdicts] = queue.SimpleQueue()
        self.tally, self.known = Tally(left), dict[Pair, bool]()
        self.judging = Judging(self._ask, self.known, inbox=self.inbox, tally=self.tally, seconds=1)

    def _ask(self, pairs: Sequence[Pair], deadline: float) -> Verdicts:
        assert deadline > time.monotonic()
        self.tally.take()
        self.asked.append(pairs)
        return self.answers.get(timeout=5)

    def end(self, verdicts: Verdicts) -> None:
        self.answers.put(verdicts)
        judged = self.inbox.get(timeout=5)
        assert isinstance(judged, Judged)
        self.judging.hear(judged)

    def want(self, *pairs: Pair, whole: bool = False) -> None:
        for pair in pairs:
            self.judging.want(pair)
        self.judging.send(whole=whole)


def test_the_first_sentence_is_asked_for_at_once_and_later_ones_together() -> None:
    bench = Bench()
    bench.want(ONE)
    bench.want(TWO, THREE)
    assert bench.judging.under_way == 2
    bench.end({ONE: True})
    bench.end({TWO: True, THREE: False})
    assert sorted(map(len, bench.asked)) == [1, 2]
    assert (bench.known.get(THREE), bench.judging.under_way) == (False, 0)


def test_no_more_than_two_are_under_way_but_for_the_last_sentences() -> None:
    bench = Bench()
    for pair in (ONE, TWO, THREE):
        bench.want(pair)
    assert bench.judging.under_way == 2
    bench.judging.send(whole=True)
    assert bench.judging.under_way == 3
    for pair in (ONE, TWO, THREE):
        bench.end({pair: True})


def test_the_last_request_is_kept_for_the_end_of_the_reply() -> None:
    bench = Bench(left=1)
    bench.want(ONE)
    assert bench.judging.under_way == 0
    bench.want(TWO, whole=True)
    bench.end({ONE: True, TWO: True})
    assert bench.asked == [(ONE, TWO)]


def test_a_judge_that_has_nothing_to_say_is_not_asked_again() -> None:
    bench = Bench()
    bench.want(ONE)
    bench.end({})
    assert bench.judging.is_over
    bench.want(TWO, whole=True)
    assert bench.judging.under_way == 0
