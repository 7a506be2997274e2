import datetime
from collections.abc import Iterator

import pytest

from bot.answer import Answer, faults
from bot.ask import ask
from bot.means import Means
from bot.request import Request
from eval.cases import Case
from eval.proof import load_cases
from ingest.articles.corpus import list_corpus
from ingest.articles.make import read_article
from ingest.embed.minilm import MiniLM
from ingest.index.open_index import Index, open_current
from ingest.run import ingest
from tests.conftest import NOW, REPOSITORY
from tests.index_fixtures import in_process

DELIVERY = "serbia-secret-missile-delivery.txt"
CHECKLIST = (
    "HQ-22",
    "FK-3",
    "Y-20",
    "Patriot",
    "S-300",
    "CH-92A",
    "CH-95",
    "Pterodactyl-1",
    "Wing Loong",
    "FT-8C",
    "Rafale",
    "Mistral",
    "C-295",
    "Pegaz",
)


@pytest.fixture(scope="session")
def texts() -> dict[str, str]:
    """The texts of the shipped articles, by id."""
    return {id_: read_article(path, id_).text for id_, path in list_corpus(REPOSITORY / "corpus").files}


@pytest.fixture(scope="session")
def cases(texts: dict[str, str]) -> tuple[Case, ...]:
    """The shipped cases; loading them proves that every quote stands in its article."""
    return load_cases(REPOSITORY / "eval" / "cases.jsonl", texts)


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory, model: MiniLM) -> Iterator[Index]:
    """The open index of the shipped articles, built once with the real model."""
    home = tmp_path_factory.mktemp("shipped")
    ingest(REPOSITORY / "corpus", home, open_embedder=lambda: model, now=NOW, apart=in_process)
    index = open_current(home, model.fingerprint)
    yield index
    index.close()


def put(text: str, shipped: Index, model: MiniLM) -> Answer:
    return ask(Request(text, datetime.date(2026, 3, 9)), Means(shipped, model, model))


def test_the_shipped_cases_are_enough_of_both_kinds(cases: tuple[Case, ...]) -> None:
    assert sum(case.answerable for case in cases) >= 80
    assert sum(not case.answerable for case in cases) >= 30


@pytest.mark.parametrize("name", CHECKLIST)
def test_every_name_of_the_checklist_is_asked_for_or_answered(name: str, cases: tuple[Case, ...]) -> None:
    said = (" ".join((case.question, *(spelling for fact in case.facts for spelling in fact))) for case in cases)
    assert any(name.lower() in text.lower() for text in said)


def test_the_missile_system_of_the_secret_delivery_is_named_with_its_quote(
    shipped: Index, model: MiniLM, texts: dict[str, str]
) -> None:
    answer = put("Which missile system did Serbia receive from China in the secret delivery?", shipped, model)
    assert "HQ-22" in answer.text
    assert any("HQ-22" in c.quote and c.quote in texts[DELIVERY] for c in answer.citations if c.article.id == DELIVERY)
    assert faults(answer, texts) == ()


def test_a_price_that_no_article_names_is_refused(shipped: Index, model: MiniLM) -> None:
    answer = put("How much did Serbia pay for the HQ-22?", shipped, model)
    assert (answer.answered, answer.citations) == (False, ())
    assert answer.nearest
