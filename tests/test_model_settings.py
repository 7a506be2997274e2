import subprocess
import sys
from pathlib import Path

import pytest

from bot.endpoint.abilities import Abilities, Learnt
from bot.model.connect import open_writer
from bot.model.settings import ModelSettings
from bot.model.write import Writer
from ingest.errors import WrongSetting
from ingest.settings import read_settings

KEY = "sk-secret-4711"


@pytest.mark.parametrize(
    ("values", "writes"),
    [
        ({}, False),
        ({"FOOTNOTE_MODEL": "m"}, False),
        ({"OPENAI_API_KEY": KEY}, False),
        ({"FOOTNOTE_MODEL": "m", "OPENAI_API_KEY": KEY}, True),
        ({"FOOTNOTE_MODEL": "m", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}, True),
    ],
)
def test_a_model_with_a_key_or_an_address_writes(values: dict[str, str], writes: bool) -> None:
    assert read_settings(ModelSettings, values).has_model is writes


def opened(values: dict[str, str], tmp_path: Path) -> Writer | None:
    return open_writer(read_settings(ModelSettings, {"FOOTNOTE_MODEL": "m", **values}), tmp_path, warn=print)


def test_the_settings_become_the_budgets_of_the_client(tmp_path: Path) -> None:
    values = {"FOOTNOTE_MODEL_PATIENCE": "4", "FOOTNOTE_MODEL_TOKENS": "99", "FOOTNOTE_MODEL_PASSAGE_TOKENS": "700"}
    assert opened(values, tmp_path) is None
    writer = opened(values | {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}, tmp_path)
    assert writer is not None
    assert (writer.chat.limits.silence, writer.chat.limits.tokens, writer.tokens) == (4, 99, 700)


@pytest.mark.parametrize(("judge", "model"), [(None, "m"), ("other", "other"), ("off", None)])
def test_the_writing_model_judges_unless_another_is_named_or_none(
    judge: str | None, model: str | None, tmp_path: Path
) -> None:
    values = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"} | ({"FOOTNOTE_JUDGE": judge} if judge else {})
    writer = opened(values, tmp_path)
    assert writer is not None
    assert (writer.judge.endpoint.model if writer.judge else None) == model


def test_a_bad_budget_is_named() -> None:
    with pytest.raises(WrongSetting, match="FOOTNOTE_USD_PER_DAY"):
        read_settings(ModelSettings, {"FOOTNOTE_USD_PER_DAY": "much"})


def test_the_key_is_left_out_of_what_is_printed() -> None:
    assert KEY not in repr(read_settings(ModelSettings, {"OPENAI_API_KEY": KEY}))


def test_abilities_survive_a_restart_and_a_damaged_file(tmp_path: Path) -> None:
    path = tmp_path / "home" / "endpoints.json"
    assert Learnt(path, "e").abilities == Abilities()
    learnt = Abilities("plain", ("temperature",), "low", 4096)
    Learnt(path, "e").learn(learnt)
    assert Learnt(path, "e").abilities == learnt
    path.write_text("{broken")
    assert Learnt(path, "e").abilities == Abilities()


def test_what_cannot_be_kept_is_remembered_until_the_end(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("no folder")
    learnt = Learnt(tmp_path / "home" / "endpoints.json", "e")
    learnt.learn(Abilities("plain"))
    assert learnt.abilities == Abilities("plain")


def test_answering_without_a_model_does_not_load_its_client() -> None:
    code = "import sys, bot.ask, eval.command; sys.exit('openai' in sys.modules or 'httpx2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
