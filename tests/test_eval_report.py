import dataclasses
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rich.console import Console

from eval.gate import decide
from eval.measures import Interval
from eval.report.charts import calibration_chart, history_chart, risk_chart, speed_chart
from eval.report.page import page
from eval.report.words import measure, print_comparison, print_run, print_verdict
from eval.report.write import junit, markdown, write_reports
from eval.run import Run
from eval.saved import Baseline, held_of
from eval.totals import compare_runs, totals
from tests.eval_fixtures import BUILT, HIGH, PRINTS, TROUT, answer, case, run_of

ONE, TWO, OFF = case("one", HIGH, type_="typo"), case("two", HIGH), case("off", type_="nearmiss")
BEFORE = run_of({ONE: answer(HIGH, ms=12.34), TWO: answer(HIGH, passages=(BUILT, HIGH)), OFF: answer()})
NOW = run_of({ONE: answer(HIGH, ms=12.34), TWO: answer(BUILT, passages=(BUILT, HIGH)), OFF: answer()})
BASELINE = Baseline(held_of(BEFORE), BEFORE.prints, {"passed": 1.0}, {"passed": 0.5})
VERDICT = decide(NOW, BASELINE)
VOID = ("meta", "link", "input", "br")


def printed(run: Run = NOW, baseline: Baseline = BASELINE) -> str:
    console = Console(width=200, record=True)
    print_run(run, console)
    print_verdict(decide(run, baseline), console, report=Path("report.html"))
    return console.export_text()


class Tags(HTMLParser):
    """The tags of a page with their attributes, in order; an end that has no start is an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag


def test_a_terminal_shows_totals_types_failures_and_why_it_is_red() -> None:
    words = printed().split()
    assert words[words.index("refused") + 2] == "1.000"
    assert words[words.index("typo") : words.index("typo") + 5] == ["typo", "│", "1", "│", "1"]
    told = printed()
    assert "failed: two (direct): the answer does not say '99 metres'\n" in told
    assert "red (lost): 1 case passed in the baseline and no more; mend it, or explain each in allow.txt: two\n" in told


def test_what_did_not_change_is_said_too() -> None:
    told = printed(BEFORE)
    assert "Every case is answered as in the baseline.\nThe gate is green.\nThe report: report.html\n" in told


def test_a_change_of_the_articles_is_told_in_words() -> None:
    moved = dataclasses.replace(BEFORE, prints=dataclasses.replace(PRINTS, corpus="new"))
    told = printed(moved)
    assert "Changed since the baseline: the articles. Unchanged: the index, the cases, the settings, who writes" in told


def test_many_cases_are_counted_and_the_first_twenty_named() -> None:
    some = run_of({case(f"case-{i}"): answer() for i in range(30)})
    console = Console(width=200, record=True)
    print_verdict(decide(some, Baseline({"case-0": held_of(some)["case-0"]}, PRINTS)), console, report=None)
    told = console.export_text()
    assert "29 new: case-1, case-2" in told
    assert "case-20 and 9 more\n" in told


def test_an_id_is_no_markup() -> None:
    console = Console(width=200, record=True)
    print_verdict(dataclasses.replace(VERDICT, won=("[red]a[/red]",)), console, report=None)
    assert "[red]a[/red]" in console.export_text()


def test_a_comparison_shows_both_runs_and_the_flipped_cases() -> None:
    console = Console(width=200, record=True)
    print_comparison(compare_runs(BEFORE, NOW), console)
    told = console.export_text()
    assert re.search(r"passed +│ 1\.000 │ 0\.667 │ -33\.3 points \[-50\.0, \+0\.0\]", told)
    assert "1 lost from A to B: two\n" in told


def test_a_summary_names_the_cases_that_turn_it_red_with_both_answers() -> None:
    told = markdown(NOW, BASELINE, VERDICT)
    assert told.startswith("## Answers: **red**, 2 of 3 cases pass\n")
    assert "| passed | 0.667 | 1.000 | -0.333 |" in told
    assert "- before: The dam is 99 metres high. \\[1\\]\n- now: It was built in 1931. \\[1\\]\n" in told


def test_nothing_in_a_summary_is_markup_or_calls_somebody() -> None:
    told = markdown(NOW, BASELINE, dataclasses.replace(VERDICT, allowed={"two": "see @ana, <b> and #7"}))
    assert "see @\u200bana, &lt;b\\> and \\#7" in told


def test_junit_fails_what_turns_it_red_and_skips_what_failed_before() -> None:
    suite = ElementTree.fromstring(junit(NOW, VERDICT)).find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")
    (failed,) = [test for test in suite if test.find("failure") is not None]
    assert (failed.get("classname"), failed.get("name")) == ("footnote.direct", "two")
    known = ElementTree.fromstring(junit(NOW, decide(NOW, Baseline(held_of(NOW), PRINTS))))
    assert [test.get("name") for test in known.iter("testcase") if test.find("skipped") is not None] == ["two"]


def test_junit_has_a_test_for_what_names_no_case() -> None:
    verdict = decide(BEFORE, dataclasses.replace(BASELINE, floors={"passed": 1.1}))
    tests = ElementTree.fromstring(junit(BEFORE, verdict)).iter("testcase")
    assert [test.get("name") for test in tests if test.find("failure") is not None] == ["floor"]


def test_a_case_that_left_the_set_is_named_in_every_report() -> None:
    some = run_of({ONE: answer(HIGH)})
    verdict = decide(some, BASELINE)
    failed = [t.get("name") for t in ElementTree.fromstring(junit(some, verdict)).iter("testcase") if len(t)]
    assert failed == list(verdict.gone) != []
    assert f"where they were answered; put it back, or explain each in allow.txt: {verdict.gone[0]}" in markdown(
        some, BASELINE, verdict
    )
    assert f'href="#case-{verdict.gone[0]}"' not in page(some, BASELINE, verdict, [])


def test_what_xml_cannot_hold_is_replaced() -> None:
    strange = dataclasses.replace(VERDICT, reds=(dataclasses.replace(VERDICT.reds[0], text="a\x00b\ud800<"),))
    failed = ElementTree.fromstring(junit(NOW, strange)).find(".//failure")
    assert failed is not None
    assert failed.text == "a\ufffdb\ufffd<"


def test_the_page_is_one_file_that_asks_for_nothing() -> None:
    tags = Tags(page(NOW, BASELINE, VERDICT, [])).found
    addresses = [value for _, attributes in tags for name, value in attributes.items() if name in ("src", "href")]
    assert [one for one in addresses if one and not one.startswith(("#", "data:"))] == []
    assert [tag for tag, attributes in tags if any(name.startswith("on") for name in attributes)] == []


def test_the_page_has_every_case_with_its_states_and_a_link_to_it() -> None:
    tags = Tags(page(NOW, BASELINE, VERDICT, [])).found
    cases = {attributes["id"]: attributes for tag, attributes in tags if tag == "details"}
    assert list(cases) == ["case-two", "case-one", "case-off"]
    assert cases["case-two"]["data-states"] == "failed lost flipped changed"
    assert {attributes.get("href") for tag, attributes in tags if tag == "a"} >= {"#case-two", "#case-one", "#case-off"}


def test_a_lost_case_shows_both_answers_side_by_side_and_its_evidence_in_the_passages() -> None:
    text = page(NOW, BASELINE, VERDICT, [])
    assert "Baseline (passed)" in text
    assert re.search(r"<del>[^<]*99[^<]*</del>.*<ins>[^<]*1931[^<]*</ins>", text)
    assert f"<mark>{HIGH}</mark>" in text


def test_nothing_in_the_page_is_markup_of_somebody_else() -> None:
    strange = dataclasses.replace(TWO, question='<script>alert("x")</script>')
    text = page(run_of({strange: answer(BUILT)}), Baseline(), decide(run_of({strange: answer(BUILT)}), Baseline()), [])
    assert text.count("<script>") == 1
    assert "&lt;script&gt;alert(&quot;x&quot;)" in text


def test_a_run_without_passages_has_a_report_too() -> None:
    bare = dataclasses.replace(NOW.results[1], answer={"text": "Well. [1]", "confidence": 0.5})
    run = dataclasses.replace(NOW, results=(bare,), times={})
    text = page(run, Baseline(), decide(run, Baseline()), [])
    assert "No passages were found, or none were kept." in text


@pytest.mark.parametrize(
    ("chart", "said"),
    [
        (calibration_chart([(3, 0.2, 0.5)]), "Calibration. sure 0.20: true 0.50 of 3"),
        (risk_chart([(0.5, 0.0), (1.0, 0.25)]), "Risk by coverage: 0.00 wrong at half of the answers, 0.25 at all"),
        (risk_chart([]), "no answers"),
        (speed_chart([10, 20, 30]), "half of them below 20"),
        (speed_chart([]), "No times were kept"),
        (history_chart([("2026-03-09", 0.5), ("2026-03-10", 0.75)]), "Passed over 2 runs, from 0.500 to 0.750"),
        (history_chart([]), "Passed over 0 runs"),
    ],
)
def test_a_chart_says_in_words_what_it_shows(chart: str, said: str) -> None:
    svg = ElementTree.fromstring(chart)
    assert said in (svg.get("aria-label") or "")
    assert svg.get("role") == "img"


def test_three_hundred_cases_are_less_than_two_megabytes(tmp_path: Path) -> None:
    long = [TROUT * 40] * 12
    run = run_of({case(f"c{i}", HIGH): answer(HIGH, passages=long) for i in range(300)})
    paths = write_reports(run, Baseline(), decide(run, Baseline()), tmp_path)
    assert [path.name for path in paths] == ["report.html", "summary.md", "junit.xml"]
    assert paths[0].stat().st_size < 2_000_000


def test_a_difference_that_rounds_to_nothing_has_no_minus() -> None:
    held = dataclasses.replace(BASELINE, totals={name: value + 1e-5 for name, value in totals(NOW.results).items()})
    texts = (markdown(NOW, held, VERDICT), page(NOW, held, VERDICT, []), measure("passed", -1e-5))
    assert [text for text in texts if "-0.000" in text] == []
    assert Interval(-1e-9, -1e-9, -1e-9).in_points == "+0.0 points [+0.0, +0.0]"
