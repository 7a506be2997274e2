"""The parts of the READMEs that are made of the code. `python -m tests.papers` writes them anew."""

import dataclasses
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import footnote
from bot.endpoint.budget import Allowance
from bot.model.settings import ModelSettings
from bot.slack.settings import SlackSettings
from ingest.command_line import in_columns
from ingest.doctor.examine import default_of
from ingest.index.address import ChromaSettings
from ingest.settings import variable_of

REPOSITORY = Path(__file__).parent.parent
Field = dataclasses.Field[Any]


def commands() -> str:
    """Every command, in the groups and words of `footnote --help`."""
    groups = (
        "\n".join((f"{name}:", *in_columns({f"footnote {one.name}": one.what for one in group})))
        for name, group in footnote.GROUPS.items()
    )
    return "```\n" + "\n\n".join(groups) + "\n```"


def table(fields: Iterable[Field]) -> str:
    """A row for each setting: its variable, its default, what it does."""
    return "\n".join(("| setting | default | |", "|---|---|---|", *map(_row, fields)))


def _row(field: Field) -> str:
    choices, default = field.metadata["choices"], default_of(field)
    told = field.metadata["help"] + (f" ({' or '.join(choices)})" if choices else "")
    return f"| `{variable_of(field)}` | {f'`{default}`' if default else ''} | {told} |".replace("|  |", "| |")


def _own(kind: type[Any]) -> tuple[Field, ...]:
    """The fields that a class declares itself."""
    return tuple(field for field in dataclasses.fields(kind) if field.name in vars(kind)["__annotations__"])


MADE: Mapping[str, Mapping[str, str]] = {
    "bot/README.md": {"commands": commands()},
    "ingest/README.md": {"settings": table((*_own(footnote.Settings), *_own(ChromaSettings)))},
    "bot/model/README.md": {"settings": table((*_own(ModelSettings), *_own(Allowance)))},
    "bot/slack/README.md": {"settings": table(_own(SlackSettings))},
}
"""What stands in which file, by the name in its marks."""


def written(path: str) -> str:
    """A file as it is, but for what is made of the code, which is made anew."""
    text = (REPOSITORY / path).read_text(encoding="utf-8")
    for name, made in MADE[path].items():
        between = re.compile(rf"(<!-- {name}: .*? -->\n).*?(\n<!-- end of {name} -->)", re.DOTALL)
        assert len(between.findall(text)) == 1, f"{path} needs the marks of {name} once"
        text = between.sub(lambda marks, made=made: f"{marks[1]}{made}{marks[2]}", text)  # type: ignore[misc]
    return text


if __name__ == "__main__":
    for path in MADE:
        (REPOSITORY / path).write_text(written(path), encoding="utf-8")
