import json
import threading
from collections.abc import Iterator

import pytest
from rich.console import Console

from bot.errors import SlackMisconfigured
from ingest.doctor.finding import Check, Finding, State, exit_code, finding_of, listed, run_checks
from ingest.doctor.screen import show_findings, summary, tell
from ingest.errors import IndexNotFound, WrongSetting

WELL = Finding("a", "well", "as it should be")


def found(*states: State) -> tuple[Finding, ...]:
    return tuple(Finding(state, state, "said") for state in states)


@pytest.mark.parametrize(
    ("states", "code"),
    [((), 0), (("well", "note", "off"), 0), (("well", "failed"), 1), (("failed", "wrong"), 78)],
)
def test_the_worst_finding_decides_the_exit_code(states: tuple[State, ...], code: int) -> None:
    assert exit_code(found(*states)) == code


@pytest.mark.parametrize(
    ("error", "finding"),
    [
        (IndexNotFound("no index", "build it"), Finding("x", "failed", "no index", "build it")),
        (WrongSetting("bad; very", "mend it"), Finding("x", "wrong", "bad; very", "mend it")),
        (SlackMisconfigured("set a token"), Finding("x", "wrong", "set a token")),
        (PermissionError("no"), Finding("x", "failed", "no", "check the disk and the permissions")),
        (KeyError("y"), Finding("x", "failed", "this check broke off: KeyError: 'y'", "report it")),
    ],
)
def test_an_error_becomes_a_finding_with_its_remedy(error: Exception, finding: Finding) -> None:
    assert finding_of("x", error) == finding


def test_a_check_that_breaks_off_does_not_hide_the_others() -> None:
    def half() -> Iterator[Finding]:
        yield WELL
        raise WrongSetting("bad", "mend it")

    assert tuple(run_checks((Check("b", half), Check("a", lambda: (WELL,))))) == (
        WELL,
        Finding("b", "wrong", "bad", "mend it"),
        WELL,
    )


def test_a_check_that_hangs_is_given_up() -> None:
    gate = threading.Event()

    def hang() -> tuple[Finding, ...]:
        gate.wait(30)
        return (WELL,)

    late, well = run_checks((Check("slow", hang, 0.05), Check("a", lambda: (WELL,))))
    gate.set()
    assert (late.about, late.state, well) == ("slow", "failed", WELL)
    assert "within 0.05 seconds" in late.text


def test_long_lists_are_cut() -> None:
    assert listed(["a", "b"]) == "a, b"
    assert listed(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"


def test_the_last_line_says_what_it_comes_to() -> None:
    assert summary(found("well", "off")) == "All well."
    assert summary(found("note")) == "All well. 1 to note."
    assert summary(found("failed", "failed", "wrong")) == "1 set wrongly, 2 failed: failed, wrong."


def test_each_finding_is_a_line_with_a_mark_and_its_remedy_below(capsys: pytest.CaptureFixture[str]) -> None:
    code = show_findings((WELL, Finding("index", "failed", "no [b]index[/b]", "build it")), Console(width=40))
    lines = capsys.readouterr().out.splitlines()
    assert code == 1
    assert [line.split(maxsplit=2) for line in lines[:2]] == [
        ["✓", "a", "as it should be"],
        ["✗", "index", "no [b]index[/b]"],
    ]
    assert lines[2].split() == ["->", "build", "it"]


def test_tools_get_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    code = tell((Check("a", lambda: found("wrong")),), json_wanted=True)
    assert code == 78
    assert json.loads(capsys.readouterr().out) == {
        "exit_code": 78,
        "findings": [{"about": "wrong", "state": "wrong", "text": "said", "remedy": ""}],
    }
