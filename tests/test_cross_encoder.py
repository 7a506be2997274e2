"""What is read with a question beside a unit."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from bot.question.names import names_in
from bot.quote.candidates import Candidate
from bot.quote.cross_encoder import as_read, read
from ingest.articles.article import Article
from ingest.embed.embedder import Reading, Vectors
from tests.asking_fixtures import BRIDGE, EELS, candidate, question
from tests.conftest import HashEmbedder

ASKED = question("How much did the Marlow Bridge cost?")
NAMES = candidate("The Marlow Bridge is long.", place=1)


class Heard(HashEmbedder):
    """Keeps the question that it is given to read."""

    question = ""

    def read(self, question: str, texts: Sequence[Reading], *, said: Sequence[str] = ()) -> Vectors:
        self.question = question
        return super().read(question, texts)


def before(said: str, *among: Candidate, article: Article = BRIDGE, lead: str = "") -> str:
    """What a unit after what was said is read with, where these units were found too."""
    unit = candidate("The bridge cost a lot.", before=said, place=3, lead=lead, article=article)
    return as_read(ASKED, unit, [*among, unit])[1]


def test_a_unit_is_read_with_what_stands_above_it_and_before_it() -> None:
    unit = candidate("It is long.", before="The quay opened.", path=("Quays", "Length"))
    assert as_read(question("How long is the quay?"), unit, []) == (
        "The harbour bridge > Quays > Length",
        "The quay opened.",
        "It is long.",
    )


def test_what_says_the_bridge_is_read_with_what_names_the_bridge_last_before_it() -> None:
    later = candidate("The Marlow Bridge is old.", place=2)
    assert before("The mayor came.", NAMES, later) == "The Marlow Bridge is old."


def test_a_name_that_is_read_anyway_brings_nothing() -> None:
    assert before("The Marlow Bridge opened.", NAMES) == "The Marlow Bridge opened."
    assert before("The mayor came.", NAMES, article=replace(BRIDGE, title="Marlow Bridge")) == "The mayor came."


def test_where_another_of_the_kind_was_named_since_nothing_is_put_in_its_place() -> None:
    assert before("So the Kinsey Bridge opened.", NAMES) == "So the Kinsey Bridge opened."


@pytest.mark.parametrize("last", ["Draco is the test server.", "It was bought by Jonas Roth."])
def test_where_the_sentence_before_speaks_of_somebody_else_nothing_is_put_in_its_place(last: str) -> None:
    asked, naming = question("In which rack does Cygnus stand?"), candidate("Here Cygnus builds.", place=1)
    unit = candidate("The machine stands in rack 7.", before=last, place=3)
    assert as_read(asked, unit, [naming, unit])[1] == last


def test_a_sentence_that_leans_keeps_the_one_on_which_it_leans() -> None:
    unit = candidate("Its toll is a pound.", before="The tram stops.", place=3)
    assert as_read(ASKED, unit, [NAMES, unit])[1] == "The tram stops."


def test_what_names_it_in_another_article_or_later_says_nothing_of_it() -> None:
    assert before("The mayor came.", candidate("The Marlow Bridge is long.", article=EELS)) == "The mayor came."
    assert before("The mayor came.", candidate("The Marlow Bridge is long.", place=9)) == "The mayor came."


def test_an_item_keeps_what_introduces_it() -> None:
    assert before("", NAMES, lead="These are dear:") == "These are dear:"


@pytest.mark.parametrize(
    ("said", "read_as"),
    [
        ("How long is it?", "How long is it?"),
        ("We met in the hall by the quay and talked of boats. " * 3 + "How long is it?", "How long is it?"),
        ("We met in the hall by the quay and talked of boats. " * 3, None),
    ],
)
def test_of_a_long_message_the_questions_are_read(said: str, read_as: str | None) -> None:
    heard = Heard()
    asked = replace(ASKED, text=said, names=names_in("x"))
    read(asked, [NAMES], np.zeros(1, np.float32), [NAMES], heard)
    assert heard.question == (said if read_as is None else read_as)
