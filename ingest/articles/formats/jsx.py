"""Elements and expressions of JSX inside text: where they end, and what of them is seen. Evaluates nothing."""

import re
from collections.abc import Iterator

_ATTRIBUTE = re.compile(r"\s([A-Za-z][\w:-]{0,60})(?:\s{0,9}=\s{0,9}(?:\"([^\"]{0,4000})\"|'([^']{0,4000})'|(?=\{)))?")
_STRING, _NUMBER = re.compile(r"\"([^\"\\\n]*)\"|'([^'\\\n]*)'"), re.compile(r"\{\s*(-?[\d.]{1,20}|true)\s*\}")
_LIST = re.compile(r"\{\s*+\[(?:\s*+(?:\"[^\"\\\n]*+\"|'[^'\\\n]*+')\s*+,?+)++\s*+\]\s*+\}")
_OBJECTS = re.compile(r"\{\s{0,99}(?:\[\s{0,99})?\{")
_PAIR = re.compile(r"\b(\w{1,40}):\s{0,9}(?:\"([^\"\\\n]*)\"|'([^'\\\n]*)')")
# Attributes that are written for readers; those that name what an element with a type describes; and what they add.
_LABELS = frozenset(
    "title caption alt text label summary name heading header description content tooltip items tags".split()
)
_FOR_PROGRAMS = frozenset("rss seo meta metadata style sx".split())
_NAMES = frozenset("name path query body header param".split())
_FACTS, _MARKS = ("type", "default"), ("required", "deprecated")
_DESCRIBES = re.compile(r"</?[\w.]*(?:Field|Param|Property|Prop)\b")
_UNSEEN = re.compile(r"</?[\w.]*Icon\b")
_LITERAL = re.compile(r"\{\s*(?:\"([^\"\\\n]*)\"|'([^'\\\n]*)'|`([^`$\\]*)`)\s*\}")


def end_of_component(text: str, at: int, *, most: int) -> int | None:
    """Returns where an element or an expression ends that is open at a place; None if it does not within `most`.

    Quotes and braces may hold the sign that would end it. What begins with a brace ends with the one that closes it.
    """
    is_expression = text[at : at + 1] == "{"
    is_inline = is_expression and not text[text.rfind("\n", 0, at) + 1 : at].isspace() and text[at - 1 : at] != "\n"
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
        elif (sign in "<`" and depth <= 0) or (text.startswith("\n\n", i) and (is_inline or depth <= 0)):
            return None
    return None


def shown_of_expression(source: str) -> str:
    """Returns what an expression in braces shows: a text in quotes itself, whatever is computed nothing."""
    found = _LITERAL.fullmatch(source)
    return next(filter(None, found.groups()), "") if found else ""


def shown_of_element(source: str) -> str:
    """Returns what a reader sees of the tag that opens an element: its labels, of a parameter its name and facts."""
    if _UNSEEN.match(source):
        return ""
    found = dict(_attributes(source))
    name = next((value for key, value in found.items() if key in _NAMES and value), "")
    if name and ("type" in found or _DESCRIBES.match(source)):
        facts = [found[key] if key == "type" else f"{key}: {found[key]}" for key in _FACTS if found.get(key)]
        facts += [key for key in _MARKS if found.get(key) == "true"]
        return f"{name} ({', '.join(facts)})" if facts else name
    return " ".join(value for key, value in found.items() if key in _LABELS and value)


def _attributes(source: str) -> Iterator[tuple[str, str]]:
    """The attributes with their values; a name alone is true, and what is computed says nothing."""
    at = 0
    while (found := _ATTRIBUTE.search(source, at)) is not None:
        at, name = found.end(), found[1].lower()
        if source[at : at + 1] == "{":
            end = end_of_component(source, at, most=len(source)) or len(source)
            yield (
                "content" if _OBJECTS.match(source, at) and name not in _FOR_PROGRAMS else name,
                _value(source[at:end]),
            )
            at = end
        else:
            yield name, next((value for value in found.groups()[1:] if value is not None), "true")


def _value(expression: str) -> str:
    """What a literal says; of a list or of objects, their texts and labels."""
    if _LIST.fullmatch(expression):
        return ", ".join(one or other for one, other in _STRING.findall(expression))
    if _OBJECTS.match(expression):
        return "; ".join(one or other for key, one, other in _PAIR.findall(expression) if key in _LABELS)
    number = _NUMBER.fullmatch(expression)
    return number[1] if number else shown_of_expression(expression)
