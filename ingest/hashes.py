"""The content hashes of a listing: a new one means: read that article again. Reads files; keeps nothing."""

from ingest.articles.corpus import Listing
from ingest.articles.make import content_hash
from ingest.errors import UnreadableArticle
from ingest.split import SPLITTER_VERSION


def content_hashes(listing: Listing) -> dict[str, str]:
    """Returns content hashes by article id; what is refused counts as there, so that its last good version stays."""
    hashes = dict(listing.refused)
    for article_id, path in listing.files:
        try:
            hashes[article_id] = f"{SPLITTER_VERSION}-{content_hash(path)}"
        except UnreadableArticle as error:
            hashes[article_id] = str(error)
    return hashes
