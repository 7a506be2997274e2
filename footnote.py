"""The front door: the `footnote` command. The only file that knows all three packages.

It alone reads the environment.
Each command imports what it needs when it runs, so that `footnote --help` loads nothing heavy.
"""

import argparse
import datetime
import functools
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot import flags as bot_flags
from bot.model.settings import ModelSettings
from bot.slack.settings import SlackSettings
from eval import flags as eval_flags
from eval.flags import place_of
from ingest import flags as ingest_flags
from ingest.command_line import Parser, Run, ShowVersion, add_commands, complete, show_completion
from ingest.errors import FootnoteError
from ingest.flags import add_place, order_of
from ingest.index.address import ChromaSettings, server_address
from ingest.process import reader_has_left, set_up
from ingest.settings import check_names, read_settings, read_toml, setting

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from bot.answer import Answer
    from bot.means import Pinned
    from bot.request import Request
    from ingest.embed.embedder import Embedder

DONE, FAILED, WRONG_USE, INTERRUPTED = 0, 1, 2, 130
TOML = Path("footnote.toml")


@dataclass(frozen=True)
class Settings(ChromaSettings, ModelSettings):
    """Where things are, and which model embeds; which one writes, and what holds vectors, is in what it builds on."""

    home: Path = setting(Path(".footnote"), help="the data folder")
    corpus: Path = setting(Path("corpus"), help="the folder of articles")
    minilm: Path | None = setting(None, help="a folder with the files of the embedding model")
    embed: str = setting("minilm", help="the embedder: minilm, or openai:MODEL at the endpoint")
    embed_batch: int = setting(128, help="how many texts the endpoint is sent at once; fewer if it refuses", least=1)


SETTINGS = (Settings, SlackSettings)


@set_up(os.environ)
def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code; every foreseen failure is one plain line on standard error."""
    parser = _parser()
    if "_ARGCOMPLETE" in os.environ:  # a shell asks; nothing else is done
        complete(parser)
    args = parser.parse(argv)
    try:
        code = int(args.run(args))
        sys.stdout.flush()
        return code
    except FootnoteError as error:
        _warn(error)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        return DONE if reader_has_left(error) else FAILED


def _values(args: argparse.Namespace) -> dict[str, str]:
    """Flags win over the environment, the environment over footnote.toml; what is empty is not given."""
    check_names(SETTINGS, os.environ)
    given = {name: value for name, value in os.environ.items() if value}
    return read_toml(TOML, SETTINGS) | given | _flags(args)


def _flags(args: argparse.Namespace) -> dict[str, str]:
    flags = {"FOOTNOTE_HOME": args.home, "FOOTNOTE_CORPUS": getattr(args, "corpus", None) or args.corpus_flag}
    return {name: str(value) for name, value in flags.items() if value is not None}


@functools.cache
def _parser() -> Parser:
    parser = Parser(
        prog="footnote",
        usage="footnote [--home DIR] [--corpus DIR] [COMMAND …]",
        description="Answers questions over a folder of articles, with a checked quote behind every sentence.",
        examples=ingest_flags.EXAMPLES,
    )
    parser.add_argument("--version", action=ShowVersion, nargs=0, help="show the version")
    parser.add_argument("--home", metavar="DIR", help="the data folder (default: .footnote)")
    parser.add_argument("--corpus", metavar="DIR", dest="corpus_flag", help="the folder of articles (default: corpus)")
    parser.set_defaults(command=None, file=None, run=_with_settings(_status))
    run = {name: _with_settings(command) for name, command in WITH_SETTINGS.items()} | ALONE
    add_commands(parser, GROUPS, run, add_place)
    return parser


def _with_settings(command: Callable[[argparse.Namespace, Settings], int]) -> Run:
    return lambda args: command(args, read_settings(Settings, _values(args)))


def _status(args: argparse.Namespace, settings: Settings) -> int:
    from ingest.status import show_status

    cases = place_of(settings.corpus, settings.home).cases
    show_status(settings.corpus, settings.home, has_cases=cases.is_file())
    return DONE


def _ingest(args: argparse.Namespace, settings: Settings) -> int:
    from ingest.commands import run_ingest
    from ingest.embed.cluster import spread_over

    order = order_of(args, corpus=settings.corpus, home=settings.home, server=server_address(settings))
    embedder = functools.cache(lambda: spread_over(args.ray, _embedder(settings), settings.minilm))
    whole = run_ingest(order, embedder, watch=args.watch, warn=_warn)
    return DONE if whole else FAILED


def _history(args: argparse.Namespace, settings: Settings) -> int:
    from ingest.commands import show_history

    show_history(settings.home)
    return DONE


def _show(args: argparse.Namespace, settings: Settings) -> int:
    from ingest.show import show

    for text in show(settings.home, args.article, json_wanted=args.json):
        print(text)
    return DONE


def _upkeep(args: argparse.Namespace, settings: Settings) -> int:
    from ingest.upkeep import UPKEEP, Order

    print(UPKEEP[args.command](Order(settings.home, server_address(settings), args.file)))
    return DONE


def _stale(args: argparse.Namespace, settings: Settings) -> int:
    from bot.stale import show_aged

    show_aged(settings.home, today=datetime.date.today(), json_wanted=args.json)
    return DONE


def _ask(args: argparse.Namespace, settings: Settings) -> int:
    if bool(args.question) == bool(args.batch) or (args.output and not args.batch):
        _warn('give one question, as in: footnote ask "Who …?", or a file with --batch (and --output)')
        return WRONG_USE
    from bot.commands import answer_file, answer_one

    with _opened(settings) as ask:
        if args.batch:
            answer_file(ask, args.batch, args.output)
        else:
            answer_one(ask, " ".join(args.question), json_wanted=args.json)
    return DONE


def _chat(args: argparse.Namespace, settings: Settings) -> int:
    from bot.commands import converse

    with _opened(settings) as ask:
        converse(ask)
    return DONE


@contextmanager
def _opened(settings: Settings) -> "Iterator[Callable[[Request], Answer]]":
    from bot.ask import whole
    from bot.responder import responder

    with _means(settings) as pinned:
        respond = responder(settings.home, pinned)
        yield lambda request: whole(respond(request))


def _means(settings: Settings) -> "AbstractContextManager[Pinned]":
    from bot.means import opened

    server = server_address(settings)
    return opened(settings.home, _embedder(settings), settings, minilm=settings.minilm, server=server, warn=_warn)


def _embedder(settings: Settings) -> "Embedder":
    from ingest.embed.choose import open_embedder

    url, key = settings.openai_base_url, settings.openai_api_key
    return open_embedder(settings.embed, folder=settings.minilm, base_url=url, key=key, batch=settings.embed_batch)


def _warn(trouble: object) -> None:
    print(f"footnote: {trouble}", file=sys.stderr)


def _slack(args: argparse.Namespace, settings: Settings) -> int:
    from bot.slack.opened import opened
    from bot.slack.run import serve
    from bot.slack.settings import check

    slack = check(read_settings(SlackSettings, _values(args)))
    with _means(settings) as pinned:
        app = opened(settings.home, pinned)
        return serve(slack, home=settings.home, responder=app.responder, knowledge=app.knowledge)


def _demo_slack(args: argparse.Namespace, settings: Settings) -> int:
    from bot.demo.run import run_demo
    from bot.slack.opened import opened

    with _means(settings) as pinned:
        app = opened(settings.home, pinned)
        return run_demo(settings.home, app, port=args.port, opens_browser=not args.no_browser)


def _eval(args: argparse.Namespace, settings: Settings) -> int:
    from eval.asking import Order
    from eval.command import run_eval

    place = place_of(settings.corpus, settings.home, cases=args.cases, baseline=args.baseline)
    slack = read_settings(SlackSettings, _values(args))
    order = Order(args, place, settings, functools.partial(_means, settings), settings.minilm, slack)
    return DONE if run_eval(order) else FAILED


def _gaps(args: argparse.Namespace, settings: Settings) -> int:
    from bot.gap_commands import show_gaps

    show_gaps(args, read_settings(SlackSettings, _values(args)), home=settings.home, minilm=settings.minilm)
    return DONE


def _settings(args: argparse.Namespace) -> int:
    from ingest.doctor.examine import show_settings

    for kind in SETTINGS:
        read_settings(kind, _values(args))
    given = {TOML.name: read_toml(TOML, SETTINGS), "environment": os.environ, "flag": _flags(args)}
    show_settings(SETTINGS, given, json_wanted=args.json)
    return DONE


def _doctor(args: argparse.Namespace) -> int:
    """Goes on with what can be used of the settings, where every other command stops at the first that is bad."""
    from bot.doctor import bot_checks
    from eval.saved import baseline_check
    from ingest.doctor.checks import Place, article_checks
    from ingest.doctor.examine import examine
    from ingest.doctor.screen import tell

    examined = examine(SETTINGS, flags=_flags(args), environment=os.environ, toml=TOML)
    settings, slack = read_settings(Settings, examined.values), read_settings(SlackSettings, examined.values)
    place = Place(settings.corpus, settings.home, settings, functools.cache(lambda: _embedder(settings)))
    checks = (
        *article_checks(examined.findings, place, now=datetime.datetime.now(datetime.UTC)),
        *bot_checks(settings, slack, home=settings.home, minilm=settings.minilm),
        baseline_check(place_of(settings.corpus, settings.home)),
    )
    return tell(checks, json_wanted=args.json)


GROUPS = {
    "articles": (*ingest_flags.COMMANDS, *bot_flags.ABOUT_ARTICLES),
    "questions": bot_flags.COMMANDS,
    "how good the answers are": eval_flags.COMMANDS,
    "this installation": ingest_flags.ABOUT_ITSELF,
}
WITH_SETTINGS = {
    "ingest": _ingest,
    "show": _show,
    "history": _history,
    **dict.fromkeys(("rollback", "verify", "export", "import"), _upkeep),
    "stale": _stale,
    "gaps": _gaps,
    "ask": _ask,
    "chat": _chat,
    "slack": _slack,
    "demo-slack": _demo_slack,
    "eval": _eval,
    "status": _status,
}
"""What runs each command, given the settings; the others read them in their own way, or not at all."""
ALONE = {"doctor": _doctor, "settings": _settings, "completion": show_completion}


if __name__ == "__main__":
    sys.exit(main())
