"""Where a home stands, and what to do next: articles, an index, is it up to date? Changes nothing."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from ingest.command_line import in_columns
from ingest.doctor.corpus import corpus_findings
from ingest.doctor.finding import Finding
from ingest.errors import CorpusMissing
from ingest.index import generation
from ingest.index.manifest import Manifest, read_manifest

_ASK = {
    'footnote ask "QUESTION"': "one answer",
    "footnote chat": "one question after another",
    "footnote demo-slack": "the Slack app in a browser, without Slack",
}
_GATE = {
    False: {"footnote eval init": "draft the cases of a gate for your answers"},
    True: {"footnote eval run": "ask the cases, and hold the answers against the baseline"},
}


def show_status(corpus: Path, home: Path, *, has_cases: bool) -> None:
    """Prints where a home and its articles stand, and the next steps; `has_cases` tells that there is a gate already.

    Raises IndexBroken: the ledger or the manifest of what is published cannot be read.
    """
    name = generation.current(home)
    published = read_manifest(generation.folder_of(home, name)) if name else None
    articles = _articles(corpus, home)
    print(*(f"{found.about:10}{found.text}" for found in (*articles, _index(published))), "", sep="\n")
    print(
        *in_columns(next_steps(published, articles, has_cases=has_cases)),
        "",
        "footnote --help lists every command.",
        sep="\n",
    )


def next_steps(
    published: Manifest | None, articles: Sequence[Finding], *, has_cases: bool = False
) -> Mapping[str, str]:
    """Returns commands, each with a remark: what brings the index up to the articles, then what can be asked of it."""
    ask = _ASK | _GATE[has_cases]
    if any(found.state == "off" for found in articles):
        return ask if published else {"footnote --corpus FOLDER ingest": "make an index of the articles in FOLDER"}
    due = {"footnote ingest": "bring the index up to the articles"}
    failed = {"footnote doctor": "what cannot be read, and what to do"}
    return {
        **(due if published is None or any(found.state == "note" for found in articles) else {}),
        **(failed if any(found.state == "failed" for found in articles) else {}),
        **(ask if published else {}),
    }


def _articles(corpus: Path, home: Path) -> tuple[Finding, ...]:
    try:
        return corpus_findings(corpus, home, follows=False)
    except CorpusMissing as error:
        return (Finding("articles", "off", str(error)),)


def _index(published: Manifest | None) -> Finding:
    if published is None:
        return Finding("index", "off", "none yet")
    size = f"{published.articles:,} articles, {published.chunks:,} chunks"
    return Finding("index", "well", f"generation {published.generation} of {published.created[:10]}: {size}")
