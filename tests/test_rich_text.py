"""Rich text and OpenDocument: their letters, lists, notes and tables, without what was deleted or hidden."""

from tests.office_fixtures import odt
from tests.reading_fixtures import article_of, blocks_of, text_of


def test_rich_text_is_read_in_its_letters_with_the_rows_of_its_tables() -> None:
    text = (
        r"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\info{\title The pump}}\f0 It is \b old\b0  and \'fcber 60 \u176?C.\par "
        r"\trowd\cellx100\cellx200 Grade\cell Days\cell\row\trowd\cellx100\cellx200 One\cell 25\cell\row\pard End.\par}"
    )
    article = article_of(text, "a.rtf")
    assert article.title == "The pump"
    assert "It is old and über 60 °C." in article.text
    assert "One | 25" in article.text


def test_rich_text_lacks_what_is_deleted_or_hidden_also_inside_a_table() -> None:
    text = text_of(
        r"{\rtf1\ansi The pump costs {\deleted 50}{\revised 60} dollars.{\v secret\par}\v  more\v0  It turns.\par"
        r"\trowd\cellx1 One\cell{\deleted old\cell}\row\pard\deleted gone\plain  End."
        r"{\header Acme}{\field{\*\fldinst HYPERLINK \"http://a.example\"}{\fldrslt here}}}",
        "a.rtf",
    )
    assert text.split("\n\n") == ["The pump costs 60 dollars. It turns.", "One", "End.here"]


def test_notes_and_text_boxes_of_rich_text_stand_at_its_end() -> None:
    note = r"{\super\chftn}{\footnote\pard {\super\chftn} Only until May.{\deleted  Or June.}}"
    box = r"{\shp{\*\shpinst{\sp{\sn a}{\sv 1}}{\shptxt\pard Keep dry.\par}}}"
    text = text_of(rf"{{\rtf1\ansi The rate is 5%{note}.{box}\par It is paid.\par}}", "a.rtf")
    assert text.split("\n\n") == ["The rate is 5%.", "It is paid.", "Only until May.", "Keep dry."]


def test_headings_lists_and_cells_of_rich_text_are_told_by_their_marks() -> None:
    text = (
        r"{\rtf1\ansi\outlinelevel1 Refill\par\pard To do:\par{\pntext\f1\'B7\tab}Open.\par{\listtext 1.\tab}Pour.\par"
        r"\trowd{\pard\intbl Grade\par}\cell{\pard\intbl Two\par days\par}\cell\row}"
    )
    assert blocks_of(text, "a.rtf") == [
        ("heading", "Refill"),
        ("paragraph", "To do:"),
        ("item", "• Open."),
        ("item", "1. Pour."),
        ("row", "Grade | Two days"),
    ]


def test_a_picture_in_bytes_hides_no_text_of_rich_text() -> None:
    assert text_of("{\\rtf1 It is old.{\\pict\\bin3 }}{}It turns.}", "a.rtf") == "It is old.It turns."


def test_a_text_of_opendocument_is_read_in_blocks() -> None:
    style = (
        '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" '
        'style:num-suffix="."/></text:list-style>'
    )
    body = (
        '<text:h text:outline-level="1">Pump</text:h><text:p>To refill<text:s text:c="2"/>it:</text:p>'
        '<text:list text:style-name="L"><text:list-item><text:p>Open.</text:p></text:list-item>'
        "<text:list-item><text:p>Pour.</text:p></text:list-item></text:list>"
        "<table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>Grade</text:p>"
        "</table:table-cell><table:table-cell><text:p>Days</text:p></table:table-cell></table:table-row>"
        "</table:table-header-rows><table:table-row><table:table-cell><text:p>One</text:p></table:table-cell>"
        "<table:table-cell><text:p>25</text:p></table:table-cell></table:table-row></table:table>"
    )
    article = article_of(odt(body, styles=style, meta="<dc:title>The pump</dc:title>"), "a.odt")
    assert article.title == "The pump"
    assert article.text == "Pump\n\nTo refill it:\n\n1. Open.\n2. Pour.\n\nGrade | Days\nOne | 25"


def test_what_was_deleted_from_an_opendocument_is_not_read() -> None:
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>deleted</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes><text:p>It is old.</text:p>"
    )
    assert text_of(odt(body), "a.odt") == "It is old."


def test_a_cell_that_reaches_down_is_said_in_each_row_and_shifts_no_column() -> None:
    def cell(text: str, facts: str = "") -> str:
        return f"<table:table-cell {facts}><text:p>{text}</text:p></table:table-cell>"

    covered, over_two = "<table:covered-table-cell/>", 'table:number-rows-spanned="2"'
    rows = (
        cell("Pier") + cell("Day") + cell("Open"),
        cell("North", over_two) + cell("Monday", over_two) + cell("9"),
        covered + covered + cell("14"),
        cell("South") + cell("Friday") + cell("8"),
    )
    table = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    shown = text_of(odt(f"<table:table>{table}</table:table>"), "a.odt").splitlines()
    assert shown[1:] == ["North | Monday | 9", "North | Monday | 14", "South | Friday | 8"]
