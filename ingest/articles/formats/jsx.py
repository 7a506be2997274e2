"""Elements and expressions of JSX inside text: where they end. Knows quotes and braces; evaluates nothing."""

import re

_LITERAL = re.compile(r"\{\s*(?:\"([^\"\\\n]*)\"|'([^'\\\n]*)'|`([^`$\\]*)`)\s*\}")


def end_of_component(text: str, at: int, *, most: int) -> int | None:
    """Returns where an element or an expression ends that is open at a place; None if it does not within `most`.

    Quotes and braces may hold the sign that would end it. What begins with a brace ends with the one that closes it.
    """
    is_expression = text[at : at + 1] == "{"
    quote, depth = "", 0
    for i in range(at, min(len(text), at + most)):
        sign = text[i]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'`" and (depth or text[i - 1] == "="):
            quote = sign
        elif sign in "{}":
            depth += 1 if sign == "{" else -1
            if is_expression and depth == 0:
                return i + 1
        elif sign == ">" and depth <= 0 and text[i - 1] != "=":
            return i + 1
        elif (sign in "<`" and depth <= 0) or text.startswith("\n\n", i):
            return None
    return None


def shown_of_expression(source: str) -> str:
    """Returns what an expression in braces shows: a text in quotes itself, whatever is computed nothing."""
    found = _LITERAL.fullmatch(source)
    return next(filter(None, found.groups()), "") if found else ""
