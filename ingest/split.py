"""An article becomes chunks of whole sentences. The home of llama_index's splitter; knows nothing of vectors.

llama_index packs the sentences; the sentences themselves are sentencex's, because llama_index's default needs NLTK
data that some installers place where NLTK refuses to read it.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.articles.article import Article
from ingest.sentences import MAX_WORD, Span, sentence_spans

# MiniLM reads at most 256 tokens, about 180 words; 64-128 tokens answer short questions best (arXiv 2505.21700).
MAX_WORDS = 120
SPLITTER_VERSION = "2"
# A character that clean text cannot contain, so that only sentences decide where a chunk ends.
_NEVER = "\0"


@dataclass(frozen=True)
class Chunk:
    """A stretch of one article: whole sentences.

    `start` and `end` are offsets in the article's text, `text` is what stands there, `sentences` are (start, end) in
    the article's text too. The id is the same for the same text in the same article.
    """

    id: str
    article_id: str
    start: int
    end: int
    text: str
    sentences: tuple[Span, ...]

    def between(self, start: int, end: int) -> str:
        """Returns the chunk's text between two offsets in the article's text."""
        return self.text[start - self.start : end - self.start]


def split(article: Article) -> tuple[Chunk, ...]:
    """Returns the article's chunks in reading order, each of at most MAX_WORDS words, covering every sentence once."""
    spans = sentence_spans(article.text)
    seen: Counter[str] = Counter()
    chunks = []
    for group in (group for run in _runs(spans) for group in _groups(article.text, run)):
        start, end = group[0][0], group[-1][1]
        text = article.text[start:end]
        seen[text] += 1
        chunks.append(Chunk(_chunk_id(article.id, text, seen[text]), article.id, start, end, text, group))
    return tuple(chunks)


def _runs(spans: tuple[Span, ...]) -> Iterator[tuple[Span, ...]]:
    """Sentences with no more between them than a word is long: pasted data and blanks are in no chunk."""
    starts = [0, *(i for i in range(1, len(spans)) if spans[i][0] - spans[i - 1][1] > MAX_WORD)]
    yield from (spans[i:j] for i, j in zip(starts, [*starts[1:], len(spans)], strict=True) if i < j)


def _groups(text: str, spans: tuple[Span, ...]) -> Iterator[tuple[Span, ...]]:
    """Runs of sentences that the splitter packs into one chunk."""
    # Imported here, for it takes a second that reading an index (which needs only the type above) should not pay.
    from llama_index.core.node_parser import SentenceSplitter

    bounds = [*(start for start, _ in spans[1:]), spans[-1][1]]
    pieces = [text[start:end] for start, end in zip((spans[0][0], *bounds), bounds, strict=False)]
    splitter = SentenceSplitter(
        chunk_size=MAX_WORDS,
        chunk_overlap=0,
        tokenizer=str.split,
        chunking_tokenizer_fn=lambda _: pieces,
        paragraph_separator=_NEVER,
    )
    at = first = 0
    for packed in splitter.split_text("".join(pieces)):
        at = text.index(packed, at) + len(packed)
        last = next(i for i in range(first, len(spans)) if spans[i][1] >= at) + 1
        yield spans[first:last]
        first = last


def _chunk_id(article_id: str, text: str, occurrence: int) -> str:
    return hashlib.sha256("\0".join((article_id, str(occurrence), text)).encode()).hexdigest()[:32]
