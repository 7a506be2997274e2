import dataclasses
import datetime
import json
import re

import pytest

from bot.answer import Answer, Citation, Part, Passage, as_json, faults, text_of, uncited
from bot.shapes import Code, Line, ended, markdown
from ingest.articles.article import Article
from ingest.articles.blocks import Block

MAY = datetime.date(2024, 5, 1)
TEXT = "The bridge is 640 metres long. It cost 212 million euros."
ARTICLE = Article("bridge.md", "A bridge", "https://a.example", datetime.date(2026, 2, 14), "Ana", "")
BARE = Article("bare.txt", "Bare", None, None, None, "")
CITATION = Citation(1, ARTICLE, "The bridge is 640 metres long.", 0, 30)
ANSWER = Answer(
    question="How long is it?",
    parts=(Part((Line("The bridge is 640 metres long."),), (CITATION,)),),
    passages=(Passage(ARTICLE, 0, len(TEXT), TEXT, 0.123456),),
    nearest=(),
    answerer="quote",
    confidence=0.98765,
    generation="000001",
    timings_ms={"retrieve": 1.23456, "answer": 2.0, "total": 3.23456},
)
REFUSAL = dataclasses.replace(ANSWER, parts=(uncited("No."),), nearest=(ARTICLE, BARE))
TEXTS = {"bridge.md": TEXT}


def cite(*citations: Citation, said: str = "The bridge is 640 metres long.") -> Answer:
    return dataclasses.replace(ANSWER, parts=(Part((Line(said),), citations),))


def test_the_json_is_the_object_that_other_tools_read() -> None:
    assert json.loads(json.dumps(as_json(ANSWER, id_="7"))) == {
        "id": "7",
        "question": "How long is it?",
        "answered": True,
        "text": "The bridge is 640 metres long. [1]",
        "citations": [
            {
                "number": 1,
                "article_id": "bridge.md",
                "title": "A bridge",
                "url": "https://a.example",
                "published": "2026-02-14",
                "quote": "The bridge is 640 metres long.",
                "start": 0,
                "end": 30,
            }
        ],
        "passages": [{"article_id": "bridge.md", "start": 0, "end": 57, "text": TEXT, "score": 0.1235}],
        "nearest": [],
        "answerer": "quote",
        "confidence": 0.9877,
        "generation": "000001",
        "timings_ms": {"retrieve": 1.23, "answer": 2.0, "total": 3.23},
    }


def test_a_refusal_in_json_names_the_nearest_articles_and_cites_nothing() -> None:
    values = as_json(REFUSAL)
    assert (values["id"], values["answered"], values["citations"]) == (None, False, [])
    assert values["nearest"] == [
        {"article_id": "bridge.md", "title": "A bridge", "url": "https://a.example", "published": "2026-02-14"},
        {"article_id": "bare.txt", "title": "Bare", "url": None, "published": None},
    ]


@pytest.mark.parametrize("answer", [ANSWER, REFUSAL], ids=["answer", "refusal"])
def test_an_answer_that_keeps_its_promise_has_no_faults(answer: Answer) -> None:
    assert faults(answer, TEXTS) == ()


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (cite(dataclasses.replace(CITATION, start=1)), "does not stand in bridge.md"),
        (cite(dataclasses.replace(CITATION, quote="It is long.")), "does not stand in bridge.md"),
        (cite(Citation(1, BARE, "x", 0, 1)), "does not stand in bare.txt"),
        (cite(Citation(1, ARTICLE, "", 5, 5)), "does not stand in bridge.md"),
        (cite(CITATION, dataclasses.replace(CITATION, end=29, quote=CITATION.quote[:-1])), r"\[1\] means two places"),
        (cite(CITATION, said="The bridge [2] is long."), r"no citation is meant by \[2\]"),
        (cite(CITATION, said="It is long. And wide."), "a sentence has no marker: It is long."),
        (dataclasses.replace(ANSWER, parts=(*ANSWER.parts, uncited("Mind it."))), "a sentence has no marker: Mind it."),
    ],
)
def test_each_broken_promise_is_found(answer: Answer, fault: str) -> None:
    found = faults(answer, TEXTS)
    assert any(re.search(fault, one) for one in found), found


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("It is open.", "It is open (reported 1 May 2024). [1]"),
        ("“It is open.”", "“It is open (reported 1 May 2024).” [1]"),
        ("It is open", "It is open (reported 1 May 2024) [1]"),
        ("It is open (reported 1 May 2024).", "It is open (reported 1 May 2024). [1]"),
    ],
)
def test_the_day_of_a_report_stands_once_before_the_end_of_the_sentence(said: str, shown: str) -> None:
    assert markdown(ended([Line(said)], (1,), reported=MAY, below=False)) == shown
    assert markdown(ended([Line(said)], (1,), reported=None, below=False)) == f"{said} [1]"


def test_the_day_of_a_report_stands_below_a_list_with_its_markers() -> None:
    assert markdown(ended([Line("- Open."), Line("- Shut.")], (1, 2), reported=MAY, below=True)) == (
        "- Open.\n- Shut.\n\n(reported 1 May 2024) [1] [2]"
    )


def test_code_is_never_without_its_marker_and_a_marker_never_without_a_line() -> None:
    assert text_of([Part((Code("ls", "sh"),), (CITATION,))]) == "```sh\nls\n```\n\n[1]"
    assert text_of([Part((), (CITATION,))]) == "[1]"


def test_a_citation_stands_in_the_block_that_it_begins_in() -> None:
    blocks = (Block("heading", 0, 7), Block("paragraph", 8, 20, page=3))
    article = dataclasses.replace(ARTICLE, text="Bridges\nIt is long.", blocks=blocks)
    block = Citation(1, article, "It is long.", 8, 19).block
    assert block is not None
    assert (block.kind, block.page, CITATION.block) == ("paragraph", 3, None)
