"""What `footnote eval` does, one function for each of its commands. Knows who does what; measures nothing itself."""

import dataclasses
import datetime
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from functools import partial
from importlib import import_module
from keyword import iskeyword

from rich.text import Text

from bot.means import Means
from bot.model.write import Writer
from eval.asking import Desk, Order, Writing, at_desk, replayed, run_cases, second_run
from eval.cases import read_cases
from eval.current import unread
from eval.errors import BadCases, BadRun, NotInstalled
from eval.flags import Place
from eval.gate import Red, Verdict, decide
from eval.prints import QUOTE, case_print
from eval.proof import known_ids, load_cases
from eval.report.words import named, print_comparison, print_run, print_verdict
from eval.report.write import write_reports, write_unmade
from eval.run import Run, differing
from eval.saved import (
    Baseline,
    clear_allowed,
    load_allowed,
    load_baseline,
    load_run,
    save_baseline,
    save_run,
    set_aside,
    unlike_the_last,
)
from eval.totals import compare_runs
from eval.transcripts import Heard, Transcripts, listening
from ingest.distribution import remedy_for
from ingest.errors import FootnoteError

_FIRST = Red(
    "first",
    "there is no baseline to hold it against; make the last run one with: footnote eval promote, and commit it with "
    "the cases (a first run is asked for with: footnote eval run --no-baseline)",
)


def run_eval(order: Order) -> bool:
    """Does what was ordered; returns whether nothing was lost.

    Raises EvalError: cases, runs or files are not what they should be; each says what to do.
    """
    action = order.args.action
    try:
        module = import_module(COMMANDS[action])
    except ModuleNotFoundError as error:
        if not str(error.name).startswith("llama_index"):
            raise
        raise NotInstalled(f"{action} needs {error.name}", remedy_for("llama-index")) from error
    does: Callable[[Order], bool] = getattr(module, f"{action}_" if iskeyword(action) else action)
    return does(order)


def run(order: Order) -> bool:
    """Runs the gate; whatever keeps it from a verdict, nothing of an earlier run is left as if it were this one."""
    write_unmade("The run did not come to its end; its log says how far it came.", order.place.runs)
    set_aside(order.place.runs)
    try:
        return _gate(order)
    except FootnoteError as error:
        write_unmade(str(error), order.place.runs)
        raise


def _gate(order: Order) -> bool:
    """Asks every case, once more where that must change nothing, and decides."""
    place, args = order.place, order.args
    with at_desk(order.opened, _writing(order)) as desk:
        place = place.of_model() if desk.writer else place
        silent = unread(place.corpus, place.home, indexed=desk.means.index.hashes())
        baseline, allowed = _baseline(order, place), load_allowed(place.allow)
        cases = load_cases(place.cases, desk.texts)
        is_live = desk.writer is not None and not args.replay
        writer = partial(replayed, place.transcripts if args.replay else None, order.model.model_passage_tokens)
        with nullcontext(dict) if is_live or args.once else second_run(order.opened, writer, place.cases) as again:
            run = run_cases(cases, desk, desk.prints(cases, order.model))
            changing = () if is_live else (*differing(run, again()), *unlike_the_last(run, place.runs))
        live = _repeated(order, desk, run) if is_live else None
    known, twice = known_ids(place), tuple(dict.fromkeys(changing))
    verdict = decide(run, baseline, allowed=allowed, known=known, differing=twice, live=live)
    verdict = dataclasses.replace(verdict if args.no_baseline else _held(verdict), unread=silent)
    if missing := desk.heard.missing:
        how = "for what is asked has changed; record them with: footnote eval record"
        verdict = verdict.with_red(Red("transcript", f"{missing} prompts have no transcript, {how}"))
    save_run(run, place.runs, day=datetime.date.today().isoformat())
    paths = write_reports(run, baseline, verdict, place.runs)
    print_run(run, order.console)
    print_verdict(verdict, order.console, report=paths[0])
    return verdict.is_green


def _repeated(order: Order, desk: Desk, first: Run) -> Mapping[str, float]:
    """The share of the repeats that each case passed; the first run is one of them."""
    cases = [result.case for result in first.results]
    runs = [first, *(run_cases(cases, desk, first.prints) for _ in range(max(order.args.repeats, 1) - 1))]
    return {case.id: sum(run.by_id[case.id].outcome.passed for run in runs) / len(runs) for case in cases}


def _writing(order: Order) -> Writing:
    """Who writes in a run: what a model said once, or the bot's own model with its tokens counted."""
    if order.args.replay:
        transcripts = order.place.transcripts
        if not transcripts.is_file():
            raise BadCases(f"no transcripts in {transcripts}", "record them with: footnote eval record")
        return partial(replayed, transcripts, order.model.model_passage_tokens)
    return lambda means, heard: means.writer and listening(means.writer, heard)


def record(order: Order) -> bool:
    """Asks the model every case and keeps what it says, and nothing that is asked no more."""
    place, transcripts = order.place, Transcripts(order.place.transcripts)

    def writing(means: Means, heard: Heard) -> Writer:
        if means.writer is None:
            raise BadCases("no model to record: set FOOTNOTE_MODEL, and OPENAI_API_KEY or OPENAI_BASE_URL")
        return listening(means.writer, heard, transcripts)

    with at_desk(order.opened, writing) as desk:
        unread(place.corpus, place.home, indexed=desk.means.index.hashes())
        cases = load_cases(place.cases, desk.texts)
        run = run_cases(cases, desk, desk.prints(cases, order.model))
    transcripts.forget_unused()
    save_run(run, place.runs, day=datetime.date.today().isoformat())
    print_run(run, order.console)
    order.console.print(
        f"What the model said is kept in {place.transcripts}; say it again with: footnote eval run --replay"
    )
    return True


def compare(order: Order) -> bool:
    """The last run against the baseline, or run B against run A."""
    runs = order.args.runs
    if len(runs) > 2:
        raise BadRun("compare takes at most two runs: footnote eval compare A B")
    run = load_run(runs[-1] if runs else order.place.runs)
    if len(runs) == 2:
        print_comparison(compare_runs(load_run(runs[0]), run), order.console)
        return True
    _, _, verdict = _looked_at(run, order)
    print_verdict(verdict, order.console, report=None)
    return verdict.is_green


def promote(order: Order) -> bool:
    """The last run becomes the baseline, or candidates become cases."""
    if order.args.ids:
        from eval.loop import promote_candidates  # here, for the bot's records are of no use to a gate

        return promote_candidates(order)
    run = load_run(order.place.runs)
    place, _, verdict = _looked_at(run, order)
    if verdict.unasked:
        raise BadRun(
            f"the last run asked a part of the set, and not {named(verdict.unasked)}, which the baseline holds",
            "ask all of it with footnote eval run, then promote",
        )
    if set(map(case_print, read_cases(place.cases))) != {case_print(result.case) for result in run.results}:
        raise BadRun(f"{place.cases} is not what the last run asked", "make one with footnote eval run, then promote")
    if verdict.worse and not order.args.yes:
        raise BadRun(
            f"{named(verdict.worse)} passed in the baseline and would be known to fail, or be gone",
            "look at the report, explain each in allow.txt, or accept them with: footnote eval promote --yes",
        )
    save_baseline(run, place.baseline)
    clear_allowed(place.allow)
    failing = tuple(result.case.id for result in run.results if not result.outcome.passed)
    order.console.print(f"The last run is the baseline now: {place.baseline}", soft_wrap=True)
    for what, ids in (("Accepted as worse", verdict.worse), ("Known to fail", failing)):
        if ids:
            order.console.print(Text(f"{what}: {named(ids)}"), soft_wrap=True)
    return True


def report(order: Order) -> bool:
    """The last run as files."""
    run = load_run(order.place.runs)
    place, baseline, verdict = _looked_at(run, order)
    for path in write_reports(run, baseline, verdict, place.runs):
        order.console.print(str(path), soft_wrap=True)
    return True


def _looked_at(run: Run, order: Order) -> tuple[Place, Baseline, Verdict]:
    """Where the baseline of a run is, the baseline, and what the gate says."""
    place = order.place if run.prints.model == QUOTE else order.place.of_model()
    baseline = _baseline(order, place)
    return place, baseline, _held(decide(run, baseline, allowed=load_allowed(place.allow), known=known_ids(place)))


def _held(verdict: Verdict) -> Verdict:
    """A verdict that is red where there was no baseline, for without one everything is green."""
    return verdict.with_red(_FIRST) if verdict.is_first else verdict


def _baseline(order: Order, place: Place) -> Baseline:
    """The baseline; one that was named has to be there, and none where a run is the first."""
    if getattr(order.args, "no_baseline", False) and place.baseline.is_file():
        raise BadRun(f"there is a baseline, {place.baseline}", "leave --no-baseline out")
    if order.args.baseline and not place.baseline.is_file():
        raise BadRun(f"there is no baseline {place.baseline}", "name the one that is meant, or leave --baseline out")
    return load_baseline(place.baseline)


COMMANDS: Mapping[str, str] = {
    **dict.fromkeys(("run", "record", "compare", "promote", "report"), "eval.command"),
    **dict.fromkeys(("init", "add", "drift", "export", "import"), "eval.set_commands"),
    "candidates": "eval.loop",
    "judge": "eval.judge",
    "bench": "eval.bench",
    "check": "eval.check_command",
    "talk": "eval.talk",
}
"""Each action of `eval.flags` and the module with the function of its name, loaded when it is asked for: a gate needs
neither llama_index, which takes seconds and is an extra, nor the bot's records."""
