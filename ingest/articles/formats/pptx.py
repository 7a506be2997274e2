"""PowerPoint files: a section a slide, in the order of the deck. Knows packages; `slides` reads what is on a slide.

Left out are slides that are hidden.
"""

import itertools
from dataclasses import replace

from ingest.articles.formats.package import child, local, opened, value
from ingest.articles.formats.pieces import Parsed, Piece
from ingest.articles.formats.slides import Slide, relation_ids
from ingest.errors import UnreadableArticle

MAX_SLIDES = 2_000


def read(raw: bytes) -> Parsed:
    """Returns the slides in order: title, text, tables, charts, and the notes below.

    Raises UnreadableArticle: it is damaged, locked, too long, or unpacks or nests beyond the limits.
    """
    with opened(raw, "a PowerPoint file") as package:
        main = package.main_part() or "ppt/presentation.xml"
        deck = package.tree(main)
        if deck is None:
            raise UnreadableArticle("is no PowerPoint file: it has no slides in it", "save it as .pptx")
        related = package.relations(main)
        listed = [one for one in child(deck, "sldIdLst") or () if local(one) == "sldId"]
        if len(listed) > MAX_SLIDES:
            raise UnreadableArticle(f"has more than {MAX_SLIDES:,} slides", "split it into several files")
        slides = [related[id_].target for one in listed for id_ in relation_ids(one) if id_ in related]
        pieces: list[Piece] = []
        groups, hidden = itertools.count(1), 0
        for number, path in enumerate(slides, 1):
            slide = package.tree(path)
            if slide is None or value(slide, "show") in ("0", "false"):
                hidden += slide is not None
                continue
            reading = Slide(package, package.relations(path), groups)
            pieces += (replace(piece, page=number) for piece in reading.pieces(slide))
        declared = package.declared()
    return Parsed(tuple(pieces), declared, left_out={"hidden slides": hidden} if hidden else {})
