"""A set that grows and ages: drafted by rule, added to by several at once, and held against articles that changed."""

import dataclasses
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from eval.cases import Case, Evidence, read_cases
from eval.draft import draft
from eval.errors import BadCases
from eval.proof import adding, change_cases, drifts, faults, with_new_places
from ingest.articles.article import Article
from ingest.articles.make import make_article
from tests.eval_fixtures import HIGH, TEXTS, case

HARBOUR = """# Harbour office

The harbour office was opened on 3 March 2019 by the mayor. A lock keeper is a person who works the gates.

## How do I get a berth?

Ask at the desk before noon.

## Closing the lock at night

1. Lower the gate.
2. Bolt it.
3. Sign the log.

## What a berth costs

| Boat | Fee | Days |
|---|---|---|
| Ketch | 14 crowns | 3 |
| Sloop | 12 crowns | 2 |

- Harbour master: Ana Brandt

A berth for the night costs 12 crowns, and the mole is 90 metres long. The mole of Port Ellery is 640 metres long.
"""


@pytest.fixture
def articles() -> Mapping[str, Article]:
    return {"harbour.md": make_article(HARBOUR.encode(), None, article_id="harbour.md")}


def test_a_draft_asks_what_headings_rows_lists_dates_values_and_definitions_answer(
    articles: Mapping[str, Article],
) -> None:
    made = {one.question: one for one in draft(articles, most=100)}
    assert {
        question: one.facts for question, one in made.items() if one.answerable
    } == {
        "How do I get a berth?": (),
        "What are the steps for closing the lock at night?": (("lower the gate",), ("bolt it",), ("sign the log",)),
        "What is the fee of Ketch?": (("14 crowns",),),
        "What is the fee of Sloop?": (("12 crowns",),),
        "When was the harbour office opened?": (("3 March 2019",),),
        "What is the harbour master?": (("Ana Brandt",),),
        "What is a lock keeper?": (),
        "What does a berth for the night cost?": (("12 crowns",),),
        "How long is the mole of Port Ellery?": (("640 metres",),),
    }  # fmt: skip
    assert made["What are the steps for closing the lock at night?"].type == "steps"


@pytest.mark.parametrize(
    ("heading", "mark", "asked"),
    [
        ("How to moor a barge", "1.", "How do I moor a barge?"),
        ("2.1 Renew your licence", "1.", "How do I renew my licence?"),
        ("Accepted coins", "-", "What are the accepted coins?"),
        ("Ellery lanterns", "-", "What are the Ellery lanterns?"),
        ("What may I bring?", "-", "What may I bring?"),
        ("Section 6 – Scope.", "1.", None),
        ("Process", "1.", None),
        ("Not OK", "1.", None),
        ("Your first few days", "-", None),
        ("Notice of infringement claims", "-", None),
        ("Fees & fines", "-", None),
        ("Access", "-", None),
        ("Harbour office", "-", None),
        ("Still have a question?", "-", None),
    ],
)
def test_a_list_is_asked_for_as_a_person_would_or_not_at_all(heading: str, mark: str, asked: str | None) -> None:
    items = f"{mark} Red lamps\n{mark} Blue rope\n"
    text = f"# Harbour office\n\nOpen daily.\n\n## {heading}\n\nThese are accepted here:\n\n{items}"
    made = draft({"h.md": make_article(text.encode(), None, article_id="h.md")}, most=100)
    assert [one.question for one in made if one.answerable] == ([asked] if asked else [])


@pytest.mark.parametrize("heading", ["Still have a question?", "Want more? Ask us?", "See also"])
def test_a_question_to_the_reader_is_none_to_the_articles(heading: str) -> None:
    text = f"# Harbour office\n\n## {heading}\n\nWrite to the desk. Last updated: 3 March 2019\n"
    made = draft({"h.md": make_article(text.encode(), None, article_id="h.md")}, most=100)
    assert [one.question for one in made if one.answerable] == []


def test_a_draft_holds_and_a_third_of_it_has_no_answer(articles: Mapping[str, Article]) -> None:
    made = draft(articles, most=12)
    assert faults(made, {id_: one.text for id_, one in articles.items()}) == ()
    assert len(made) <= 12
    assert 3 * sum(not one.answerable for one in made) >= len(made)


def test_a_draft_asks_of_a_name_that_no_article_has(articles: Mapping[str, Article]) -> None:
    strange = [one.question for one in draft(articles, most=100) if one.type == "nearmiss"]
    assert strange == ["What is the fee of Vellmar?", "What is the fee of Quendale?"]


def test_what_two_articles_answer_otherwise_is_asked_with_the_title(articles: Mapping[str, Article]) -> None:
    text = HARBOUR.replace("noon", "one").replace("Harbour office", "Marina")
    twice = {**articles, "other.md": make_article(text.encode(), None, article_id="other.md")}
    asked = {one.question for one in draft(twice, most=100)}
    assert {"How do I get a berth in “Harbour office”?", "How do I get a berth in “Marina”?"} <= asked
    assert "How do I get a berth?" not in asked


def test_evidence_that_stands_has_not_drifted() -> None:
    assert drifts([case("a", HIGH)], TEXTS) == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (Evidence("dam.txt", "The dam is 99  metres\nhigh."), Evidence("dam.txt", HIGH)),
        (Evidence("gone.txt", HIGH), Evidence("dam.txt", HIGH)),
        (Evidence("dam.txt", "The dam is 98 metres high."), None),
        (Evidence("gone.txt"), None),
    ],
    ids=["written otherwise", "in another article", "another figure", "an article as a whole"],
)
def test_evidence_that_moved_is_found_and_another_figure_is_not(old: Evidence, new: Evidence | None) -> None:
    moved = dataclasses.replace(case("a", HIGH), evidence=((old,),))
    (found,) = drifts([moved], {"dam.txt": TEXTS["dam.txt"]})
    assert (found.old, found.new) == (old, new)
    (mended,) = with_new_places([moved], [found])
    assert mended.evidence == ((new or old,),)


def test_several_who_add_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    threads = [
        threading.Thread(target=change_cases, args=(path, TEXTS, adding([case(f"c{i}", HIGH)]))) for i in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.id for one in read_cases(path)} == {f"c{i}" for i in range(12)}


def test_a_question_is_added_once_and_a_taken_id_gets_a_number(tmp_path: Path) -> None:
    path, first = tmp_path / "cases.jsonl", case("a", HIGH)
    change_cases(path, TEXTS, adding([first]))
    change_cases(path, TEXTS, adding([dataclasses.replace(first, question="A")]))
    change_cases(path, TEXTS, adding([first, dataclasses.replace(first, question="Another?")]))
    assert [(one.id, one.question) for one in read_cases(path)] == [("a", "a?"), ("a-2", "Another?")]


def test_what_cannot_hold_is_not_added_and_the_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    change_cases(path, TEXTS, adding([case("a", HIGH)]))
    before = path.read_bytes()
    with pytest.raises(BadCases, match=r"line 2, case b: the quote .* does not stand"):
        change_cases(path, TEXTS, adding([Case("b", "b?", "direct", True, (), ((Evidence("dam.txt", "No."),),))]))
    assert path.read_bytes() == before
