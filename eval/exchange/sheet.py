"""Questions from a sheet, saved as CSV by any office program. Knows columns; knows nothing else of their program.

Columns, in any order, of which only the first must be there: question, answer (several ways to say it with | between),
article, quote, answerable (yes or no), type, id, tags (with spaces between). Where there is an answer alone the
sentence that says it is looked for; a row with a question alone is an unanswerable case if "answerable" says no.
"""

import csv
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from eval.cases import Case, Evidence, read_lines
from eval.errors import BadCases
from eval.exchange.foreign import REMEDY, Groups, Rows, foreign_case, made
from eval.places import find_quote
from eval.wording import plain

_COLUMNS = ("question", "answer", "article", "quote", "answerable", "type", "id", "tags")
_YES, _NO = ("", "yes", "y", "true", "1"), ("no", "n", "false", "0")


def import_sheet(path: Path, texts: Mapping[str, str]) -> Rows:
    """Yields the case of every row.

    Raises BadCases: the file cannot be read, there is no column for questions, or a column is unknown.
    """
    text = "\n".join(read_lines(path, remedy=REMEDY))
    header = text.partition("\n")[0]
    rows = csv.DictReader(text.splitlines(keepends=True), delimiter=max(",;\t", key=header.count))
    names = [name.strip().lower() for name in rows.fieldnames or ()]
    strangers = [name for name in names if name not in _COLUMNS]
    if "question" not in names or strangers:
        what = f"knows no column {strangers[0]!r}" if strangers else "needs a column named question"
        raise BadCases(f"{path}: a sheet of cases {what}", f"columns are {', '.join(_COLUMNS)}")
    rows.fieldnames = names
    for number, row in enumerate(rows, 2):
        cells = {name: (row.get(name) or "").strip() for name in _COLUMNS}
        if any(cells.values()):
            yield made(f"row {number}", partial(_case, cells, texts, number))


def _case(cells: Mapping[str, str], texts: Mapping[str, str], number: int) -> Case:
    _complain_of(cells)
    return foreign_case(
        cells["question"],
        cells["answer"].split("|"),
        _evidence(cells, texts),
        texts,
        id_=cells["id"],
        type_=cells["type"].lower(),
        tags=cells["tags"].lower().split(),
        line=number,
    )


def _complain_of(cells: Mapping[str, str]) -> None:
    """An empty cell may be a forgotten one: that a refusal is right has to be said, and to fit the others."""
    said, is_empty = cells["answerable"].lower(), not (plain(cells["answer"]) or cells["article"] or cells["quote"])
    if said not in (*_YES, *_NO):
        raise ValueError(f"answerable is {said!r}; write yes or no")
    if is_empty and said in _YES:
        raise ValueError("there is no answer; write it, or no in a column answerable if a refusal is right")
    if said in _NO and not is_empty:
        raise ValueError("it has an answer or evidence, but answerable says no; take out one of them")


def _evidence(cells: Mapping[str, str], texts: Mapping[str, str]) -> Groups:
    article, quote = cells["article"], cells["quote"]
    if article and article not in texts:
        raise ValueError(f"there is no article {article!r}; write its path inside the corpus")
    if not quote:
        return ((Evidence(article),),) if article else ()
    found = find_quote(quote, {article: texts[article]} if article else texts)
    if found is None:
        raise ValueError(f"the quote {quote[:60]!r} does not stand in {article or 'any article'}; copy it from there")
    return ((found,),)
