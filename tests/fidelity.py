"""How much of what a reader sees of a file is stored, in order: `python -m tests.fidelity FOLDER`.

Each file is shown by programs that have nothing to do with Footnote (Pandoc, Chromium, pdftotext, LibreOffice), as far
as they are installed, and the words that the best of them shows are compared with those of the stored text: the longest
common subsequence is what is kept, the rest of the one is lost, the rest of the other added.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path

from rapidfuzz.distance import LCSseq

from ingest.articles.make import SUFFIXES, read_article
from ingest.errors import UnreadableArticle

_SECONDS = 90
_MOST_WORDS = 40_000
_UNSEEN = frozenset("script style template head svg annotation iframe video".split())
_INLINE = frozenset("a b i em strong code span u s sub sup small mark del ins kbd font abbr var samp tt cite q".split())
_WORD = re.compile(r"\w+")
# A hyphen inside a word, and one that a line ends with: of a division, or of a compound that is divided there.
_HYPHEN = re.compile(r"(?<=\w)[-\u00ad\u2010\u2011](?:[ \t\r\f]*\n[ \t]*)?(?=\w)")
_RAISED = re.compile("[⁰¹²³⁴-⁹ⁿ]+")
# Not by the reader that is measured: the lines between two rules at the very top.
_FRONT_MATTER = re.compile(r"\A\s*(---|\+\+\+)[ \t]*\n.*?^(?:\1|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Fidelity:
    """What became of the words of one file: how many a reader sees, how many are stored, and how many of them agree.

    `told` are those of the lost that a rule leaves out, and the report counts: heads of pages, navigation.
    """

    seen: int
    stored: int
    kept: int
    lost: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    told: int = 0

    def __add__(self, other: "Fidelity") -> "Fidelity":
        told = self.told + other.told
        return Fidelity(self.seen + other.seen, self.stored + other.stored, self.kept + other.kept, told=told)


def words(text: str) -> list[str]:
    """Returns the words of a text in lower case; a raised figure is one, and letters of formulas are letters.

    Whether the parts of a word that print divides are joined, and with a hyphen or without, is all the same.
    """
    text = _HYPHEN.sub("", text)
    return _WORD.findall(unicodedata.normalize("NFKC", _RAISED.sub(lambda found: f" {found[0]} ", text)).casefold())


def compare(seen: str, stored: str) -> Fidelity:
    """Returns how far the stored text holds the words that are seen, in their order, with the runs that differ."""
    one, other = words(seen), words(stored)
    lost, added = [], []
    for step in LCSseq.opcodes(one, other):
        if step.tag in ("delete", "replace"):
            lost.append(" ".join(one[step.src_start : step.src_end]))
        if step.tag in ("insert", "replace"):
            added.append(" ".join(other[step.dest_start : step.dest_end]))
    return Fidelity(len(one), len(other), LCSseq.similarity(one, other), tuple(lost), tuple(added))


def by_pandoc(kind: str) -> Callable[[Path], str]:
    """Returns a reader that shows a file as Pandoc's plain text; front matter is not part of what is seen."""

    def read(path: Path) -> str:
        program = shutil.which("pandoc") or _pandoc_of_wheel()
        text = path.read_bytes()
        if kind in ("gfm", "commonmark_x"):
            text = _FRONT_MATTER.sub("", text.decode("utf-8-sig", "replace").replace("\r\n", "\n"), count=1).encode()
        command = [program, "--from", kind, "--to", "plain", "--wrap=none", "--sandbox", "--columns=100000"]
        shown = _run(command, text if kind not in ("docx", "odt", "epub") else path.read_bytes())
        # Rules of tables and lines are drawn, not said.
        return re.sub(r"^[\s\-─═=+|]+$", "", shown, flags=re.MULTILINE)

    return read


def by_page(kind: str) -> Callable[[Path], str]:
    """Returns a reader that shows a file as the page that Pandoc makes of it, cell by cell and with its title.

    In Pandoc's plain text the cells of a table stand side by side, line by line, and what Word calls title is missing.
    """

    def read(path: Path) -> str:
        given = path.read_bytes()
        if kind == "gfm":
            text = given.decode("utf-8-sig", "replace").replace("\r\n", "\n")
            given = _FRONT_MATTER.sub("", text, count=1).encode()
        program = shutil.which("pandoc") or _pandoc_of_wheel()
        whole = () if kind == "gfm" else ("--standalone",)
        shown = _Shown()
        shown.feed(_run([program, "--from", kind, "--to", "html5", "--sandbox", "--mathml", *whole], given))
        return "".join(shown.parts)

    return read


class _Shown(HTMLParser):
    """The words of a page: what is in its elements, alternative texts, and the numbers of its lists."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._numbers: list[int | None] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        self._unseen += tag in _UNSEEN
        if tag in ("ol", "ul"):
            self._numbers.append(int(facts.get("start") or 1) if tag == "ol" else None)
        number = self._numbers[-1] if tag == "li" and self._numbers else None
        if number is not None:
            self.parts.append(f" {number}. ")
            self._numbers[-1] = number + 1
        self.parts.append(f" {facts.get('alt') or ''} " if tag == "img" else "" if tag in _INLINE else " ")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN and self._unseen > 0
        if tag in ("ol", "ul") and self._numbers:
            self._numbers.pop()
        self.parts.append("" if tag in _INLINE else " ")

    def handle_data(self, data: str) -> None:
        self.parts += [] if self._unseen else [data]


def by_chromium(path: Path) -> str:
    """Shows a page as headless Chromium lays it out, navigation aside, with what `innerText` lacks.

    That are the numbers of lists and what stands for pictures; and it says a formula of KaTeX twice.
    """
    hidden = (
        "<style>nav,footer,[role=navigation],#breadcrumb-section,.katex-html{display:none!important}"
        "details>*{display:block}</style>"
    )
    script = (
        "<script>document.querySelectorAll('details').forEach(d=>d.open=true);"
        "document.querySelectorAll('img[alt]').forEach(i=>i.replaceWith(' '+i.alt+' '));"
        "document.querySelectorAll('ol').forEach(o=>{let n=o.start;for(const i of o.children)if(i.tagName=='LI'){"
        "if(i.hasAttribute('value'))n=i.value;"
        "if(getComputedStyle(i).listStyleType!='none')i.prepend(n+'. ');n++}});"
        "const m=document.querySelector('main,[role=main],#main-content')||"
        "(document.querySelectorAll('article').length==1?document.querySelector('article'):document.body);"
        "const t=m.innerText;document.documentElement.innerHTML='<pre id=shown></pre>';"
        "document.getElementById('shown').textContent=t</script>"
    )
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_bytes(path.read_bytes() + (hidden + script).encode())
        flags = "--headless --no-sandbox --disable-gpu --disable-background-networking --disable-sync --no-first-run"
        command = [_program("chromium"), *flags.split(), f"--user-data-dir={folder}/user", "--dump-dom", page.as_uri()]
        found = re.search(r'<pre id="shown">(.*?)</pre>', _run(command), re.DOTALL)
    import html

    return html.unescape(found[1]) if found else ""


def by_pdftotext(*options: str) -> Callable[[Path], str]:
    """Returns a reader that shows a PDF as Poppler does."""
    return lambda path: _run([_program("pdftotext"), *options, str(path), "-"])


def by_office(path: Path) -> str:
    """Shows an office file as LibreOffice exports it to plain text."""
    kind = "csv" if path.suffix in (".xlsx", ".xlsm", ".csv", ".tsv") else "txt:Text"
    with tempfile.TemporaryDirectory() as folder:
        command = [
            _program("soffice"),
            "--headless",
            f"-env:UserInstallation=file://{folder}/user",
            "--convert-to",
            kind,
        ]
        _run([*command, "--outdir", folder, str(path)])
        found = [file for file in Path(folder).iterdir() if file.is_file()]
        return found[0].read_text(encoding="utf-8", errors="replace") if found else ""


def by_slides(path: Path) -> str:
    """Shows slides as LibreOffice prints them, without the speaker's notes."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            _program("soffice"),
            "--headless",
            f"-env:UserInstallation=file://{folder}/user",
            "--convert-to",
            "pdf",
        ]
        _run([*command, "--outdir", folder, str(path)])
        return by_pdftotext()(Path(folder) / (path.stem + ".pdf"))


READERS: Mapping[str, Sequence[Callable[[Path], str]]] = {
    ".md": (by_pandoc("gfm"), by_pandoc("commonmark_x"), by_page("gfm")),
    ".markdown": (by_pandoc("gfm"), by_page("gfm")),
    ".rst": (by_pandoc("rst"),),
    ".html": (by_chromium,),
    ".htm": (by_chromium,),
    ".docx": (by_pandoc("docx"), by_page("docx"), by_office),
    ".odt": (by_pandoc("odt"), by_office),
    ".rtf": (by_office, by_pandoc("rtf")),
    ".epub": (by_pandoc("epub"),),
    ".ipynb": (by_pandoc("ipynb"),),
    ".pptx": (by_slides,),
    ".xlsx": (by_pandoc("xlsx"),),
    ".csv": (by_pandoc("csv"),),
    ".pdf": (by_pdftotext("-layout"), by_pdftotext(), by_pdftotext("-raw")),
}


def measure(folder: Path, *, most: int) -> Iterator[tuple[Path, Fidelity | str]]:
    """Yields each file below a folder with its fidelity, or why there is none; what is refused has lost all."""
    paths = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in READERS and path.is_file()]
    for path in paths[:: max(len(paths) // most, 1)]:
        assert path.suffix.lower() in SUFFIXES
        shown = [text for read in READERS[path.suffix.lower()] if words(text := _shown(read, path))]
        if not shown or max(len(words(text)) for text in shown) > _MOST_WORDS:
            yield path, "is not measured: the other programs show none of it, or too much"
            continue
        try:
            article = read_article(path, path.relative_to(folder).as_posix())
            stored, told = article.text, sum(article.left_out.values())
        except UnreadableArticle as error:
            yield path, str(error)
            stored, told = "", 0
        best = max((compare(text, stored) for text in shown), key=lambda one: 2 * one.kept - one.seen - one.stored)
        yield path, replace(best, told=min(told, best.seen - best.kept))


def main(argv: Sequence[str]) -> int:
    """Prints the files that lose or gain most, with what; then the whole."""
    parser = argparse.ArgumentParser(prog="python -m tests.fidelity", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most", type=int, default=200, help="how many files are measured")
    parser.add_argument("--show", type=int, default=10, help="how many files are shown")
    args = parser.parse_args(argv)
    total, each = Fidelity(0, 0, 0), []
    for path, found in measure(args.folder, most=args.most):
        if isinstance(found, str):
            print(f"{path.name}: {found}")
            continue
        total += found
        each.append((path, found))
    for path, found in sorted(each, key=lambda one: 2 * one[1].kept - one[1].seen - one[1].stored)[: args.show]:
        print(f"{path}: {found.seen} seen, {found.seen - found.kept} lost, {found.stored - found.kept} added")
        for name, runs in (("lost", found.lost), ("added", found.added)):
            print(f"    {name}: " + " / ".join(run[:60] for run in sorted(runs, key=len, reverse=True)[:6]))
    if total.seen:
        kept, added = total.kept / total.seen, 1 - total.kept / max(total.stored, 1)
        told = (total.kept + total.told) / total.seen
        print(f"{len(each)} files, {total.seen} words seen: {kept:.2%} kept in order, {added:.2%} added;", end=" ")
        print(f"{told:.2%} are kept or left out by a rule that is told")
    return 0


def _shown(read: Callable[[Path], str], path: Path) -> str:
    try:
        return read(path)
    except (subprocess.SubprocessError, OSError):
        return ""


def _run(command: Sequence[str], given: bytes | None = None) -> str:
    done = subprocess.run(command, input=given, capture_output=True, timeout=_SECONDS, check=True)
    return done.stdout.decode("utf-8", "replace")


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise FileNotFoundError(name)
    return found


def _pandoc_of_wheel() -> str:
    import pypandoc

    return str(pypandoc.get_pandoc_path())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
