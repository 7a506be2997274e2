"""Which days of the week a text speaks of, by name, as a span, or as "weekdays" and "daily". Knows English names."""

import re

DAYS = tuple("monday tuesday wednesday thursday friday saturday sunday".split())
MONTHS = tuple("january february march april may june july august september october november december".split())
_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = r"(mon|tue|wed|thu|fri|sat|sun)(?:s|sday|nesday|rs|rsday|day|urday)?s?\.?"
_SPAN = re.compile(rf"\b{_DAY} ?(?:-|–|—|to|till|until|through|thru) ?{_DAY}(?![\w-])", re.IGNORECASE)
_ONE = re.compile(r"\b(mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur)?days?\b", re.IGNORECASE)
_SHORT = re.compile(r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b")
_GROUPS = (
    (re.compile(r"\b(?:week|working |work)days?\b", re.IGNORECASE), range(5)),
    (re.compile(r"\bweek-?ends?\b", re.IGNORECASE), range(5, 7)),
    (re.compile(r"\b(?:daily|every day|each day|all week|seven days a week|24/7)\b", re.IGNORECASE), range(7)),
)


def days_in(text: str) -> frozenset[int]:
    """Returns the days of the week that a text names, Monday as 0; a span and a group hold all of theirs."""
    days: set[int] = set()
    for first, last in _SPAN.findall(text):
        start, end = (_NAMES.index(name.lower()) for name in (first, last))
        days.update((start + i) % 7 for i in range((end - start) % 7 + 1))
    for pattern, group in _GROUPS:
        if pattern.search(text):
            days.update(group)
    days.update(_NAMES.index(name.lower()) for name in (*_ONE.findall(text), *_SHORT.findall(text)))
    return frozenset(days)
