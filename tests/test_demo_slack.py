"""`footnote demo-slack` in a real browser: headless Chromium, the command as a process, the real articles and model.

Run by `make test-browser`; it needs Debian's chromium (or another in the PATH) and playwright. The screenshots of
the README go to the folder that the variable SCREENSHOTS names, else to a temporary one.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser_fixtures import find_driver, window_of
from tests.conftest import REPOSITORY, Command
from tests.demo_fixtures import HANDBOOK, SECONDS_TO_PAGE, Demo, ask, one_line, opinions, said, shoot

QUESTION = "Which missile system did Serbia receive from China in the secret delivery?"


LINKED = "Which missile system did Serbia receive from China?"  # one of its articles has an address


@pytest.fixture(scope="module")
def built_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home over the repository's own articles, with the real model."""
    home = tmp_path_factory.mktemp("demo") / "home"
    _footnote(home, "ingest", str(REPOSITORY / "corpus"), cwd=home.parent).communicate(timeout=120)
    return home


@pytest.fixture(scope="module")
def handbook_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home over a handbook with a list, a table and code."""
    folder = tmp_path_factory.mktemp("handbook")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "night-shift.md").write_text(HANDBOOK, encoding="utf-8")
    _footnote(folder / "home", "ingest", str(folder / "corpus"), cwd=folder).communicate(timeout=120)
    return folder / "home"


@pytest.fixture
def demo(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Demo]:
    """The running command over a copy of a home, by default of the repository's articles; this test's own."""
    built = request.getfixturevalue(getattr(request, "param", "built_home"))
    home = Path(shutil.copytree(built, tmp_path / "home"))
    started = time.monotonic()
    process = _footnote(home, "demo-slack", "--port", "0", "--no-browser", cwd=tmp_path)
    try:
        assert process.stdout
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+/", line)
        assert found, f"no address of a page, but: {line}{process.communicate(timeout=30)}"
        yield Demo(found[0], home, started)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert process.returncode == 0, "the command has to end quietly on SIGTERM"


@pytest.fixture(scope="module")
def driver() -> Any:
    """What drives the browser; asked for before anything is started, so that a machine without it skips at once."""
    return find_driver()


@pytest.fixture
def page(driver: Any, demo: Demo) -> Iterator[Any]:
    """A window of a real browser with the page open."""
    with window_of(driver, {"width": 1080, "height": 680}) as window:
        window.goto(demo.url)
        window.get_by_role("button", name="general").wait_for()
        yield window


def _footnote(home: Path, *arguments: str, cwd: Path) -> "subprocess.Popen[str]":
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("FOOTNOTE_", "SLACK_", "OPENAI_"))}
    command = [sys.executable, str(REPOSITORY / "footnote.py"), "--home", str(home), *arguments]
    out = subprocess.PIPE
    return subprocess.Popen(command, cwd=cwd, env=environment, stdout=out, stderr=subprocess.STDOUT, text=True)


@pytest.mark.browser
def test_the_page_is_there_in_time_and_a_mention_gets_its_streamed_and_cited_answer(page: Any, demo: Demo) -> None:
    seconds = time.monotonic() - demo.started
    page.evaluate(
        """() => { window.streamed = false; window.status = false;
        new MutationObserver(() => {
          window.streamed ||= !!document.querySelector('#replies .streaming');
          window.working ||= !!document.querySelector('.status');
        }).observe(document.body, {subtree: true, childList: true}); }"""
    )
    answer = ask(page, f"@Ask Docs {QUESTION}")
    assert seconds < SECONDS_TO_PAGE
    assert page.evaluate("[window.streamed, window.working]") == [True, True]
    assert "[1]" in answer.locator(".words").inner_text()
    assert "Sources" in answer.locator(".rich").inner_text()
    shoot(page, "demo-answer.png")


@pytest.mark.browser
def test_show_quote_opens_a_modal_with_a_quote_that_stands_in_the_articles(page: Any) -> None:
    answer = ask(page, f"@Ask Docs {QUESTION}")
    answer.get_by_role("button", name="Show quote 1").click()
    quote = page.locator("dialog blockquote .bold").inner_text()
    articles = [path.read_text(encoding="utf-8") for path in (REPOSITORY / "corpus").iterdir() if path.is_file()]
    assert len(quote) > 20
    assert any(one_line(quote) in one_line(article) for article in articles)
    shoot(page, "demo-quote.png")
    page.locator("dialog footer button").click()
    page.locator("dialog").wait_for(state="hidden")


@pytest.mark.browser
def test_a_thumb_down_asks_why_and_is_stored_with_the_reason(page: Any, demo: Demo) -> None:
    answer = ask(page, f"@Ask Docs {QUESTION}")
    answer.get_by_role("button", name="Bad answer").click()
    page.get_by_label("It is outdated").check()
    page.locator("dialog textarea").fill("Nobody knows & <b>cares</b>.")
    page.locator("dialog .primary").click()
    page.locator("dialog").wait_for(state="hidden")
    assert opinions(demo, "down") == [("U1", "outdated", "Nobody knows & <b>cares</b>.")]


@pytest.mark.browser
def test_a_thumb_up_is_stored_and_thanked_for_to_that_person_alone(page: Any, demo: Demo) -> None:
    ask(page, f"@Ask Docs {QUESTION}").get_by_role("button", name="Good answer").click()
    said(page, "Thank you.")
    assert opinions(demo, "up") == [("U1", None, None)]


@pytest.mark.browser
def test_the_command_answers_in_a_thread_with_links_to_the_quotes_and_its_settings_are_a_form(page: Any) -> None:
    answer = ask(page, f"/ask {LINKED}")
    assert ":~:text=" in str(answer.locator(".words a.marker").first.get_attribute("href"))
    page.fill("#write textarea", "/ask settings")
    page.press("#write textarea", "Enter")
    page.locator("dialog .choices").first.wait_for()


@pytest.mark.browser
def test_one_can_write_to_the_bot_alone_and_open_its_home(page: Any) -> None:
    page.locator(".row", has_text=re.compile("^Ask Docs$")).click()
    page.locator("#prompts button").first.wait_for()
    assert "[1]" in ask(page, QUESTION).locator(".words").inner_text()
    page.get_by_role("tab", name="Home").click()
    page.get_by_role("heading", name="What I know").wait_for()


@pytest.mark.browser
def test_what_people_type_is_text_and_never_markup_of_the_page(page: Any) -> None:
    typed = "<img src=x onerror=alert(1)> <script>1</script> [x](javascript:alert(1)) *&amp;*"
    page.fill("#write textarea", typed)
    page.press("#write textarea", "Enter")
    message = page.locator("#messages .message").last
    message.wait_for()
    assert typed in message.inner_text()
    assert message.locator("img, script, a").count() == 0


@pytest.mark.browser
def test_another_person_sees_the_channel_but_not_what_was_whispered(page: Any) -> None:
    ask(page, f"@Ask Docs {QUESTION}").get_by_role("button", name="Good answer").click()
    said(page, "Thank you.")
    page.select_option("#who", "U2")
    page.locator("#messages .message .replies").first.click()
    page.locator("#replies .message.bot").first.wait_for()
    assert page.locator("text=Thank you.").count() == 0
    assert page.get_by_role("button", name="Delete").count() == 0


@pytest.mark.browser
def test_a_foreign_page_can_neither_read_nor_act(demo: Demo) -> None:
    def status(path: str, *, data: bytes | None = None, **headers: str) -> int:
        request = urllib.request.Request(demo.url + path, data=data, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    order = b'{"do": "home"}'
    assert status("", Host="evil.example") == 403
    assert status("act/U1", data=order, Origin="http://evil.example", **{"Content-Type": "application/json"}) == 403
    assert status("act/U1", data=order, **{"Content-Type": "text/plain"}) == 415
    assert status("act/U1", data=order, **{"Content-Type": "application/json"}) == 200


@pytest.mark.browser
def test_a_taken_port_is_named_with_its_remedy(demo: Demo, tmp_path: Path) -> None:
    taken = demo.url.rstrip("/").rpartition(":")[2]
    second = _footnote(demo.home, "demo-slack", "--no-browser", "--port", taken, cwd=tmp_path)
    said, _ = second.communicate(timeout=60)
    assert second.returncode == 78
    assert f"port {taken}" in said
    assert "--port" in said


@pytest.mark.browser
@pytest.mark.parametrize("demo", ["handbook_home"], indirect=True)
@pytest.mark.parametrize(
    ("name", "question", "element", "holds"),
    [
        ("list", "What must I do before I go home?", ".words", "Lock the paper store"),
        ("table", "How much is the allowance for the night shift?", "table, pre", "27 euros"),
        ("code", "How do I restart the print queue?", "pre", "queuectl start press-1 press-2"),
    ],
)
def test_an_answer_keeps_the_shape_of_its_document(
    page: Any, name: str, question: str, element: str, holds: str
) -> None:
    answer = ask(page, f"@Ask Docs {question}")
    assert holds in answer.locator(element).first.inner_text()
    shoot(page, f"demo-{name}.png")


def test_without_an_index_the_command_says_how_to_build_one(command: Command) -> None:
    outcome = command("demo-slack", "--no-browser", "--port", "0")
    assert outcome.code != 0
    assert "footnote ingest" in outcome.err
