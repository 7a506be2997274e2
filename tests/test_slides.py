"""Slides: a section each, in the order of the deck, with tables, charts, links and notes."""

from tests.formats_fixtures import zipped
from tests.office_fixtures import pptx, shape, slide_table
from tests.package_fixtures import relations, with_parts
from tests.reading_fixtures import article_of, blocks_of, leaning, text_of

TITLE = shape("The pump", role="title")


def test_a_slide_is_a_section_below_its_title_with_its_page() -> None:
    article = article_of(pptx([TITLE + shape("It is old."), shape("Costs", role="title") + shape("Much.")]), "a.pptx")
    assert article.text == "The pump\n\nIt is old.\n\nCosts\n\nMuch."
    assert [(block.heading, block.page) for block in article.blocks if block.kind != "heading"] == [
        ("The pump", 1),
        ("Costs", 2),
    ]


def test_points_of_a_slide_are_items_with_what_stands_deeper_below() -> None:
    deeper = '<a:p><a:pPr lvl="1"/><a:r><a:t>half a turn</a:t></a:r></a:p>'
    deck = pptx([TITLE + shape("Open the lid", deeper, "Pour", role="body")])
    assert [text for _, text in blocks_of(deck, "a.pptx")[1:]] == ["• Open the lid", "• half a turn", "• Pour"]
    assert leaning(deck, "a.pptx")["• half a turn"] == "• Open the lid"


def test_numbered_points_are_numbered_as_they_are_shown() -> None:
    numbered = '<a:p><a:pPr><a:buAutoNum type="{}" startAt="2"/></a:pPr><a:r><a:t>Turn</a:t></a:r></a:p>'
    deck = pptx([TITLE + shape(numbered.format("arabicPeriod")), TITLE + shape(numbered.format("alphaLcParenBoth"))])
    assert [text for kind, text in blocks_of(deck, "a.pptx") if kind == "item"] == ["2. Turn", "(b) Turn"]


def test_a_row_leans_on_its_header() -> None:
    deck = pptx([TITLE + slide_table([["Grade", "Days"], ["Junior", "25"]])])
    assert leaning(deck, "a.pptx") == {"Junior | 25": "Grade | Days"}


def test_the_notes_of_the_speaker_are_read_below_their_slide() -> None:
    deck = pptx(
        [TITLE + shape("It is old."), shape("Costs", role="title")], notes={1: shape("Ask Ana first.", role="body")}
    )
    assert [text for _, text in blocks_of(deck, "a.pptx")] == ["The pump", "It is old.", "Ask Ana first.", "Costs"]


def test_hidden_slides_and_what_stands_on_every_slide_are_left_out() -> None:
    number = '<a:p><a:r><a:t>Page </a:t></a:r><a:fld type="slidenum"><a:t>12</a:t></a:fld></a:p>'
    footer = shape("Confidential", role="ftr") + shape("12", role="sldNum") + shape(number.replace("Page ", ""))
    article = article_of(pptx([TITLE + shape("It is old.") + footer, shape("Not yet")], hidden=[2]), "a.pptx")
    assert article.text == "The pump\n\nIt is old."
    assert article.left_out == {"hidden slides": 1}


def test_the_shapes_of_a_group_are_read_in_their_order() -> None:
    group = f"<p:grpSp>{shape('First.')}{shape('Second.')}</p:grpSp>"
    assert text_of(pptx([group + shape("Third.")]), "a.pptx") == "First.\n\nSecond.\n\nThird."


def test_a_deck_in_which_a_slide_is_gone_is_read_without_it() -> None:
    whole = pptx([TITLE + shape("It is old.")])
    assert "It is old." in text_of(whole, "a.pptx")
    related = '<Relationships><Relationship Id="rId1" Type="x/{}" Target="{}"/>{}</Relationships>'
    there = '<Relationship Id="rId2" Type="x/slide" Target="there.xml"/>'
    shapes = "<sp><txBody><p><r><t>Here.</t></r></p></txBody></sp>"
    deck = zipped(
        {
            "_rels/.rels": related.format("officeDocument", "p.xml", "").encode(),
            "p.xml": b'<p xmlns:r="r"><sldIdLst><sldId r:id="rId1"/><sldId r:id="rId2"/></sldIdLst></p>',
            "_rels/p.xml.rels": related.format("slide", "gone.xml", there).encode(),
            "there.xml": f"<sld><cSld><spTree>{shapes}</spTree></cSld></sld>".encode(),
        }
    )
    assert text_of(deck, "a.pptx") == "Here."


def test_a_chart_says_its_numbers_and_dates_as_it_shows_them() -> None:
    def points(*values: str, form: str) -> str:
        return f"<c:numRef><c:numCache><c:formatCode>{form}</c:formatCode>" + (
            "".join(f"<c:pt><c:v>{one}</c:v></c:pt>" for one in values) + "</c:numCache></c:numRef>"
        )

    name = "<c:tx><c:strRef><c:strCache><c:pt><c:v>Rain</c:v></c:pt></c:strCache></c:strRef></c:tx>"
    days, rain = (
        points("45292", "45293", form="d/m/yyyy"),
        points("2.3999999999999977", "4.4000000000000004", form="0.0"),
    )
    series = f"<c:ser>{name}<c:cat>{days}</c:cat><c:val>{rain}</c:val></c:ser>"
    chart = f'<c:chartSpace xmlns:c="urn:c"><c:chart>{series}</c:chart></c:chartSpace>'
    frame = '<a:graphic><a:graphicData><c:chart xmlns:c="urn:c" r:id="c"/></a:graphicData></a:graphic>'
    deck = pptx([shape("Weather") + f"<p:graphicFrame>{frame}</p:graphicFrame>"])
    own = relations([("c", "chart", "../charts/chart1.xml")])
    parts = {"ppt/slides/_rels/slide1.xml.rels": own, "ppt/charts/chart1.xml": chart.encode()}
    rows = [text for kind, text in blocks_of(with_parts(deck, parts), "a.pptx") if kind == "row"]
    assert rows == ["| Rain", "2024-01-01 | 2.4", "2024-01-02 | 4.4"]
