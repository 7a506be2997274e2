"""The form of a command line: help with examples, what was probably meant, completion by a shell. Knows no command.

Each package describes its commands in its `flags`; the front door says what each of them runs.
"""

import argparse
import difflib
import itertools
import sys
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SHELLS = ("bash", "zsh", "fish")
Run = Callable[[argparse.Namespace], int]


def no_flags(parser: argparse.ArgumentParser) -> None:
    """Adds nothing."""


@dataclass(frozen=True)
class Command:
    """A command in the words of its help: what it does, its flags, and lines that show its use, each with a remark."""

    name: str
    what: str
    add_flags: Callable[["Parser"], None] = no_flags
    examples: Mapping[str, str] | None = None


class Parser(argparse.ArgumentParser):
    """A parser that keeps the lines of its examples, and tells what was probably meant by an unknown word."""

    def __init__(self, *, description: str, examples: Mapping[str, str] | None = None, **facts: Any) -> None:
        """Takes what argparse takes, and examples: commands, each with a remark."""
        shown = "\n".join(in_columns(examples or {}))
        facts |= {"formatter_class": argparse.RawDescriptionHelpFormatter, "epilog": shown and f"examples:\n{shown}"}
        super().__init__(description=textwrap.fill(description, 79), **facts)
        self.set_defaults(parser=self)

    def parse(self, argv: Sequence[str] | None) -> argparse.Namespace:
        """Returns what was asked for, or leaves the process with a usage, what is wrong, and what was meant."""
        words = sys.argv[1:] if argv is None else argv
        if words[:1] == ["help"]:
            words = [*words[1:], "--help"]
        leading = itertools.takewhile(lambda word: word.startswith("-"), words)
        self.refuse([word for word in leading if not any(flag.startswith(_bare(word)) for flag in self.flags)])
        args, unknown = self.parse_known_args(words)
        args.parser.refuse(unknown)
        return args

    @property
    def flags(self) -> tuple[str, ...]:
        """The flags that the help shows."""
        return tuple(name for one in self._actions if one.help != argparse.SUPPRESS for name in one.option_strings)

    def refuse(self, unknown: Sequence[str]) -> None:
        """Leaves the process if anything was not understood, naming it and the flag that was probably meant."""
        if unknown:
            self.error(f"not understood: {' '.join(unknown)}{_meant(_bare(unknown[0]), self.flags)}")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            hint = _meant(str(value), map(str, action.choices)) or f"; there are: {', '.join(map(str, action.choices))}"
            raise argparse.ArgumentError(None, f"{action.metavar or action.dest} {value!r} is unknown{hint}")


class ShowVersion(argparse.Action):
    """Prints the version and leaves; only then is it looked up, which takes a quarter of the time that a help takes."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Prints it."""
        from ingest.distribution import version

        print(f"{parser.prog} {version()}")
        parser.exit()


def add_commands(
    parser: Parser, groups: Mapping[str, Sequence[Command]], run: Mapping[str, Run], tail: Callable[[Parser], None]
) -> None:
    """Adds commands, which the help lists in their groups, each with what runs it; `tail` adds flags to each."""
    commands = parser.add_subparsers(metavar="COMMAND", help=argparse.SUPPRESS, prog=parser.prog)
    for command in (command for group in groups.values() for command in group):
        what = f"{command.what[0].upper()}{command.what[1:]}."
        one = commands.add_parser(command.name, help=command.what, description=what, examples=command.examples)
        one.set_defaults(command=command.name, run=run[command.name])
        command.add_flags(one)
        tail(one)
    listed = (f"{name}:\n" + "\n".join(in_columns({c.name: c.what for c in group})) for name, group in groups.items())
    parser.description = "\n\n".join((parser.description or "", *listed))


def complete(parser: Parser) -> None:
    """Answers a shell that asks how a command line may go on, and ends the process."""
    import argcomplete

    argcomplete.autocomplete(parser)


def show_completion(args: argparse.Namespace) -> int:
    """Prints what a shell has to evaluate to complete the lines of `footnote`; returns 0."""
    from argcomplete.shell_integration import shellcode

    print(shellcode(["footnote"], shell=args.shell))
    return 0


def in_columns(remarks: Mapping[str, str]) -> list[str]:
    """Returns a line for each, with the remarks one below the other."""
    width = max(map(len, remarks), default=0)
    return [f"  {name:{width}}  {remark}".rstrip() for name, remark in remarks.items()]


def _bare(flag: str) -> str:
    return flag.partition("=")[0]


def _meant(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, known, 1)
    return f"; did you mean {close[0]}?" if close else ""
