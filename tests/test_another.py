"""What is told apart by a name or a figure is not taken for one another."""

from dataclasses import replace

import pytest

from bot.quote.another import speaks_of_another, told_apart
from tests.asking_fixtures import BRIDGE, candidate, question


@pytest.mark.parametrize(
    ("asked", "text", "another"),
    [
        ("Does the Munich office allow dogs?", "The Berlin office allows dogs.", True),
        ("Does the Munich office allow dogs?", "The Munich and the Berlin office allow dogs.", False),
        ("Does the Munich office allow dogs?", "Every office allows dogs.", False),
        ("Which Chinese drones came?", "The Turkish drones came by night.", False),
        ("How many faults did the 2022 audit find?", "The 2021 audit found 3 faults.", True),
        ("How many faults did the 2022 audit find?", "The 2021 and the 2022 audit found 3 faults.", False),
        ("When does Vue 3 end?", "Vue 2 ended in December.", True),
        ("When does Vue 3 end?", "Vue 3.4 ends in December.", False),
        ("When does Vue 3 end?", "It ends in 2 years.", False),
        ("How far is it from 2 to 4?", "It is 5 miles from 3 to 7.", False),
        ("Does it run on Node 20?", "It runs on Node 18.", True),
        ("Does it run on Node 20?", "It runs on Node 18 or later.", False),
        ("Can I order 3 oars?", "You can order 2 oars at once.", False),
        ("What did we decide on November 3?", "The launch moves to November 20.", False),
        ("Why is AB 12 no NI number?", "It belongs to a National Insurance number.", False),
        ("What is the limit of API v2?", "The limit of API v1 is 60.", True),
        ("How do the Berlin office and the Munich office differ?", "The Berlin office has 40 desks.", False),
    ],
)
def test_another_thing_of_the_kind_asked_about(asked: str, text: str, *, another: bool) -> None:
    assert speaks_of_another(question(asked), candidate(text, asked)) == another


@pytest.mark.parametrize(
    ("title", "path", "another"),
    [
        ("Gadget 5 manual", (), True),
        ("Gadget 4 manual", (), False),
        ("Manuals", ("Gadget 5", "Pump"), True),
        ("Gadget 5 manual", ("Gadget 4", "Pump"), False),
        ("Gadget 4 manual", ("Unlike the Gadget 5",), False),
        ("Manuals", ("Pump",), False),
        ("Gadgets 1 to 9", ("Pump",), False),
    ],
)
def test_what_stands_above_says_which_one_it_is(title: str, path: tuple[str, ...], *, another: bool) -> None:
    asked = question("What is the pressure of the Gadget 4?")
    unit = candidate("The pressure is 60 bar.", asked.text, article=replace(BRIDGE, title=title), path=path)
    assert speaks_of_another(asked, unit) == another


def test_what_goes_on_from_the_one_asked_about_is_not_of_the_one_above() -> None:
    asked, path = question("Why is the Certificate provider off?"), ("Each Shell provider",)
    goes_on, alone = (
        candidate("Users could read keys.", before=before, path=path)
        for before in ("Turn the Certificate provider off.", "Turn it off.")
    )
    assert (speaks_of_another(asked, goes_on), speaks_of_another(asked, alone)) == (False, True)


@pytest.mark.parametrize(
    ("title", "id_", "text", "another"),
    [
        ("0421 Ferry lanes", "a.md", "It has drawbacks.", True),
        ("0417 Quay lights", "a.md", "It has drawbacks.", False),
        ("Ferry lanes", "rfcs/0421-ferry-lanes.md", "It has drawbacks.", True),
        ("Ferry lanes", "2026-04-21-ferry-lanes.md", "It has drawbacks.", False),
        ("Changelog", "10-changelog.md", "It has drawbacks.", False),
        ("10 ways to cross", "a.md", "It has drawbacks.", False),
        ("0421 Ferry lanes", "a.md", "It mends the drawbacks of RFC 417.", False),
    ],
)
def test_documents_that_are_told_apart_by_their_numbers(title: str, id_: str, text: str, *, another: bool) -> None:
    asked = question("What are the drawbacks of RFC 417?")
    assert speaks_of_another(asked, candidate(text, article=replace(BRIDGE, title=title, id=id_))) == another


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("Manual of the Gadget 4", "Manual of the Gadget 5", True),
        ("The 2021 report", "The 2022 report", False),
        ("12 dead in a fire", "14 dead in a fire", False),
        ("The bridge", "The Gadget 4", False),
        ("Gadget 4", "Gadget 4, continued", False),
    ],
)
def test_titles_that_tell_things_apart(one: str, other: str, *, apart: bool) -> None:
    assert told_apart(one, other) == told_apart(other, one) == apart
