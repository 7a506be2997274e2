"""Makes each case a test of pytest: `pytest --footnote-cases eval/cases.jsonl`. Knows pytest's hooks and the command.

`footnote eval run` is run once, as a process; each case is then a test that passes as it passed. One that failed in the
baseline already is expected to fail. What it needs of the eval is imported when cases are asked for, since every run of
pytest loads this module.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from eval.errors import EvalError
from eval.flags import place_of

if TYPE_CHECKING:
    from eval.run import Result


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the options."""
    group = parser.getgroup("footnote")
    group.addoption("--footnote-cases", metavar="FILE", type=Path, help="make each case of Footnote's eval a test")
    group.addoption("--footnote-corpus", metavar="DIR", type=Path, help="their articles (default: corpus beside eval/)")
    group.addoption("--footnote-home", metavar="DIR", type=Path, help="their index (default: one is built for the run)")


def pytest_configure(config: pytest.Config) -> None:
    """Has the file of cases collected beside the other tests."""
    cases = config.getoption("--footnote-cases")
    if cases is not None:
        config.args.append(str(cases))


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collects the file that was named, and no other."""
    cases = parent.config.getoption("--footnote-cases")
    if cases is None or file_path.resolve() != cases.resolve():
        return None
    return CaseFile.from_parent(parent, path=file_path)


class CaseFile(pytest.File):
    """The cases of one file; asked together, when the first of them runs."""

    _results: "dict[str, Result] | None" = None
    _broken = False

    def collect(self) -> Iterator["CaseItem"]:
        """Yields a test for each case."""
        from eval.cases import read_cases

        try:
            cases = read_cases(self.path)
        except EvalError as error:
            raise self.CollectError(str(error)) from error
        for case in cases:
            yield CaseItem.from_parent(self, name=case.id)

    def result(self, id_: str) -> "Result":
        """Returns how a case went; all are asked if none has been yet, and where that is not possible, no more."""
        if self._broken:
            pytest.skip("no case was asked; the first test says why")
        if self._results is None:
            self._broken = True
            self._results = self._run()
            self._broken = False
        return self._results[id_]

    def _run(self) -> "dict[str, Result]":
        from eval.saved import load_run

        given, corpus = self.config.getoption("--footnote-home"), self._corpus()
        with tempfile.TemporaryDirectory() as temporary:
            home = given or Path(temporary)
            if given is None:
                _footnote("--home", home, "--corpus", corpus, "ingest")
            _footnote("--home", home, "--corpus", corpus, "eval", "run", "--once", "--cases", self.path)
            return dict(load_run(home / "eval").by_id)

    def _corpus(self) -> Path:
        return self.config.getoption("--footnote-corpus") or self.path.resolve().parent.parent / "corpus"

    def is_known_to_fail(self, id_: str) -> bool:
        """Tells whether a case fails in the baseline beside the file."""
        from eval.saved import load_baseline

        place = place_of(self._corpus(), Path(), cases=self.path)
        held = load_baseline(place.baseline).held.get(id_)
        return held is not None and not held.passed


class CaseItem(pytest.Item):
    """One case as a test."""

    parent: CaseFile

    def runtest(self) -> None:
        """Fails with the reason if the case did."""
        result = self.parent.result(self.name)
        reason = result.outcome.reason
        if not result.outcome.passed and self.parent.is_known_to_fail(self.name):
            pytest.xfail(f"as in the baseline: {reason}")
        if not result.outcome.passed:
            quotes = "\n".join(f"  {one.article_id}: {one.quote}" for one in result.case.quotes) or "  none"
            asked = f"Question: {result.case.question}\nAnswer: {result.answer['text']}"
            pytest.fail(f"{reason}\n{asked}\nEvidence:\n{quotes}", pytrace=False)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Returns where the case stands."""
        return self.path, None, f"case {self.name}"


def _footnote(*arguments: object) -> None:
    """Runs the command; that cases fail is no trouble here."""
    command = [sys.executable, "-m", "footnote", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        pytest.fail(done.stderr.strip(), pytrace=False)
