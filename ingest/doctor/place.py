"""The data folder: its disk, its locks, and what was left lying there. Knows files; takes no lease, writes nothing."""

import fcntl
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.doctor.finding import Finding, finding_of, listed
from ingest.errors import PublishFailed
from ingest.index.generation import unfinished
from ingest.index.leases import lease_files
from ingest.index.space import check_space, free_bytes

_ABOUT = "data folder"
_MOUNTS = Path("/proc/self/mountinfo")
_OTHERS = 0o077
_ESCAPED = re.compile(r"\\([0-7]{3})")  # a space in a mount point is written \040
# What file locks and SQLite cannot be trusted on.
_REMOTE = tuple(
    "nfs cifs smb afs ceph gluster lustre gpfs beegfs davfs ncpfs orangefs fuse.sshfs fuse.s3 fuse.rclone fuse.gcsfuse "
    "fuse.glusterfs fuse.ceph".split()
)


@dataclass(frozen=True)
class Disk:
    """What a data folder lies on: the kind of file system (None: not told), whether it can be written, bytes free."""

    kind: str | None
    writable: bool
    free: int


def place_findings(home: Path) -> Iterator[Finding]:
    """Yields what there is to say about a data folder; one that is not there yet is judged by where it would be."""
    if home.exists() and not home.is_dir():
        yield Finding(_ABOUT, "wrong", f"{home} is a file", "name a folder with --home or FOOTNOTE_HOME")
        return
    there = next(folder for folder in (home.absolute(), *home.absolute().parents) if folder.is_dir())
    kind = file_system(there.resolve(), _MOUNTS.read_text(encoding="utf-8")) if _MOUNTS.is_file() else None
    disk = Disk(kind, os.access(there, os.W_OK | os.X_OK), free_bytes(there))
    yield judge_disk(home, disk, is_there=home.is_dir())
    if not home.is_dir():
        return
    if home.stat().st_mode & _OTHERS:
        text = f"other users of this machine can get at what is in {home}, questions and articles"
        yield Finding(_ABOUT, "note", text, f"unless that is meant, run: chmod -R go= {home}")
    try:
        check_space(home)
    except PublishFailed as error:
        yield finding_of(_ABOUT, error)
    yield from _use(home)


def judge_disk(home: Path, disk: Disk, *, is_there: bool) -> Finding:
    """Returns whether a data folder can be where it is."""
    on = f" on {disk.kind}" if disk.kind else ""
    if disk.kind and disk.kind.startswith(_REMOTE):
        text = f"{home} lies{on}, a network file system: neither locks nor SQLite are safe there"
        return Finding(_ABOUT, "wrong", text, "name a folder on a local disk with --home or FOOTNOTE_HOME")
    if not disk.writable:
        text = f"{home} cannot be written by user {os.geteuid()}"
        return Finding(_ABOUT, "failed", text, "mend its permissions, or name another folder with --home")
    state = "" if is_there else ", not there yet: the first ingest makes it"
    return Finding(_ABOUT, "well", f"{home}{on}, writable, {disk.free / 2**30:,.1f} GB free{state}")


def file_system(path: Path, mounts: str) -> str | None:
    """Returns the kind of file system that a path lies on, going by the text of /proc/self/mountinfo."""
    best, kind = Path(), None
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        point = Path(_ESCAPED.sub(lambda found: chr(int(found[1], 8)), before.split()[4]))
        if path.is_relative_to(point) and len(point.parts) >= len(best.parts):
            best, kind = point, after.split()[0]
    return kind


def holder_of(lock: Path) -> str | None:
    """Returns who holds a lock file, as far as it says so; None if nobody does, or there is none.

    To look, it is held for a moment together with others, which lets nobody in, nor anybody out but in that moment.
    """
    try:
        descriptor = os.open(lock, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return None
    except BlockingIOError:
        written = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
        return f"process {written}" if written.isdigit() else "a process that is not named"
    finally:
        os.close(descriptor)


def _use(home: Path) -> Iterator[Finding]:
    """Who works in the folder now, and what those who were killed have left."""
    ingesting = holder_of(home / "lock")
    if ingesting:
        yield Finding(_ABOUT, "note", f"an ingest is running ({ingesting})")
    bot = holder_of(home / "slack.lock")
    if bot:
        yield Finding(_ABOUT, "well", "a Slack bot is running from it")
    files = lease_files(home)
    reading = sorted({path.name.partition("-")[0] for path in files if holder_of(path)})
    if reading:
        yield Finding(_ABOUT, "well", f"read by process {listed(reading, most=8)}")
    left = [path.name for path in files if not holder_of(path)] + ([] if ingesting else unfinished(home))
    if left:
        text = f"left by processes that were killed: {listed(left)}"
        yield Finding(_ABOUT, "note", text, "nothing has to be done: the next ingest removes them")
