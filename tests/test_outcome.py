"""What an ingest came to, as values: what there is to say, and what changes for readers."""

import datetime
import json

from ingest.alike import Alike
from ingest.articles.article import Article
from ingest.articles.corpus import Listing
from ingest.outcome import Report, changes, changes_in_words, named, notes, report_as_json
from ingest.plan import Plan

DAY = datetime.date(2026, 3, 4)
LISTING = Listing((), (), {"doc": 12, "no suffix": 1}, ignored=3)
REPORT = Report(
    plan=Plan(add=("a.md", "b.md", "c.txt"), change=(), keep=("d.pdf",), remove=("e.txt",)),
    failed={"f.txt": "not UTF-8 text; save the file as UTF-8"},
    inferred={"a.md": {"title": "A title"}},
    listing=LISTING,
    duplicates=(("a.md", "b.md"),),
    alike=(Alike("a.md", "c.txt", 0.8123),),
    embedded=7,
    generation="000002",
    published=True,
    empty=("g.md",),
    warnings={"a.md": ("date 'x' is no date",), "b.md": ("date 'x' is no date",), "c.txt": ("an odd link",)},
    changes=("1 article (a.md) lost the date",),
    left_out={"navigation": 40, "hidden sheets": 1},
    cut={"c.txt": "512 tokens"},
)


def article(
    id_: str = "a.md", *, words: int = 10, title: str = "Pump", published: datetime.date | None = DAY
) -> Article:
    return Article(id_, title, None, published, "Ana", "word " * words)


def test_there_is_one_line_for_each_kind_of_thing() -> None:
    assert list(notes(REPORT)) == [
        "Articles: 2 md, 1 txt, 1 pdf.",
        "Not read, for no reader knows these kinds: 12 doc, 1 with no suffix.",
        "Ignored, as .footnoteignore says: 3.",
        "Empty: g.md.",
        "a.md, b.md: the same text; an answer counts it once.",
        "Nearly the same wording: a.md and c.txt (81%).",
        "a.md, b.md: date 'x' is no date.",
        "c.txt: an odd link.",
        "c.txt: the embedder takes no more than 512 tokens; the rest of it is found by its words.",
    ]


def test_where_all_is_as_usual_the_kinds_of_articles_are_all_there_is_to_say() -> None:
    plain = Report(Plan((), (), ("a.md",), ()), {}, {}, Listing((), ()))
    assert list(notes(plain)) == ["Articles: 1 md."]


def test_the_first_few_names_are_told_and_how_many_more() -> None:
    assert named(["a", "b"]) == "a, b"
    assert named(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"


def test_what_readers_lose_is_told_by_kind() -> None:
    assert list(changes(article(), article(published=None))) == ["lost the date"]
    assert list(changes(article(), article(words=3, title="The pump"))) == [
        "lost more than half of the text",
        "got another title",
    ]
    assert changes_in_words({"got another title": ["c.md"], "lost the date": ["a.md", "b.md"]}) == (
        "2 articles (a.md, b.md) lost the date",
        "1 article (c.md) got another title",
    )


def test_what_stays_changes_nothing_for_readers() -> None:
    assert list(changes(article(), article(words=9))) == []
    assert changes_in_words({}) == ()


def test_the_json_holds_everything_that_a_program_may_ask_for() -> None:
    assert json.loads(json.dumps(report_as_json(REPORT, dry_run=False))) == {
        "counts": {"added": 3, "changed": 0, "removed": 1, "unchanged": 1, "failed": 1, "embedded": 7},
        "add": ["a.md", "b.md", "c.txt"],
        "change": [],
        "keep": ["d.pdf"],
        "remove": ["e.txt"],
        "failed": {"f.txt": "not UTF-8 text; save the file as UTF-8"},
        "attempts": {},
        "stale": [],
        "empty": ["g.md"],
        "warnings": {"a.md": ["date 'x' is no date"], "b.md": ["date 'x' is no date"], "c.txt": ["an odd link"]},
        "read": {"md": 2, "txt": 1, "pdf": 1},
        "unread": {"doc": 12, "no suffix": 1},
        "ignored": 3,
        "changes": ["1 article (a.md) lost the date"],
        "left_out": {"navigation": 40, "hidden sheets": 1},
        "inferred": {"a.md": {"title": "A title"}},
        "duplicates": [["a.md", "b.md"]],
        "alike": [["a.md", "c.txt", 0.812]],
        "cut": {"c.txt": "512 tokens"},
        "generation": "000002",
        "published": True,
        "recall": 1.0,
        "dry_run": False,
    }
