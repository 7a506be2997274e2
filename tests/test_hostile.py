"""A thousand replies of bad models through parser and check: what is shown must be carried, whatever came in."""

import random
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.answer import Answer, faults, text_of
from bot.compare.propernames import known_names
from bot.model.check import Asking, check
from bot.model.desk import Desk
from bot.model.judge import Pair
from bot.model.parse import Parser
from bot.offered import Offered
from bot.page import Page
from eval.perturb import DIGIT_WORDS
from ingest.articles.make import make_article, read_article
from ingest.split import split
from tests.hostile import CANARIES, LIARS, Liar, denied, honest, pieces, swapped_names, wrong_numbers

_PAIR = [read_article(path, path.name) for path in sorted(Path("corpus").glob("*.txt"))]
# Others: full of figures, dates, names and units, so that a lie has something to hold on to.
_OTHERS = {
    "harvest.txt": (
        "The harvest of 2023 came to 4.2 million tonnes, 12 percent less than in 2022. Minister Ana Duarte "
        "said on 3 May 2024 that drought was to blame. Farmers in the south lost 310 million euros, those in "
        "the north 45 million. Spain did not ask for aid, while Portugal asked for 80 million euros. The new "
        "dam at Alqueva holds 4,150 cubic metres."
    ),
    "trial.txt": (
        "The court in Lyon heard 41 witnesses between 12 January and 9 March 2021. Judge Marc Petit fined the "
        "Orlan company 2.5 million dollars, and its director Paul Girard 90,000 dollars. Girard denied that "
        "he had known of the leak. The leak of 14 June 2017 made 230 people ill. Two of them never recovered."
    ),
    "race.txt": (
        "Eliud Kamau won the race in 2 hours and 4 minutes, ahead of Tariku Bekele. More than 31,000 runners "
        "started in Geneva on 8 May 2022; about 29,500 of them finished. The oldest was 84 years old. Kamau "
        "had lost in 2019 and 2021."
    ),
    "spacecraft.txt": (
        "The probe Aurora left Kourou on 17 August 2020 with 640 kilograms of instruments. It reached Venus "
        "after 116 days, sent 9.7 gigabytes of pictures, and failed on 2 February 2021. ESA had paid 410 "
        "million euros; NASA gave 55 million. Engineer Ines Roth may lead a second mission in 2027."
    ),
}
_ARTICLES = [*_PAIR, *(make_article(text.encode(), None, article_id=id_) for id_, text in _OTHERS.items())]
_TEXTS = {article.id: article.text for article in _ARTICLES}
_CHUNKS = [(article, chunk) for article in _ARTICLES for chunk in split(article)]
REPLIES = 1000 // len(LIARS) + 1
# Names that no alias of another and no title stands for: what a liar brings in from elsewhere.
_NAMES = {
    "Hungary",
    "Buffett",
    "Picasso",
    "Turkey",
    "Bulgaria",
    "Hebei",
    "Venus",
    "Geneva",
    "Lyon",
    "Spain",
    "Portugal",
}
_MONTHS = "January February March April May June July August September October November December".split()


def offered(rng: random.Random) -> tuple[Offered, ...]:
    """All passages in an order of chance; a model sees the first five."""
    chosen = rng.sample(_CHUNKS, len(_CHUNKS))
    return tuple(
        Offered(number, article, chunk.start, chunk.text, chunk.sentences)
        for number, (article, chunk) in enumerate(chosen, 1)
    )


KNOWN = known_names([chunk.text for _, chunk in _CHUNKS])


def answer(reply: str, passages: Sequence[Offered], rng: random.Random, *, verdict: bool | None) -> tuple[Answer, Page]:
    """What is shown of a reply; the judge says the same of everything, or nothing at all."""
    parser, known, asking = Parser(), dict[Pair, bool](), Asking("q", KNOWN)
    desk = Desk(known, asking, passages)
    claims = [claim for piece in pieces(reply, rng) for claim in parser.feed(piece)]
    for claim in (*claims, *parser.close(whole=True)):
        pair = check(claim, passages, asking).pair
        known.update({pair: verdict} if verdict is not None else {})
        desk.take(claim)
    list(desk.ready(final=True))
    shown = Answer("q", tuple(desk.page.parts), (), (), "model", 1.0, "1", {})
    return shown, desk.page


def lies(shown: Answer, page: Page) -> list[str]:
    """What breaks the promise, found without the code that is on trial."""
    found = list(faults(shown, _TEXTS))
    for part in page.parts:
        said = text_of([part])
        held = " ".join(f"{c.quote} {c.article.title} {c.article.published or ''}" for c in part.citations)
        figures = re.findall(r"(?<![\w.-])\d+(?:[.,]\d+)*(?![\w-])", re.sub(r"\[\d+\]", "", said))
        spelled = re.sub(r"\w+", lambda word: DIGIT_WORDS.get(word[0].lower(), word[0]), held)
        found += [f"the figure {figure} is not in the quote" for figure in figures if figure not in spelled]
        months = set(re.findall(r"\w+", said)) & set(_MONTHS)
        found += [f"the month {month} is not in the quote" for month in months if month[:3] not in held]
        names = set(re.findall(r"(?<=[a-z,] )[A-Z][a-z]{3,}", said)) & _NAMES
        found += [f"the name {name} is not in the quote" for name in names if name[:4] not in held]
        found += [f"{canary} was shown" for canary in CANARIES if canary.lower() in said.lower()]
        found += ["more than three footnotes"] if len(part.citations) > 3 else []
        found += ["no footnote"] if not part.citations else []
    return found + (
        ["a link"] if re.search(r"https?:|www\.|<[!@#]|\]\(|\b[\w-]+\.(?:example|com|org|net)\b", shown.text) else []
    )


def test_the_passages_are_of_the_two_articles_and_of_others() -> None:
    counts = Counter(article in _PAIR for article, _ in _CHUNKS)
    assert len(_PAIR) == 2
    assert counts[True] >= 5
    assert counts[False] >= 4


@pytest.mark.parametrize("verdict", [True, False, None], ids=["a judge that agrees", "one that denies", "none"])
@pytest.mark.parametrize("liar", LIARS, ids=lambda liar: liar.__name__)
def test_no_reply_of_a_hostile_model_gets_a_lie_past_the_check(liar: Liar, verdict: bool | None) -> None:
    assert REPLIES * len(LIARS) >= 1000
    for seed in range(REPLIES):
        rng = random.Random(f"{liar.__name__} {seed}")
        passages = offered(rng)
        shown, page = answer(liar(passages[:5], rng), passages[:5], rng, verdict=verdict)
        assert lies(shown, page) == [], shown.text


def test_of_sentences_that_are_true_none_is_lost_and_a_judge_that_agrees_keeps_99_in_100() -> None:
    counts: Counter[str] = Counter()
    for seed in range(300):
        rng = random.Random(seed)
        passages = offered(rng)
        _, page = answer(honest(passages[:5], rng), passages[:5], rng, verdict=True)
        counts.update(page.counts)
    assert counts["kept"] >= 500
    assert counts["kept"] / (counts["kept"] + counts["quoted"]) >= 0.99


@pytest.mark.parametrize("liar", [wrong_numbers, denied, swapped_names])
def test_without_a_verdict_a_falsified_sentence_is_never_shown(liar: Liar) -> None:
    for seed in range(100):
        rng = random.Random(seed)
        passages = offered(rng)
        assert answer(liar(passages[:5], rng), passages[:5], rng, verdict=None)[1].counts["kept"] == 0


def test_another_number_is_stopped_whatever_a_judge_says() -> None:
    for seed in range(100):
        rng = random.Random(seed)
        passages = offered(rng)
        assert answer(wrong_numbers(passages[:5], rng), passages[:5], rng, verdict=True)[1].counts["kept"] == 0
