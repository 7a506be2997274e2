"""What others copy into their CI: the action's own steps, run by a shell as GitHub would, and the form of the files."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import REPOSITORY, write_corpus
from tests.eval_command_fixtures import CASES, place

ACTION = REPOSITORY / ".github" / "actions" / "gate" / "action.yml"


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def run_step(name: str, *, inputs: Mapping[str, str], folder: Path) -> "subprocess.CompletedProcess[str]":
    """Runs the shell of one step, with its environment filled in from the inputs."""
    step = next(one for one in read(ACTION)["runs"]["steps"] if one.get("name") == name)
    filled = {
        key: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: inputs[found[1]], value)
        for key, value in step.get("env", {}).items()
    }
    binaries = folder / "bin"
    binaries.mkdir(exist_ok=True)
    (binaries / "footnote").write_text(f'#!/bin/sh\nexec {sys.executable} -m footnote "$@"\n')
    (binaries / "footnote").chmod(0o755)
    kept = {k: v for k, v in os.environ.items() if not k.startswith("FOOTNOTE_")}
    environment = (
        kept
        | filled
        | {
            "PATH": f"{binaries}:{os.environ['PATH']}",
            "PYTHONPATH": str(REPOSITORY),
            "GITHUB_STEP_SUMMARY": str(folder / "step.md"),
        }
    )
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", step["run"]], cwd=folder, env=environment, capture_output=True, text=True
    )


@pytest.mark.gate
def test_the_action_ingests_gates_and_tells_why_it_is_red(tmp_path: Path) -> None:
    write_corpus(tmp_path / "corpus")
    place(tmp_path, CASES)
    inputs = {name: str(one.get("default", "")) for name, one in read(ACTION)["inputs"].items()}
    inputs["arguments"] = "--once --no-baseline"
    done = [run_step(name, inputs=inputs, folder=tmp_path).returncode for name in ("ingest", "gate", "summary")]
    assert done == [0, 0, 0]
    assert (tmp_path / "step.md").read_text().startswith("## Answers: green, 3 of 3 cases pass")
    prints = dict.fromkeys(("corpus", "index", "cases", "settings", "model", "code"), "old")
    baseline = {"prints": prints, "totals": {"passed": 1.0}, "floors": {"passed": 1.1}, "articles": {}, "cases": {}}
    (tmp_path / "eval" / "baseline.json").write_text(json.dumps(baseline))
    inputs["arguments"] = "--once"
    assert run_step("gate", inputs=inputs, folder=tmp_path).returncode == 1
    run_step("summary", inputs=inputs, folder=tmp_path)
    assert "- **floor**: passed is 1.000, below its floor of 1.100" in (tmp_path / "step.md").read_text()


@pytest.mark.parametrize(
    ("failing", "why"),
    [
        ("ingest", "A step before the gate failed"),
        pytest.param("gate", "no index", marks=pytest.mark.gate),
    ],
)
def test_the_summary_of_an_earlier_run_is_never_taken_for_that_of_one_that_failed(
    failing: str, why: str, tmp_path: Path
) -> None:
    inputs = {name: str(one.get("default", "")) for name, one in read(ACTION)["inputs"].items()}
    left = tmp_path / ".footnote" / "eval"
    left.mkdir(parents=True)
    for name in ("summary.md", "report.html", "junit.xml"):
        (left / name).write_text("earlier")
    assert run_step("begin", inputs=inputs, folder=tmp_path).returncode == 0
    assert run_step(failing, inputs=inputs, folder=tmp_path).returncode != 0
    assert run_step("summary", inputs=inputs, folder=tmp_path).returncode == 0
    assert why in (tmp_path / "step.md").read_text()
    assert [path.name for path in left.iterdir() if path.read_text() == "earlier"] == []


def test_the_reports_of_an_earlier_run_are_cleared_before_anything_can_fail() -> None:
    names = [one.get("name") for one in read(ACTION)["runs"]["steps"]]
    assert names.index("begin") < names.index("install") < names.index("ingest") < names.index("gate")
    assert read(REPOSITORY / "eval" / "ci" / "gitlab.yml")["answers"]["script"][0].startswith("rm -f .footnote/eval/")


def test_a_first_set_is_written_from_articles_that_are_ingested() -> None:
    said = (REPOSITORY / "eval" / "ci" / "github.yml").read_text()
    commands = re.findall(r"footnote (ingest|eval \w+(?: --no-baseline)?)[,.]", said)
    assert commands == ["ingest", "eval init", "eval run --no-baseline", "eval promote"]


def test_what_goes_wrong_still_leaves_a_summary_a_report_and_a_comment() -> None:
    steps = {one.get("name"): one for one in read(ACTION)["runs"]["steps"]}
    assert all(steps[name]["if"].startswith("always()") for name in ("summary", "report", "comment"))
    assert "report.html" in steps["report"]["with"]["path"]


@pytest.mark.gate
def test_a_file_that_cannot_be_read_stops_neither_ingest_nor_gate_and_is_in_the_summary(tmp_path: Path) -> None:
    (write_corpus(tmp_path / "corpus") / "scan.pdf").write_bytes(b"%PDF-1.4 broken")
    place(tmp_path, CASES)
    inputs = {name: str(one.get("default", "")) for name, one in read(ACTION)["inputs"].items()}
    inputs["arguments"] = "--once --no-baseline"
    ingested, gated = (run_step(name, inputs=inputs, folder=tmp_path) for name in ("ingest", "gate"))
    assert (ingested.returncode, gated.returncode) == (0, 0)
    assert "Mend what failed, or name it in .footnoteignore" in ingested.stdout
    assert "cannot be read: scan.pdf" in (tmp_path / ".footnote" / "eval" / "summary.md").read_text()


def test_the_comment_is_made_once_and_then_changed_and_never_turns_the_gate_red(tmp_path: Path) -> None:
    (tmp_path / ".footnote" / "eval").mkdir(parents=True)
    (tmp_path / ".footnote" / "eval" / "summary.md").write_text("## Answers: green")
    (tmp_path / "bin").mkdir()
    asked = """#!/bin/sh
echo "$@" >> calls
case "$*" in
*--jq*) if [ -f there ]; then echo 17; echo 18; fi ;;
*) cp .footnote/eval/comment.md there ;;
esac
"""
    (tmp_path / "bin" / "gh").write_text(asked)
    (tmp_path / "bin" / "gh").chmod(0o755)
    inputs = {name: str(one.get("default", "")) for name, one in read(ACTION)["inputs"].items()}
    assert [run_step("comment", inputs=inputs, folder=tmp_path).returncode for _ in range(2)] == [0, 0]
    assert (tmp_path / "there").read_text() == "<!-- footnote gate footnote-report -->\n## Answers: green"
    assert [("PATCH" in line, "comments/17 " in line) for line in (tmp_path / "calls").read_text().splitlines()] == [
        (False, False),
        (False, False),
        (False, False),
        (True, True),
    ]
    (step,) = (one for one in read(ACTION)["runs"]["steps"] if one.get("name") == "comment")
    assert step["continue-on-error"] is True


def test_no_step_puts_what_others_wrote_into_a_shell() -> None:
    assert [one["name"] for one in read(ACTION)["runs"]["steps"] if "${{" in one.get("run", "")] == []


def test_the_workflow_to_copy_uses_the_action_with_inputs_that_it_has() -> None:
    (job,) = read(REPOSITORY / "eval" / "ci" / "github.yml")["jobs"].values()
    used = next(step for step in job["steps"] if "gate@" in step.get("uses", ""))
    assert set(used["with"]) <= set(read(ACTION)["inputs"])
    assert used["uses"].partition("@")[0].endswith(ACTION.parent.relative_to(REPOSITORY).as_posix())


@pytest.mark.parametrize("name", ["report.html", "summary.md", "junit.xml"])
def test_the_snippet_for_gitlab_keeps_what_a_run_leaves(name: str) -> None:
    job = read(REPOSITORY / "eval" / "ci" / "gitlab.yml")["answers"]
    assert f".footnote/eval/{name}" in json.dumps(job["artifacts"])
    commands = [line for line in job["script"] if line.startswith("footnote")]
    assert commands == ["footnote ingest || [ $? -eq 1 ]", "footnote eval run"]
