"""What the tests share: a small invented corpus, an embedder without a model, a published index, the command.

`corpus`, `home` and `own_home` are this test's own and may be changed. `index`, `published_home`, `real_home` and
`model` are shared by all tests of the run and are only read. What takes a second to start, and is the same whenever it
starts, is started once: the process that reads files, and for `command` the model; its ingests are checked here and not
in a process of their own. `whole_command` does all of it as a person's shell does.
"""

import datetime
import hashlib
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import footnote
import ingest.run
from bot.quote.ranker import USUAL
from ingest.articles.reader import Reader
from ingest.backup import import_home
from ingest.doctor.checks import article_checks
from ingest.embed.embedder import Reading, Vectors
from ingest.embed.minilm import MiniLM
from ingest.index.open_index import Index, open_current
from ingest.index.verify import find_fault
from ingest.outcome import Report
from ingest.terms import question_terms
from tests.index_fixtures import in_process
from tests.postgres import running_postgres

NOW = datetime.datetime(2026, 3, 9, 12, 0, tzinfo=datetime.UTC)
REPOSITORY = Path(__file__).parent.parent

# Where there is memory to write to, and so much room in it: a run takes a tenth of that.
MEMORY, ROOM = Path("/dev/shm"), 1 << 29

BRIDGE, EELS, TRAIN, OBSERVATORY = "bridge.md", "glass-eels.txt", "night-train.txt", "science/observatory.md"
# Invented, every name and number of it. Several chunks in the first, one or two in each of the other three.
ARTICLES = {
    BRIDGE: """---
title: Port Ellery opens its second harbour bridge
url: https://news.example/2026/02/14/harbour-bridge
published: 2026-02-14
author: Ana Brandt
---
Port Ellery opened its second harbour bridge on Saturday, eleven years after the first plans were drawn. The Marlow
Bridge is 640 metres long and carries four lanes, a tramway and a path for cyclists. Mayor Ilse Korhonen cut the
ribbon at noon in front of some 9,000 people.

The bridge cost 212 million euros, 30 million more than the council had approved in 2019. Most of the difference went
into deeper foundations, because the northern pier stands on soft clay. The builder, Hartwell & Sons, paid for a part
of the delay itself.

Until now every lorry that left the container terminal had to cross the old town. The port expects that 4,500 lorries a
day will take the new bridge instead. Residents of Canal Street had asked for it since 2008, and many of them came to
see the first tram roll over the water.

Not everybody is content. The rowing club lost its boathouse to the southern ramp and still waits for a new one. The
council has promised a decision by May.
""",
    EELS: """Volunteers count a record number of glass eels in the River Tann


More than 61,000 glass eels passed the counting station at Weir Mill this spring, the Tann River Trust said. It is the
highest number since the count began in 1998. The eels climb a ramp of wet brushes that volunteers clean every morning.

Biologist Rhys Okafor believes that two wet winters helped. "The weir was open for longer than usual," he said. He
warned that one good year does not make a recovery, for the eels need about fifteen years to mature.

https://tann-trust.example/news/2025-06-03/glass-eels
""",
    TRAIN: """The night train between Lindholm and Vareš will return in December after a break of nine years. It leaves
Lindholm at 21:40 and arrives at seven in the morning. A berth in a cabin for four costs 49 euros.

Operator Nordvia has bought eleven used sleeping cars and repaired them in its own workshop. The Y-12 locomotives come
from the freight business. Nordvia's director Petra Šimić called the train "a bet on patience".
""",
    OBSERVATORY: """# Kestrel Peak observatory sees first light

The telescope on Kestrel Peak took its first picture on 3 March 2026. Its mirror measures 3.6 metres and was polished
in Jena. Astronomers of the University of Sorrel want to look for small moons around Neptune.

A storm had damaged the dome in 2023. The repair took two summers and was paid for by donations.
""",
}
SIDECARS = {
    TRAIN: "title: The night train comes back\nurl: https://rail.example/night-train\npublished: 2025-10-20\n",
}
"""Metadata beside a file, by the name of the file."""


class HashEmbedder:
    """Unit vectors from the terms of a text, without a model: texts that share terms are near each other.

    The same text has the same vector in every process. `embedded` lists the texts in the order they came. It is a
    language too, one that knows no word as common, for which a word means itself wherever it stands, and which takes a
    text for likelier to answer the more terms of the question stand in it or above it.
    """

    def __init__(self, name: str = "terms", dimensions: int = 64) -> None:
        self.fingerprint = f"hash-{name}-{dimensions}"
        self.dimensions = dimensions
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for term in question_terms(text) or [text]:
                digest = hashlib.blake2b(term.encode("utf-8", "replace"), digest_size=8).digest()
                vectors[row, int.from_bytes(digest[:4]) % self.dimensions] += 1 if digest[4] % 2 else -1
            vectors[row, 0] += 1e-3  # two terms that cancel each other out must not leave a vector of no length
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)

    def rarity(self, word: str) -> float:
        return 1.0

    def word_vectors(self, texts: Sequence[str]) -> tuple[tuple[tuple[str, ...], Vectors], ...]:
        words = [tuple(re.findall(r"\w+", text)) for text in texts]
        return tuple((group, self.embed(group)) for group in words)

    def read(self, question: str, texts: Sequence[Reading], *, said: Sequence[str] = ()) -> Vectors:
        asked = set(question_terms(question))
        shares = [len(asked & set(question_terms(" ".join(text)))) / max(len(asked), 1) for text in texts]
        return np.array(shares, dtype=np.float32) * 4 - USUAL


@dataclass(frozen=True)
class Outcome:
    """What a command did: its exit code and what it wrote."""

    code: int
    out: str
    err: str


Command = Callable[..., Outcome]


def pytest_configure() -> None:
    """Has tests write to memory, for one ingest waits for a disk a hundred times; PYTEST_DEBUG_TEMPROOT is heeded."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def write_corpus(folder: Path) -> Path:
    """Writes the invented articles, with their sidecars, into the folder and returns it."""
    for name, text in ARTICLES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for name, text in SIDECARS.items():
        (folder / f"{name}.meta.yaml").write_text(text, encoding="utf-8")
    return folder


def build(corpus: Path, home: Path, embedder: HashEmbedder | None = None) -> Report:
    """Runs a real ingest with the hashing embedder at the time NOW; its check runs here, for that is quicker."""
    used = embedder or HashEmbedder()
    return ingest.run.ingest(corpus, home, open_embedder=lambda: used, now=NOW, apart=in_process)


class _KeptReader(Reader):
    def __exit__(self, *error: object) -> None:
        """Stays open for the next ingest."""


@pytest.fixture(scope="session", autouse=True)
def _one_reader() -> Iterator[None]:
    """All ingests of the run read in one child process, but those in threads, for a reader serves one at a time."""
    kept = _KeptReader()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            ingest.run, "Reader", lambda: kept if threading.current_thread() is threading.main_thread() else Reader()
        )
        yield
    kept.close()


@pytest.fixture
def embedder() -> HashEmbedder:
    """The embedder that `index`, `published_home` and `home` were built with."""
    return HashEmbedder()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder with the invented articles, this test's own."""
    return write_corpus(tmp_path / "corpus")


@pytest.fixture(scope="session")
def published_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one published generation of the invented articles. Shared: only read it."""
    folder = tmp_path_factory.mktemp("published")
    build(write_corpus(folder / "corpus"), folder / "home")
    return folder / "home"


@pytest.fixture
def home(published_home: Path, tmp_path: Path) -> Path:
    """A copy of that home, this test's own: an ingest of `corpus` into it finds nothing to do."""
    return Path(shutil.copytree(published_home, tmp_path / "home"))


@pytest.fixture(scope="session")
def index(published_home: Path) -> Iterator[Index]:
    """The open index of the invented articles. Shared: it is read only anyway."""
    opened = open_current(published_home, HashEmbedder().fingerprint)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def model() -> MiniLM:
    """The real embedded model, loaded once."""
    return MiniLM()


@pytest.fixture(scope="session")
def real_home(tmp_path_factory: pytest.TempPathFactory, model: MiniLM) -> Path:
    """A home with the invented articles, built with the real model. Shared: only read it."""
    folder = tmp_path_factory.mktemp("real")
    corpus = write_corpus(folder / "corpus")
    ingest.run.ingest(corpus, folder / "home", open_embedder=lambda: model, now=NOW, apart=in_process)
    return folder / "home"


@pytest.fixture
def by_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small indexes are searched through Chroma, as large ones are."""
    monkeypatch.setattr("ingest.index.open_index.FEW", 0)


@pytest.fixture
def own_home(real_home: Path, tmp_path: Path) -> Path:
    """A copy of it, this test's own."""
    return Path(shutil.copytree(real_home, tmp_path / "own home"))


@pytest.fixture
def command(whole_command: Command, monkeypatch: pytest.MonkeyPatch, model: MiniLM) -> Command:
    """Runs `footnote …` as `whole_command` does, with the shared model, and checks in this process what is new."""
    really = MiniLM.__init__

    def load(self: MiniLM, folder: Path | None = None, *, threads: int | None = None) -> None:
        if folder or threads:
            really(self, folder, threads=threads)
        else:
            vars(self).update(vars(model))

    monkeypatch.setattr(MiniLM, "__init__", load)
    monkeypatch.setitem(ingest.run.ingest.__kwdefaults__ or {}, "apart", in_process)
    for step in (article_checks, import_home):
        monkeypatch.setitem(step.__kwdefaults__ or {}, "find_fault", find_fault)
    return whole_command


@pytest.fixture
def whole_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs `footnote …` in this process, in the empty folder tmp_path/work, without FOOTNOTE_… variables.

    Named values are set as environment variables: `command("ask", "Who?", FOOTNOTE_HOME="x")`.
    """
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    for name in list(os.environ):
        if name.startswith(("FOOTNOTE_", "OPENAI_", "SLACK_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: object, **environment: str) -> Outcome:
        capsys.readouterr()
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            try:
                code = footnote.main([str(argument) for argument in arguments])
            except SystemExit as leaving:  # argparse, after --help and on wrong use
                code = int(leaving.code or 0)
        written = capsys.readouterr()
        return Outcome(code, written.out, written.err)

    return run


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The url of a fresh PostgreSQL of its own; skips where none is installed."""
    with running_postgres(tmp_path_factory.mktemp("postgres")) as url:
        yield url
