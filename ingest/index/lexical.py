"""The lexical index: which texts hold which terms, ranked by BM25. The home of tantivy; knows nothing of sentences.

Texts come as terms and are numbered in the order they are written. Questions come as terms too, so that no query
language stands between what a person types and what is searched.
"""

import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import tantivy
from rapidfuzz import process
from rapidfuzz.distance import OSA

from ingest.errors import IndexBroken, PublishFailed
from ingest.index.link import copy_all

_HEAP_BYTES = 64_000_000
# A longer question gains nothing and costs time; its rarest terms are kept.
MAX_TERMS = 64
_SHORT, _LONG, _SIMILAR = 5, 8, 20
# How many of the texts that are gone hold each term, and under a name that is no term how many there are.
_GONE, _TEXTS = "gone.json", " "


def write_lexical(
    folder: Path,
    texts: Iterable[str],
    *,
    first: int = 0,
    base: Path | None = None,
    gone: Iterable[tuple[int, str]] = (),
) -> None:
    """Writes a lexical index of texts, given as terms with spaces between; what stood in the folder is removed.

    They are numbered from `first` on. With a base, the folder of an index that was written without one, that is copied
    first, and those of its texts that are `gone`, by number, are taken out.

    Raises:
        PublishFailed: the folder cannot be written.
    """
    shutil.rmtree(folder, ignore_errors=True)
    try:
        if base is None:
            folder.mkdir(parents=True)
        else:
            copy_all(base, folder)
        _write(folder, enumerate(texts, first), gone, is_new=base is None)
    except (ValueError, OSError) as error:
        raise PublishFailed(
            f"the lexical index cannot be written in {folder}: {error}",
            "nothing was published. Free some space or mend the permissions, then run the ingest again",
        ) from error


def _write(folder: Path, texts: Iterable[tuple[int, str]], gone: Iterable[tuple[int, str]], *, is_new: bool) -> None:
    index = tantivy.Index(_schema(), path=str(folder)) if is_new else tantivy.Index.open(str(folder))
    writer, counted = index.writer(heap_size=_HEAP_BYTES, num_threads=1), Counter[str]()
    for row, terms in gone:
        writer.delete_documents_by_query(tantivy.Query.term_query(index.schema, "row", row))
        counted.update((_TEXTS, *set(terms.split())))
    for row, terms in texts:
        document = tantivy.Document()
        document.add_text("terms", terms)
        document.add_unsigned("row", row)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    (folder / _GONE).write_text(json.dumps(counted), encoding="utf-8")


class Lexical:
    """An open lexical index; read only."""

    def __init__(self, folder: Path) -> None:
        """Opens the index that `write_lexical` wrote.

        Raises:
            IndexBroken: it cannot be opened.
        """
        try:
            with _writable(folder) as place:
                index = tantivy.Index.open(str(place))
                self._schema, self._searcher = index.schema, index.searcher()
            self._gone: dict[str, int] = json.loads((folder / _GONE).read_text(encoding="utf-8"))
        except (ValueError, OSError) as error:
            raise IndexBroken(f"the lexical index in {folder} cannot be opened: {error}") from error
        self.texts = int(self._searcher.num_docs)
        self._by_letter: dict[str, dict[str, int]] = {}

    def search(self, weights: Mapping[str, float], limit: int) -> dict[int, float]:
        """Returns the BM25 score of the best `limit` texts that hold any of the terms, by row, best first.

        Each term's share of the score is multiplied by its weight.
        """
        known = {term: weight for term, weight in weights.items() if self.frequency(term) and weight > 0}
        if not known:
            return {}
        kept = sorted(known, key=lambda term: (self.frequency(term), term))[:MAX_TERMS]
        parts: list[tuple[tantivy.Occur, tantivy.Query]] = []
        for term in kept:
            query = tantivy.Query.term_query(self._schema, "terms", term, index_option="freq")
            parts.append((tantivy.Occur.Should, tantivy.Query.boost_query(query, known[term] * self._corrected(term))))
        hits: list[Any] = self._searcher.search(tantivy.Query.boolean_query(parts), limit, count=False).hits
        rows: list[Any] = self._searcher.fast_field_values("row", [address for _, address in hits])
        ranked = sorted(zip(rows, (score for score, _ in hits), strict=True), key=lambda hit: (-hit[1], hit[0]))
        return {row: float(score) for row, score in ranked}

    def frequency(self, term: str) -> int:
        """Returns in how many texts the term stands."""
        return int(self._searcher.doc_freq("terms", term)) - self._gone.get(term, 0)

    def inverse_frequency(self, term: str) -> float:
        """Returns the term's idf, as BM25 counts it."""
        return _idf(self.frequency(term), self.texts)

    def similar(self, word: str) -> str | None:
        """Returns the indexed term that a mistyped long one most likely means: the nearest, then the most frequent.

        A term of five letters may differ by one edit, of eight by two; the first letter is taken to be right.
        """
        edits = 2 if len(word) >= _LONG else 1 if len(word) >= _SHORT else 0
        if not edits or not word.isalpha():
            return None
        if word[0] not in self._by_letter:
            counts = dict(self._searcher.terms_with_prefix("terms", word[0]))
            left = {term: count - self._gone.get(term, 0) for term, count in counts.items()}
            self._by_letter[word[0]] = {term: count for term, count in left.items() if count > 0}
        candidates = self._by_letter[word[0]]
        found = process.extract(word, candidates.keys(), scorer=OSA.distance, score_cutoff=edits, limit=_SIMILAR)
        near = [(distance, -candidates[name], name) for name, distance, _ in found if name.isalpha()]
        return min(near)[2] if near else None

    def _corrected(self, term: str) -> float:
        """What makes up for the texts that are gone: tantivy counts them on, until it writes their part anew."""
        if not self._gone:
            return 1.0
        counted, texts = self.frequency(term) + self._gone.get(term, 0), self.texts + self._gone[_TEXTS]
        return self.inverse_frequency(term) / _idf(counted, texts)


def _idf(frequency: int, texts: int) -> float:
    """ln(1 + (N - n + 0.5) / (n + 0.5)), for a term in n of N texts."""
    return float(np.log1p((texts - frequency + 0.5) / (frequency + 0.5)))


@contextmanager
def _writable(folder: Path) -> Iterator[Path]:
    """Yields the folder, or for a moment one with links to its files: tantivy writes a lock even to read."""
    if os.access(folder, os.W_OK) or not folder.is_dir():
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="footnote-") as place:
        for path in folder.iterdir():
            if path.suffix != ".lock":
                (Path(place) / path.name).symlink_to(path.resolve())
        yield Path(place)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("terms", stored=False, tokenizer_name="whitespace", index_option="freq")
    builder.add_unsigned_field("row", stored=False, indexed=True, fast=True)
    return builder.build()
