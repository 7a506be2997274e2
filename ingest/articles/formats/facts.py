"""Tables of facts, a label and its value in each row: their first row names no columns. Knows cells; knows no format.

Only the look of the cells tells, so what is doubtful stays a table with a header: a row of that says too little alone.
"""

import re
from collections.abc import Sequence

# What people call the facts of one thing; a column of many things seldom has these names in it.
_LABELS = frozenset(
    "address age amount approver assignee author birthday budget capacity category city client colour color company"
    " contact cost country created currency customer date deadline department description due duration e-mail email end"
    " founded height language lead length licence license location manager manufacturer material mobile model name"
    " number opened opening organisation organization owner period phone postcode power price priority product project"
    " publisher reference region responsible revision room salary serial site size start state status supplier team"
    " telephone term total type updated url valid vendor venue version website weight width year zip".split()
)
_GENERIC = frozenset("value values setting description details meaning answer wert".split())
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?|\d\d?[./]\d\d?[./]\d{2,4}|\d\d?:\d\d")
_FIGURE = re.compile(r"\W{0,3}\d")
_MONEY = re.compile(r"[$€£¥₹]|\b(?:USD|EUR|GBP|CHF|SEK|NOK|DKK)\b")
_BARE = re.compile(r"[\W\d]*")


def are_facts(rows: Sequence[Sequence[str]]) -> bool:
    """Tells whether each row of a table without a declared header says one fact: what it is, and its value.

    So they do if their labels end with a colon, if the first and half of the others are usual ones, or if their values
    are of several kinds.
    """
    pairs = [[*map(str.strip, row)] for row in rows if any(map(str.strip, row))]
    if len(pairs) < 2 or any(not row[0] or len([*filter(None, row)]) != 2 for row in pairs):
        return False
    labels, values = [row[0] for row in pairs], [" ".join(row[1:]).strip() for row in pairs]
    if all(label.endswith(":") for label in labels):
        return True
    if values[0].casefold() in _GENERIC or len(set(labels)) < len(labels):
        return False
    usual = [not _LABELS.isdisjoint(re.findall(r"[\w-]+", label.casefold())) for label in labels]
    kinds = {_kind(value) for value in values[1:]}
    is_named = usual[0] and 2 * sum(usual[1:]) >= len(usual) - 1
    return is_named or len(kinds) > 2 or (len(kinds) == 2 and "words" not in kinds)


def _kind(value: str) -> str:
    if _DATE.search(value):
        return "date"
    if not _FIGURE.match(value):
        return "money" if _MONEY.match(value) else "words"
    if _MONEY.search(value):
        return "money"
    return "share" if "%" in value else "number" if _BARE.fullmatch(value) else "measure"
