"""The lines of fields at the top of a text, in the notations of the tools that write them."""

import datetime

import pytest

from ingest.articles.front_matter import MAX_CHARS, parse_front_matter, parse_sidecar

BODY = "The pump is old."
YAML = "title: Pump\ndate: 2026-03-04\n"


def test_front_matter_that_is_a_program_is_no_text() -> None:
    declared, below = parse_front_matter("---js\n{\n  data: function (all) { return all; },\n}\n---\n" + BODY)
    assert (declared.title, below) == (None, BODY)


@pytest.mark.parametrize(
    "head",
    [
        f"---\n{YAML}---\n",
        f"---\n{YAML}...\n",
        f"\n\n---\n{YAML}---\n\n",
        f"---yaml\n{YAML}---\n",
        f"--- # fields\n{YAML}---\n",
        f"-----\n{YAML}-----\n",
        "+++\ntitle = 'Pump'\ndate = 2026-03-04\n+++\n",
        "---toml\ntitle = 'Pump'\ndate = 2026-03-04\n---\n",
        '{\n"title": "Pump",\n"date": "2026-03-04"\n}\n',
        ';;;\n{"title": "Pump", "date": "2026-03-04"}\n;;;\n',
        "title: Pump\ndate: 2026-03-04\n\n",
        "Title:   Pump\nDate: 2026-03-04 10:20\nCategory: tools\n\n",
        "title:: Pump\ndate:: 2026-03-04\n\n",
        "% Pump\n% Ana\n% 2026-03-04\n\n",
        f"<!-- Licensed to all. -->\n---\n{YAML}---\n",
        "---\ntitle: Pump\ndate: 2026-03-04\ntags: [a\n---\n",
        "---\ntitle: Pump\nimage: @x\ndate: 2026-03-04 # the day\n---\n",
        "+++\ntitle = 'Pump'\ndate = 2026-03-04\nbroken = \n+++\n",
        "+++\ntitle = 'Pump'\ndate = 2026-03-04\ndue = 2026-02-30\n\n[params]\nx = 1\n[[a]]\nb = 'docs'\n+++\n",
        "+++\ntitle = 'Pump'\ndate = 2026-03-04\n[params]\ntags = ['a',\n[author]\n+++\n",
        "---\ntitle: Pump\njust a remark\ndate: 2026-03-04\n---\n",
        "---\ntitle:Pump\ndate:2026-03-04\n---\n",
        '---\ntitle: Pump\nsummary: "never closed\ndate: 2026-03-04\n---\n',
        '{\n  "title": "Pump",\n  "tags": ["a", "b",],\n  "date": "2026-03-04",\n}\n',
        '{\n  "title": "Pump",\n  tags: [a],\n  "date": "2026-03-04"\n}\n',
    ],
)
def test_fields_are_read_and_are_no_text(head: str) -> None:
    declared, text = parse_front_matter(head + BODY)
    assert (declared.title, declared.published, text) == ("Pump", datetime.date(2026, 3, 4), BODY)


@pytest.mark.parametrize(
    "text",
    [
        f"---\nJust a remark\n---\n{BODY}",
        f"---\n- a\n- b\n---\n{BODY}",
        f"---\nNote: it is old.\nIt turns all the same.\n---\n{BODY}",
        f"---\nTo do\nTitle: no\nThat is all\n---\n{BODY}",
        f"---\ntitle: Pump\n{BODY}",
        f"# Head\n---\ntitle: no\n---\n{BODY}",
        f"Note: it is old.\nAlso: it is red.\n\n{BODY}",
        f'{{"a": 1\n{BODY}',
        f"{{braces}} are text. {BODY}",
        f"<!-- a remark -->\n{BODY}",
        f"%of all pumps\n\n{BODY}",
    ],
)
def test_what_is_no_list_of_fields_is_text(text: str) -> None:
    declared, below = parse_front_matter(text)
    assert (declared.title, below) == (None, text)


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("title: Third quarter: what changed", "Third quarter: what changed"),
        ("title: '@mentions explained'", "@mentions explained"),
        ("title: @mentions explained", "@mentions explained"),
        ("title: *Important* notice", "*Important* notice"),
        ("title: {{ page.title }}", "{{ page.title }}"),
        ("title: |\n  Two\n  lines", "Two lines"),
        ("title: 42", "42"),
    ],
)
def test_what_a_strict_parser_does_not_take_is_read_line_by_line(line: str, title: str) -> None:
    assert parse_front_matter(f"---\n{line}\n---\n{BODY}")[0].title == title


def test_a_list_below_a_name_is_read_line_by_line_too() -> None:
    declared, _ = parse_front_matter(f"---\ntitle: a: b\nauthors:\n  - Ana\n  - Bo\n---\n{BODY}")
    assert (declared.title, declared.author) == ("a: b", "Ana, Bo")


def test_what_is_broken_costs_its_field_and_is_said() -> None:
    toml = "+++\ntitle = 'Pump'\ndate = 2026-02-30\n[params]\nauthor = 'Ana'\n+++\n"
    declared, _ = parse_front_matter(toml + BODY)
    assert (declared.title, declared.published, declared.author) == ("Pump", None, "Ana")
    assert [warning[:17] for warning in declared.warnings] == ["date '2026-02-30'"]
    assert parse_front_matter("---\ntitle: Pump\njust a remark\n---\n")[0].warnings == (
        "'just a remark' is no field; it was passed over",
    )


def test_fields_of_a_team_stand_behind_those_of_the_tool() -> None:
    text = f"---\ntitle: Pump\nparams:\n  title: No\n  author: Ana\nextra:\n  date: 2026-03-04\n---\n{BODY}"
    declared, _ = parse_front_matter(text)
    assert (declared.title, declared.author, declared.published) == ("Pump", "Ana", datetime.date(2026, 3, 4))


def test_aliases_of_yaml_are_not_followed() -> None:
    declared, _ = parse_front_matter(f"---\na: &a [x]\nb: *a\ntitle: Pump\n---\n{BODY}")
    assert declared.title == "Pump"


def test_deep_nesting_costs_the_field_alone() -> None:
    declared, text = parse_front_matter(f"---\ntitle: Pump\nx: {'[' * 5000}\n---\n{BODY}")
    assert (declared.title, text) == ("Pump", BODY)


def test_a_head_that_is_longer_than_any_is_text() -> None:
    text = "---\n" + "a: b\n" * (MAX_CHARS // 4) + f"---\n{BODY}"
    assert parse_front_matter(text)[1] == text


def test_nothing_between_two_rules_is_an_empty_front_matter() -> None:
    assert parse_front_matter(f"---\n---\n{BODY}")[1] == BODY


def test_a_sidecar_declares_like_front_matter() -> None:
    assert parse_sidecar("title: Pump\n", name="a.txt.meta.yaml").title == "Pump"


@pytest.mark.parametrize("text", ["just words", "- a\n- b"])
def test_a_sidecar_without_fields_is_a_warning(text: str) -> None:
    found = parse_sidecar(text, name="a.txt.meta.yaml")
    assert found.warnings == ("a.txt.meta.yaml holds no lines like `title: …`; it was passed over",)
