"""The list of flips that somebody has explained, for one commit: `ID: reason` a line. Knows its file."""

from collections.abc import Mapping
from pathlib import Path

from eval.errors import BadRun
from eval.files import alone, write_whole


def load_allowed(path: Path) -> Mapping[str, str]:
    """Returns the reasons by the id of their case; a line that begins with # is passed over.

    Raises BadRun: a line names no case or no reason.
    """
    if not path.is_file():
        return {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadRun(f"cannot read {path}: {error}", "save it as UTF-8") from error
    allowed, unfit = {}, []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        id_, _, reason = (part.strip() for part in line.partition(":"))
        allowed[id_] = reason
        unfit += [] if id_ and reason else [str(number)]
    if unfit:
        raise BadRun(f"{path}, line {', '.join(unfit)}: write the id of a case, a colon, and why it may fail or go now")
    return allowed


def clear_allowed(path: Path) -> None:
    """Takes every explanation out, for what they explained is the baseline now; remarks stay.

    Raises CannotWrite: the file cannot be written.
    """
    if load_allowed(path):
        with alone(path.parent):
            lines = path.read_text(encoding="utf-8").splitlines()
            write_whole(path, "".join(f"{line}\n" for line in lines if line.startswith("#")))
