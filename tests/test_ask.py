import datetime
import random
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.answer import Answer, faults
from bot.ask import _ALONE, EMPTY, _understood, ask
from bot.means import Means
from bot.question.followup import Before, Reading, Turn, before
from bot.question.understand import Question
from bot.quote.ranker import Ranked
from bot.request import Request
from bot.search import Search, Seen
from ingest.embed.minilm import MiniLM
from ingest.index.open_index import Index, open_current
from tests.asking_fixtures import ASKED
from tests.conftest import BRIDGE, EELS, OBSERVATORY, TRAIN, HashEmbedder


def put(
    text: str,
    index: Index,
    *,
    history: tuple[Turn, ...] = (),
    scope: tuple[str, ...] = (),
    language: HashEmbedder | MiniLM | None = None,
    asked: datetime.date = ASKED,
) -> Answer:
    embedder = HashEmbedder()
    return ask(Request(text, asked, history, scope), Means(index, embedder, language or embedder))


def faults_of(answer: Answer, index: Index) -> tuple[str, ...]:
    return faults(answer, {article.id: index.text(row) for row, article in enumerate(index.articles)})


@pytest.mark.parametrize(
    ("question", "article", "said"),
    [
        ("How long is the Marlow Bridge?", BRIDGE, "640 metres long"),
        ("How much did the bridge cost?", BRIDGE, "212 million euros"),
        ("Who cut the ribbon?", BRIDGE, "Mayor Ilse Korhonen"),
        ("How many glass eels passed the counting station at Weir Mill?", EELS, "61,000 glass eels"),
        ("Where was the mirror polished?", OBSERVATORY, "polished in Jena"),
        ("When does the night train leave Lindholm?", TRAIN, "in December"),
        ("how much did the brigde cost", BRIDGE, "212 million euros"),
    ],
)
def test_an_answer_quotes_the_article_and_keeps_its_promise(
    question: str, article: str, said: str, real_home: Path, model: MiniLM
) -> None:
    with closing(open_current(real_home, model.fingerprint)) as index:
        answer = ask(Request(question, ASKED), Means(index, model, model))
        assert said in " ".join(answer.text.split())
        assert article in {citation.article.id for citation in answer.citations}
        assert faults_of(answer, index) == ()


def test_an_answer_says_how_it_came_about(index: Index) -> None:
    answer = put("How long is the Marlow Bridge?", index)
    assert (answer.answered, answer.answerer, answer.generation, answer.nearest) == (True, "quote", "000001", ())
    assert put("What is the capital of France?", index).confidence < answer.confidence <= 1
    assert sorted(answer.timings_ms) == ["answer", "retrieve", "total"]


def test_the_passages_are_what_was_retrieved_best_first(index: Index) -> None:
    answer = put("How long is the Marlow Bridge?", index)
    assert answer.passages[0].article.id == BRIDGE
    assert all(index.text(_row(p.article.id, index))[p.start : p.end] == p.text for p in answer.passages)


def _row(article_id: str, index: Index) -> int:
    return [article.id for article in index.articles].index(article_id)


@pytest.mark.parametrize("text", ["", "   ", "?!", "\n\t", "…", "👍", "\ud800"])
def test_a_message_without_a_word_asks_for_a_question(text: str, index: Index) -> None:
    answer = put(text, index)
    assert (answer.text, answer.answered, answer.citations, answer.passages) == (EMPTY, False, (), ())


def test_small_talk_gets_a_courtesy_without_a_search(index: Index) -> None:
    answer = put("Hello!", index)
    assert answer.text.startswith("Hello.")
    assert (answer.answered, answer.passages, answer.nearest) == (False, (), ())


def test_a_follow_up_is_answered_about_what_came_before(real_home: Path, model: MiniLM) -> None:
    history = (Turn("user", "How long is the Marlow Bridge?"), Turn("assistant", "640 metres. [1]"))
    with closing(open_current(real_home, model.fingerprint)) as read_only:
        answer, alone = (
            ask(Request("And the cost?", ASKED, turns), Means(read_only, model, model)) for turns in (history, ())
        )
    assert answer.question == "And the cost?"
    assert {citation.article.id for citation in answer.citations} == {BRIDGE}
    assert [citation.article.id for citation in alone.citations][:1] != [BRIDGE]


def test_what_is_said_of_the_bridge_is_said_of_the_bridge_that_was_named_before(real_home: Path, model: MiniLM) -> None:
    with closing(open_current(real_home, model.fingerprint)) as read_only:
        answer = ask(Request("How much did the Marlow Bridge cost?", ASKED), Means(read_only, model, model))
    assert [citation.quote[:36] for citation in answer.citations] == ["The bridge cost 212 million euros, 3"]


def test_a_refusal_names_the_missing_names_and_the_nearest_articles(index: Index) -> None:
    answer = put("Who painted the Zanzibar mural?", index)
    near = "; ".join(f"“{article.title}”" for article in answer.nearest)
    assert answer.text == f"The articles do not mention Zanzibar. The nearest: {near}."
    assert answer.nearest[0].title == "Port Ellery opens its second harbour bridge"
    assert (answer.answered, answer.citations, answer.nearest[0].id) == (False, (), BRIDGE)
    assert faults_of(answer, index) == ()


@pytest.mark.parametrize(
    "question",
    ["How heavy is the Marlow Bridge?", "What is the capital of France?", "What percentage of eels died at Weir Mill?"],
)
def test_what_the_articles_do_not_say_is_refused(question: str, index: Index, model: MiniLM) -> None:
    assert not put(question, index, language=model).answered


def test_out_of_scope_is_refused(index: Index) -> None:
    answer = put("How long is the Marlow Bridge?", index, scope=("science",))
    assert not answer.answered
    assert {passage.article.id for passage in answer.passages} == {OBSERVATORY}


@pytest.mark.parametrize(
    "question",
    [
        'How long is the "Marlow Bridge"?',
        "+how AND long OR is -NOT the (Marlow Bridge)?",
        "How long is the Marlow Bridge? title:x terms:[a TO b] ^2 ~3 *",
        "How long is the Marlow Bridge\\? /.*/ {!q} <b>&amp; %s {0} $1",
    ],
)
def test_search_syntax_means_nothing(question: str, index: Index) -> None:
    answer = put(question, index)
    assert answer.passages[0].article.id == BRIDGE
    assert faults_of(answer, index) == ()


def test_markers_in_a_question_do_not_reach_the_answer(index: Index) -> None:
    answer = put("How long is the Marlow Bridge [7]? [1]", index)
    assert faults_of(answer, index) == ()


def test_half_a_surrogate_pair_is_no_obstacle(index: Index) -> None:
    answer = put("How long is the Marlow Bridge\ud83d?", index)
    assert answer.answered
    assert answer.question.encode("utf-8")


PIECES = (
    *"how long is the Marlow Bridge who when where many which eels cost Korhonen Nordvia 1998 £ 2026-02-14".split(),
    *'AND OR NOT "( ) [1] [2] [99] ^ ~ * \\ / : terms: {} <> %s {0} \0 \x1b[31m \u202e \u200b ﷽ 🦄 é é ß İ ı'.split(
        " "
    ),
    *"桥有多长 Сколько стоит мост كم يبلغ طول ગ્લાસ ยาว Ⅷ ½ ١٢٣ 10^9 1e999 -0 ... last next week yesterday".split(),
    *("a" * 300, "9" * 500, "x-" * 200, "\n\n", "\t", "\r", "\u2028", "\ud83d", "it", "that", "HQ-22", "’s", "'", "“"),
)


def odd_questions(count: int, *, seed: int) -> list[str]:
    """Questions strung together from odd pieces, some with characters from anywhere, a few of them very long."""
    chance = random.Random(seed)
    questions = []
    for i in range(count):
        words = chance.choices(PIECES, k=chance.choice((1, 2, 5, 12)) if i % 60 else 600)
        if chance.random() < 0.3:
            words.append("".join(chr(chance.randrange(0x110000)) for _ in range(8)))
        questions.append(chance.choice(("", " ", " ", " ")).join(words) + chance.choice(("", "?", "…", "!!")))
    return questions


def test_no_question_is_too_odd_for_an_answer_without_faults(index: Index) -> None:
    answers = {text: put(text, index) for text in odd_questions(300, seed=20260309)}
    assert {text: found for text, answer in answers.items() if (found := faults_of(answer, index))} == {}
    assert {answer.answered for answer in answers.values()} == {True, False}


def test_an_odd_earlier_turn_is_no_obstacle(index: Index) -> None:
    odd = {
        text: faults_of(put("And the cost?", index, history=(Turn("user", text),)), index)
        for text in odd_questions(40, seed=7)
    }
    assert {text: found for text, found in odd.items() if found} == {}


@pytest.mark.parametrize("asked", [datetime.date.min, datetime.date.max])
def test_a_question_can_be_asked_on_any_day(asked: datetime.date, index: Index) -> None:
    assert faults_of(put("How long is the latest bridge of last year?", index, asked=asked), index) == ()


def test_the_same_question_gets_the_same_answer(index: Index) -> None:
    first, second = (put("How much did the bridge cost?", index) for _ in range(2))
    assert (first.text, first.citations, first.confidence) == (second.text, second.citations, second.confidence)


@dataclass(frozen=True)
class Undecided(Search):
    """Finds the same odds for whatever stands alone, and so many more for what leans."""

    more: float = 0.0

    def look(self, question: Question) -> Seen:
        return Seen((), Ranked((), 0.0, 1), None)

    def go_on(self, question: Question, before: Before) -> Seen:
        return Seen((), Ranked((), self.more, 1), None)


@pytest.mark.parametrize(("more", "leans"), [(_ALONE - 0.1, False), (_ALONE + 0.1, True)])
def test_what_may_stand_alone_does_unless_what_was_said_before_makes_it_much_likelier(
    more: float, leans: bool, index: Index
) -> None:
    language = HashEmbedder()
    search = Undecided(index, language, language, ASKED, more=more)
    alone, carried = Reading("Who paid for all of it?"), Reading("Who paid for all of it? (bridge)", leans=True)
    question, seen = _understood((alone, carried), search, before(alone.text, ()))
    assert (question.text, seen.ranked.odds) == ((carried.text, more) if leans else (alone.text, 0.0))
