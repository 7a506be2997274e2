"""A case written in a conversation: a question, the bot's answer, and what of it is right. Knows people; no files."""

from collections.abc import Callable, Mapping, Sequence

from bot.answer import Answer
from eval.cases import WORD, Case, Evidence
from eval.wording import find_quote, holds, id_of, plain

Say = Callable[[str], object]
Hear = Callable[[str], str]
"""Asks a person and returns what was typed; raises EOFError when nobody is there any more."""
Groups = tuple[tuple[Evidence, ...], ...]


def converse(
    put: Callable[[str], Answer],
    texts: Mapping[str, str],
    *,
    known: Mapping[str, str],
    say: Say,
    hear: Hear,
) -> Case | None:
    """Asks for a question, shows what is answered, and returns the case; None if no question was typed.

    `known` are the ids of the cases by the words of their questions.
    """
    question = hear("Question: ").strip()
    while plain(question) in known:
        say(f"  {known[plain(question)]} asks that already; change its line in the file, or ask something else")
        question = hear("Question: ").strip()
    if not plain(question):
        return None
    answer = put(question)
    say(answer.text)
    for citation in answer.citations:
        say(f"  [{citation.number}] {citation.article.id}: {citation.quote}")
    evidence = _evidence(answer, texts, say, hear)
    return Case(
        id=id_of(question),
        question=question,
        type=_type("direct" if evidence else "nearmiss", say, hear),
        answerable=bool(evidence),
        facts=_facts(evidence, say, hear) if evidence else (),
        evidence=evidence,
    )


def _evidence(answer: Answer, texts: Mapping[str, str], say: Say, hear: Hear) -> Groups:
    if answer.answered and _yes("Is that what answers?", say, hear):
        return _chosen([Evidence(one.article.id, one.quote) for one in answer.citations], say, hear)
    if not answer.answered and _yes("Is it right that nothing answers?", say, hear):
        return ()
    return _told(texts, say, hear)


def _yes(question: str, say: Say, hear: Hear) -> bool:
    while (said := hear(f"{question} [y/n] ").strip().lower()) not in ("y", "yes", "n", "no"):
        say("  Type y or n")
    return said[0] == "y"


def _chosen(quotes: Sequence[Evidence], say: Say, hear: Hear) -> Groups:
    """The quotes that are needed together; of those with | between them any one is enough."""
    while len(quotes) > 1:
        said = hear("Which quotes does an answer need, as in 1 2, or 1|2 if either is enough (empty: all)? ")
        groups = "|".join(map(str.strip, said.split("|"))).replace(",", " ").split() or [
            str(i + 1) for i in range(len(quotes))
        ]
        numbers = [[int(one) if one.isdecimal() else 0 for one in group.split("|")] for group in groups]
        if all(0 < one <= len(quotes) for group in numbers for one in group):
            return tuple(tuple(quotes[one - 1] for one in group) for group in numbers)
        say(f"  Type numbers from 1 to {len(quotes)}")
    return tuple((one,) for one in quotes)


def _told(texts: Mapping[str, str], say: Say, hear: Hear) -> Groups:
    """The words that do answer, as they stand in an article; none if nothing does."""
    while quote := hear("Words of an article that answer (empty: nothing answers): ").strip():
        found = find_quote(quote, texts) if plain(quote) else None
        if found is not None:
            say(f"  {found.article_id}: {found.quote}")
            return ((found,),)
        say("  No article says that; copy a sentence from: footnote show ARTICLE")
    return ()


def _type(usual: str, say: Say, hear: Hear) -> str:
    asked = f"Type, such as direct, list, steps, table, nearmiss, offcorpus (empty: {usual}): "
    while not WORD.fullmatch(said := hear(asked).strip().lower() or usual):
        say("  Type one word")
    return said


def _facts(evidence: Groups, say: Say, hear: Hear) -> tuple[tuple[str, ...], ...]:
    """What an answer must say; asked again as long as the quotes do not say it, or nothing is asked of an answer."""
    said = "\n".join(one.quote for group in evidence for one in group)
    asked = "What must an answer say? Several with ; other spellings with | (empty: nothing): "
    while True:
        words = hear(asked)
        facts = [[one.strip() for one in fact.split("|") if plain(one)] for fact in words.split(";")]
        missing = [fact[0] for fact in facts if fact and not any(holds(said, one) for one in fact)]
        if missing:
            say(f"  The quotes do not say: {', '.join(missing)}")
        elif any(facts) or _yes("Then any answer passes that cites the quotes. Is that enough?", say, hear):
            return tuple(tuple(fact) for fact in facts if fact)
