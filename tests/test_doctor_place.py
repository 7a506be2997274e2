import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingest.doctor.checks import OLDEST, TOO_NEW, judge_machine
from ingest.doctor.place import Disk, file_system, holder_of, judge_disk, place_findings
from ingest.index.leases import take_lease
from ingest.lock import ingest_lock
from tests.conftest import REPOSITORY

MOUNTS = """22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 27 0:40 / /mnt/the\\040share rw,relatime shared:1 - nfs4 server:/x rw
32 27 0:42 / /mnt/größe rw,relatime - btrfs /dev/vdc rw
31 30 0:41 / /mnt/the\\040share/local rw,relatime - xfs /dev/vdb rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/me", "ext4"),
        ("/mnt/the share/home", "nfs4"),
        ("/mnt/the share/local/home", "xfs"),
        ("/mnt/the shared", "ext4"),
        ("/mnt/größe/home", "btrfs"),
    ],
)
def test_the_innermost_mount_tells_the_kind_of_file_system(path: str, kind: str) -> None:
    assert file_system(Path(path), MOUNTS) == kind


@pytest.mark.parametrize(
    ("disk", "state", "says"),
    [
        (Disk("ext4", True, 3 * 2**30), "well", "h on ext4, writable, 3.0 GB free"),
        (Disk(None, True, 3 * 2**30), "well", "h, writable, 3.0 GB free"),
        (Disk("nfs4", True, 3 * 2**30), "wrong", "a network file system"),
        (Disk("fuse.sshfs", True, 3 * 2**30), "wrong", "a network file system"),
        (Disk("xfs", False, 3 * 2**30), "failed", "cannot be written by user"),
    ],
)
def test_a_data_folder_must_be_on_a_local_disk_and_writable(disk: Disk, state: str, says: str) -> None:
    finding = judge_disk(Path("h"), disk, is_there=True)
    assert finding.state == state
    assert says in finding.text


def test_a_folder_that_is_not_there_yet_is_not_made(tmp_path: Path) -> None:
    (finding,) = place_findings(tmp_path / "a" / "b")
    assert finding.state == "well"
    assert "the first ingest makes it" in finding.text
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_its_place_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    assert [finding.state for finding in place_findings(tmp_path / "home")] == ["wrong"]


def test_who_holds_the_lock_is_named(tmp_path: Path) -> None:
    assert holder_of(tmp_path / "lock") is None
    with ingest_lock(tmp_path):
        assert holder_of(tmp_path / "lock") == f"process {os.getpid()}"
        texts = [finding.text for finding in place_findings(tmp_path)]
    assert f"an ingest is running (process {os.getpid()})" in texts
    assert holder_of(tmp_path / "lock") is None


def test_looking_at_a_lock_does_not_take_it_away(tmp_path: Path) -> None:
    with ingest_lock(tmp_path):
        pass
    assert holder_of(tmp_path / "lock") is None
    with ingest_lock(tmp_path):
        assert holder_of(tmp_path / "lock")


@contextmanager
def killed_reader(home: Path) -> Iterator[None]:
    """The lease of a process that was killed."""
    code = "import sys, pathlib, os\nfrom ingest.index.leases import take_lease\n"
    code += "take_lease(pathlib.Path(sys.argv[1]), lambda: '000001')\nos.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", code, str(home)], check=False, cwd=REPOSITORY, timeout=60)
    yield


def test_readers_and_what_killed_ones_left_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "generations" / "000002.tmp").mkdir(parents=True)
    with killed_reader(tmp_path):
        lease = take_lease(tmp_path, lambda: "000001")
        assert lease is not None
        before = sorted(tmp_path.rglob("*"))
        findings = tuple(place_findings(tmp_path))
        assert sorted(tmp_path.rglob("*")) == before
        lease.release()
    notes = [finding for finding in findings if finding.state == "note"]
    assert f"read by process {os.getpid()}" in [finding.text for finding in findings]
    assert [finding.text.count(",") for finding in notes] == [1]  # the lease, and the folder half built
    assert "000002.tmp" in notes[0].text


def test_what_a_running_ingest_builds_is_not_left_over(tmp_path: Path) -> None:
    (tmp_path / "generations" / "000002.tmp").mkdir(parents=True)
    with ingest_lock(tmp_path):
        assert not [finding for finding in place_findings(tmp_path) if "left by" in finding.text]


@pytest.mark.parametrize(
    ("python", "system", "state"),
    [
        ((3, 10), "Linux", "failed"),
        ((3, 11), "Linux", "well"),
        ((3, 14), "Darwin", "well"),
        ((3, 15), "Linux", "failed"),
        ((3, 12), "Windows", "failed"),
    ],
)
def test_the_machine_is_judged_by_its_python_and_its_system(python: tuple[int, int], system: str, state: str) -> None:
    assert judge_machine(python, system, said="it").state == state


def test_the_versions_are_those_that_the_package_declares() -> None:
    declared = f'requires-python = ">={OLDEST[0]}.{OLDEST[1]},<{TOO_NEW[0]}.{TOO_NEW[1]}"'
    assert declared in (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
