"""Numbers as a spreadsheet shows them: 12.50 €, 25%, 00042. Knows number formats of Excel; dates are none here.

ECMA-376 part 1, section 18.8.31: up to four sections (above zero, below, zero, text), each with digits to fill, signs
that are shown as they are, in quotes or behind a backslash, and currencies in brackets.
"""

import re

# What is shown as it is, what is not shown, and what stands for digits.
_TOKEN = re.compile(
    r"\"(?P<quoted>[^\"]*)\"|\\(?P<escaped>.)|\[\$(?P<currency>[^\[\]-]*+)[^\[\]]*+\]|\[[^\[\]]*+\]|_.|\*."
    r"|(?P<digits>[0#?](?:[0#?,.]|[ ](?=[0#?]))*(?:E[+-][0#?]+)?)|(?P<percent>%)|(?P<plain>.)",
    re.DOTALL,
)
# Excel takes no longer formats.
_LONGEST = 255
_GENERAL = re.compile(r"general", re.IGNORECASE)


def shown_number(value: float, form: str) -> str:
    """Returns a number as its format shows it; in a format that is not known, as it is."""
    if len(form) > _LONGEST:
        return _general(value)
    sections = _sections(form)
    index = 1 if value < 0 and len(sections) > 1 else 2 if value == 0 and len(sections) > 2 else 0
    section = sections[index]
    if not section or section == "@" or _GENERAL.search(section) or "/" in section:
        return _general(value)
    number = abs(value)
    parts = [found.groupdict() for found in _TOKEN.finditer(section)]
    patterns = [part["digits"] for part in parts if part["digits"]]
    if len(patterns) != 1:
        return _general(value) if patterns else "".join(map(_literal, parts))
    if any(part["percent"] for part in parts):
        number *= 100
    shown = "".join(_filled(number, part["digits"]) if part["digits"] else _literal(part) for part in parts)
    return f"-{shown.strip()}" if value < 0 and index == 0 and re.search(r"[1-9]", shown) else shown.strip()


def _sections(form: str) -> list[str]:
    sections = [""]
    for found in _TOKEN.finditer(form):
        if found["plain"] == ";":
            sections.append("")
        else:
            sections[-1] += found[0]
    return sections


def _literal(part: dict[str, str | None]) -> str:
    return next((text for name in ("quoted", "escaped", "currency", "plain") if (text := part[name])), "") or (
        part["percent"] or ""
    )


def _filled(number: float, pattern: str) -> str:
    """The digits of a number in a pattern such as #,##0.00; a comma at its end stands for a thousand."""
    if "E" in pattern:
        return f"{number:.{len(pattern.partition('E')[0].partition('.')[2])}E}"
    bare = pattern.rstrip(",")
    number /= 1000 ** (len(pattern) - len(bare))
    whole, _, places = bare.partition(".")
    digits = len(re.sub(r"[^0#?]", "", places))
    text = f"{number:{',' if ',' in whole else ''}.{digits}f}"
    if digits and "." in text:
        least = places.count("0")
        head, _, tail = text.partition(".")
        tail = tail[:least] + tail[least:].rstrip("0")
        text = f"{head}.{tail}" if tail else head
    head, point, tail = text.partition(".")
    return head.zfill(whole.count("0")) + point + tail if "," not in head else text


def _general(value: float) -> str:
    return f"{value:.11g}" if isinstance(value, float) else str(value)
