"""The rules that hold for all of the product's code, as tables: imports, sizes, the environment, the names in texts."""

import ast
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

PACKAGES = ("ingest", "bot", "eval")
# Imports go from a later to an earlier one, or stay inside.
LAYERS = (*PACKAGES, "footnote")
# What a folder may import of its own package, besides itself; folders that are not named may import all of it.
INNER: Mapping[str, tuple[str, ...]] = {
    "ingest/articles": ("distribution", "errors", "private"),
    "ingest/embed": ("distribution", "errors", "refusal", "route"),
    "ingest/index": ("articles", "context", "embed", "errors", "private", "settings", "split", "terms", "units"),
    "bot/compare": (),
    "bot/demo": ("errors", "slack"),
    "bot/endpoint": ("errors",),
    "bot/question": ("compare",),
    "bot/quote": ("answer", "conflict", "errors", "injection", "question", "retrieve", "shapes"),
}
# Each third-party library, and the modules or folders that may import it.
HOMES: Mapping[str, tuple[str, ...]] = {
    "aiohttp": ("bot/slack/", "bot/demo/"),
    "argcomplete": ("ingest/command_line.py",),
    "babel": ("bot/compare/propernames.py", "bot/compare/measures.py"),
    "chromadb": ("ingest/index/chroma.py",),
    "countryinfo": ("bot/compare/propernames.py",),
    "dateparser": ("ingest/articles/declared.py",),
    "defusedxml": ("ingest/articles/formats/package.py",),
    "docutils": ("ingest/articles/formats/sphinx.py",),
    "ftfy": ("ingest/articles/decode.py",),
    "httpcore": ("ingest/articles/fetch.py",),
    "httpx2": ("bot/endpoint/client.py", "bot/endpoint/wire.py", "ingest/embed/endpoint.py", "ingest/route.py"),
    "llama_index": ("bot/retriever.py", "eval/"),
    "lxml": ("ingest/articles/formats/html.py",),
    # It parses in one place; the others know the tokens that it gives.
    "markdown_it": tuple(f"ingest/articles/formats/{name}.py" for name in ("markdown", "running")),
    "mdit_py_plugins": ("ingest/articles/formats/running.py",),
    "numpy": ("ingest/", "bot/", "eval/"),
    "onnxruntime": ("ingest/embed/minilm.py",),
    "openai": ("bot/endpoint/client.py", "ingest/embed/endpoint.py"),
    "openpyxl": ("ingest/articles/formats/workbook.py",),
    "pathspec": ("ingest/articles/corpus.py",),
    "pypandoc": ("ingest/articles/formats/pandoc.py",),
    "pytest": ("eval/plugin.py",),
    "pypdfium2": ("ingest/articles/formats/pdf.py",),
    "ray": ("ingest/embed/on_ray.py",),
    "rapidfuzz": ("ingest/index/lexical.py", "bot/compare/locate.py"),
    "rich": (
        "ingest/articles/formats/running.py",
        "ingest/report.py",
        "ingest/commands.py",
        "ingest/doctor/screen.py",
        "bot/terminal.py",
        "bot/commands.py",
        "bot/stale.py",
        "bot/gap_commands.py",
        "eval/",
    ),
    "sentencex": ("ingest/sentences.py",),
    "slack_bolt": ("bot/slack/",),
    "slack_sdk": ("bot/slack/",),
    "striprtf": ("ingest/articles/formats/rtf.py",),
    "sqlalchemy": ("bot/slack/records/",),
    "Stemmer": ("ingest/terms.py",),
    "tantivy": ("ingest/index/lexical.py",),
    "tokenizers": ("ingest/embed/minilm.py",),
    "torch": ("eval/train/cross_encoder.py",),
    "watchfiles": ("ingest/watch.py",),
    "yaml": ("ingest/articles/front_matter.py",),
}
READS_ENVIRONMENT = ("footnote.py",)
MOST_LINES, MOST_LINES_OF_A_FUNCTION = 300, 40


def sources() -> dict[str, str]:
    """The product's modules: path inside the repository -> source."""
    paths = [REPOSITORY / "footnote.py", *(path for name in PACKAGES for path in (REPOSITORY / name).rglob("*.py"))]
    return {path.relative_to(REPOSITORY).as_posix(): path.read_text(encoding="utf-8") for path in sorted(paths)}


def texts() -> dict[str, str]:
    """Whatever may name a module: all Python, the tests' too, and all Markdown but the articles."""
    folders = (*PACKAGES, "tests")
    found = [path for name in folders for path in (REPOSITORY / name).rglob("*") if path.suffix in (".py", ".md")]
    paths = [REPOSITORY / "footnote.py", *REPOSITORY.glob("*.md"), *found]
    return {path.relative_to(REPOSITORY).as_posix(): path.read_text(encoding="utf-8") for path in sorted(paths)}


SOURCES, TEXTS = sources(), texts()


@cache
def nodes(source: str) -> tuple[ast.AST, ...]:
    """All of a source's syntax; kept, for every rule looks at every module."""
    return tuple(ast.walk(ast.parse(source)))


def imports(source: str) -> Iterator[str]:
    """Every module a source may import, also inside functions, as dotted names; `from a import b` yields a and a.b."""
    for node in nodes(source):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where a name comes from"
            assert node.module
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def top(name: str) -> str:
    return name.split(".", 1)[0]


def wrong_way(path: str, source: str) -> list[str]:
    """Imports of our own code against the direction of the layers."""
    own = LAYERS.index(path.split("/")[0].removesuffix(".py"))
    ours = [name for name in imports(source) if top(name) in LAYERS or top(name) == "tests"]
    return [name for name in ours if top(name) == "tests" or LAYERS.index(top(name)) > own]


def past_its_layer(path: str, source: str) -> list[str]:
    """Imports by which a folder of the table knows more of its own package than it may."""
    folder = "/".join(path.split("/")[:2])
    if folder not in INNER:
        return []
    package, own = folder.split("/")
    parts = [name.split(".") for name in imports(source) if top(name) == package]
    return [".".join(part) for part in parts if len(part) > 1 and part[1] not in (own, *INNER[folder])]


def away_from_home(path: str, source: str) -> list[str]:
    """Imports of third-party libraries outside their homes, or of libraries that have none."""
    foreign = {top(name) for name in imports(source)} - set(LAYERS) - set(sys.stdlib_module_names)
    return [name for name in sorted(foreign) if not path.startswith(HOMES.get(name, ("nowhere",)))]


def reads_environment(source: str) -> bool:
    found = [node for node in nodes(source) if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)]
    attributes = [node.attr for node in found if isinstance(node.value, ast.Name) and node.value.id == "os"]
    return bool(
        {"environ", "environb", "getenv", "getenvb"} & {*attributes, *(n.removeprefix("os.") for n in imports(source))}
    )


def long_functions(source: str) -> list[str]:
    functions = [n for n in nodes(source) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]
    return [f.name for f in functions if (f.end_lineno or 0) - f.lineno + 1 > MOST_LINES_OF_A_FUNCTION]


def names_in(text: str) -> list[str]:
    """What a text names in backticks as ours: modules and what is in them with dots, files and folders with slashes."""
    return re.findall(r"`((?:ingest|bot|eval|tests)(?:(?:\.\w+)+|(?:/[\w.-]+)+/?))`", text)


def exists(name: str) -> bool:
    """Whether a name with slashes is a path of the repository, or one with dots a module or something in one."""
    if "/" in name:
        return (REPOSITORY / name).exists()
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        base = REPOSITORY.joinpath(*parts[:length])
        path = base / "__init__.py" if base.is_dir() else base.with_suffix(".py")
        if path.is_file():
            return defines(path.read_text(encoding="utf-8"), parts[length:])
    return False


def defines(source: str, names: Sequence[str]) -> bool:
    """Whether a module has a name, or a class of it the next one, and so on."""
    module = nodes(source)[0]
    body: list[ast.stmt] = module.body if isinstance(module, ast.Module) else []
    for name in names:
        found = [node for node in body if name in _defined_by(node)]
        if not found:
            return False
        body = found[0].body if isinstance(found[0], ast.ClassDef) else []
    return True


def _defined_by(node: ast.stmt) -> list[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)]


def cycle(graph: Mapping[str, set[str]]) -> list[str]:
    """The modules of a cycle, or nothing: what is left when modules without imports are taken away again and again."""
    left = {name: set(targets) for name, targets in graph.items()}
    while free := {name for name, targets in left.items() if not targets & left.keys()}:
        left = {name: targets for name, targets in left.items() if name not in free}
    return sorted(left)


def graph_of(modules: Mapping[str, str]) -> dict[str, set[str]]:
    names = {path: path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in modules}
    return {
        names[path]: {name for name in imports(source) if name in names.values() and name != names[path]}
        for path, source in modules.items()
    }


def breaking(rule: Callable[[str, str], Sequence[str]], texts: Mapping[str, str] = SOURCES) -> dict[str, Sequence[str]]:
    """What breaks a rule, by path."""
    found = {path: rule(path, text) for path, text in texts.items()}
    return {path: names for path, names in found.items() if names}


def test_imports_point_one_way() -> None:
    assert breaking(wrong_way) == {}


def test_the_inner_folders_know_no_more_than_the_table_says() -> None:
    assert breaking(past_its_layer) == {}


def test_every_module_and_file_that_is_named_exists() -> None:
    assert breaking(lambda _, text: [name for name in names_in(text) if not exists(name)], TEXTS) == {}


def test_each_library_stays_in_its_home() -> None:
    assert breaking(away_from_home) == {}


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {name: targets - {"ingest", "bot", "eval"} for name, targets in graph_of(SOURCES).items()}
    assert cycle(graph) == []


def test_only_the_front_door_reads_the_environment() -> None:
    assert tuple(path for path, source in SOURCES.items() if reads_environment(source)) == READS_ENVIRONMENT


def test_modules_and_functions_stay_short() -> None:
    assert {path for path, source in SOURCES.items() if len(source.splitlines()) > MOST_LINES} == set()
    assert breaking(lambda _, source: long_functions(source)) == {}


def test_no_module_is_named_like_its_folder() -> None:
    assert [path for path in SOURCES if Path(path).stem == Path(path).parent.name] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_holds_nothing_but_its_docstring(package: str) -> None:
    body = ast.parse(SOURCES[f"{package}/__init__.py"]).body
    assert [type(node) for node in body] == [ast.Expr]


def test_only_the_front_door_opens_the_demonstration_and_its_slack_knows_nothing_of_ours() -> None:
    ours = {path: [name for name in imports(SOURCES[path]) if top(name) in LAYERS] for path in SOURCES}
    outside = [path for path in ours if not path.startswith("bot/demo/")]
    assert [path for path in outside if any("bot.demo" in name for name in ours[path])] == ["footnote.py"]
    loopback = {name for path in ours if path.startswith("bot/demo/loopback/") for name in ours[path]}
    assert [name for name in loopback if not name.startswith("bot.demo.loopback")] == []


def test_every_library_of_the_table_is_used() -> None:
    used = {top(name) for source in SOURCES.values() for name in imports(source)}
    assert set(HOMES) - used == set()


def test_the_rules_find_what_breaks_them() -> None:
    inside = "def f():\n    from bot.ask import ask\n    import chromadb.errors\n    import os\n    os.environ['A']\n"
    assert wrong_way("ingest/x.py", inside) == ["bot.ask", "bot.ask.ask"]
    assert wrong_way("eval/x.py", inside) == []
    assert away_from_home("bot/x.py", inside + "    import unheard_of\n") == ["chromadb", "unheard_of"]
    assert wrong_way("footnote.py", "from tests.conftest import build") != []
    assert past_its_layer("bot/quote/x.py", "from bot.ask import ask\nimport bot.answer") == ["bot.ask", "bot.ask.ask"]
    assert past_its_layer("bot/compare/x.py", "from ingest.terms import fold\nfrom bot.compare import y") == []
    assert past_its_layer("bot/compare/x.py", "from bot import ask") == ["bot.ask"]
    named = ["ingest.index.Index", "bot.ask.ask", "bot.means.Means.index", "bot/ask.py", "eval.none", "bot/no"]
    assert names_in(" ".join(f"`{name}`" for name in named)) == named
    assert [name for name in named if not exists(name)] == ["ingest.index.Index", "eval.none", "bot/no"]
    assert reads_environment(inside)
    assert reads_environment("from os import getenv")
    assert long_functions("def f():\n" + "    pass\n" * 40) == ["f"]
    assert cycle({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()}) == ["a", "b", "c"]
    assert graph_of({"bot/a.py": "from bot import b", "bot/b.py": "import bot.a"}) == {
        "bot.a": {"bot.b"},
        "bot.b": {"bot.a"},
    }


def test_the_table_covers_the_whole_repository() -> None:
    modules = {path.name for path in REPOSITORY.glob("*.py")}
    assert modules == {"footnote.py"}
    assert all(Path(REPOSITORY / path).exists() for homes in HOMES.values() for path in homes)
