"""What an ingest came to: the report as a value, and as JSON. Knows articles and plans; prints nothing."""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from ingest.alike import Alike
from ingest.articles.article import Article
from ingest.articles.corpus import Listing, kinds_in_words
from ingest.plan import Plan

_NAMED = 3
# An article that loses this share of its words is worth a look.
_MUCH = 0.5


@dataclass(frozen=True)
class Report:
    """What an ingest did. `generation` is the published one, None if none is; `published` tells whether it is new.

    `failed` maps article ids to reasons, `warnings` to what could not be understood; `inferred` maps them to the fields
    that nobody declared, with their values; `empty` are files without text; `listing` tells what else is in the corpus.
    `duplicates` are groups of articles with the same text, `alike` pairs with nearly the same; `attempts` tells how
    often each failed file has been tried, and `stale` which articles are served as they were when they could last be
    read. `changes` says what readers lose or gain, `cut` how much of a text too long for the embedder it took, by
    article, and `said` holds the notes of the last ingest. `left_out` counts what the articles that were read lack of
    what a reader of their files sees, by the rule that left it out; `recall` is what the vector index finds of what is
    nearest.
    """

    plan: Plan
    failed: Mapping[str, str]
    inferred: Mapping[str, Mapping[str, str]]
    listing: Listing
    duplicates: tuple[tuple[str, ...], ...] = ()
    embedded: int = 0
    generation: str | None = None
    published: bool = False
    alike: tuple[Alike, ...] = ()
    attempts: Mapping[str, int] = field(default_factory=dict)
    stale: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    warnings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    changes: tuple[str, ...] = ()
    cut: Mapping[str, str] = field(default_factory=dict)
    said: frozenset[str] = frozenset()
    left_out: Mapping[str, int] = field(default_factory=dict)
    recall: float = 1.0

    @property
    def counts(self) -> dict[str, int]:
        """The numbers of the closing table."""
        plan = self.plan
        sizes = {"added": plan.add, "changed": plan.change, "removed": plan.remove, "unchanged": plan.keep}
        return {name: len(ids) for name, ids in sizes.items()} | {"failed": len(self.failed), "embedded": self.embedded}

    @property
    def read(self) -> dict[str, int]:
        """How many articles there are of each kind of file, the most frequent first."""
        ids = (*self.plan.add, *self.plan.change, *self.plan.keep)
        return dict(Counter(PurePosixPath(id_).suffix.lower().removeprefix(".") for id_ in ids).most_common())


def report_as_json(report: Report, *, dry_run: bool) -> dict[str, object]:
    """Returns the report as plain values: counts, ids by what happened to them, and the generation."""
    return {
        "counts": report.counts,
        **{name: list(ids) for name, ids in dataclasses.asdict(report.plan).items()},
        "failed": dict(report.failed),
        "attempts": dict(report.attempts),
        "stale": list(report.stale),
        "empty": list(report.empty),
        "warnings": {id_: list(lines) for id_, lines in report.warnings.items()},
        "read": report.read,
        "unread": dict(report.listing.unread),
        "ignored": report.listing.ignored,
        "changes": list(report.changes),
        "left_out": dict(report.left_out),
        "inferred": {id_: dict(fields) for id_, fields in report.inferred.items()},
        "duplicates": [list(group) for group in report.duplicates],
        "alike": [[pair.first, pair.second, round(pair.likeness, 3)] for pair in report.alike],
        "cut": dict(report.cut),
        "generation": report.generation,
        "published": report.published,
        "recall": round(report.recall, 4),
        "dry_run": dry_run,
    }


def notes(report: Report) -> Iterator[str]:
    """Yields what there is to say beside failures and counts, a line for each kind of thing."""
    if report.read:
        yield f"Articles: {kinds_in_words(report.read)}."
    if report.listing.unread:
        yield f"Not read, for no reader knows these kinds: {kinds_in_words(report.listing.unread)}."
    if report.listing.ignored:
        yield f"Ignored, as .footnoteignore says: {report.listing.ignored:,}."
    if report.empty:
        yield f"Empty: {named(report.empty)}."
    for group in report.duplicates:
        yield f"{named(group)}: the same text; an answer counts it once."
    if report.alike:
        pairs = [f"{pair.first} and {pair.second} ({pair.likeness:.0%})" for pair in report.alike]
        yield f"Nearly the same wording: {named(pairs)}."
    yield from _by_warning(report.warnings)
    for id_, part in report.cut.items():
        yield f"{id_}: the embedder takes no more than {part}; the rest of it is found by its words."


def changes(before: Article, after: Article) -> Iterator[str]:
    """Yields what a reader loses or gains by an article that was read anew."""
    yield from (f"lost {what}" for name, what in _FACTS.items() if getattr(before, name) and not getattr(after, name))
    if len(after.text.split()) < _MUCH * len(before.text.split()):
        yield _SHORTER
    if before.title != after.title:
        yield _TITLED


def changes_in_words(changed: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Returns a line for each kind of change, by the articles that changed so."""
    kinds = (*(f"lost {what}" for what in _FACTS.values()), _SHORTER, _TITLED)
    return tuple(f"{_articles(changed[kind])} {kind}" for kind in kinds if kind in changed)


_FACTS = {"published": "the date", "url": "the address", "author": "the author"}
_SHORTER, _TITLED = "lost more than half of the text", "got another title"


def named(ids: Sequence[str]) -> str:
    """Returns the first few of some names, and how many more there are."""
    more = f" and {len(ids) - _NAMED:,} more" if len(ids) > _NAMED else ""
    return ", ".join(ids[:_NAMED]) + more


def _articles(ids: Sequence[str]) -> str:
    return f"{len(ids):,} article{'s' if len(ids) > 1 else ''} ({named(ids)})"


def _by_warning(warnings: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """One line for each thing that could not be understood, with the articles it is about."""
    about: dict[str, list[str]] = {}
    for id_, lines in warnings.items():
        for line in lines:
            about.setdefault(line, []).append(id_)
    for line, ids in about.items():
        yield f"{named(ids)}: {line}."
