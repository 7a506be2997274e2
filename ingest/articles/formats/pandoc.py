"""AsciiDoc and Org, which Pandoc reads and nothing lighter does. Knows the program; `html` reads what it gives.

Pandoc comes in a wheel of its own that is not installed with Footnote (the extra `pandoc`). It runs as a program of its
own, in its sandbox: it opens no file and no address, and its memory is bounded.
"""

import contextlib
import re
import resource
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ingest.articles.declared import NOTHING, Declared
from ingest.articles.decode import clean, honest, to_text
from ingest.articles.formats.asciidoc import preprocessed
from ingest.articles.formats.html import read_page
from ingest.articles.formats.pieces import Parsed
from ingest.distribution import remedy_for
from ingest.errors import UnreadableArticle

_MEMORY, _SECONDS = "600m", 15
# What Pandoc writes for a title where there is none.
_NO_TITLE = "-"
# Lines that put another file in their place: what it holds is an article of its own, or none.
_INCLUDE = re.compile(r"^(?:include::.*|#\+include:.*)$", re.MULTILINE | re.IGNORECASE)


def read_asciidoc(raw: bytes) -> Parsed:
    """Returns what a text in AsciiDoc shows.

    Raises UnreadableArticle: Pandoc is not installed, or does not understand the text.
    """
    return _read(raw, "asciidoc", preprocessed)


def read_org(raw: bytes) -> Parsed:
    """Returns what a text of Org mode shows; see `read_asciidoc`."""
    return _read(raw, "org", lambda text: (NOTHING, text))


def _read(raw: bytes, kind: str, prepare: Callable[[str], tuple[Declared, str]]) -> Parsed:
    text, included = _INCLUDE.subn("", clean(honest(to_text(raw))))
    declared, text = prepare(text)
    command = [_program(), "--from", kind, "--to", "html5", "--standalone", "--sandbox", "--wrap=none"]
    command += ["+RTS", f"-M{_MEMORY}", "-RTS"]
    try:
        done = subprocess.run(
            command,
            input=text.encode(),
            capture_output=True,
            timeout=_SECONDS,
            check=True,
            env={"LANG": "C.UTF-8"},
            preexec_fn=_without_limit,
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableArticle(f"took Pandoc longer than {_SECONDS} seconds", "save it as Markdown") from error
    except subprocess.CalledProcessError as error:
        reason = clean(error.stderr.decode("utf-8", "replace")).split("\n")[0][:120]
        raise UnreadableArticle(f"is not understood by Pandoc ({reason})", "save it as Markdown") from error
    page = read_page(done.stdout.decode("utf-8", "replace"))
    if page.declared.title == _NO_TITLE:
        page = replace(page, declared=replace(page.declared, title=None))
    left_out = {"included files": included} if included else {}
    return replace(page, declared=declared.over(page.declared), left_out=left_out)


def _program() -> str:
    try:
        import pypandoc
    except ImportError as error:
        raise UnreadableArticle("needs Pandoc to be read", remedy_for("pandoc")) from error
    # Its own way to find the program runs it, which within the limits of the process that reads is not possible.
    return str(Path(pypandoc.__file__).with_name("files") / "pandoc")


def _without_limit() -> None:
    """Pandoc reserves far more room than it uses; what it uses is bounded by its own option."""
    with contextlib.suppress(ValueError, OSError):
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
