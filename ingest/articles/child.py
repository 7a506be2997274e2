"""The process in which foreign files are parsed: one request in, one article or reason out. Opens no files of its own.

It limits itself before it reads anything: memory for good, processor time anew for each file. A request is the
lengths of three parts (id, file, sidecar; -1: no sidecar) and the parts; a reply is a length and JSON. The other end is
`ingest.articles.reader`.
"""

import datetime
import json
import os
import resource
import struct
import sys
from contextlib import suppress
from typing import IO, Any

from ingest.articles import blocks
from ingest.articles.article import Article
from ingest.articles.make import make_article
from ingest.errors import NoText, UnreadableArticle

REQUEST, REPLY = struct.Struct(">qqq"), struct.Struct(">q")
OUT_OF_MEMORY = 3


def main() -> None:
    """Serves requests on standard input until it ends; arguments: bytes of memory, seconds of processor time a file."""
    memory, seconds = (int(argument) for argument in sys.argv[1:3])
    _limit(resource.RLIMIT_AS, memory)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # what a library prints is no reply
    while header := requests.read(REQUEST.size):
        _limit_time(seconds)
        try:
            reply = json.dumps(_answer(requests, *REQUEST.unpack(header)), ensure_ascii=False).encode("utf-8")
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        replies.write(REPLY.pack(len(reply)) + reply)
        replies.flush()


def pack_request(article_id: str, raw: bytes, sidecar: bytes | None) -> bytes:
    """Returns the request to read one file."""
    id_ = article_id.encode("utf-8")
    return b"".join(
        (REQUEST.pack(len(id_), len(raw), -1 if sidecar is None else len(sidecar)), id_, raw, sidecar or b"")
    )


def unpack_reply(reply: bytes) -> Article:
    """Returns the article that a reply holds. Raises UnreadableArticle: it holds the reason why there is none."""
    values: dict[str, Any] = json.loads(reply)
    if "reason" in values:
        raise (NoText if values["is_empty"] else UnreadableArticle)(values["reason"])
    text, title = values["text"], values["title"]
    return Article(
        **{
            **values,
            "published": values["published"] and datetime.date.fromisoformat(values["published"]),
            "blocks": blocks.from_json(values["blocks"], text, title=title),
            "links": blocks.links_from_json(values["links"]),
            "inferred": tuple(values["inferred"]),
            "warnings": tuple(values["warnings"]),
        }
    )


def _answer(requests: IO[bytes], id_length: int, length: int, sidecar_length: int) -> dict[str, object]:
    article_id, raw = requests.read(id_length).decode("utf-8"), requests.read(length)
    sidecar = requests.read(sidecar_length) if sidecar_length >= 0 else None
    try:
        article = make_article(raw, sidecar, article_id=article_id)
    except UnreadableArticle as error:
        return {"reason": str(error), "is_empty": isinstance(error, NoText)}
    published = article.published.isoformat() if article.published else None
    return {
        **vars(article),
        "published": published,
        "blocks": blocks.as_json(article.blocks),
        "links": blocks.links_as_json(article.links),
    }


def _limit_time(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + seconds)


def _limit(what: int, most: int) -> None:
    with suppress(ValueError, OSError):  # a system that knows no such limit has the reader's clock still
        resource.setrlimit(what, (most, resource.getrlimit(what)[1]))


if __name__ == "__main__":
    main()
