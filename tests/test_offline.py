import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

# Every Python process that finds this module on its path starts without sockets, the one that checks an index too.
NO_SOCKETS = """
import _socket, socket

class Blocked(Exception):
    pass

def refuse(*args, **kwargs):
    raise Blocked("a socket was asked for")

class Refusing(socket.socket):
    __init__ = refuse

socket.socket = socket.SocketType = _socket.socket = Refusing
for name in ("create_connection", "create_server", "getaddrinfo", "gethostbyname", "socketpair", "fromfd"):
    setattr(socket, name, refuse)
    if hasattr(_socket, name):
        setattr(_socket, name, refuse)
"""
QUESTION = "Which missile system did Serbia receive from China in the secret delivery?"
SECRET = "serbia-secret-missile-delivery.txt"


def run_without_sockets(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    (folder / "blocked").mkdir(exist_ok=True)
    (folder / "blocked" / "sitecustomize.py").write_text(NO_SOCKETS)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FOOTNOTE_", "OPENAI_"))}
    path = os.pathsep.join([str(folder / "blocked"), str(REPOSITORY)])
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env=kept | {"PYTHONPATH": path, "HOME": str(folder)},
        timeout=120,
        check=False,
    )


def test_in_such_a_process_no_socket_can_be_made(tmp_path: Path) -> None:
    ran = run_without_sockets(tmp_path, "-c", "import socket; socket.socket()")
    assert "a socket was asked for" in ran.stderr


def is_answered_without_sockets(corpus: Path, folder: Path) -> bool:
    """Whether articles are ingested, and a question is answered from one that is quoted as it stands."""
    ingested = run_without_sockets(folder, "-m", "footnote", "ingest", str(corpus))
    assert (ingested.returncode, ingested.stderr) == (0, "")
    asked = run_without_sockets(folder, "-m", "footnote", "ask", "--json", QUESTION)
    answer = json.loads(asked.stdout)
    assert (asked.returncode, asked.stderr, answer["answered"]) == (0, "", True)
    cited = answer["citations"][0]
    assert cited["article_id"] == SECRET
    return cited["quote"] in (corpus / SECRET).read_text(encoding="utf-8")


def test_an_article_is_ingested_and_asked_about_without_sockets(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    shutil.copy(REPOSITORY / "corpus" / SECRET, tmp_path / "corpus")
    assert is_answered_without_sockets(tmp_path / "corpus", tmp_path)


@pytest.mark.wheel
def test_the_shipped_articles_are_ingested_looked_at_and_asked_about_without_sockets(tmp_path: Path) -> None:
    assert is_answered_without_sockets(REPOSITORY / "corpus", tmp_path)
    examined = run_without_sockets(tmp_path, "-m", "footnote", "--corpus", str(REPOSITORY / "corpus"), "doctor")
    assert (examined.returncode, examined.stderr, examined.stdout.splitlines()[-1]) == (0, "", "All well.")
