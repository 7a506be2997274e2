"""A unit that answers is widened to what its author meant as a whole: its list, its table's header, what introduces it.

Knows blocks and answer types; weighs nothing. A stretch is quoted as one; what cannot be part of it, because something
else stands between, comes as a stretch of its own before it.
"""

import re
from collections.abc import Collection

from bot.question.answer_type import Kind
from bot.quote.stretch import Stretch, last_sentence, sentences_of, stands_alone_from
from ingest.articles.article import Article
from ingest.units import Unit

# What a list or a section may hold at most when it is quoted whole.
MOST_WORDS, MOST_BLOCKS = 260, 24
# A list or a table of so few blocks is quoted whole where several of them answer.
_FEW_ROWS = 8
_WANTS_ALL: frozenset[Kind] = frozenset({"steps"})
# Where each of several pieces of code is for another case, they are no steps: "On macOS:", "With pip:".
_EITHER = re.compile(r"(?:on|for|with|in|under|using|if|or|from|via|alternatively|as)\b", re.IGNORECASE)
# A step without a number is said in so few words.
_STEP_WORDS = 40
# A sentence that says that the answer follows.
_PROMISES = re.compile(
    r"\b(?:several|many|various|two|three|four|five|six|following|number of|multiple|these|below|as follows)"
    r"(?: \w+)? ?(?:reasons|ways|factors|steps|points|causes|conditions|aims|goals|benefits|things|options|rules"
    r"|commands)?"
    r"\b[^,;]{0,40}$|:$",
    re.IGNORECASE,
)

_COUNTS_UP = re.compile(
    r"(?:first|second|third|fourth|fifth|last|final)(?:ly)?\b|(?:one|another|the other|a further) (?:\w+ )?(?:is|was)\b"
    r"|(?:next|also|moreover|furthermore|in addition|besides)\b",
    re.IGNORECASE,
)
_MOST_PARAGRAPHS = 5


def widened(
    article: Article, unit: Unit, *, kind: Kind, several: bool = False, others: Collection[int] = ()
) -> tuple[Stretch, ...]:
    """Returns the stretches that show a unit as its author meant it, what introduces it first.

    `several` tells that more than one thing is asked for; `others` are the blocks of the article that answer nearly as
    well.
    """
    block = article.blocks[unit.block]
    procedure = _procedure(article, unit.block) if kind in _WANTS_ALL and block.group is None else None
    if procedure is not None:
        return (procedure,)
    if block.kind == "row":
        return _rows(article, unit.block, several=several and kind != "count", others=others)
    if block.kind == "code" and not (block.group is not None and kind in _WANTS_ALL):
        return (_code(article, unit),)
    if block.group is not None:
        return _items(article, unit, kind=kind, several=several, others=others)
    return _prose(article, unit, kind=kind, several=several)


def _procedure(article: Article, number: int) -> Stretch | None:
    """The section of a block, if it is steps without numbers, short paragraphs each with its code; else None."""
    if not _is_step(article, number, number):
        return None
    first = last = number
    while first > 0 and _is_step(article, first - 1, number):
        first -= 1
    while last + 1 < len(article.blocks) and _is_step(article, last + 1, number):
        last += 1
    codes = [i for i in range(first, last + 1) if article.blocks[i].kind == "code"]
    start, end = article.blocks[first].start, article.blocks[last].end
    few = last - first < MOST_BLOCKS and len(article.text[start:end].split()) <= MOST_WORDS
    leads = [article.text[article.blocks[i - 1].start :][:20] for i in codes if i > first]
    either = sum(bool(_EITHER.match(lead)) for lead in leads) > 1
    if len(codes) < 2 or either or not few:
        return None
    first = max(first, codes[0] - 1)  # what stands before the first step tells nothing to do
    return Stretch(article, article.blocks[first].start, end, first, last) if first <= number else None


def _is_step(article: Article, number: int, beside: int) -> bool:
    block = article.blocks[number]
    brief = len(article.text[block.start : block.end].split()) <= _STEP_WORDS
    of_section = block.path == article.blocks[beside].path and block.group is None
    return of_section and (block.kind == "code" or (block.kind == "paragraph" and brief))


def _prose(article: Article, unit: Unit, *, kind: Kind, several: bool) -> tuple[Stretch, ...]:
    """A sentence with the one it leans on, and with what it announces."""
    block = article.blocks[unit.block]
    start, first = stands_alone_from(article, unit)
    rest = article.text[unit.end : block.end].strip()
    group = _group_after(article, unit.block) if not rest else None
    said = article.text[unit.start : unit.end]
    if group is not None and (kind in _WANTS_ALL or several or _PROMISES.search(said.rstrip())):
        end, last, left_out = _up_to_cap(article, first, group[1])
        return (Stretch(article, start, end, first, last, left_out),)
    if said.rstrip().endswith(":") and unit.block + 1 < len(article.blocks):
        after = article.blocks[unit.block + 1]
        if after.kind != "heading":
            return (Stretch(article, start, after.end, first, unit.block + 1),)
    if _PROMISES.search(said.rstrip(" .")):
        end, last = _end_of_enumeration(article, unit)
        return (Stretch(article, start, end, first, last),)
    return (Stretch(article, start, unit.end, first, unit.block),)


def _end_of_enumeration(article: Article, unit: Unit) -> tuple[int, int]:
    """Where what a sentence promises ends in prose: with the last that begins with "First", "Second", "Finally"."""
    end, last, words = unit.end, unit.block, 0
    for number in range(unit.block, min(unit.block + _MOST_PARAGRAPHS, len(article.blocks))):
        block = article.blocks[number]
        if block.kind != "paragraph":
            break
        spans = [span for span in sentences_of(article, number) if span[0] >= unit.end]
        for a, b in spans:
            words += len(article.text[a:b].split())
            if words > MOST_WORDS:
                return end, last
            if _COUNTS_UP.match(article.text[a:b]):
                end, last = b, number
        if spans and last < number:
            break
    return end, last


def _group_after(article: Article, number: int) -> tuple[int, int] | None:
    """The list, table or code that a block introduces: its first and last block."""
    following = number + 1
    if following >= len(article.blocks) or article.blocks[following].leans_on != number:
        return None
    return following, _end_of_group(article, following)


def _end_of_group(article: Article, number: int) -> int:
    """The last block of the list or table that a block is in; of code alone, itself."""
    group, last = article.blocks[number].group, number
    while group is not None and last + 1 < len(article.blocks):
        after = article.blocks[last + 1]
        if after.group != group and not _is_inside(article, last + 1, group):
            break
        last += 1
    return last


def _is_inside(article: Article, number: int, group: int) -> bool:
    """Tells whether a block stands inside a list although it is of no list: a table or code between its items."""
    block = article.blocks[number]
    later = next((b for b in article.blocks[number + 1 : number + 40] if b.group == group or b.kind == "heading"), None)
    return block.kind != "heading" and later is not None and later.group == group


def _up_to_cap(article: Article, first: int, last: int) -> tuple[int, int, int]:
    """Where a run of blocks is cut if it is too long: the end, the last block, and how many blocks are beyond."""
    words = 0
    for number in range(first, last + 1):
        block = article.blocks[number]
        words += len(article.text[block.start : block.end].split())
        if number > first and (words > MOST_WORDS or number - first >= MOST_BLOCKS):
            beyond = sum(one.kind in ("item", "row") for one in article.blocks[number : last + 1])
            return article.blocks[number - 1].end, number - 1, beyond
    return article.blocks[last].end, last, 0


def _items(article: Article, unit: Unit, *, kind: Kind, several: bool, others: Collection[int]) -> tuple[Stretch, ...]:
    """An item with what introduces it, or its whole list where the list is what is asked for."""
    block = article.blocks[unit.block]
    assert block.group is not None
    first, last = block.group, _end_of_group(article, block.group)
    answering = [number for number in others if first <= number <= last and number != unit.block]
    whole = kind in _WANTS_ALL or several or len(answering) >= 2
    lead = article.blocks[first].leans_on
    if whole:
        top = first if lead is None else lead
        end, cut, left_out = _up_to_cap(article, top, last)
        if cut >= unit.block:
            start = article.blocks[first].start if lead is None else last_sentence(article, lead)
            return (Stretch(article, start, end, top, cut, left_out),)
    chain = _chain(article, unit.block)
    parts = [_introduction(article, number) for number in chain]
    stop, below = _end_of_item(article, unit)
    return _joined([*parts, Stretch(article, unit.start, stop, unit.block, below)])


def _end_of_item(article: Article, unit: Unit) -> tuple[int, int]:
    """An item ends with the items below it and the code in it, if they are few."""
    block, last = article.blocks[unit.block], unit.block
    for number in range(unit.block + 1, min(unit.block + 7, len(article.blocks))):
        after = article.blocks[number]
        inside = after.group == block.group and (
            after.level > block.level or (after.kind != "item" and after.level == block.level)
        )
        if not inside:
            break
        last = number
    return (unit.end, unit.block) if last == unit.block else (article.blocks[last].end, last)


def _chain(article: Article, number: int) -> list[int]:
    """The blocks that a block leans on, the outermost first."""
    chain: list[int] = []
    above = article.blocks[number].leans_on
    while above is not None and len(chain) < 2:
        chain.insert(0, above)
        above = article.blocks[above].leans_on
    return chain


def _introduction(article: Article, number: int) -> Stretch:
    block = article.blocks[number]
    start = block.start if block.kind in ("item", "row") else last_sentence(article, number)
    return Stretch(article, start, block.end, number, number)


def _rows(article: Article, number: int, *, several: bool, others: Collection[int]) -> tuple[Stretch, ...]:
    """A row with the header of its table; the rows that answer; or all of a small table of which several do."""
    block = article.blocks[number]
    assert block.group is not None
    first, last = block.group, _end_of_group(article, block.group)
    answering = sorted({number, *(other for other in others if first <= other <= last)})
    if block.is_header and last > number:
        answering = list(range(number, last + 1))
    if (several or len(answering) > 2 or block.is_header) and last - first <= _FEW_ROWS:
        return (Stretch(article, article.blocks[first].start, article.blocks[last].end, first, last),)
    header = block.leans_on if block.leans_on is not None and article.blocks[block.leans_on].kind == "row" else None
    parts = [] if header is None else [_introduction(article, header)]
    answering.sort(key=lambda one: (one != number, abs(one - number)))
    rows = sorted(one for one in answering[: 1 + 2 * several] if one != header)
    parts += [Stretch(article, article.blocks[one].start, article.blocks[one].end, one, one) for one in rows]
    return _joined(parts)


def _code(article: Article, unit: Unit) -> Stretch:
    """Code with the sentence that introduces it; of long code the part that answers."""
    block, above = article.blocks[unit.block], unit.block - 1
    if block.leans_on is None or block.leans_on != above or unit.start != block.start:
        return Stretch(article, unit.start, unit.end, unit.block, unit.block)
    return Stretch(article, _introduction(article, above).start, unit.end, above, unit.block)


def _joined(parts: list[Stretch]) -> tuple[Stretch, ...]:
    """The stretches; those that follow one another without a block between are one."""
    joined: list[Stretch] = []
    for part in parts:
        before = joined[-1] if joined else None
        if before is not None and before.last + 1 == part.first and not before.left_out:
            joined[-1] = Stretch(part.article, before.start, part.end, before.first, part.last, part.left_out)
        else:
            joined.append(part)
    return tuple(joined)
