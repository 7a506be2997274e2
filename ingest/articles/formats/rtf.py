"""Rich text: its words and the rows of its tables. The home of striprtf; of structure it knows lines alone."""

import itertools
import re

from ingest.articles.declared import NOTHING, Declared
from ingest.articles.decode import clean
from ingest.articles.formats.pieces import Parsed, Piece, row_of
from ingest.articles.formats.plain import pieces_of_lines
from ingest.articles.honest import honest
from ingest.errors import UnreadableArticle

_TITLE = re.compile(r"\{\\title\s+([^{}\\]{1,300})\}")


def read(raw: bytes) -> Parsed:
    """Returns paragraphs and rows.

    Raises:
        UnreadableArticle: it is no rich text.
    """
    from striprtf.striprtf import rtf_to_text

    if not raw.lstrip().startswith(b"{\\rtf"):
        raise UnreadableArticle("is no rich text; open it and save it again")
    source = raw.decode("latin-1")
    # striprtf expects a length after each picture in bytes, and gives some characters by halves.
    text = str(rtf_to_text(re.sub(r"\\bin(?!\d)", "", source), errors="replace"))  # type: ignore[no-untyped-call]
    text = clean(honest(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")))
    pieces: list[Piece] = []
    groups = itertools.count(1)
    for is_table, lines in itertools.groupby(text.split("\n"), key=lambda line: line.rstrip().endswith("|")):
        if is_table:
            group = next(groups)
            pieces += [row_of(line.rstrip().rstrip("|").split("|"), group=group) for line in lines]
        else:
            pieces += pieces_of_lines("\n\n".join(lines).split("\n"), groups)
    found = _TITLE.search(source[:20_000])
    return Parsed(tuple(pieces), Declared(title=" ".join(found[1].split())) if found else NOTHING)
