"""Files that a generation shares with the one before. Knows files; knows nothing of what they hold.

A file that is written once and never again can be in several generations: it is one on the disk, and stays for as long
as any of them does.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path


def link_all(source: Path, target: Path, *, but: str = "*.lock") -> None:
    """Puts a file, or all files below a folder, where the target says; a copy only where the file system links none."""
    _take_over(source, target, but, _link)


def copy_all(source: Path, target: Path, *, but: str = "*.lock") -> None:
    """Copies a file, or all files below a folder."""
    _take_over(source, target, but, shutil.copyfile)


def _take_over(source: Path, target: Path, but: str, take: Callable[[str, str], object]) -> None:
    if source.is_dir():
        shutil.copytree(source, target, copy_function=take, dirs_exist_ok=True, ignore=shutil.ignore_patterns(but))
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        take(str(source), str(target))


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
