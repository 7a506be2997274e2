"""Plain text: the file is the text. Knows nothing but its encoding."""

from ingest.articles.decode import clean, to_text
from ingest.articles.formats.parsed import Parsed
from ingest.articles.honest import honest


def read(raw: bytes) -> Parsed:
    """Returns the file's text; a plain text declares nothing and has no headings."""
    return Parsed(clean(honest(to_text(raw))))
