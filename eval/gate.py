"""Whether a run may pass: held against the baseline case by case, and against what nothing may fall below.

Decides purely; knows no files. A rule that turns the gate red has a name, and says in words what to do.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from eval.measures import Interval, paired_interval
from eval.prints import case_print
from eval.run import Result, Run
from eval.saved import Baseline, Held, rounded
from eval.totals import cluster_of, totals

# What a total may lie below its floor: it is written with four places.
_ROUNDING = 5e-5
_WHY = {
    "lost": "passed in the baseline and no more; mend it, or explain each in allow.txt",
    "new": "new or rewritten, and failing; mend it, or accept it as known with: footnote eval promote",
    "gone": "passed in the baseline and left the set, or want a refusal where they were answered; put it back, "
    "or explain each in allow.txt",
    "allow": "in allow.txt lost nothing; take the line out",
    "quote": "with a citation that is not exact; this is never right",
    "repeat": "answered differently by two runs of the same; something depends on time, order or chance",
}


@dataclass(frozen=True)
class Red:
    """Why the gate is red: the rule, what happened with the remedy, and the cases."""

    rule: str
    text: str
    ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What the gate says of a run, and how it differs from the baseline: ids of cases, reasons, fingerprints.

    `fresh` fail and were not there, or not like this; `vanished` passed and are asked no more, or not for an answer.
    `gone` are cases that are in the set no more, `unasked` those that are but that this run left out, and `edited`
    those that ask or want something else than in the baseline. `changed` are cases whose answer is another one although
    they pass or fail as before; `worse` are those that passed, do so no more, and are not explained. `moved` are the
    fingerprints that are not the baseline's, and `articles` the evidence that is not. `interval` is there where a model
    was asked; `is_first` tells that there is no baseline yet, and nothing that could be lost. `unread` are files of the
    corpus that cannot be read.
    """

    lost: tuple[str, ...]
    fresh: tuple[str, ...]
    vanished: tuple[str, ...]
    won: tuple[str, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]
    unasked: tuple[str, ...]
    edited: tuple[str, ...]
    changed: tuple[str, ...]
    worse: tuple[str, ...]
    moved: tuple[str, ...]
    articles: tuple[str, ...]
    allowed: Mapping[str, str]
    interval: Interval | None = None
    is_first: bool = False
    unread: tuple[str, ...] = ()
    reds: tuple[Red, ...] = ()

    @property
    def is_green(self) -> bool:
        """Tells whether the change may land."""
        return not self.reds

    def with_red(self, *reds: Red) -> "Verdict":
        """Returns the verdict with more reasons to be red."""
        return replace(self, reds=(*self.reds, *reds))


def decide(
    run: Run,
    baseline: Baseline,
    *,
    allowed: Mapping[str, str] | None = None,
    known: Collection[str] = (),
    differing: Sequence[str] = (),
    live: Mapping[str, float] | None = None,
) -> Verdict:
    """Holds a run against the baseline.

    `known` are the ids of the whole set, of which a run may ask a part. `differing` are cases that two runs of the same
    answer differently. `live` is the share of repeats that passed, by case, where a model was asked: then a case may
    flip by chance, and only the whole difference counts.
    """
    explained = allowed or {}
    verdict = _held_against(run, baseline, explained, known)
    if live is not None and baseline.held:
        verdict = replace(verdict, interval=_live(run, baseline, live, verdict.edited))
    return verdict.with_red(
        *_red("quote", [result.case.id for result in run.results if not result.outcome.valid]),
        *([] if verdict.unasked else _floors(run, baseline)),
        *(_other_set(run, baseline) or _unexplained(verdict, explained, is_live=live is not None)),
        *_red("repeat", differing),
        *_worse(verdict.interval),
    )


def _held_against(run: Run, baseline: Baseline, explained: Mapping[str, str], known: Collection[str]) -> Verdict:
    """How the run differs from the baseline, of which nothing is red yet."""
    before, asked = baseline.held, run.by_id
    there = {id_: result for id_, result in asked.items() if id_ in before}
    # Of a baseline that does not say what its cases were, none is another.
    edited = tuple(id_ for id_, one in there.items() if before[id_].case not in ("", case_print(one.case)))
    given_up = tuple(id_ for id_ in edited if before[id_].cited and before[id_].passed and _is_refusal(asked[id_]))
    failing = [id_ for id_, result in asked.items() if not result.outcome.passed and before]
    left = [id_ for id_ in before if id_ not in asked]
    gone = tuple(id_ for id_ in left if id_ not in known)
    # What is asked under another id has not vanished.
    prints = {case_print(result.case) for id_, result in asked.items() if id_ not in before}
    lost = tuple(id_ for id_ in failing if id_ in before and id_ not in edited and before[id_].passed)
    fresh = tuple(id_ for id_ in failing if id_ not in before or (id_ in edited and id_ not in given_up))
    vanished = (*(id_ for id_ in gone if before[id_].passed and before[id_].case not in prints), *given_up)
    red = (*lost, *fresh, *vanished)
    return Verdict(
        lost=lost,
        fresh=fresh,
        vanished=vanished,
        won=tuple(id_ for id_, one in there.items() if one.outcome.passed and not before[id_].passed),
        new=tuple(id_ for id_ in asked if before and id_ not in before),
        gone=gone,
        unasked=tuple(id_ for id_ in left if id_ in known),
        edited=edited,
        changed=tuple(id_ for id_, one in there.items() if _is_other(one, before[id_])),
        worse=tuple(id_ for id_ in red if id_ not in explained and id_ in before and before[id_].passed),
        moved=run.prints.changed_from(baseline.prints) if baseline.prints else (),
        articles=tuple(id_ for id_, held in run.articles.items() if baseline.articles.get(id_, held) != held),
        allowed={id_: explained[id_] for id_ in red if id_ in explained},
        is_first=not before,
    )


def _is_refusal(result: Result) -> bool:
    """Whether nothing but a refusal passes the case, or one did though an answer that sets it right would have."""
    return not result.case.answerable and not (result.case.evidence and result.answer["answered"])


def _is_other(result: Result, held: Held) -> bool:
    return held.answer not in ("", result.answer["text"]) and held.passed == result.outcome.passed


def _other_set(run: Run, baseline: Baseline) -> list[Red]:
    """A baseline of other cases, from which nothing could ever be lost."""
    if not baseline.held or not run.results or baseline.held.keys() & run.by_id.keys():
        return []
    how = "name its own with --baseline, or write it with: footnote eval promote"
    return [Red("other", f"the baseline is of another set of cases; {how}")]


def _unexplained(verdict: Verdict, explained: Mapping[str, str], *, is_live: bool) -> list[Red]:
    """What nobody has explained; a live model flips cases by chance, but takes none out of the set."""
    flips = {"gone": verdict.vanished} | ({} if is_live else {"lost": verdict.lost, "new": verdict.fresh})
    reds = [red for rule, ids in flips.items() for red in _red(rule, [id_ for id_ in ids if id_ not in explained])]
    # An explanation that is left over would explain the next loss of its case, too.
    return reds if is_live else reds + _red("allow", [id_ for id_ in explained if id_ not in verdict.allowed])


def _red(rule: str, ids: Sequence[str]) -> list[Red]:
    cases = f"{len(ids)} {'case' if len(ids) == 1 else 'cases'}"
    return [Red(rule, f"{cases} {_WHY[rule]}", tuple(ids))] if ids else []


def _floors(run: Run, baseline: Baseline) -> list[Red]:
    found = rounded(totals(run.results))
    return [
        Red("floor", f"{name} is {found[name]:.3f}, below its floor of {floor:.3f} in the baseline")
        for name, floor in baseline.floors.items()
        if name in found and found[name] < floor - _ROUNDING
    ]


def _worse(interval: Interval | None) -> list[Red]:
    """Where a model is asked live single cases flip by chance; that most of them are lost for sure does not."""
    if interval is None or interval.high >= 0:
        return []
    what = f"the whole 95 % interval of the difference from the baseline lies below zero: {interval.in_points}"
    return [Red("worse", what)]


def _live(run: Run, baseline: Baseline, live: Mapping[str, float], edited: Sequence[str]) -> Interval:
    shared = [one for one in run.results if one.case.id in baseline.held and one.case.id not in edited]
    ours = [live.get(result.case.id, float(result.outcome.passed)) for result in shared]
    theirs = [float(baseline.held[result.case.id].passed) for result in shared]
    return paired_interval(ours, theirs, clusters=[cluster_of(result) for result in shared])
