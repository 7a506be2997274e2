"""What a unit is found by beside its own words."""

import pytest

from ingest.context import header_of, lead_of, section_of
from tests.asking_fixtures import unit_of
from tests.reading_fixtures import article_of

ARTICLE = article_of("""# Pumps

Keep these:

- keys
  - of brass
- lamps

  ```
  light up
  ```

| Part | Gap |
|------|-----|
| inlet | 2 mm |

All is well.
""")


@pytest.mark.parametrize(
    ("unit", "lead"),
    [
        ("Keep these", ""),
        ("keys", "Keep these:"),
        ("of brass", "Keep these: • keys"),
        ("light up", "Keep these: • lamps"),
        ("Part", ""),
        ("inlet", "Part | Gap"),
        ("All is well", ""),
    ],
)
def test_a_unit_is_introduced_by_what_it_leans_on_the_nearest_last(unit: str, lead: str) -> None:
    assert lead_of(ARTICLE, unit_of(ARTICLE, unit)) == lead


def test_of_what_introduces_a_unit_no_more_is_read_than_a_reader_keeps_in_mind() -> None:
    deep = article_of(f"{'Mind this. ' * 60}Keep:\n\n- a1\n  - b2\n    - c3\n      - d4")
    assert lead_of(deep, unit_of(deep, "d4")) == "• a1 • b2 • c3"
    assert len(lead_of(deep, unit_of(deep, "a1"))) <= 300


def test_a_place_in_a_row_has_the_header_of_its_table_and_other_places_have_none() -> None:
    places = {text: ARTICLE.text.index(text) for text in ("inlet", "Part", "keys", "All is well")}
    assert {text: header_of(ARTICLE, at) for text, at in places.items()} == {
        "inlet": "Part | Gap",
        "Part": "",
        "keys": "",
        "All is well": "",
    }


def test_a_table_without_a_header_has_none() -> None:
    bare = article_of("<table><tr><td>hall</td><td>old</td></tr><tr><td>yard</td><td>new</td></tr></table>", "a.html")
    assert header_of(bare, bare.text.index("yard")) == ""


def test_a_section_is_called_by_the_title_and_the_headings_above_it() -> None:
    assert section_of("Pumps", ("Costs", "Tax")) == "Pumps › Costs › Tax"
    assert section_of("Pumps", ()) == "Pumps"
