"""A thousand replies of bad models through parser and check: what is shown must be carried, whatever came in."""

import math
import random
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.answer import Answer, faults
from bot.compare.propernames import known_names
from bot.model.check import Offered, Scales, check
from bot.model.page import Page
from bot.model.parse import Parser
from ingest.articles.article import read_article
from ingest.split import split
from ingest.terms import STOP_WORDS, terms
from tests.hostile import CANARIES, LIARS, Liar, honest, pieces

_ARTICLES = [read_article(path, path.name) for path in sorted(Path("corpus").glob("*.txt"))]
_TEXTS = {article.id: article.text for article in _ARTICLES}
_CHUNKS = [(article, chunk) for article in _ARTICLES for chunk in split(article)]
OFFERED = tuple(
    Offered(number, article, chunk.start, chunk.text, chunk.sentences)
    for number, (article, chunk) in enumerate(_CHUNKS, 1)
)


def _content(text: str) -> Counter[str]:
    return Counter(term for term in terms(text) if term not in STOP_WORDS)


def _likeness(one: str, other: str) -> float:
    """The cosine of the two bags of words: a small true thing where the model would take minutes."""
    a, b = _content(one), _content(other)
    lengths = math.sqrt(sum(n * n for n in a.values()) * sum(n * n for n in b.values()))
    return sum(a[term] * b[term] for term in a) / lengths if lengths else 0.0


SCALES = Scales(lambda term: 1.0, _likeness, known_names([chunk.text for _, chunk in _CHUNKS]))


def answer(reply: str, rng: random.Random) -> tuple[Answer, Page]:
    parser, page = Parser(), Page(shows_dates=False)
    claims = [claim for piece in pieces(reply, rng) for claim in parser.feed(piece)]
    for claim in (*claims, *parser.close(whole=True)):
        verdict = check(claim, OFFERED, SCALES, shown=5)
        if verdict.outcome != "failed":
            page.counts[verdict.outcome] += 1
            page.add(claim.text, verdict.citations, dated=False)
        else:
            page.failed.append(verdict)
    shown = Answer("q", page.text, bool(page.parts), tuple(page.citations), (), (), "model", 1.0, "1", {})
    return shown, page


def lies(shown: Answer, page: Page) -> list[str]:
    """What breaks the promise, found without the code that is on trial."""
    found = list(faults(shown, _TEXTS))
    for part in page.parts:
        quotes = " ".join(citation.quote for citation in part.citations)
        figures = re.findall(r"(?<![\w.-])\d+(?:[.,]\d+)*(?![\w-])", re.sub(r"\[\d+\]", "", part.text))
        spelled = quotes.replace("six", "6").replace("Six", "6").replace("two", "2").replace("Two", "2")
        found += [f"the figure {figure} is not in the quote" for figure in figures if figure not in spelled]
        found += [f"{canary} was shown" for canary in CANARIES if canary.lower() in part.text.lower()]
        found += ["more than three footnotes"] if len(part.citations) > 3 else []
        found += ["no footnote"] if not part.citations else []
    return found + (["a link"] if re.search(r"https?:|www\.|<[!@#]", shown.text) else [])


@pytest.mark.parametrize("liar", LIARS, ids=lambda liar: liar.__name__)
def test_no_reply_of_a_hostile_model_gets_a_lie_past_the_check(liar: Liar) -> None:
    for seed in range(1000 // len(LIARS) + 1):
        rng = random.Random(f"{liar.__name__} {seed}")
        shown, page = answer(liar(OFFERED[:5], rng), rng)
        assert lies(shown, page) == [], shown.text


def test_of_sentences_that_are_true_at_least_99_in_100_pass_untouched() -> None:
    counts: Counter[str] = Counter()
    for seed in range(150):
        rng = random.Random(seed)
        _, page = answer(honest(OFFERED[:5], rng), rng)
        counts.update(page.counts, failed=len(page.failed))
    assert counts["kept"] / (counts["kept"] + counts["recited"] + counts["failed"]) >= 0.99


def test_sentences_with_swapped_facts_are_nearly_all_stopped() -> None:
    assert _stopped("wrong_numbers", LIARS) == 1.0
    assert _stopped("denied", LIARS) >= 0.9
    assert _stopped("swapped_names", LIARS) >= 0.85


def _stopped(name: str, liars: Sequence[Liar]) -> float:
    liar = next(liar for liar in liars if liar.__name__ == name)
    replies = [(liar(OFFERED[:5], random.Random(seed)), random.Random(seed)) for seed in range(100)]
    return sum(not answer(reply, rng)[1].parts for reply, rng in replies) / len(replies)
