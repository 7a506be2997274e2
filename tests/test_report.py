import io
import re
from dataclasses import replace

from rich.console import Console

from ingest.articles.corpus import Listing
from ingest.ledger import Run
from ingest.outcome import Report
from ingest.plan import Plan
from ingest.report import print_history, print_report, shown_progress

REPORT = Report(
    plan=Plan(add=("a.txt",), change=("b.txt",), keep=("c.txt", "d.txt"), remove=("e.txt",)),
    failed={"[bold] f.txt": "not UTF-8 text; save the file as UTF-8"},
    inferred={"a.txt": {"title": "A title [1]", "published": "2026-02-14"}},
    listing=Listing((), (), {"doc": 2}),
    duplicates=(("c.txt", "d.txt"),),
    embedded=7,
    generation="000002",
    published=True,
    changes=("1 article (b.txt) lost the date",),
    left_out={"navigation": 1040, "hidden sheets": 1},
    said=frozenset({"c.txt, d.txt: the same text; an answer counts it once."}),
)
UNCHANGED = Report(Plan((), (), ("c.txt",), ()), {}, {}, Listing((), ()), generation="000002")
NOTHING = Report(Plan((), (), (), ()), {"a.txt": "bad"}, {}, Listing((), ()))


def printed(report: Report, *, dry_run: bool = False, verbose: bool = False) -> str:
    console = Console(file=io.StringIO(), width=80)
    print_report(report, console, dry_run=dry_run, verbose=verbose)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_failures_come_first_and_then_a_line_a_kind() -> None:
    lines = printed(REPORT).splitlines()
    assert lines[0] == "[bold] f.txt: failed, not UTF-8 text; save the file as UTF-8"
    assert "Not read, for no reader knows these kinds: 2 doc." in lines


def test_what_was_said_at_the_last_ingest_is_said_again_only_on_request() -> None:
    said = "c.txt, d.txt: the same text; an answer counts it once."
    assert said not in printed(REPORT)
    assert said in printed(REPORT, verbose=True)


def test_what_was_inferred_is_told_only_on_request() -> None:
    told = "a.txt: inferred title 'A title [1]', published '2026-02-14'\n"
    assert "inferred" not in printed(REPORT)
    assert told in printed(REPORT, verbose=True)


def test_what_was_left_out_is_told_only_on_request() -> None:
    assert "Left out" not in printed(REPORT)
    assert "Left out, by rule: navigation 1,040, hidden sheets 1.\n" in printed(REPORT, verbose=True)


def test_what_changes_for_readers_is_told_in_a_line() -> None:
    assert "What changes for readers: 1 article (b.txt) lost the date.\n" in printed(REPORT)


def test_many_notes_are_cut_and_said_to_be() -> None:
    many = Report(UNCHANGED.plan, {}, {}, UNCHANGED.listing, warnings={f"{i}.md": (f"warning {i}",) for i in range(50)})
    assert "and 31 more notes; --verbose prints them all\n" in printed(many)
    assert "49.md: warning 49.\n" in printed(many, verbose=True)


def test_the_closing_table_counts_what_happened() -> None:
    row = next(line for line in printed(REPORT).splitlines() if line.startswith("│"))
    assert [cell.strip() for cell in row.strip("│").split("│")] == ["1", "1", "1", "2", "1"]


def test_the_last_line_says_what_is_published() -> None:
    assert printed(REPORT).endswith("Generation 000002 published (7 texts embedded).\n")
    assert printed(UNCHANGED).endswith("Generation 000002 is up to date; nothing was published (0 texts embedded).\n")
    assert printed(NOTHING).endswith("Nothing was published: no article could be read.\n")
    weak = printed(replace(REPORT, recall=0.967))
    assert weak.endswith(" The vector index finds 96.7% of what is nearest; every text is compared instead.\n")
    assert printed(REPORT, dry_run=True).endswith("Dry run: nothing was embedded or published.\n")


def test_elsewhere_than_on_a_terminal_progress_is_one_line_a_stage() -> None:
    console = Console(file=io.StringIO())
    with shown_progress(console) as progress:
        for stage, total in (("read", 2), ("embed", 0)):
            for done in range(total + 1):
                progress(stage, done, total)
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == "Reading: 2 done\n"


def test_on_a_terminal_progress_is_drawn_and_leaves_nothing_behind() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=80)
    with shown_progress(console) as progress:
        for done in range(3):
            progress("build", done, 2)
    assert isinstance(console.file, io.StringIO)
    assert "Building" in console.file.getvalue()
    assert console.file.getvalue().endswith("\x1b[2K")


def test_the_history_marks_the_generation_in_use() -> None:
    first = Run(1, "2026-03-08T12:00:00+00:00", "000001", {"added": 4})
    assert history_of(Run(2, "2026-03-09T12:00:00+00:00", None, {"unchanged": 4}), first, current="000001") == [
        ["2026-03-09 12:00", "-", "0", "0", "0", "4", "0"],
        ["2026-03-08 12:00", "000001 (in use)", "4", "0", "0", "0", "0"],
    ]


def test_of_two_ingests_with_one_name_the_last_is_in_use() -> None:
    runs = (Run(2, "2026-03-09T12:00:00+00:00", "000001", {}), Run(1, "2026-03-08T12:00:00+00:00", "000001", {}))
    assert [row[1] for row in history_of(*runs, current="000001")] == ["000001 (in use)", "000001"]


def test_a_history_of_tens_of_thousands_of_articles_has_one_line_a_run() -> None:
    counts = {"added": 99_999, "changed": 99_999, "removed": 99_999, "unchanged": 99_999, "failed": 9_999}
    assert len(history_of(Run(1, "2026-03-08T12:00:00+00:00", "000001", counts), current="000001")) == 1


def history_of(*runs: Run, current: str) -> list[list[str]]:
    """The rows of the history as a terminal of 80 columns shows it, cell by cell."""
    console = Console(file=io.StringIO(), width=80)
    print_history(runs, current, console)
    assert isinstance(console.file, io.StringIO)
    return [re.split(r"  +", line.strip()) for line in console.file.getvalue().splitlines()[2:]]
