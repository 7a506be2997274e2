from dataclasses import dataclass
from pathlib import Path

import pytest

from ingest.errors import WrongSetting
from ingest.index.address import ChromaSettings, server_address
from ingest.settings import check_names, names_of, read_settings, read_toml, setting


@dataclass(frozen=True)
class Example:
    home: Path = setting(Path("home"), help="a folder")
    model: str | None = setting(None, help="a name")
    tries: int = setting(3, help="how often", least=1)
    wait: float = setting(0.5, help="seconds", least=0)
    loud: bool = setting(False, help="aloud")
    kinds: tuple[str, ...] = setting((), help="a list")
    level: str = setting("low", help="a choice", choices=("low", "high"))
    key: str | None = setting(None, help="a key", name="OPENAI_API_KEY")


def test_nothing_set_gives_the_defaults() -> None:
    assert read_settings(Example, {}) == Example()
    assert read_settings(Example, {"FOOTNOTE_TRIES": "", "OTHER": "x"}) == Example()


def test_each_kind_of_value_is_read_from_its_string() -> None:
    values = {
        "FOOTNOTE_HOME": "a b/é",
        "FOOTNOTE_MODEL": " small ",
        "FOOTNOTE_TRIES": "7",
        "FOOTNOTE_WAIT": "1.5",
        "FOOTNOTE_LOUD": "Yes",
        "FOOTNOTE_KINDS": "a, b,,c",
        "FOOTNOTE_LEVEL": "high",
        "OPENAI_API_KEY": "k",
    }
    assert read_settings(Example, values) == Example(Path("a b/é"), "small", 7, 1.5, True, ("a", "b", "c"), "high", "k")


def test_a_path_may_start_at_the_users_home() -> None:
    assert read_settings(Example, {"FOOTNOTE_HOME": "~/x"}).home == Path.home() / "x"


@pytest.mark.parametrize("text", ["0", "no", "OFF", "false"])
def test_false_is_written_in_several_ways(text: str) -> None:
    assert read_settings(Example, {"FOOTNOTE_LOUD": text}).loud is False


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("FOOTNOTE_TRIES", "many", "FOOTNOTE_TRIES='many' is not a whole number; set it to a whole number or remove"),
        ("FOOTNOTE_TRIES", "0", "must be at least 1"),
        ("FOOTNOTE_WAIT", "soon", "is not a number"),
        ("FOOTNOTE_WAIT", "-1", "must be at least 0"),
        ("FOOTNOTE_WAIT", "nan", "is not a number"),
        ("FOOTNOTE_LOUD", "maybe", "is not true or false"),
        ("FOOTNOTE_LEVEL", "middle", "choose one of low, high"),
    ],
)
def test_a_bad_value_names_the_setting_and_what_it_takes(name: str, text: str, message: str) -> None:
    with pytest.raises(WrongSetting, match=message):
        read_settings(Example, {name: text})


def test_an_unknown_setting_is_an_error_that_names_the_nearest() -> None:
    with pytest.raises(WrongSetting, match=r"unknown setting FOOTNOTE_MODLE; did you mean FOOTNOTE_MODEL\?"):
        check_names([Example], {"FOOTNOTE_MODLE": "x", "PATH": "/bin"})
    with pytest.raises(WrongSetting, match="the settings are: FOOTNOTE_HOME"):
        check_names([Example], {"FOOTNOTE_QQQQQQQQ": "x"})
    check_names([Example], {"FOOTNOTE_MODEL": "x", "OPENAI_API_KEY": "k", "ANYTHING": "y"})


def test_names_carry_the_prefix_unless_they_have_their_own() -> None:
    assert names_of([Example])[0] == "FOOTNOTE_HOME"
    assert names_of([Example])[-1] == "OPENAI_API_KEY"


def test_a_toml_file_gives_the_same_mapping_as_the_environment(tmp_path: Path) -> None:
    path = tmp_path / "footnote.toml"
    lines = ['model = "m"', "tries = 7", "loud = true", 'FOOTNOTE_LEVEL = "high"', 'kinds = ["a", "b"]']
    path.write_text("\n".join([*lines, 'OPENAI_API_KEY = "k"']))
    values = read_toml(path, [Example])
    assert read_settings(Example, values) == Example(
        model="m", tries=7, loud=True, level="high", kinds=("a", "b"), key="k"
    )


def test_no_toml_file_means_no_settings(tmp_path: Path) -> None:
    assert read_toml(tmp_path / "footnote.toml", [Example]) == {}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"model = ", "is not valid TOML"),
        (b"\xff", "is not valid TOML"),
        (b'modle = "m"', r"unknown setting modle in .*footnote.toml; did you mean model\?"),
        (b'[home]\nx = "m"', "home in .*footnote.toml is a table; write one line"),
    ],
)
def test_a_bad_toml_file_is_an_error_that_names_it(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "footnote.toml"
    path.write_bytes(content)
    with pytest.raises(WrongSetting, match=message):
        read_toml(path, [Example])


def test_headers_are_pairs_and_are_never_shown() -> None:
    values = {"FOOTNOTE_CHROMA_HOST": "h", "FOOTNOTE_CHROMA_HEADERS": "Authorization: Bearer abc, X-Team: a"}
    address = server_address(read_settings(ChromaSettings, values))
    assert address is not None
    assert address.headers == (("Authorization", "Bearer abc"), ("X-Team", "a"))
    assert "abc" not in f"{address} {address!r}"
    with pytest.raises(WrongSetting, match="Name: value"):
        server_address(read_settings(ChromaSettings, {**values, "FOOTNOTE_CHROMA_HEADERS": "abc"}))
