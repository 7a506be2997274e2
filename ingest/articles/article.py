"""An article: what a person reads of one document of the corpus, and what is known of it. A plain value."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from ingest.articles.blocks import Block, Link


@dataclass(frozen=True)
class Article:
    """One document of the corpus.

    `id` is the path inside the corpus, with forward slashes. `text` is what a person reads and what may be quoted;
    every offset counts in it. `blocks` say what its stretches are, `links` where they lead. `inferred` names the
    fields that nobody declared. `warnings` say what of the file could not be understood, and `left_out` counts what a
    reader of the file sees and the text lacks, by the rule that left it out.
    """

    id: str
    title: str
    url: str | None
    published: datetime.date | None
    author: str | None
    text: str
    inferred: tuple[str, ...] = ()
    # What takes long to hash, and what cannot be hashed: the text tells articles apart well enough.
    blocks: tuple[Block, ...] = field(default=(), hash=False)
    links: tuple[Link, ...] = field(default=(), hash=False)
    warnings: tuple[str, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict, hash=False)
