"""Files that are made to do harm end as what they show or as a named failure, and nothing outside of them is read."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from ingest.articles.article import Article
from ingest.articles.make import make_article
from ingest.articles.reader import Reader
from ingest.errors import UnreadableArticle
from tests.hostile_files import SAID, SECRET, read, refused
from tests.office_fixtures import saved
from tests.office_fixtures import workbook as book_of
from tests.package_fixtures import parts_of, row, sheet_of, with_parts

NAMES = {"refused": [*refused("")], "read": [*read("")]}


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as one:
        yield one


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "secret.csv").write_text(f"{SECRET},1\n")
    return folder


@pytest.fixture(scope="module")
def article_of(reader: Reader, folder: Path) -> Callable[[str], Article]:
    """Reads one of those that are read; some of them take a second."""

    def article(name: str) -> Article:
        (folder / name).write_bytes(read(str(folder / "secret.csv"))[name][0]())
        return reader.read(folder / name, name)

    return cache(article)


@pytest.mark.parametrize("name", NAMES["refused"])
def test_what_is_only_made_to_do_harm_is_refused_by_name(
    name: str, reader: Reader, folder: Path, tmp_path: Path
) -> None:
    make, reason = refused(str(folder / "secret.csv"))[name]
    (tmp_path / name).write_bytes(make())
    with pytest.raises(UnreadableArticle) as caught:
        reader.read(tmp_path / name, name)
    assert reason in str(caught.value)


@pytest.mark.parametrize("name", NAMES["read"])
def test_what_shows_something_is_read_and_nothing_outside_of_it(
    name: str, article_of: Callable[[str], Article]
) -> None:
    _, shown = read("")[name]
    text = article_of(name).text
    assert shown in text
    assert SECRET not in text


@pytest.mark.parametrize("name", ["rows.csv", "rows.xlsx"])
def test_a_sheet_without_end_is_read_to_its_limit_and_says_so(name: str, article_of: Callable[[str], Article]) -> None:
    assert article_of(name).warnings == ("only its first 20,000 rows are read; split it into several files",)


def test_a_formula_shows_its_value_and_is_not_run() -> None:
    text = make_article(read("")["formula.xlsx"][0](), None, article_id="a.xlsx").text
    assert "WEBSERVICE" not in text


def test_a_sheet_that_says_it_is_smaller_than_it_is_is_read_whole() -> None:
    raw = sheet_of(row(1, "Bridge", 212) + row(2, "Tunnel", 340))
    sheet = parts_of(raw)["xl/worksheets/sheet1.xml"].replace(b"<sheetData>", b'<dimension ref="A1"/><sheetData>')
    text = make_article(with_parts(raw, {"xl/worksheets/sheet1.xml": sheet}), None, article_id="a.xlsx").text
    assert "Tunnel | 340" in text


def test_a_workbook_in_strict_open_xml_is_read() -> None:
    raw = saved(book_of({"Costs": [["Bridge", "Cost"], ["Marlow", 212]]}))
    usual, strict = (
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/",
        b"http://purl.oclc.org/ooxml/spreadsheetml/",
    )
    parts = {name: part.replace(usual, strict) for name, part in parts_of(raw).items()}
    assert "Marlow | 212" in make_article(with_parts(raw, parts), None, article_id="a.xlsx").text


def test_damaged_formats_of_cells_cost_the_formats_and_a_warning() -> None:
    raw = saved(book_of({"Costs": [["Bridge", "Cost"], ["Marlow", 212]]}))
    article = make_article(with_parts(raw, {"xl/styles.xml": b"<styleSheet>"}), None, article_id="a.xlsx")
    assert "Marlow | 212" in article.text
    assert "formats of its cells are damaged" in article.warnings[0]


def test_a_chapter_that_a_book_shows_again_and_again_is_read_once() -> None:
    article = make_article(read("")["again.epub"][0](), None, article_id="a.epub")
    assert article.text.count(SAID) == 1
