"""The HTML report of a red run in a real browser: headless Chromium, opened from disk. Run by `make test-browser`.

It needs what `tests.test_demo_slack` needs, and axe-core, which a wheel carries. Two screenshots of the README go to
the folder that REPORT_SCREENSHOTS names, else to a temporary one.
"""

import importlib.resources
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from eval.flags import place_of
from eval.gate import decide
from eval.report.write import write_reports
from eval.saved import load_baseline
from ingest.embed.minilm import MiniLM
from ingest.index.open_index import Index
from tests.browser_fixtures import find_driver, window_of
from tests.gate_fixtures import OWN, ask_all, build

pytestmark = pytest.mark.browser
WIDE, PHONE = {"width": 1080, "height": 760}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory, model: MiniLM) -> Path:
    """The report of a run without the search by words, which loses cases."""
    home = tmp_path_factory.mktemp("report") / "home"
    build(OWN, home, model)
    place = place_of(OWN, home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Index, "matching", lambda *_: {})
        run = ask_all(place, model)
    baseline = load_baseline(place.baseline)
    return write_reports(run, baseline, decide(run, baseline), place.runs)[0]


@pytest.fixture(scope="module")
def driver() -> Any:
    """What drives the browser."""
    return find_driver()


@pytest.fixture
def page(driver: Any, report: Path) -> Iterator[Any]:
    """The report in a window; it may ask for nothing but itself."""
    asked: list[str] = []
    with window_of(driver, WIDE) as window:
        window.on("request", lambda request: asked.append(request.url))
        window.goto(report.as_uri())
        yield window
    assert {url.partition("#")[0] for url in asked if not url.startswith("data:")} == {report.as_uri()}


def screenshot(page: Any, name: str, folder: Path) -> None:
    page.screenshot(path=Path(os.environ.get("REPORT_SCREENSHOTS") or folder).resolve() / f"{name}.png")


def shown(page: Any) -> int:
    return int(page.locator("details.case:visible").count())


def test_it_says_why_it_is_red_and_leads_to_the_case_with_both_answers(page: Any, tmp_path: Path, report: Path) -> None:
    assert report.stat().st_size < 2_000_000
    page.get_by_text("The gate is red.").wait_for()
    screenshot(page, "report-wide", tmp_path)
    page.locator(".verdict li a").first.click()
    case = page.locator("details.case[open]")
    assert case.locator(".sides").inner_text().startswith("Baseline (passed)")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_a_telephone_shows_it_without_scrolling_sideways(page: Any, tmp_path: Path) -> None:
    page.set_viewport_size(PHONE)
    page.locator(".verdict li a").first.click()
    page.locator("details.case[open]").scroll_into_view_if_needed()
    screenshot(page, "report-phone", tmp_path)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_cases_are_filtered_by_state_slice_and_words(page: Any) -> None:
    every = shown(page)
    page.get_by_label("lost since the baseline").check()
    lost = shown(page)
    assert 0 < lost < every
    page.get_by_role("combobox", name="Slice").select_option("type: offcorpus")
    assert shown(page) == 0
    page.get_by_label("all", exact=True).check()
    assert 0 < shown(page) < every
    page.get_by_role("combobox", name="Slice").select_option("")
    page.get_by_role("searchbox", name="Words").fill("pterodactyl")
    assert 0 < shown(page) < every
    assert page.locator("#count").inner_text() == f"{shown(page)} of {every} cases are shown."


def test_a_link_to_one_case_opens_it_even_if_it_was_filtered_out(page: Any, report: Path) -> None:
    page.get_by_role("searchbox", name="Words").fill("no such words anywhere")
    assert shown(page) == 0
    page.evaluate("location.hash = 'case-airbus-c295'")
    page.locator("#case-airbus-c295[open]").wait_for()
    assert "C-295" in page.locator("#case-airbus-c295").inner_text()


def test_it_is_read_with_the_keyboard_alone(page: Any) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "To the cases"
    page.locator("details.case summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details.case").first.get_attribute("open") is not None


def test_print_shows_the_cases_that_are_chosen_and_no_form(page: Any, tmp_path: Path) -> None:
    page.get_by_label("lost since the baseline").check()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert not page.locator("form").is_visible()
    assert page.locator("details.case[open]").count() == shown(page) > 0
    assert page.pdf(path=tmp_path / "report.pdf").startswith(b"%PDF")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_axe_finds_no_fault(page: Any, size: dict[str, int]) -> None:
    wheel = pytest.importorskip("axe_playwright_python", reason="no axe-core: make test-browser installs it")
    page.set_viewport_size(size)
    page.locator(".verdict li a").first.click()
    page.evaluate((importlib.resources.files(wheel) / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found["violations"]] == []
