"""Opening an SQLite file without leaving a trace. Knows SQLite's files; knows nothing of what is in them."""

from pathlib import Path


def address_to_read(path: Path) -> str:
    """Returns the address under which SQLite opens the file for reading and writes nothing, beside it neither.

    Where another process is writing, or was killed while it was, the files beside it are there already and are used.
    """
    log = path.with_name(path.name + "-wal")
    is_being_written = log.is_file() and log.stat().st_size > 0
    return f"{path.resolve().as_uri()}?mode=ro" + ("" if is_being_written else "&immutable=1")
