"""What was installed: its version, and what an extra would add. Alone knows the name of the distribution."""

import functools
import importlib.metadata
import re
import shlex

_NAME = "footnote-answers"


@functools.cache
def version() -> str:
    """Returns the version that is installed."""
    return importlib.metadata.version(_NAME)


def remedy_for(extra: str) -> str:
    """Returns how to add what an extra needs, by the requirements that it declares."""
    of_extra = re.compile(rf"""extra\s*==\s*["']{extra}["']""")
    needed = [line.split(";")[0].strip() for line in importlib.metadata.requires(_NAME) or () if of_extra.search(line)]
    return f"it comes with the extra {extra}; install it with: pip install {shlex.join(needed)}"
