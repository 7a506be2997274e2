import datetime
from collections.abc import Iterator

import pytest

from bot.ask import ask
from bot.means import Means
from bot.question.document import asks_what_it_says
from bot.question.understand import understand
from bot.request import Request
from ingest.embed.minilm import MiniLM
from ingest.index.open_index import open_current
from ingest.run import ingest
from tests.conftest import NOW
from tests.index_fixtures import in_process

TODAY = datetime.date(2026, 11, 27)
HEAD = "---\ntitle: {}\n---\n\nStatus: accepted\n\n## Summary\n\n{}\n\n## Risks\n\n{}\n"


@pytest.fixture(scope="module")
def means(tmp_path_factory: pytest.TempPathFactory, model: MiniLM) -> Iterator[Means]:
    folder = tmp_path_factory.mktemp("proposals")
    corpus = folder / "corpus"
    corpus.mkdir()
    rota = "Crews swap boats every second week so that none wears out."
    lamps = "Lamps on the quay burn from dusk until the last ferry."
    (corpus / "0417.md").write_text(
        HEAD.format("0417 Boat Rota", rota, "Of all that this RFC changes, crews may grumble.")
    )
    (corpus / "0588.md").write_text(HEAD.format("0588 Quay Lights", lamps, "Gulls dislike what RFC 0417 proposes."))
    (corpus / "calendar.md").write_text("# Holiday calendar 2024\n\nThis page lists the days on which nobody sails.\n")
    (corpus / "safety.md").write_text("# Safety\n\nThis page is for guests.\n\nSafety requires that all wear a vest.\n")
    (corpus / "year.md").write_text("# Notes of the board\n\nIn 2024 we announced a second ferry to the island.\n")
    ingest(corpus, folder / "home", open_embedder=lambda: model, now=NOW, apart=in_process)
    index = open_current(folder / "home", model.fingerprint)
    yield Means(index, model, model)
    index.close()


@pytest.mark.parametrize(
    "question", ["What does RFC 0417 propose?", "What does RFC 417 propose?", "What does the boat-rota RFC say?"]
)
def test_an_article_that_is_asked_what_it_says_is_quoted_where_it_sums_up(question: str, means: Means) -> None:
    answer = ask(Request(question, TODAY), means)
    assert [citation.quote for citation in answer.citations][:1] == [
        "Crews swap boats every second week so that none wears out."
    ]


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("What did we announce in 2024?", "In 2024 we announced a second ferry to the island."),
        ("What does safety require?", "Safety requires that all wear a vest."),
    ],
)
def test_what_happens_to_be_called_like_an_article_is_answered_by_what_is_said_of_it(
    question: str, says: str, means: Means
) -> None:
    assert [citation.quote for citation in ask(Request(question, TODAY), means).citations] == [says]


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("What does RFC 417 propose?", True),
        ("What does the boat rota not cover?", False),
        ("Which changes does RFC 0417 address?", False),
        ("What changed in 0417?", False),
        ("What is RFC 0417 about?", True),
        ("What does the boat rota cover?", True),
        ("How do I read the boat rota?", False),
        ("What does the boat rota say about gulls?", False),
        ("What does RFC 0588 propose?", False),
    ],
)
def test_a_question_is_about_an_article_as_a_whole_if_it_names_that_and_nothing_else(
    question: str, whole: bool, means: Means
) -> None:
    asked = understand(question, means.index, means.language, today=TODAY)
    assert asks_what_it_says(asked, "0417 Boat Rota") is whole
