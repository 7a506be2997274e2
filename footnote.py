"""The front door: the `footnote` command. The only file that knows all three packages.

It alone reads the environment.
Each command imports what it needs when it runs, so that `footnote --help` loads nothing heavy.
"""

import argparse
import datetime
import errno
import importlib.metadata
import io
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import BotError, SlackMisconfigured
from bot.slack.settings import SlackSettings
from eval.errors import EvalError
from ingest.errors import IndexNotFound, IngestError
from ingest.settings import check_names, read_settings, read_toml, setting

if TYPE_CHECKING:
    from rich.console import Console

    from bot.answer import Answer
    from bot.followup import Turn

DONE, FAILED, WRONG_USE, INTERRUPTED = 0, 1, 2, 130
REPOSITORY = Path(__file__).parent
EVAL = REPOSITORY / "eval"


@dataclass(frozen=True)
class Settings:
    """Where things are."""

    home: Path = setting(Path(".footnote"), help="the data folder")
    corpus: Path = setting(Path("corpus"), help="the folder of articles")
    minilm: Path | None = setting(None, help="a folder with the files of the embedding model")


SETTINGS = (Settings, SlackSettings)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code; every foreseen failure is one plain line on standard error."""
    args = _parser().parse_args(argv)
    try:
        code = int(args.run(args, _settings(args, os.environ)))
        sys.stdout.flush()
        return code
    except (IngestError, BotError, EvalError) as error:
        print(f"footnote: {error}", file=sys.stderr)
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

    ingest = _command(commands, "ingest", _ingest, "bring the index up to the articles")
    ingest.add_argument("corpus", metavar="CORPUS", nargs="?", help="the folder of articles")
    ingest.add_argument("--dry-run", action="store_true", help="show what would happen; embed and publish nothing")
    ingest.add_argument("--json", action="store_true", help="print the report as JSON")
    ingest.add_argument("--allow-mass-delete", action="store_true", help="go on though most articles have vanished")
    _command(commands, "history", _history, "show past ingests")
    _command(commands, "rollback", _rollback, "go back to the generation before")

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
    what = "run and compare with the baseline; compare the last run; make the last run the baseline"
    evaluate.add_argument("action", choices=("run", "compare", "promote"), help=what)
    evaluate.add_argument("--cases", metavar="FILE", type=Path, default=EVAL / "cases.jsonl", help="the question set")
    evaluate.add_argument("--baseline", metavar="FILE", type=Path, default=EVAL / "baseline.json", help="the baseline")
    return parser


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    run: Callable[[argparse.Namespace, Settings], int],
    what: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=what, description=what.capitalize() + ".")
    parser.set_defaults(run=run)
    # The data folder may be named before or after the command.
    parser.add_argument("--home", metavar="DIR", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    parser.add_argument(
        "--corpus", metavar="DIR", dest="corpus_flag", default=argparse.SUPPRESS, help=argparse.SUPPRESS
    )
    return parser


def _ingest(args: argparse.Namespace, settings: Settings) -> int:
    from rich.console import Console

    from ingest.embed import MiniLM
    from ingest.report import print_report, report_as_json, shown_progress
    from ingest.run import ingest

    console = Console(stderr=args.json)
    with shown_progress(console) as progress:
        report = ingest(
            settings.corpus,
            settings.home,
            open_embedder=lambda: MiniLM(settings.minilm),
            now=datetime.datetime.now(datetime.UTC),
            progress=progress,
            dry_run=args.dry_run,
            allow_mass_delete=args.allow_mass_delete,
        )
    if args.json:
        print(json.dumps(report_as_json(report, dry_run=args.dry_run), ensure_ascii=False))
    else:
        print_report(report, console, dry_run=args.dry_run)
    return FAILED if report.failed else DONE


def _history(args: argparse.Namespace, settings: Settings) -> int:
    from rich.console import Console

    from ingest.generation import current
    from ingest.ledger import Ledger
    from ingest.report import print_history

    path = settings.home / "ledger.sqlite"
    if not path.is_file():
        raise IndexNotFound(f"no index in {settings.home}; build it with: footnote ingest")
    with closing(Ledger(path)) as ledger:
        print_history(ledger.runs(), current(settings.home), Console())
    return DONE


def _rollback(args: argparse.Namespace, settings: Settings) -> int:
    from ingest.generation import roll_back
    from ingest.lock import ingest_lock

    with ingest_lock(settings.home):
        before, after = roll_back(settings.home)
    print(f"Went back from generation {before} to {after}. The next ingest publishes the corpus as it is then.")
    return DONE


def _ask(args: argparse.Namespace, settings: Settings) -> int:
    if (args.question is None) == (args.batch is None):
        print('footnote: give one question, as in: footnote ask "Who …?", or a file with --batch', file=sys.stderr)
        return WRONG_USE
    if args.batch:
        return _ask_batch(args, settings)
    from rich.console import Console

    from bot.answer import as_json
    from bot.terminal import print_answer

    with _opened(settings) as ask:
        answer = ask(args.question, (), None)
    if args.json:
        print(json.dumps(as_json(answer), ensure_ascii=False))
    else:
        print_answer(answer, Console())
    return DONE


def _ask_batch(args: argparse.Namespace, settings: Settings) -> int:
    from bot.batch import answer_batch, opened_output, read_batch

    items = read_batch(args.batch)
    with _opened(settings) as ask, opened_output(args.output) as write:
        for line in answer_batch(items, lambda item: ask(item.question, item.history, item.asked)):
            write(line + "\n")
    return DONE


def _chat(args: argparse.Namespace, settings: Settings) -> int:
    from rich.console import Console

    from bot.chat import chat

    console = Console()
    with _opened(settings) as ask:
        chat(_lines(console), lambda text, history: ask(text, history, None), console)
    return DONE


def _lines(console: "Console") -> Iterator[str]:
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    while True:
        try:
            yield console.input("[bold]> [/]" if sys.stdin.isatty() else "")
        except EOFError:
            return


@contextmanager
def _opened(settings: Settings) -> Iterator[Callable[[str, Sequence["Turn"], datetime.date | None], "Answer"]]:
    """Yields a function from a message, its history and the day it was asked (None: today) to an answer."""
    from bot.ask import ask
    from ingest.embed import MiniLM
    from ingest.index import open_current

    embedder = MiniLM(settings.minilm)
    index = open_current(settings.home, embedder.fingerprint)
    try:
        yield lambda text, history, asked: ask(
            text,
            index=index,
            embedder=embedder,
            language=embedder,
            asked=asked or datetime.date.today(),
            history=history,
        )
    finally:
        index.close()


def _slack(args: argparse.Namespace, settings: Settings) -> int:
    from bot.slack.opened import opened
    from bot.slack.run import serve
    from bot.slack.settings import check

    slack = check(read_settings(SlackSettings, _values(args, os.environ)))
    with opened(settings.home, settings.minilm) as app:
        return serve(slack, home=settings.home, responder=app.responder, knowledge=app.knowledge)


def _demo_slack(args: argparse.Namespace, settings: Settings) -> int:
    if not (REPOSITORY / "tests" / "loopback").is_dir():
        raise SlackMisconfigured("demo-slack needs the folder tests/ of the repository; run it from a checkout")
    sys.path.insert(0, str(REPOSITORY))  # tests/ is not installed
    from bot.slack.opened import opened
    from tests.loopback.demo import run_demo

    with opened(settings.home, settings.minilm) as app:
        return run_demo(settings.home, app, port=args.port, opens_browser=not args.no_browser)


def _eval(args: argparse.Namespace, settings: Settings) -> int:
    from rich.console import Console

    from eval.command import compare_last, evaluate_corpus, promote_last

    last = settings.home / "eval" / "last.json"
    if args.action == "run":
        with _opened(settings) as ask:
            evaluate_corpus(args.cases, settings.corpus, last, lambda question: ask(question, (), None))
    if args.action == "promote":
        promote_last(last, args.baseline)
        print(f"The last run is the baseline now: {args.baseline}")
        return DONE
    lost = compare_last(last, args.baseline, Console(), whole=args.action == "run")
    return FAILED if lost else DONE


if __name__ == "__main__":
    sys.exit(main())
