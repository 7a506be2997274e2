"""A case written in a conversation: a question, the bot's answer, and what of it is right. Knows people; no files."""

import datetime
from collections.abc import Callable, Mapping, Sequence

from bot.answer import Answer
from eval.cases import Case, Evidence
from eval.places import find_quote
from eval.wording import holds, plain

Say = Callable[[str], object]
Hear = Callable[[str], str]
"""Asks a person and returns what was typed; raises EOFError when nobody is there any more."""
_LONGEST_ID = 60


def converse(
    put: Callable[[str, datetime.date | None], Answer], texts: Mapping[str, str], *, say: Say, hear: Hear
) -> Case | None:
    """Asks for a question, shows what is answered, and returns the case; None if no question was typed."""
    question = hear("Question: ").strip()
    if not plain(question):
        return None
    answer = put(question, None)
    say(answer.text)
    for citation in answer.citations:
        say(f"  [{citation.number}] {citation.article.id}: {citation.quote}")
    if answer.answered and _yes(hear("Is that what answers? [y/n] ")):
        quotes = [Evidence(citation.article.id, citation.quote) for citation in answer.citations]
        evidence = _chosen(quotes, hear)
    elif not answer.answered and _yes(hear("Is it right that nothing answers? [y/n] ")):
        evidence = []
    else:
        evidence = _told(texts, say, hear)
    facts = _facts(evidence, say, hear) if evidence else ()
    type_ = hear("Type (direct, list, steps, table, nearmiss, offcorpus, …): ").strip().lower()
    return Case(
        id=id_of(question),
        question=question,
        type=type_ or ("direct" if evidence else "nearmiss"),
        answerable=bool(evidence),
        facts=facts,
        evidence=tuple((one,) for one in evidence),
    )


def id_of(question: str) -> str:
    """Returns an id that speaks: the words of a question."""
    return "-".join(plain(question).split())[:_LONGEST_ID].strip("-") or "question"


def _yes(said: str) -> bool:
    return said.strip().lower() in ("y", "yes")


def _chosen(quotes: Sequence[Evidence], hear: Hear) -> list[Evidence]:
    if len(quotes) < 2:
        return list(quotes)
    said = hear("Which of the quotes, by number (empty: all)? ").replace(",", " ").split()
    chosen = [quotes[int(one) - 1] for one in said if one.isdecimal() and 0 < int(one) <= len(quotes)]
    return chosen or list(quotes)


def _told(texts: Mapping[str, str], say: Say, hear: Hear) -> list[Evidence]:
    """The words that do answer, as they stand in an article; none if nothing does."""
    while quote := hear("Words of an article that answer (empty: nothing answers): ").strip():
        found = find_quote(quote, texts)
        if found is not None:
            say(f"  {found.article_id}: {found.quote}")
            return [found]
        say("  No article says that; copy a sentence from: footnote show ARTICLE")
    return []


def _facts(evidence: Sequence[Evidence], say: Say, hear: Hear) -> tuple[tuple[str, ...], ...]:
    """What an answer must say; asked again as long as the quotes do not say it."""
    said = "\n".join(one.quote for one in evidence)
    while words := hear("What must an answer say? Several with ; other spellings with | (empty: quote it): ").strip():
        facts = [[one.strip() for one in fact.split("|") if plain(one)] for fact in words.split(";")]
        missing = [fact[0] for fact in facts if fact and not any(holds(said, one) for one in fact)]
        if not missing:
            return tuple(tuple(fact) for fact in facts if fact)
        say(f"  The quotes do not say: {', '.join(missing)}")
    return ()
