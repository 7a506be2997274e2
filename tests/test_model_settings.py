import subprocess
import sys
from pathlib import Path

import pytest

from bot.endpoint.abilities import Abilities, load_abilities, save_abilities
from bot.model.connect import open_writer
from bot.model.settings import ModelSettings
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


def test_the_settings_become_the_budgets_of_the_client(tmp_path: Path) -> None:
    values = {"FOOTNOTE_MODEL": "m", "FOOTNOTE_MODEL_PATIENCE": "4", "FOOTNOTE_MODEL_TOKENS": "99"}
    assert open_writer(read_settings(ModelSettings, values), tmp_path) is None
    values["OPENAI_BASE_URL"] = "http://127.0.0.1:9/v1"
    writer = open_writer(read_settings(ModelSettings, values), tmp_path)
    assert writer is not None
    assert writer.patience.first == 4
    assert (writer.chat.limits.first_token, writer.chat.limits.tokens) == (3, 99)


def test_a_bad_budget_is_named() -> None:
    with pytest.raises(WrongSetting, match="FOOTNOTE_USD_PER_DAY"):
        read_settings(ModelSettings, {"FOOTNOTE_USD_PER_DAY": "much"})


def test_the_key_is_left_out_of_what_is_printed() -> None:
    assert KEY not in repr(read_settings(ModelSettings, {"OPENAI_API_KEY": KEY}))


def test_abilities_survive_a_restart_and_a_damaged_file(tmp_path: Path) -> None:
    path = tmp_path / "home" / "endpoints.json"
    assert load_abilities(path, "e") == Abilities()
    save_abilities(path, "e", Abilities("plain", ("temperature",)))
    assert load_abilities(path, "e") == Abilities("plain", ("temperature",))
    path.write_text("{broken")
    assert load_abilities(path, "e") == Abilities()


def test_answering_without_a_model_does_not_load_its_client() -> None:
    code = "import sys, bot.ask; sys.exit('openai' in sys.modules or 'httpx2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
