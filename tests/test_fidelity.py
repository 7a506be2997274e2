"""What programs that know nothing of us show of files of our own is stored, in order, and hardly anything else."""

from pathlib import Path

import pytest

from tests.fidelity import Fidelity, compare, measure
from tests.test_formats import FILES

GUIDE = """---
title: Pump
tags: [a, b]
---
# Pump

It is **old**, but do
not drain it.

1. Open the *lid*.
   - half a turn
2. Pour.

| Grade | Days |
|---|---|
| Junior | 25 |

> Nobody knows why.

```sh
make all
```
"""
# Measured by Pandoc alone, which the development environment brings; other formats need programs of the machine.
MEASURED = {"guide.md": GUIDE.encode()} | {name: FILES[name] for name in ("bridge.csv", "bridge.md", "bridge.rst")}


def test_words_are_compared_in_their_order() -> None:
    assert compare("one two three", "three one two").kept == 2
    assert compare("It is open.", "it is | open") == Fidelity(3, 3, 3)


def test_a_word_that_is_divided_is_the_same_as_a_whole_one() -> None:
    seen = "the har-\n   bour is a well-\nknown one"
    assert compare(seen, "the harbour is a well-known one") == Fidelity(6, 6, 6)
    assert compare(seen, "the har- bour is a well- known one").kept == 4


def test_what_is_lost_and_what_is_added_is_told() -> None:
    found = compare("mind the wet step", "mind the step {.lead}")
    assert (found.lost, found.added) == (("wet",), ("lead",))


@pytest.mark.parametrize("name", sorted(MEASURED))
def test_of_files_of_our_own_every_word_is_kept_and_none_added(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(MEASURED[name])
    for _, found in measure(tmp_path, most=1):
        assert isinstance(found, Fidelity)
        assert found.kept >= 0.99 * found.seen, found.lost
        assert found.stored - found.kept <= 0.005 * found.stored, found.added


def test_pandoc_is_there_to_be_compared_with(tmp_path: Path) -> None:
    (tmp_path / "guide.md").write_text(GUIDE)
    ((_, found),) = measure(tmp_path, most=1)
    assert isinstance(found, Fidelity)
    assert found.seen > 20
