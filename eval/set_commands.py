"""What `footnote eval init`, `add`, `drift`, `export` and `import` do. Knows who does what; decides nothing itself."""

from collections.abc import Callable, Mapping
from contextlib import suppress

from rich.text import Text

from bot.answer import Answer
from eval.add import converse
from eval.asking import Desk, Order, asks, at_desk
from eval.cases import Case, complain, read_cases
from eval.draft import draft
from eval.errors import BadCases, BadRun
from eval.exchange import GUESSED, IMPORTERS, BadRow, export_beir, export_labelled, export_ragas
from eval.proof import Drift, adding, cases_at, change_cases, drifts, faults, load_cases, with_new_places
from eval.run import today_of
from eval.saved import load_run
from eval.wording import plain
from eval.written import write_cases

# So many rows that make no case are named.
_NAMED = 20


def init(order: Order) -> bool:
    """Drafts a first set from the articles, by a model where there is one, and writes it beside the corpus."""
    path, say = order.place.cases, order.console.print
    if path.exists():
        raise BadCases(f"{path} is there already", "add to it with footnote eval add, or name another with --cases")
    with at_desk(order.opened) as desk:
        if desk.means.writer:
            cases = write_cases(desk.articles, desk.means.writer.chat, most=order.args.most)
        else:
            cases = draft(desk.articles, most=order.args.most)
        if not any(case.answerable for case in cases):
            raise BadCases(
                "no heading, row, date or amount of the articles makes a case", "write one: footnote eval add"
            )
        made = change_cases(path, desk.texts, adding(cases))
    can = sum(case.answerable for case in made)
    say(f"{len(made)} cases, {can} of them answerable, are in {path}.", soft_wrap=True)
    then = f"footnote eval run --no-baseline, footnote eval promote, and commit the folder {path.parent.name}/"
    say(f"Read them, mend what nobody would ask; then: {then}", soft_wrap=True)
    return True


def add(order: Order) -> bool:
    """Writes cases, one conversation after another, until no question is typed."""
    with at_desk(order.opened) as desk:
        answers = asks(desk)

        def put(question: str) -> Answer:
            return answers(Case("", question, "direct", True), today_of(desk.articles))

        while (case := _conversed(order, desk, put)) is not None:
            made = change_cases(order.place.cases, desk.texts, adding([case]))
            kept = next(one for one in made if one.question == case.question)
            told = f"Kept as {kept.id}, case {kept.line} of {len(made)} in {order.place.cases}."
            order.console.print(Text(told), soft_wrap=True)
    return True


def drift(order: Order) -> bool:
    """Lists evidence that does not stand any more, and puts its new places into the cases if that is wished."""
    path = order.place.cases
    with at_desk(order.opened) as desk:
        found = drifts(read_cases(path), desk.texts)
        for one in found:
            order.console.print(Text(_in_words(one)), soft_wrap=True)
        if order.args.apply and found:
            change_cases(path, None, lambda cases: with_new_places(cases, found))
    left = [one for one in found if one.new is None or not order.args.apply]
    done, say = len(found) - len(left), order.console.print
    if not found:
        say("All of the evidence stands where it stood.")
    elif order.args.apply:
        more = f"; {len(left)} vanished and stayed as they were" if left else ""
        say(f"{done} of {len(found)} quotes have their new place in {path} now{more}.", soft_wrap=True)
    elif any(one.new for one in found):
        say("Put the new places into the cases with: footnote eval drift --apply", soft_wrap=True)
    return not left


def export(order: Order) -> bool:
    """Writes the cases in another format."""
    target, kind = order.args.file, order.args.format
    with at_desk(order.opened) as desk:
        cases = load_cases(order.place.cases, desk.texts)
        if kind == "beir":
            export_beir(cases, list(desk.articles.values()), target)
        elif kind == "ragas":
            answers = dict[str, Mapping[str, object]]()
            with suppress(BadRun):  # there may be no run
                answers = {id_: result.answer for id_, result in load_run(order.place.runs).by_id.items()}
            export_ragas(cases, answers, target)
        else:
            export_labelled(cases, target)
    order.console.print(f"{len(cases)} cases are in {target}.", soft_wrap=True)
    return True


def import_(order: Order) -> bool:
    """Adds the cases of another format that are not there yet; rows that make none are listed, the others kept."""
    with at_desk(order.opened) as desk:
        rows = tuple(IMPORTERS[order.args.format](order.args.file, desk.texts))
        bad = {row: (str(row),) if isinstance(row, BadRow) else faults([row], desk.texts) for row in rows}
        found = [row for row in rows if isinstance(row, Case) and not bad[row]]
        before = len(cases_at(order.place.cases))
        added = len(change_cases(order.place.cases, desk.texts, adding(found))) - before
    known = f"; {len(found) - added} were there" if added < len(found) else ""
    order.console.print(f"{added} of {len(rows)} cases were added to {order.place.cases}{known}.", soft_wrap=True)
    guessed = sum(row.notes == GUESSED for row in found)
    if guessed:
        order.console.print(f"For {guessed} the evidence was looked for; read it, it is marked in their notes.")
    refused = [why for whys in bad.values() for why in whys]
    for why in refused[:_NAMED]:
        order.console.print(Text(f"left out: {why}"), soft_wrap=True)
    if len(refused) > _NAMED:
        order.console.print(f"… and {len(refused) - _NAMED} more were left out")
    return not refused


def _conversed(order: Order, desk: Desk, put: Callable[[str], Answer]) -> Case | None:
    cases = cases_at(order.place.cases)
    complain(order.place.cases, faults(cases, desk.texts))  # now, not when all is typed
    known = {plain(case.question): case.id for case in cases if not case.history and not case.asked}
    try:
        return converse(put, desk.texts, known=known, say=lambda text: order.console.print(Text(text)), hear=input)
    except EOFError:
        order.console.print("\nThe input ended; nothing of this case was kept.")
        return None


def _in_words(one: Drift) -> str:
    old = f"{one.case.id}: {one.old.article_id}: {one.old.quote[:80]!r}"
    if one.new is None:
        near = f"; nearest to it is {one.near.quote[:200]!r} ({one.near.article_id})" if one.near else ""
        return (
            f"{old} vanished{near}; quote another place, or say that nothing answers, or if it is gone on purpose "
            "delete the case's line and explain its id in allow.txt"
        )
    moved = "" if one.new.article_id == one.old.article_id else f"in {one.new.article_id}, "
    return f"{old} stands {moved}as {one.new.quote[:80]!r} now"
