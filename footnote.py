"""The front door: the `footnote` command. The only file that knows all three packages.

It alone reads the environment.
Each command imports what it needs when it runs, so that `footnote --help` loads nothing heavy.
"""

import argparse
import datetime
import errno
import functools
import importlib.metadata
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import BotError, SlackMisconfigured
from bot.model.settings import ModelSettings
from bot.slack.settings import SlackSettings
from eval.errors import EvalError
from ingest.errors import IngestError
from ingest.index.address import ChromaSettings, server_address
from ingest.settings import check_names, read_settings, read_toml, setting

if TYPE_CHECKING:
    from bot.means import Pinned
    from bot.opened import Reply
    from ingest.embed.embedder import Embedder

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

DONE, FAILED, WRONG_USE, INTERRUPTED = 0, 1, 2, 130
REPOSITORY = Path(__file__).parent
EVAL = REPOSITORY / "eval"


@dataclass(frozen=True)
class Settings(ChromaSettings, ModelSettings):
    """Where things are, and which model embeds; which one writes, and what holds vectors, is in what it builds on."""

    home: Path = setting(Path(".footnote"), help="the data folder")
    corpus: Path = setting(Path("corpus"), help="the folder of articles")
    minilm: Path | None = setting(None, help="a folder with the files of the embedding model")
    embed: str = setting("minilm", help="the embedder: minilm, or openai:MODEL at the endpoint")


SETTINGS = (Settings, SlackSettings)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code; every foreseen failure is one plain line on standard error."""
    args = _parser().parse_args(argv)
    try:
        code = int(args.run(args, _settings(args, os.environ)))
        sys.stdout.flush()
        return code
    except (IngestError, BotError, EvalError) as error:
        _warn(error)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.ENOSPC):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing more can be said there
        if error.errno == errno.EPIPE:  # the reader has left
            return DONE
        print("footnote: the output cannot be written: no space is left; free some", file=sys.stderr)
        return FAILED


def _settings(args: argparse.Namespace, environment: Mapping[str, str]) -> Settings:
    return read_settings(Settings, _values(args, environment))


def _values(args: argparse.Namespace, environment: Mapping[str, str]) -> dict[str, str]:
    """Flags win over the environment, the environment over footnote.toml."""
    flags = {"FOOTNOTE_HOME": args.home, "FOOTNOTE_CORPUS": getattr(args, "corpus", None) or args.corpus_flag}
    values = read_toml(Path("footnote.toml"), SETTINGS) | dict(environment)
    values |= {name: str(value) for name, value in flags.items() if value is not None}
    check_names(SETTINGS, values)
    return values


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="footnote",
        description="Answers questions over a folder of articles, with a checked quote behind every sentence.",
    )
    parser.add_argument("--version", action="version", version=f"footnote {importlib.metadata.version('footnote')}")
    parser.add_argument("--home", metavar="DIR", help="the data folder (default: .footnote)")
    parser.add_argument("--corpus", metavar="DIR", dest="corpus_flag", help="the folder of articles (default: corpus)")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_article_commands(commands)
    _add_question_commands(commands)
    return parser


def _add_article_commands(commands: "Commands") -> None:
    ingest = _command(commands, "ingest", _ingest, "bring the index up to the articles")
    ingest.add_argument("corpus", metavar="CORPUS", nargs="?", help="the folder of articles")
    ingest.add_argument("--url", action="append", default=[], help="first fetch this web page into the corpus")
    ingest.add_argument("--retry", action="store_true", help="try files again that have failed three times")
    ingest.add_argument("--dry-run", action="store_true", help="show what would happen; embed and publish nothing")
    ingest.add_argument("--json", action="store_true", help="print the report as JSON")
    ingest.add_argument("--ray", metavar="ADDRESS", help="embed on a Ray cluster: auto, HOST:PORT, ray://…, or local")
    ingest.add_argument("--watch", action="store_true", help="stay, and do it again whenever the articles change")
    ingest.add_argument("--allow-mass-delete", action="store_true", help="go on though most articles have vanished")
    _command(commands, "history", _history, "show past ingests")
    stale = _command(commands, "stale", _stale, "list the articles, the least cited and oldest first")
    stale.add_argument("--json", action="store_true", help="print one JSON object a line")
    _command(commands, "rollback", _upkeep, "go back to the generation before")
    _command(commands, "verify", _upkeep, "check the published index")
    for name, what in (("export", "save the ledger and the published index in FILE"), ("import", "publish an export")):
        _command(commands, name, _upkeep, what).add_argument("file", metavar="FILE", type=Path)


def _add_question_commands(commands: "Commands") -> None:
    ask = _command(commands, "ask", _ask, "answer a question")
    ask.add_argument("question", metavar="QUESTION", nargs="?")
    ask.add_argument("--json", action="store_true", help="print the answer as JSON")
    ask.add_argument("--batch", metavar="IN.jsonl", type=Path, help="answer every line of a file ({id, question, …})")
    ask.add_argument("--output", metavar="OUT.jsonl", type=Path, help="where --batch writes (default: standard output)")
    _command(commands, "chat", _chat, "ask one question after another")
    _command(commands, "slack", _slack, "answer questions in Slack")
    demo = _command(commands, "demo-slack", _demo_slack, "try the Slack app in a browser, without Slack")
    demo.add_argument("--port", type=int, default=8642, help="where the page is served (default: 8642; 0: a free one)")
    demo.add_argument("--no-browser", action="store_true", help="only print the address of the page")

    evaluate = _command(commands, "eval", _eval, "measure the answers")
    what = "run and compare with the baseline; compare the last run; make it the baseline; measure benchmark sets"
    evaluate.add_argument("action", choices=("run", "compare", "promote", "bench"), help=what)
    evaluate.add_argument("folders", metavar="FOLDER", nargs="*", type=Path, help="the sets that bench measures")
    evaluate.add_argument("--cases", metavar="FILE", type=Path, default=EVAL / "cases.jsonl", help="the question set")
    evaluate.add_argument("--baseline", metavar="FILE", type=Path, default=EVAL / "baseline.json", help="the baseline")


def _command(
    commands: "Commands",
    name: str,
    run: Callable[[argparse.Namespace, Settings], int],
    what: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=what, description=what.capitalize() + ".")
    parser.set_defaults(run=run, command=name, file=None)
    # The data folder may be named before or after the command.
    parser.add_argument("--home", metavar="DIR", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    parser.add_argument(
        "--corpus", metavar="DIR", dest="corpus_flag", default=argparse.SUPPRESS, help=argparse.SUPPRESS
    )
    return parser


def _ingest(args: argparse.Namespace, settings: Settings) -> int:
    from ingest.commands import IngestOrder, run_ingest
    from ingest.embed.cluster import spread_over

    order = IngestOrder(
        corpus=settings.corpus,
        home=settings.home,
        urls=args.url,
        server=server_address(settings),
        dry_run=args.dry_run,
        retry=args.retry,
        allow_mass_delete=args.allow_mass_delete,
        json=args.json,
    )
    embedder = functools.cache(lambda: spread_over(args.ray, _embedder(settings), settings.minilm))
    whole = run_ingest(order, embedder, watch=args.watch, warn=_warn)
    return DONE if whole else FAILED


def _history(args: argparse.Namespace, settings: Settings) -> int:
    from ingest.commands import show_history

    show_history(settings.home)
    return DONE


def _upkeep(args: argparse.Namespace, settings: Settings) -> int:
    from ingest.upkeep import UPKEEP, Order

    print(UPKEEP[args.command](Order(settings.home, server_address(settings), args.file)))
    return DONE


def _stale(args: argparse.Namespace, settings: Settings) -> int:
    from rich.console import Console

    from bot.stale import aged_articles, as_json, print_aged

    aged = aged_articles(settings.home, today=datetime.date.today())
    if args.json:
        print("\n".join(json.dumps(as_json(one), ensure_ascii=False) for one in aged))
    else:
        print_aged(aged, Console())
    return DONE


def _ask(args: argparse.Namespace, settings: Settings) -> int:
    if (args.question is None) == (args.batch is None):
        _warn('give one question, as in: footnote ask "Who …?", or a file with --batch')
        return WRONG_USE
    from bot.commands import answer_file, answer_one

    with _opened(settings) as reply:
        if args.batch:
            answer_file(reply, args.batch, args.output)
        else:
            answer_one(reply, args.question, json_wanted=args.json)
    return DONE


def _chat(args: argparse.Namespace, settings: Settings) -> int:
    from bot.commands import converse

    with _opened(settings) as reply:
        converse(reply)
    return DONE


@contextmanager
def _opened(settings: Settings, *, counts: bool = True) -> "Iterator[Reply]":
    from bot.opened import replies

    with _means(settings) as pinned:
        yield replies(settings.home, pinned, counts=counts)


def _means(settings: Settings) -> "AbstractContextManager[Pinned]":
    from bot.means import opened

    server = server_address(settings)
    return opened(settings.home, _embedder(settings), settings, minilm=settings.minilm, server=server, warn=_warn)


def _embedder(settings: Settings) -> "Embedder":
    from ingest.embed.choose import open_embedder

    return open_embedder(
        settings.embed, folder=settings.minilm, base_url=settings.openai_base_url, key=settings.openai_api_key
    )


def _warn(trouble: object) -> None:
    print(f"footnote: {trouble}", file=sys.stderr)


def _slack(args: argparse.Namespace, settings: Settings) -> int:
    from bot.slack.opened import opened
    from bot.slack.run import serve
    from bot.slack.settings import check

    slack = check(read_settings(SlackSettings, _values(args, os.environ)))
    with _means(settings) as pinned:
        app = opened(settings.home, pinned)
        return serve(slack, home=settings.home, responder=app.responder, knowledge=app.knowledge)


def _demo_slack(args: argparse.Namespace, settings: Settings) -> int:
    if not (REPOSITORY / "tests" / "loopback").is_dir():
        raise SlackMisconfigured("demo-slack needs the folder tests/ of the repository; run it from a checkout")
    sys.path.insert(0, str(REPOSITORY))  # tests/ is not installed
    from bot.slack.opened import opened
    from tests.loopback.demo import run_demo

    with _means(settings) as pinned:
        app = opened(settings.home, pinned)
        return run_demo(settings.home, app, port=args.port, opens_browser=not args.no_browser)


def _eval(args: argparse.Namespace, settings: Settings) -> int:
    from rich.console import Console

    from eval.command import compare_last, evaluate_corpus, print_benchmarks, promote_last

    if args.action == "bench":
        from bot.model.connect import open_writer
        from ingest.embed.minilm import MiniLM

        print_benchmarks(args.folders, MiniLM(settings.minilm), open_writer(settings, settings.home))
        return DONE
    last = settings.home / "eval" / "last.json"
    if args.action == "run":
        with _opened(settings, counts=False) as ask:
            evaluate_corpus(args.cases, settings.corpus, last, lambda question: ask(question, (), None))
    if args.action == "promote":
        promote_last(last, args.baseline)
        print(f"The last run is the baseline now: {args.baseline}")
        return DONE
    lost = compare_last(last, args.baseline, Console(), whole=args.action == "run")
    return FAILED if lost else DONE


if __name__ == "__main__":
    sys.exit(main())
