"""A first set of cases, drafted from the articles by rule: questions that headings, rows, sentences and dates answer.

Every rule has a name, which is the tag of what it makes. Knows articles and blocks, how many to take of which rule, and
what no article answers; asks nothing, and proves little: what was made by rule is easier than what people ask.
"""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from eval.cases import Case, Evidence
from eval.wording import holds, id_of, plain
from ingest.articles.article import Article
from ingest.articles.blocks import Block
from ingest.units import Unit, units_of

# A name that stands before a value in more articles is a form's, and is asked for no oftener.
_SAME_NAME = 2
# Nobody's articles, unless they name it.
_ELSEWHERE = (
    "What is the melting point of tungsten?",
    "Who composed the opera Rusalka?",
    "How many moons does Uranus have?",
    "Which river flows through Ljubljana?",
    "How is gouache different from watercolour?",
    "When was the sextant invented?",
    "What do axolotls eat?",
    "Who was the first empress of Brazil?",
    "How long does a marathon take on a pogo stick?",
    "Which clef does the bassoon read?",
    "How deep is Lake Titicaca?",
    "What is the offside rule in bandy?",
)
_STRANGERS = ("Vellmar", "Quendale", "Ostrik", "Brennoch", "Tallowmere", "Ysgard")
_BETWEEN_CELLS = " | "
_DATE = (
    r"(?:\d{1,2} )?(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r"(?: \d{1,2},)?(?: \d{4})?|\d{4}-\d\d-\d\d|(?:1[89]|20)\d\d|(?:[01]?\d|2[0-3])[:.][0-5]\d"
)
_SUBJECT = r"(?P<subject>(?<!\w)(?:The|A|An|Our|[A-Z]\w{1,40}+) ?[^,;:()?]{0,60}?)"
_DATED = re.compile(
    rf"{_SUBJECT} (?P<aux>was|were|is|are|will be|must be|can be) "
    rf"(?P<what>[^,;:()?]{{3,60}}?) (?:on|in|at|by|since|until) (?P<date>{_DATE})\b"
)
_AMOUNT = r"(?P<amount>(?:\d[\d.,]*)?\d(?: (?:million|billion|thousand))? [a-z]\w*)"
_DOES = re.compile(rf"{_SUBJECT} (?P<verb>cost|take|measure|weigh|hold|need)s {_AMOUNT}")
_HOW = re.compile(rf"{_SUBJECT} (?P<aux>is|are|was|were) {_AMOUNT} (?P<how>long|high|wide|deep|tall|old|thick)\b")
_DEFINED = re.compile(
    r"(?P<name>An? [\w-]+(?: [\w-]+){0,2}|(?!The |An? )[A-Z][\w-]*(?: [A-Z0-9][\w-]*){0,3}) "
    r"(?P<aux>is|are) (?:an?|the|our) [a-z]"
)
# Two words at least, for one alone is a form's; "last updated" names nothing.
_NAMED_VALUE = re.compile(r"(?P<name>[A-Z][a-z-]+(?: [a-z-]+){1,3}(?<!ed)): (?P<value>[^:_]{2,80}?)\.?")
# A value is a figure, an address or a name of a few words; words in lower case make a remark of it.
_REMARK, _VALUE_WORDS = re.compile(r"(?!(?:and|or|of|the|de|von)\b)[a-z]+"), 8
# A heading that is a question to the articles, not one to the reader ("Still have a question?").
_ASKED = re.compile(
    r"(?!.*\b(?:this|that|these|those|it|its|they|their|them|here)\b)"
    r"(?:What|Who|Whose|When|Where|Which|Why|How|Can|Could|Do|Does|Did|Is|Are|Will|Should|May|Must)(?: [^? ]+){2,}\?"
)
_NUMBERED = re.compile(r"\A(?:(?:Section|Chapter|Part|Step|Appendix) )?\w?\d[\d.]*+[.):]?[ –—-]+")
_HOW_TO = re.compile(r"How to (?P<what>.+)", re.IGNORECASE)
_GERUND = re.compile(r"[A-Z][a-z]{2,}ing (?!&)[^&,;:]+")
_TO_DO = re.compile(
    r"(?:About|Add|Apply|Ask|Book|Build|Cancel|Change|Check|Close|Configure|Connect|Contact|Create|Delete|Deploy|Disable|Edit|Enable|Get|Import"
    r"|Install|Join|Leave|Log in|Make|Move|Open|Order|Pay|Register|Remove|Rename|Renew|Replace|Report|Request"
    r"|Reset|Restart|Restore|Return|Run|See|Send|Set|Share|Sign|Start|Stop|Submit|Suggest|Test|Turn|Update|Upgrade"
    r"|Use|Write) [^&;:]+"
)
_PLURAL = re.compile(r"\A(?!\w+ing )[A-Za-z][\w-]*(?: [A-Za-z][\w-]*){1,3}(?<![su])(?<!i)s")
_FUNCTION = re.compile(r"\b(?:of|for|to|in|on|at|by|with|from|and|or|not|my|our|the|an?|how|what|this|these)\b", re.I)
_OPENS = re.compile(
    r"(?:This|That|It|They|These|Those|There|He|She|We|You|Its|His|Her|Their|Here|What|If|Each|One|Both|All|For|By|In"
    r"|As|Since|When|While|Because|Although|Though|After|Before|Once|Until|Unless|With|Without|To|From|At|On|And|But|So|Now)\b"
)
# A column and the name of a row, as a question can name them.
_COLUMN, _KEY = (
    re.compile(r"[A-Za-z][\w-]*(?: [\w%-]+){0,3}"),
    re.compile(r"(?=.*[A-Za-z])[\w.&/’'-]+(?: [\w.&/’'()-]+){0,3}"),
)
Drafted = Iterator[Case]


def draft(articles: Mapping[str, Article], *, most: int) -> tuple[Case, ...]:
    """Returns at most so many cases, taken in turn from all rules and articles; about a third is unanswerable."""
    every = [case for id_ in sorted(articles) for case in _drafted(articles[id_])]
    rules = _grouped(_told_apart(_varied(every), articles), lambda case: case.tags[0])
    answerable = _unique(_in_turn([_in_turn(list(_grouped(cases, _article).values())) for cases in rules.values()]))
    near = _near(rules.get("row", ()), articles)
    unanswerable = _unique(_in_turn([[*near], [*_elsewhere(articles)]]))
    kept = answerable[: max(most * 2 // 3, most - len(unanswerable))]
    return (*kept, *unanswerable[: min(most - len(kept), (len(kept) + 1) // 2)])


def _grouped(cases: Iterable[Case], key: Callable[[Case], str]) -> dict[str, list[Case]]:
    found = defaultdict[str, list[Case]](list)
    for case in cases:
        found[key(case)].append(case)
    return found


def _article(case: Case) -> str:
    return case.evidence[0][0].article_id


def _elsewhere(articles: Mapping[str, Article]) -> Drafted:
    """What no team's articles are about, unless these are."""
    said = " ".join(f" {plain(article.text)} " for article in articles.values())
    for question in _ELSEWHERE:
        rarest = max(plain(question).split(), key=len)
        if rarest not in said:
            yield _made(question, "offcorpus", "elsewhere")


def _near(rows: Sequence[Case], articles: Mapping[str, Article]) -> Drafted:
    """A column that a table has, of a name that no article has."""
    said = " ".join(f" {plain(article.text)} " for article in articles.values())
    strangers = (name for name in _STRANGERS if plain(name) not in said)
    for case, name in zip(rows, strangers, strict=False):
        question = f"{case.question.rpartition(' of ')[0]} of {name}?"
        yield _made(question, "nearmiss", "near")


def _told_apart(cases: Sequence[Case], articles: Mapping[str, Article]) -> Drafted:
    """The cases, with the title of the article in a question that another article answers in other words."""
    places = defaultdict[str, set[object]](set)
    for case in cases:
        places[case.id].add(case.evidence)
    for case in cases:
        title = articles[_article(case)].title
        if len(places[case.id]) > 1 and title not in case.question:
            question = f"{case.question.rstrip('?')} in “{title}”?"
            yield replace(case, id=id_of(question), question=question)
        else:
            yield case


def _unique(cases: Iterable[Case]) -> tuple[Case, ...]:
    """The first case of every id: two headings with the same name make questions that nobody could tell apart."""
    groups = _grouped(cases, lambda case: case.id).values()
    return tuple(found[0] for found in groups if len({case.evidence for case in found}) == 1)


def _varied(cases: Sequence[Case]) -> list[Case]:
    """The cases without those that ask for the value of the same name in ever more articles."""
    counted, kept = Counter[str](), list[Case]()
    for case in cases:
        counted[case.question] += "value" in case.tags
        kept += [case] if counted[case.question] <= _SAME_NAME else []
    return kept


def _in_turn(groups: Sequence[Sequence[Case]]) -> tuple[Case, ...]:
    """The first of every group, then the second of every group, and so on."""
    rows = itertools.zip_longest(*groups)
    return tuple(case for row in rows for case in row if case is not None)


def _drafted(article: Article) -> Drafted:
    """What the rules make of an article."""
    units = [unit for unit in units_of(article) if unit.end - unit.start <= 400]
    for rule in (_from_headings, _from_rows, _from_sentences):
        yield from rule(article, units)


def _made(question: str, type_: str, rule: str, *evidence: Evidence, facts: Sequence[str] = ()) -> Case:
    """A case that a rule has made; of the facts it holds those that the evidence says."""
    held = tuple((fact,) for fact in facts if any(holds(one.quote, fact) for one in evidence))
    groups = tuple((one,) for one in evidence)
    notes = "drafted by rule"
    return Case(id_of(question), question, type_, bool(evidence), held, groups, tags=(rule,), notes=notes)


def _from_headings(article: Article, units: Sequence[Unit]) -> Drafted:
    """What stands below a heading that is a question, and the list below one that names what it lists."""
    for number, block in enumerate(article.blocks):
        name = " ".join(article.text[block.start : block.end].split())
        if block.kind != "heading" or not 3 <= len(name) <= 100:
            continue
        below = [unit for unit in units if _is_below(article.blocks, number, unit)]
        items = [unit for unit in below if unit.kind == "item"]
        is_list = 2 <= len(items) <= 12
        steps = is_list and all(article.blocks[item.block].label[:1].isdigit() for item in items)
        asks = bool(_ASKED.fullmatch(name))
        if asks and below and not _quote(article, below[0]).endswith(":"):
            yield _made(name, "direct", "heading", _evidence(article, below[0]))
        elif (
            is_list
            and name != article.title
            and (question := name if asks else _asking(name, article.text, steps=steps))
        ):
            facts = [_words_of(_quote(article, item)) for item in items]
            evidence = [_evidence(article, item) for item in items]
            yield _made(question, "steps" if steps else "list", "list", *evidence, facts=facts)


def _asking(heading: str, text: str, *, steps: bool) -> str | None:
    """What a person would ask to read the list below a heading, if there is such a question."""
    name = re.sub(r"\b([Yy])our\b", "my", _NUMBERED.sub("", heading).rstrip(" .:"))
    if how := _HOW_TO.fullmatch(name):
        return f"How do I {how['what']}?"
    if steps and _GERUND.fullmatch(name):
        return f"What are the steps for {_lower(name)}?"
    if steps and _TO_DO.match(name):
        return f"How do I {_lower(name)}?"
    if steps or not _PLURAL.fullmatch(name) or _FUNCTION.search(name) or _TO_DO.match(name):
        return None
    # What the text itself writes in lower case is no name.
    return f"What are the {' '.join(low if f' {(low := one.lower())} ' in text else one for one in name.split())}?"


def _from_rows(article: Article, units: Sequence[Unit]) -> Drafted:
    """The cell of a column in the row of a name."""
    for unit in units:
        block = article.blocks[unit.block]
        if unit.kind != "row" or block.is_header or block.group is None:
            continue
        head = article.blocks[block.group]
        names = article.text[head.start : head.end].split(_BETWEEN_CELLS) if head.is_header else []
        cells = [cell.strip() for cell in _quote(article, unit).split(_BETWEEN_CELLS)]
        if len(names) != len(cells) or len(cells) < 2 or not _KEY.fullmatch(cells[0]):
            continue
        name, cell = names[1].strip(), cells[1]
        if _COLUMN.fullmatch(name) and plain(cell) and len(cell) <= 60:
            question = f"What is the {_lower(name)} of {cells[0]}?"
            yield _made(question, "table", "row", _evidence(article, unit), facts=[cell])


def _from_sentences(article: Article, units: Sequence[Unit]) -> Drafted:
    """The date of what is said to happen then, how much something is, the value of a name, and what something is."""
    for unit in units:
        evidence, said = _evidence(article, unit), _quote(article, unit)
        if unit.kind not in ("paragraph", "item") or _OPENS.match(said):
            continue
        if (when := _DATED.match(said)) and len(plain(when["subject"]).split()) <= 8:
            aux, _, rest = when["aux"].partition(" ")
            what = " ".join(part for part in (aux, _lower_article(when["subject"]), rest, when["what"]) if part)
            yield _made(f"When {what}?", "date", "date", evidence, facts=[when["date"]])
        elif (does := _DOES.match(said)) or (how := _HOW.match(said)):
            found = does or how
            assert found
            subject, much = _lower_article(found["subject"]), found["amount"]
            asked = f"What does {subject} {does['verb']}?" if does else f"How {found['how']} {found['aux']} {subject}?"
            yield _made(asked, "number", "amount", evidence, facts=[much])
        elif (value := _NAMED_VALUE.fullmatch(said.lstrip("• "))) and _is_value(value["name"], value["value"]):
            yield _made(f"What is the {_lower(value['name'])}?", "direct", "value", evidence, facts=[value["value"]])
        elif (defined := _DEFINED.match(said)) and unit.kind == "paragraph":
            question = f"What {defined['aux']} {_lower_article(defined['name'])}?"
            yield _made(question, "definition", "definition", evidence)


def _is_value(name: str, value: str) -> bool:
    """Whether what stands after a colon is the value of what stands before it, and not a remark about it."""
    words, is_figure = value.split(), re.search(r"[\d@]", value)
    told = is_figure or not any(map(_REMARK.fullmatch, words))
    return bool(told) and len(words) <= _VALUE_WORDS and not _TO_DO.match(name)


def _is_below(blocks: Sequence[Block], heading: int, unit: Unit) -> bool:
    """Whether a unit stands under a heading and under no other after it."""
    return unit.block > heading and not any(block.kind == "heading" for block in blocks[heading + 1 : unit.block])


def _quote(article: Article, unit: Unit) -> str:
    return article.text[unit.start : unit.end]


def _evidence(article: Article, unit: Unit) -> Evidence:
    return Evidence(article.id, _quote(article, unit))


def _words_of(item: str) -> str:
    """The first words of an item, without the label."""
    return " ".join(plain(re.sub(r"^\W*(?:\d{1,3}[.)])?\s*", "", item)).split()[:6])


def _lower(name: str) -> str:
    """A name inside a sentence; what is written in capitals stays."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def _lower_article(name: str) -> str:
    return re.sub(r"^(?:The|An?|Our)\b", lambda found: found[0].lower(), name)
