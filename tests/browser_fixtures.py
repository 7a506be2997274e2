"""A real browser for the tests that look at pages: Debian's chromium (or another in the PATH), driven by playwright."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def find_driver() -> Any:
    """What drives the browser; skips the test at once on a machine without it."""
    if CHROMIUM is None:
        pytest.skip("no chromium: apt-get install chromium")
    return pytest.importorskip("playwright.sync_api", reason="no playwright: make test-browser installs it")


@contextmanager
def window_of(driver: Any, size: dict[str, int]) -> Iterator[Any]:
    """A window of that size; nothing may be written to its console as an error."""
    problems: list[str] = []
    with driver.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        window = browser.new_page(viewport=size)
        window.set_default_timeout(10_000)
        window.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
        window.on("pageerror", lambda error: problems.append(str(error)))
        yield window
        browser.close()
    assert not problems, problems
