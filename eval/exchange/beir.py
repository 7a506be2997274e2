"""BEIR: a folder with corpus.jsonl, queries.jsonl and qrels/test.tsv (Thakur et al. 2021). Knows its files.

Beside what BEIR knows of a query its metadata hold the rest of the case, so that nothing is lost on the way back.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from eval.cases import Case, as_json, parse_case
from eval.errors import BadCases
from eval.exchange.foreign import Rows, made
from eval.files import write_whole
from ingest.articles.article import Article


def export_beir(cases: Sequence[Case], articles: Sequence[Article], folder: Path) -> None:
    """Writes the articles, the questions, and which article is right for which question."""
    write_whole(folder / "corpus.jsonl", "".join(map(_document, articles)))
    write_whole(folder / "queries.jsonl", "".join(map(_query, cases)))
    right = sorted({(case.id, evidence.article_id) for case in cases for evidence in case.quotes})
    rows = [("query-id", "corpus-id", "score"), *((id_, article, "1") for id_, article in right)]
    write_whole(folder / "qrels" / "test.tsv", "".join("\t".join(row) + "\n" for row in rows))


def import_beir(folder: Path) -> Rows:
    """Yields the case of every query: its own where it was one, else the articles that are right, without quotes.

    Raises BadCases: the folder is no BEIR set.
    """
    try:
        right = _right(folder / "qrels" / "test.tsv")
        lines = (folder / "queries.jsonl").read_text(encoding="utf-8").split("\n")
        queries = [json.loads(line) for line in lines if line.strip()]
    except (OSError, ValueError) as error:
        raise BadCases(
            f"{folder} is no BEIR set: {error}", "name a folder with queries.jsonl and qrels/test.tsv"
        ) from error
    for number, query in enumerate(queries, 1):
        yield made(f"query {number}", partial(_case, query, right, line=number))


def _document(article: Article) -> str:
    published = article.published.isoformat() if article.published else None
    metadata = {name: value for name, value in (("date", published), ("url", article.url)) if value}
    written = {"_id": article.id, "title": article.title, "text": article.text, "metadata": metadata}
    return json.dumps(written, ensure_ascii=False) + "\n"


def _query(case: Case) -> str:
    metadata = {name: value for name, value in as_json(case).items() if name not in ("id", "question")}
    return json.dumps({"_id": case.id, "text": case.question, "metadata": metadata}, ensure_ascii=False) + "\n"


def _right(path: Path) -> Mapping[str, list[str]]:
    right = defaultdict[str, list[str]](list)
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        query, document, score = line.split("\t")
        if int(score) > 0:
            right[query].append(document)
    return right


def _case(query: Any, right: Mapping[str, list[str]], *, line: int) -> Case:
    if not isinstance(query, dict) or "_id" not in query or "text" not in query:
        raise ValueError("it has no _id or no text")
    own, known = {"id": str(query["_id"]), "question": query["text"]}, query.get("metadata") or {}
    if "answerable" in known:
        return parse_case(known | own, line=line)
    found = [{"article_id": document} for document in right.get(own["id"], ())]
    return parse_case(
        {**own, "type": "direct", "answerable": bool(found), "evidence": [found] * bool(found)}, line=line
    )
