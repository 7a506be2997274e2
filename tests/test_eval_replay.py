"""Recording what a model says and saying it again: the real command over a scripted endpoint on loopback."""

import json
from pathlib import Path

import pytest

from bot.endpoint.reply import Call, Message
from bot.model.judge import Pair
from bot.model.prompt import judge_messages
from eval.saved import load_baseline, load_run
from eval.transcripts import Heard, Replayer, Said, Transcripts, replaying
from tests.conftest import TRAIN, Command
from tests.eval_command_fixtures import Evaluate, evaluator
from tests.model_fixtures import Behaviour, Handler, address, judges, scripted

BERTH = "A berth in a cabin for four costs 49 euros."


def writes(sentence: str, *, price: str = "49") -> Behaviour:
    """Answers what the passages hold about berths in one sentence, and judges whatever it is asked to judge."""

    def behave(handler: Handler) -> None:
        asked = handler.asked["messages"][-1]["content"]
        if '{"pairs"' in asked:
            judges()(handler)
            return
        known = "berth" in asked[: asked.index("Today:")] if "Today:" in asked else False
        numbers = [line[1 : line.index("]")] for line in asked.split("\n") if line.startswith("[")]
        held = [n for n in numbers if BERTH in asked.split(f"\n[{n}] ", 1)[-1].split("\n[", 1)[0]]
        sentences = [{"quotes": [{"p": int(held[0]), "text": BERTH}], "text": sentence}] if known and held else []
        reply = {"answerable": bool(sentences), "sentences": sentences, "missing": ""}
        handler.begin()
        handler.event(json.dumps(reply))
        handler.event(finish="stop")
        handler.event(usage={"prompt_tokens": 700, "completion_tokens": 40})
        handler.send_bytes(b"data: [DONE]\n\n")

    return behave


@pytest.fixture
def evaluate(command: Command, own_home: Path, tmp_path: Path) -> Evaluate:
    return evaluator(command, own_home, tmp_path)


def test_what_a_model_said_is_said_again_without_it_byte_for_byte(
    evaluate: Evaluate, own_home: Path, tmp_path: Path
) -> None:
    with scripted(writes("In a cabin for four a berth costs 49 euros.")) as server:
        told = evaluate("record", FOOTNOTE_MODEL="scripted", OPENAI_BASE_URL=address(server))
    assert told.code == 0
    recorded = load_run(own_home / "eval")
    assert recorded.by_id["berth"].answer["text"] == "In a cabin for four a berth costs 49 euros. [1]"
    assert recorded.times["berth"]["read"] >= 700
    again = evaluate("run", "--replay", "--no-baseline")
    replayed = load_run(own_home / "eval")
    assert (again.code, "red (" in again.out) == (0, False)
    assert [one.answer for one in replayed.results] == [one.answer for one in recorded.results]
    assert replayed.by_id["berth"].scores["citation recall"] == 1
    assert evaluate("promote").code == 0
    assert load_baseline(tmp_path / "eval" / "baseline-model.json").held["berth"].passed
    assert not (tmp_path / "eval" / "baseline.json").exists()


def test_a_prompt_that_nobody_recorded_turns_it_red_with_the_remedy(evaluate: Evaluate, tmp_path: Path) -> None:
    (tmp_path / "eval" / "transcripts.jsonl").write_text("")
    told = evaluate("run", "--replay", "--once")
    assert (told.code, "red (transcript)" in told.out, "footnote eval record" in told.out) == (1, True, True)


def test_a_live_model_is_asked_as_often_as_is_wished(evaluate: Evaluate, own_home: Path) -> None:
    with scripted(writes("A berth costs 49 euros.")) as server:
        settings = {"FOOTNOTE_MODEL": "scripted", "OPENAI_BASE_URL": address(server)}
        told = evaluate("run", "--no-baseline", "--repeats", "2", **settings)
        asked = [one for one in server.requests if "Today:" in one["messages"][-1]["content"]]
    assert told.code == 0
    assert len(asked) == 2 * len({one["messages"][-1]["content"].partition("\n")[0] for one in asked})
    assert load_run(own_home / "eval").prints.model == "scripted"


def test_a_model_drafts_cases_and_only_those_whose_quote_stands_are_kept(evaluate: Evaluate, tmp_path: Path) -> None:
    drafted = [
        {"question": "What does a berth cost?", "answer": "49 euros", "quote": BERTH},
        {"question": "What does a seat cost?", "answer": "20 euros", "quote": "A seat costs 20 euros."},
        {"question": "When does it leave?", "answer": "22:10", "quote": "It leaves\nLindholm at 21:40"},
        {"question": "Who drives it?", "answer": None, "quote": None},
        {"question": 7},
        "nonsense",
    ]

    def behave(handler: Handler) -> None:
        handler.begin()
        handler.event(f"Here they are: {json.dumps({'cases': drafted})}")
        handler.event(finish="stop")
        handler.send_bytes(b"data: [DONE]\n\n")

    path = tmp_path / "new" / "cases.jsonl"
    with scripted(behave) as server:
        settings = {"FOOTNOTE_MODEL": "scripted", "OPENAI_BASE_URL": address(server)}
        assert evaluate("init", "--cases", path, **settings).code == 0
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert {line["question"] for line in lines} == {"What does a berth cost?", "Who drives it?"}
    assert next(line for line in lines if line["answerable"])["evidence"] == [{"article_id": TRAIN, "quote": BERTH}]


def test_a_judge_s_agreement_is_printed_and_its_nonsense_counted(evaluate: Evaluate, own_home: Path) -> None:
    evaluate("run", "--once")
    replies = iter(["4.5\nIt is right.", "YES", "well, five of five!", "perhaps"])

    def behave(handler: Handler) -> None:
        handler.begin()
        handler.event(next(replies))
        handler.event(finish="stop")
        handler.send_bytes(b"data: [DONE]\n\n")

    with scripted(behave) as server:
        told = evaluate("judge", FOOTNOTE_MODEL="scripted", OPENAI_BASE_URL=address(server))
    cells = [[cell.strip() for cell in line.split("│")[1:-1]] for line in told.out.splitlines() if "│" in line]
    assert [row for row in cells if row[0] in ("correct", "faithful")] == [
        ["correct", "1", "0", "1", "1 of 1", "-"],
        ["faithful", "1", "0", "1", "1 of 1", "-"],
    ]
    assert len((own_home / "eval" / "judged.jsonl").read_text().splitlines()) == 2


def test_verdicts_are_kept_pair_by_pair_however_they_gather(tmp_path: Path) -> None:
    transcripts, heard = Transcripts(tmp_path / "t.jsonl"), Heard()
    first, second = Pair("It grinds.", ("The mill grinds.",)), Pair("It stands.", ("The mill burns.",))
    for pair, carried in ((first, True), (second, False)):
        said = json.dumps({"verdicts": [{"id": 1, "carried": carried}]})
        transcripts.add(judge_messages([pair], nonce="00000000"), Said(said))
    writer = replaying(transcripts, heard, tokens=100)
    assert writer.judge
    together = judge_messages([second, first], nonce="abcd1234")
    text = "".join(item for item in writer.judge.stream(Call(lambda _: together, None, 0)) if isinstance(item, str))
    assert json.loads(text)["verdicts"] == [{"id": 1, "carried": False}, {"id": 2, "carried": True}]
    assert (heard.verdict(first), heard.verdict(second)) == (True, False)


def test_what_is_asked_no_more_can_be_forgotten(tmp_path: Path) -> None:
    old, new = ([{"role": "user", "content": text}] for text in ("old", "new"))
    before = Transcripts(tmp_path / "t.jsonl")
    before.add(old, Said("o"))
    before.add(new, Said("n", 7, 2))
    after = Transcripts(tmp_path / "t.jsonl")
    assert after.said(new) == Said("n", 7, 2)
    assert after.forget_unused() == 1
    assert Transcripts(tmp_path / "t.jsonl").said(old) is None


def test_a_replayer_answers_out_of_its_memory_alone() -> None:
    heard: list[str] = []

    def remember(messages: object) -> Said:
        heard.append(str(messages))
        return Said("Well.", 3, 1)

    asked: tuple[Message, ...] = ({"role": "user", "content": "?"},)
    items = list(Replayer(remember).stream(Call(lambda _: asked, None, 0)))
    assert (items[0], len(heard)) == ("Well.", 1)
