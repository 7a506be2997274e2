"""A home in one file: the ledger and the published generation. Knows tar and SQLite; knows nothing of what they hold.

The file is a plain tar: `digests.json`, `ledger.sqlite`, and the files of the generation below `generation/`.
"""

import datetime
import json
import os
import shutil
import sqlite3
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO

from ingest.entries import entries
from ingest.errors import BackupFailed, IndexBroken, IndexNotFound
from ingest.index import generation
from ingest.index.manifest import Manifest, file_digests, read_manifest, write_manifest
from ingest.index.space import free_bytes
from ingest.index.verify import find_fault_apart
from ingest.ledger import Ledger
from ingest.lock import ingest_lock
from ingest.private import FILE

_LEDGER, _GENERATION, _DIGESTS, _FOLDER = "ledger.sqlite", "generation", "digests.json", "backup.tmp"
_BEFORE = "ledger-before-import.sqlite"
_MOST_DIGESTS, _AT_ONCE = 4_000_000, 2**20


def export_home(home: Path, file: Path) -> Manifest:
    """Writes the ledger and the published generation into one file; it appears only when it is complete.

    The file is for this user alone. Links are not followed: what they lead to is no part of the home. Raises
    IndexNotFound: nothing has been published; BackupFailed: the file cannot be written; AnotherIngest: an ingest is
    running, which may be about to change both.
    """
    name = generation.current(home)
    if name is None:
        raise IndexNotFound(f"no index in {home}", "build it with: footnote ingest")
    unfinished = file.with_name(file.name + ".tmp")
    with ingest_lock(home), _translated(f"{file} cannot be written"), _work_folder(home) as work:
        _refuse_links(home / _LEDGER, generation.folder_of(home, name))
        folder = _snapshot(generation.folder_of(home, name), work / _GENERATION)
        _copy_database(home / _LEDGER, work / _LEDGER)
        (work / _DIGESTS).write_text(json.dumps(_digests(work)), encoding="utf-8")
        try:
            unfinished.unlink(missing_ok=True)
            with _new_file(unfinished) as out, tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as tar:
                for path in sorted(path for path in work.rglob("*") if path.is_file()):
                    tar.add(path, path.relative_to(work).as_posix())
            generation.sync(unfinished)
            unfinished.replace(file)
            generation.sync(file.absolute().parent)
        finally:
            unfinished.unlink(missing_ok=True)
        return read_manifest(folder)


def import_home(
    home: Path,
    file: Path,
    *,
    now: datetime.datetime,
    find_fault: Callable[[Path], str | None] = find_fault_apart,
    free: Callable[[Path], int] = free_bytes,
) -> Manifest:
    """Checks an exported file and publishes the generation in it, in place of what is published; returns its manifest.

    The ledger of the home is replaced too; the one before stays beside it as ledger-before-import.sqlite. Raises
    BackupFailed: the file is not an export, is damaged, or does not fit on the disk; nothing has changed;
    AnotherIngest: an ingest is running.
    """
    with ingest_lock(home), _translated(f"{file} cannot be imported"), _work_folder(home) as work:
        _unpack(file, work, free(home))
        manifest = _check(file, work, find_fault)
        building = generation.building_folder(home)
        building.rmdir()
        (work / _GENERATION).rename(building)
        manifest = replace(manifest, generation=generation.name_of(building))
        write_manifest(building, manifest)
        with closing(Ledger(work / _LEDGER)) as ledger:
            ledger.save_run(now, manifest.generation, {"added": manifest.articles})
        _replace_ledger(home, work / _LEDGER)
        generation.publish(home, building)
        generation.discard_old(home)
        return manifest


def _snapshot(folder: Path, to: Path) -> Path:
    """Copies a generation; bots that read from it may write into its SQLite files, so SQLite copies those."""
    shutil.copytree(folder, to)
    for path in folder.rglob("*.sqlite3"):
        _copy_database(path, to / path.relative_to(folder))
    return to


def _copy_database(path: Path, to: Path) -> None:
    to.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(to)) as copy:
        source.backup(copy)


def _refuse_links(*paths: Path) -> None:
    for path in paths:
        for each in (path, *path.rglob("*")):
            if each.is_symlink():
                raise BackupFailed(f"{each} is a link, which is not followed", "put in its place what it leads to")


@contextmanager
def _new_file(path: Path) -> Iterator[IO[bytes]]:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, FILE), "wb") as file:
        yield file


def _unpack(file: Path, work: Path, free: int) -> None:
    """Takes plain files out of the tar, under the names that an export has and nowhere else; all is checked before."""
    found = entries(file)
    for entry in found:
        top, _, below = entry.name.partition("/")
        if top not in (_LEDGER, _GENERATION, _DIGESTS) or bool(below) != (top == _GENERATION):
            raise BackupFailed(f"{file} is not a file that footnote export has written ({entry.name})", "name another")
        if top == _DIGESTS and entry.size > _MOST_DIGESTS:
            raise BackupFailed(f"{file} has a list of files that is too long", "import another export")
    needed = sum(entry.size for entry in found)
    if needed > free:
        raise BackupFailed(
            f"{file} takes {needed // 2**20:,} MB, but only {free // 2**20:,} are free", "free some space"
        )
    with file.open("rb") as tar:
        for entry in found:
            target = work / entry.name
            target.parent.mkdir(parents=True, exist_ok=True)
            tar.seek(entry.start)
            with target.open("xb") as out:
                _copy_bytes(tar, out, entry.size)


def _copy_bytes(source: IO[bytes], out: IO[bytes], size: int) -> None:
    while size and (part := source.read(min(size, _AT_ONCE))):
        out.write(part)
        size -= len(part)


def _check(file: Path, work: Path, find_fault: Callable[[Path], str | None]) -> Manifest:
    fault = _difference(work) or find_fault(work / _GENERATION)
    if fault:
        raise BackupFailed(f"{file} is damaged: {fault}", "nothing was changed. Import another export")
    return read_manifest(work / _GENERATION)


def _difference(work: Path) -> str | None:
    try:
        expected = json.loads((work / _DIGESTS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "its list of files is missing or damaged"
    found = _digests(work)
    changed = [name for name in {*expected, *found, _LEDGER} if expected.get(name, "") != found.get(name)]
    return f"{min(changed)} is not what was exported" if changed else None


def _digests(work: Path) -> dict[str, str]:
    return file_digests(work, changes=lambda name: name == _DIGESTS)


def _replace_ledger(home: Path, new: Path) -> None:
    if (home / _LEDGER).is_file():
        Ledger(home / _LEDGER).close()  # brings what stands in its log into the file
        for suffix in ("-wal", "-shm"):
            (home / (_LEDGER + suffix)).unlink(missing_ok=True)
        (home / _BEFORE).unlink(missing_ok=True)
        os.link(home / _LEDGER, home / _BEFORE)
    generation.sync(new)
    new.replace(home / _LEDGER)
    generation.sync(home)


@contextmanager
def _work_folder(home: Path) -> Iterator[Path]:
    work = home / _FOLDER
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


@contextmanager
def _translated(what: str) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error, tarfile.TarError, EOFError) as error:
        raise BackupFailed(f"{what}: {error}", "nothing was published. Mend that and try again") from error
    except IndexBroken as error:
        raise BackupFailed(f"{what}: {error}") from error
