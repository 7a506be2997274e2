"""Whether a run may pass: held against the baseline case by case, and against what nothing may fall below.

Decides purely; knows no files. A rule that turns the gate red has a name, and says in words what to do.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

from eval.baseline import Baseline
from eval.measures import Interval, paired_interval
from eval.prints import case_print
from eval.run import Result, Run
from eval.saved import rounded
from eval.totals import passed_of, totals

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

    `gone` are cases that are in the set no more, `unasked` those that are but that this run left out, and `edited`
    those that ask or want something else than in the baseline. `changed` are cases whose answer is another one although
    they pass or fail as before; `worse` are those that passed, do so no more, and are not explained. `moved` are the
    fingerprints that are not the baseline's, and `articles` the evidence that is not. `interval` is there where a model
    was asked; `is_first` tells that there is no baseline yet, and nothing that could be lost. `unread` are files of the
    corpus that cannot be read.
    """

    reds: tuple[Red, ...]
    lost: tuple[str, ...]
    won: tuple[str, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]
    unasked: tuple[str, ...]
    edited: tuple[str, ...]
    changed: tuple[str, ...]
    allowed: Mapping[str, str]
    worse: tuple[str, ...]
    moved: tuple[str, ...]
    articles: tuple[str, ...]
    interval: Interval | None = None
    is_first: bool = False
    unread: tuple[str, ...] = ()

    @property
    def is_green(self) -> bool:
        """Tells whether the change may land."""
        return not self.reds

    def with_red(self, red: Red) -> "Verdict":
        """Returns the verdict with one more reason to be red."""
        return replace(self, reds=(*self.reds, red))


@dataclass(frozen=True)
class _Flips:
    """What went another way than in the baseline: ids. `fresh` fail and were not there, or not like this.

    `vanished` passed and are asked no more, or not for an answer.
    """

    lost: tuple[str, ...]
    fresh: tuple[str, ...]
    vanished: tuple[str, ...]
    edited: tuple[str, ...]
    gone: tuple[str, ...]
    unasked: tuple[str, ...]

    @property
    def red(self) -> tuple[str, ...]:
        """Those that need an explanation."""
        return (*self.lost, *self.fresh, *self.vanished)


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
    now, before, explained = passed_of(run), baseline.held, allowed or {}
    flips = _flips(run, baseline, known)
    interval = _live(run, baseline, live, flips.edited) if live is not None and before else None
    held = _other_set(run, baseline) or _unexplained(flips, explained, is_live=live is not None)
    floors = [] if flips.unasked else _floors(run, baseline)
    return Verdict(
        reds=(*_broken(run), *floors, *held, *_red("repeat", differing), *_worse(interval)),
        lost=flips.lost,
        won=tuple(id_ for id_, passed in now.items() if passed and id_ in before and not before[id_].passed),
        new=tuple(id_ for id_ in now if before and id_ not in before),
        gone=flips.gone,
        unasked=flips.unasked,
        edited=flips.edited,
        changed=_changed(run, baseline),
        allowed={id_: explained[id_] for id_ in flips.red if id_ in explained},
        worse=tuple(id_ for id_ in flips.red if id_ not in explained and id_ in before and before[id_].passed),
        moved=run.prints.changed_from(baseline.prints) if baseline.prints else (),
        articles=tuple(id_ for id_, held in run.articles.items() if baseline.articles.get(id_, held) != held),
        interval=interval,
        is_first=not before,
    )


def cluster_of(result: Result) -> Hashable:
    """Returns what a case is right or wrong together with: the article that answers it; else nothing but itself."""
    return result.case.evidence[0][0].article_id if result.case.evidence else ("case", result.case.id)


def _other_set(run: Run, baseline: Baseline) -> list[Red]:
    """A baseline of other cases, from which nothing could ever be lost."""
    if not baseline.held or not run.results or baseline.held.keys() & run.by_id.keys():
        return []
    what = (
        "the baseline is of another set of cases; name its own with --baseline, or write it with: footnote eval promote"
    )
    return [Red("other", what)]


def _flips(run: Run, baseline: Baseline, known: Collection[str]) -> _Flips:
    before, asked = baseline.held, run.by_id
    # Of a baseline that does not say what its cases were, none is another.
    edited = tuple(id_ for id_ in asked if id_ in before and before[id_].case not in ("", case_print(asked[id_].case)))
    given_up = tuple(id_ for id_ in edited if before[id_].cited and before[id_].passed and _is_refusal(asked[id_]))
    failing = [id_ for id_, result in asked.items() if not result.outcome.passed and before]
    gone = tuple(id_ for id_ in before if id_ not in asked and id_ not in known)
    # What is asked under another id has not vanished.
    prints = {case_print(result.case) for id_, result in asked.items() if id_ not in before}
    return _Flips(
        lost=tuple(id_ for id_ in failing if id_ in before and id_ not in edited and before[id_].passed),
        fresh=tuple(id_ for id_ in failing if id_ not in before or (id_ in edited and id_ not in given_up)),
        vanished=(*(id_ for id_ in gone if before[id_].passed and before[id_].case not in prints), *given_up),
        edited=edited,
        gone=gone,
        unasked=tuple(id_ for id_ in before if id_ not in asked and id_ in known),
    )


def _is_refusal(result: Result) -> bool:
    """Whether nothing but a refusal passes the case, or one did though an answer that sets it right would have."""
    return not result.case.answerable and not (result.case.evidence and result.answer["answered"])


def _unexplained(flips: _Flips, explained: Mapping[str, str], *, is_live: bool) -> list[Red]:
    """What nobody has explained; a live model flips cases by chance, but takes none out of the set."""
    reds = _red("gone", [id_ for id_ in flips.vanished if id_ not in explained])
    if not is_live:
        reds += _red("lost", [id_ for id_ in flips.lost if id_ not in explained])
        reds += _red("new", [id_ for id_ in flips.fresh if id_ not in explained])
        # An explanation that is left over would explain the next loss of its case, too.
        reds += _red("allow", [id_ for id_ in explained if id_ not in flips.red])
    return reds


def _broken(run: Run) -> list[Red]:
    return _red("quote", [result.case.id for result in run.results if not result.outcome.valid])


def _red(rule: str, ids: Sequence[str]) -> list[Red]:
    return [Red(rule, f"{_cases(ids)} {_WHY[rule]}", tuple(ids))] if ids else []


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


def _changed(run: Run, baseline: Baseline) -> tuple[str, ...]:
    held = baseline.held
    return tuple(
        result.case.id
        for result in run.results
        if result.case.id in held
        and held[result.case.id].answer not in ("", result.answer["text"])
        and held[result.case.id].passed == result.outcome.passed
    )


def _cases(ids: Sequence[str]) -> str:
    return f"{len(ids)} {'case' if len(ids) == 1 else 'cases'}"
