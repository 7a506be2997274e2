"""Word files: the words of the page, with the numbers that Word writes before them."""

import pytest

from ingest.articles.blocks import Link
from tests.formats_fixtures import W, docx, paragraph, zipped
from tests.reading_fixtures import article_of, blocks_of, leaning, text_of

R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATED = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'


def text(body: str) -> str:
    return text_of(docx(body), "a.docx")


def run(words: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{words}</w:t></w:r>"


def numbered(words: str, *, level: int = 0, of: int = 1) -> str:
    number = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{of}"/></w:numPr>'
    return f"<w:p><w:pPr>{number}</w:pPr>{run(words)}</w:p>"


def numbering(*levels: tuple[str, str]) -> dict[str, bytes]:
    """The part that defines one list: for each level its style and its template."""
    described = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{style}"/><w:lvlText w:val="{template}"/></w:lvl>'
        for i, (style, template) in enumerate(levels)
    )
    return {
        "word/numbering.xml": (
            f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0">{described}</w:abstractNum>'
            '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
        ).encode()
    }


def test_clauses_have_the_numbers_that_word_writes() -> None:
    body = numbered("Use") + numbered("By day", level=1) + numbered("By night", level=1) + numbered("Fees")
    more = numbering(("decimal", "%1."), ("decimal", "%1.%2"))
    assert text_of(docx(body, more=more), "a.docx").splitlines() == ["1. Use", "1.1 By day", "1.2 By night", "2. Fees"]


def test_letters_and_roman_numbers_are_counted_too() -> None:
    body = numbered("Lift") + numbered("Turn", level=1) + numbered("Wait", level=1)
    more = numbering(("upperLetter", "(%1)"), ("lowerRoman", "%2)"))
    assert text_of(docx(body, more=more), "a.docx").splitlines() == ["(A) Lift", "i) Turn", "ii) Wait"]


def test_items_lean_on_what_introduces_them() -> None:
    made = docx(paragraph("Bring along:") + numbered("a rope") + numbered("a lamp"), more=numbering(("bullet", "o")))
    assert leaning(made, "a.docx") == {"• a rope": "Bring along:", "• a lamp": "Bring along:"}


def test_a_row_leans_on_its_header_and_what_is_merged_is_said_again() -> None:
    first, on = ('<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>', "<w:tcPr><w:vMerge/></w:tcPr>")
    rows = (
        f"<w:tr><w:tc>{paragraph('Site')}</w:tc><w:tc>{paragraph('Metres')}</w:tc></w:tr>"
        f"<w:tr><w:tc>{first}{paragraph('North')}</w:tc><w:tc>{paragraph('12')}</w:tc></w:tr>"
        f"<w:tr><w:tc>{on}{paragraph('')}</w:tc><w:tc>{paragraph('15')}</w:tc></w:tr>"
    )
    made = docx(f"{paragraph('Depths.')}<w:tbl>{rows}</w:tbl>{paragraph('End.')}")
    assert leaning(made, "a.docx")["North | 15"] == "Site | Metres"


def test_a_first_row_in_bold_letters_names_the_columns() -> None:
    def row(*cells: str) -> str:
        return "<w:tr>" + "".join(f"<w:tc><w:p>{cell}</w:p></w:tc>" for cell in cells) + "</w:tr>"

    names, keeper = row(run("Name", "<w:b/>"), run("Role", "<w:b/>")), row(run("Ida"), run("smith"))
    assert leaning(docx(f"<w:tbl>{names}{keeper}</w:tbl>"), "a.docx")["Ida | smith"] == "Name | Role"
    plain = names.replace("<w:b/>", '<w:b w:val="0"/>')
    assert "Name | Role" not in leaning(docx(f"<w:tbl>{plain}{keeper}</w:tbl>"), "a.docx").values()


def test_a_row_of_nothing_but_merged_cells_is_not_said_again() -> None:
    first, on = ('<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>', "<w:tcPr><w:vMerge/></w:tcPr>")
    high = "".join(f"<w:tc>{first}{paragraph(name)}</w:tc>" for name in ("Site", "Metres"))
    low = f"<w:tc>{on}{paragraph('')}</w:tc>" * 2
    below = f"<w:tc>{paragraph('North')}</w:tc><w:tc>{paragraph('12')}</w:tc>"
    assert (
        text(f"<w:tbl><w:tr>{high}</w:tr><w:tr>{low}</w:tr><w:tr>{below}</w:tr></w:tbl>") == "Site | Metres\nNorth | 12"
    )


def test_a_file_that_begins_with_a_table_is_read() -> None:
    table = f"<w:tbl><w:tr><w:tc>{paragraph('Version')}</w:tc><w:tc>{paragraph('7')}</w:tc></w:tr></w:tbl>"
    assert text(table + paragraph("It is new.")) == "Version | 7\n\nIt is new."


def test_a_table_that_lays_out_the_page_is_read_as_what_it_holds() -> None:
    inside = paragraph("Kitchen", "berschrift1") + paragraph("Wash it daily.")
    assert text(f"<w:tbl><w:tr><w:tc>{inside}</w:tc></w:tr></w:tbl>") == "Kitchen\n\nWash it daily."


def test_the_main_part_is_the_one_that_the_package_names() -> None:
    document = f'<w:document xmlns:w="{W}"><w:body>{paragraph("It opens at nine.")}</w:body></w:document>'
    named = RELATED.format(f'<Relationship Id="rId1" Type="{R}/officeDocument" Target="/word/document22.xml"/>')
    made = zipped({"_rels/.rels": named.encode(), "word/document22.xml": document.encode()})
    assert text_of(made, "a.docx") == "It opens at nine."


@pytest.mark.parametrize(
    ("sign", "shown"),
    [
        ('<w:r><w:sym w:font="Symbol" w:char="F0B0"/></w:r>', "°"),
        ('<w:r><w:sym w:font="Symbol" w:char="F0B1"/></w:r>', "±"),
        (run("2", '<w:vertAlign w:val="superscript"/>'), "²"),
        ("<w:r><w:noBreakHyphen/></w:r>", "-"),
        ("<w:r><w:tab/></w:r>", " "),
    ],
)
def test_signs_are_read_as_they_are_shown(sign: str, shown: str) -> None:
    assert text(f"<w:p>{run('60')}{sign}{run('x')}</w:p>") == f"60{shown}x"


def test_deleted_moved_and_hidden_words_are_not_read_and_are_counted() -> None:
    body = (
        f"<w:p><w:del><w:r><w:delText>deleted</w:delText></w:r></w:del><w:moveFrom>{run('moved')}</w:moveFrom>"
        f"{run('hidden', '<w:vanish/>')}<w:ins>{run('Seen')}</w:ins>{run(' by all.')}</w:p>"
    )
    article = article_of(docx(body), "a.docx")
    assert article.text == "Seen by all."
    assert article.left_out == {"deleted or hidden": 3}


def test_a_text_box_is_read_once() -> None:
    box = f"<w:txbxContent>{paragraph('In the box.')}</w:txbxContent>"
    body = (
        f"<w:p><w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    assert text(body) == "In the box."


def test_a_style_is_a_heading_by_its_name_its_base_or_its_outline_level() -> None:
    body = "".join(paragraph(style or "Prose.", style) for style in ("berschrift1", "Ours", "Deep", ""))
    article = article_of(docx(body, core="<dc:title>Other</dc:title>"), "a.docx")
    assert [(block.kind, block.level) for block in article.blocks] == [
        ("heading", 1),
        ("heading", 1),
        ("heading", 3),
        ("paragraph", 0),
    ]


def test_footnotes_come_last() -> None:
    notes = f'<w:footnotes xmlns:w="{W}"><w:footnote>{paragraph("Since May.")}</w:footnote></w:footnotes>'
    made = docx(paragraph("It costs 40 euros."), more={"word/footnotes.xml": notes.encode()})
    assert blocks_of(made, "a.docx") == [("paragraph", "It costs 40 euros."), ("paragraph", "Since May.")]


def test_a_link_keeps_its_target_beside_its_words() -> None:
    document = (
        f'<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body><w:p>{run("See ")}'
        f'<w:hyperlink r:id="rId9">{run("the form")}</w:hyperlink></w:p></w:body></w:document>'
    )
    target = f'<Relationship Id="rId9" Type="{R}/hyperlink" Target="https://example.org/f" TargetMode="External"/>'
    made = zipped(
        {"word/document.xml": document.encode(), "word/_rels/document.xml.rels": RELATED.format(target).encode()}
    )
    assert article_of(made, "a.docx").links == (Link(4, 12, "https://example.org/f"),)


def test_title_and_author_are_declared_unless_a_program_filled_them_in() -> None:
    core = "<dc:title> The  Bridge </dc:title><dc:creator>Ana Brandt</dc:creator>"
    article = article_of(docx(paragraph("It is long."), core=core), "a.docx")
    assert (article.title, article.author) == ("The Bridge", "Ana Brandt")
    other = "<dc:title>Document1</dc:title><dc:creator>python-docx</dc:creator>"
    article = article_of(docx(paragraph("It is long."), core=other), "the-bridge.docx")
    assert (article.title, article.author) == ("The Bridge", None)
