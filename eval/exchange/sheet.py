"""Questions from a sheet, saved as CSV by any office program. Knows columns; knows nothing else of their program.

Columns, in any order, of which only the first must be there: question, answer (several ways to say it with | between),
article, quote, type, id, tags (with spaces between). A row without an article and a quote is an unanswerable case.
"""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from eval.cases import Case, Evidence, parse_case, read_lines
from eval.errors import BadCases
from eval.exchange.foreign import foreign_case
from eval.places import find_quote
from eval.wording import holds

_COLUMNS = ("question", "answer", "article", "quote", "type", "id", "tags")


def import_sheet(path: Path, texts: Mapping[str, str]) -> Iterator[Case]:
    """Yields the case of every row.

    Raises:
        BadCases: there is no column for questions, a column is unknown, or a row is no case; with its number.
    """
    text = "\n".join(read_lines(path))
    header = text.partition("\n")[0]
    rows = csv.DictReader(text.splitlines(keepends=True), delimiter=max(",;\t", key=header.count))
    names = [name.strip().lower() for name in rows.fieldnames or ()]
    strangers = [name for name in names if name not in _COLUMNS]
    if "question" not in names or strangers:
        what = f"knows no column {strangers[0]!r}" if strangers else "needs a column named question"
        raise BadCases(f"{path}: a sheet of cases {what}; columns are {', '.join(_COLUMNS)}")
    rows.fieldnames = names
    for number, row in enumerate(rows, 2):
        cells = {name: (row.get(name) or "").strip() for name in _COLUMNS}
        if any(cells.values()):
            yield _case(cells, texts, number)


def _case(cells: Mapping[str, str], texts: Mapping[str, str], number: int) -> Case:
    found = _evidence(cells, texts, number)
    type_ = cells["type"].lower() or ("direct" if found else "offcorpus")
    made = foreign_case(cells["question"], "", (), texts, id_=cells["id"], type_=type_, line=number)
    said = (found.quote or texts[found.article_id]) if found else ""
    ways = [way.strip() for way in cells["answer"].split("|") if way.strip()]
    is_said = any(holds(said, way) for way in ways)
    values = {
        "id": made.id,
        "question": made.question,
        "type": type_,
        "answerable": found is not None,
        "answers": ways if is_said else [],
        "evidence": [_object(found)] if found else [],
        "tags": cells["tags"].lower().split(),
        "notes": "" if is_said or not ways else f"reference: {' | '.join(ways)}",
    }
    try:
        return parse_case(values, line=number)
    except ValueError as error:
        raise BadCases(f"row {number}: {error}") from error


def _object(evidence: Evidence) -> dict[str, str]:
    return {"article_id": evidence.article_id} | ({"quote": evidence.quote} if evidence.quote else {})


def _evidence(cells: Mapping[str, str], texts: Mapping[str, str], number: int) -> Evidence | None:
    article, quote = cells["article"], cells["quote"]
    if article and article not in texts:
        raise BadCases(f"row {number}: there is no article {article!r}; write its path inside the corpus")
    if not quote:
        return Evidence(article) if article else None
    found = find_quote(quote, {article: texts[article]} if article else texts)
    if found is None:
        raise BadCases(
            f"row {number}: the quote {quote[:60]!r} does not stand in {article or 'any article'}; copy it from there"
        )
    return found
