"""The lexical index: which texts hold which terms, ranked by BM25. The home of tantivy; knows nothing of sentences.

Texts come as terms and are numbered from 0 in the order they are written. Questions come as terms too, so that no
query language stands between what a person types and what is searched.
"""

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import tantivy
from rapidfuzz import process
from rapidfuzz.distance import OSA

from ingest.errors import IndexBroken

_HEAP_BYTES = 64_000_000
# A longer question gains nothing and costs time; its rarest terms are kept.
MAX_TERMS = 64
_SHORT, _LONG, _MAX_SIMILAR = 5, 8, 2


def write_lexical(folder: Path, texts: Iterable[str]) -> None:
    """Writes a new lexical index of texts, given as terms with spaces between; what stood in the folder is removed."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        index = tantivy.Index(_schema(), path=str(folder))
        writer = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
        for row, terms in enumerate(texts):
            document = tantivy.Document()
            document.add_text("terms", terms)
            document.add_unsigned("row", row)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
    except ValueError as error:  # what tantivy raises whatever has gone wrong
        raise IndexBroken(f"the lexical index in {folder} cannot be written: {error}") from error


class Lexical:
    """An open lexical index; read only."""

    def __init__(self, folder: Path) -> None:
        """Opens the index that `write_lexical` wrote.

        Raises:
            IndexBroken: it cannot be opened.
        """
        try:
            index = tantivy.Index.open(str(folder))
        except (ValueError, OSError) as error:
            raise IndexBroken(f"the lexical index in {folder} cannot be opened: {error}") from error
        self._schema = index.schema
        self._searcher = index.searcher()
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
            parts.append((tantivy.Occur.Should, tantivy.Query.boost_query(query, known[term])))
        hits: list[Any] = self._searcher.search(tantivy.Query.boolean_query(parts), limit, count=False).hits
        rows: list[Any] = self._searcher.fast_field_values("row", [address for _, address in hits])
        ranked = sorted(zip(rows, (score for score, _ in hits), strict=True), key=lambda hit: (-hit[1], hit[0]))
        return {row: float(score) for row, score in ranked}

    def frequency(self, term: str) -> int:
        """Returns in how many texts the term stands."""
        return int(self._searcher.doc_freq("terms", term))

    def similar_terms(self, term: str) -> tuple[str, ...]:
        """Returns the indexed terms that a mistyped long term most likely means, the most frequent first.

        Terms of five letters may differ by one edit, of eight by two; the first letter is taken to be right.
        """
        edits = 2 if len(term) >= _LONG else 1 if len(term) >= _SHORT else 0
        if not edits or any(map(str.isdigit, term)):
            return ()
        if term[0] not in self._by_letter:
            self._by_letter[term[0]] = dict(self._searcher.terms_with_prefix("terms", term[0]))
        candidates = self._by_letter[term[0]]
        found = process.extract(
            term, candidates.keys(), scorer=OSA.distance, score_cutoff=edits, limit=_MAX_SIMILAR * 4
        )
        near = [(distance, -candidates[name], name) for name, distance, _ in found if name.isalpha()]
        closest = min(near, default=(0, 0, ""))[0]
        return tuple(name for distance, _, name in sorted(near)[:_MAX_SIMILAR] if distance == closest)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("terms", stored=False, tokenizer_name="whitespace", index_option="freq")
    builder.add_unsigned_field("row", stored=False, indexed=False, fast=True)
    return builder.build()
