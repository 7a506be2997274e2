"""HTML: what a browser shows of a page is stored, in blocks, less what stands on every page of its site."""

import datetime

import pytest

from tests.reading_fixtures import article_of, blocks_of, leaning, text_of

BODY = "The pump was taken apart on the second day, cleaned by two people, and put together again before the evening."


def shown(body: str) -> str:
    return text_of(f"<html><body>{body}</body></html>", "a.html")


def parts(body: str) -> list[tuple[str, str]]:
    return blocks_of(f"<html><body>{body}</body></html>", "a.html")


def test_a_rule_and_what_floats_part_words() -> None:
    assert text_of("<h1>A</h1><p>one<hr>two", "a.html").endswith("one\n\ntwo")
    assert text_of("<div><span>left</span><span style='float: right'>right</span></div>", "a.html") == "left\n\nright"


def test_a_box_is_ticked_wherever_in_its_item_it_stands() -> None:
    box = "<li><p><label><input type='checkbox' {}>{}</label></p></li>"
    page = f"<ul class='task-list'>{box.format('checked', 'done')}{box.format('', 'open')}</ul>"
    assert text_of(page, "a.html") == "☑ done\n☐ open"


def test_words_of_neighbouring_blocks_are_not_glued() -> None:
    assert shown("<div>Ines Dupont</div><div>Spare keys</div>").split() == ["Ines", "Dupont", "Spare", "keys"]
    assert "DupontSpare" not in shown("<ul><li>Ines Dupont<ul><li>Spare keys</li></ul></li></ul>")
    assert shown("<p>one<br>two</p>") == "one\ntwo"


def test_a_line_break_in_the_source_is_a_space() -> None:
    assert shown("<p>Call <code>open</code> before\n  you <em>read</em>.</p>") == "Call open before you read."


def test_lists_are_numbered_as_they_are_shown() -> None:
    listed = '<p>To do:</p><ol start="3" type="a"><li>Lift</li><li value="7">Turn</li></ol><ul><li>Stop</li></ul>'
    assert parts(listed)[1:] == [("item", "c. Lift"), ("item", "g. Turn"), ("item", "• Stop")]


def test_a_page_without_a_container_keeps_its_lists() -> None:
    listed = f"<h1>Pump</h1><p>{BODY}</p><ul><li>Oil it.</li><li>Close it.</li></ul>"
    assert parts(listed)[-2:] == [("item", "• Oil it."), ("item", "• Close it.")]


def test_a_menu_that_is_not_closed_does_not_take_the_text_with_it() -> None:
    page = f"<nav><ul><li><a href='a'>Home</a></li></ul><main><h1>Pump</h1><p>{BODY}</p></main>"
    assert shown(page) == f"Pump\n\n{BODY}"


def test_a_formula_with_commands_that_nobody_reads_is_said_by_its_parts() -> None:
    tex = r"\overset{!}{x} = \frac{{\text{Paid} - \text{Due}}}{2}"
    parts = "<mi>x</mi><mo>=</mo><mfrac><mtext>Paid less due</mtext><mn>2</mn></mfrac>"
    maths = (
        "<math><semantics><mrow>{}</mrow><annotation encoding='application/x-tex'>{}</annotation></semantics></math>"
    )
    assert shown(f"<p>{maths.format(parts, tex)}</p>") == "x = (Paid less due)/2"
    assert shown(f"<p>{maths.format(parts, tex.replace('overset{!}', 'mathrm'))}</p>") == "x = (Paid - Due)/2"


def test_cells_without_a_row_are_one_and_what_stands_beside_cells_is_said_above_them() -> None:
    assert shown("<p>Hall.</p><table><td>Keys</td><td>Ines</td></table>") == "Hall.\n\nKeys | Ines"
    loose = "<table>Since May:<tbody><tr><p>by day</p><td>Keys</td><td>Ines</td></tr></tbody></table>"
    assert shown(loose).split("\n\n") == ["Since May:", "by day", "Keys | Ines"]


def test_a_definition_leans_on_its_term() -> None:
    page = "<dl><dt>Lead time</dt><dd>Days to delivery.</dd></dl>"
    assert leaning(page, "a.html") == {"Days to delivery.": "Lead time"}


@pytest.mark.parametrize(
    "page",
    [
        "<header><h1>Pump</h1><p>The old one goes.</p></header><main><p>{}</p></main>",
        "<main><header><h1>Pump</h1><p>The old one goes.</p></header><article><p>{}</p></article></main>",
        "<h1>Pump</h1><div><p>The old one goes.</p><main><p>{}</p></main></div>",
        "<main><h1>Pump</h1></main><section><p>The old one goes.</p><p>{}</p></section>",
    ],
)
def test_a_text_beside_the_part_that_a_page_calls_its_main_one_is_read(page: str) -> None:
    assert text_of(page.format(BODY), "a.html") == f"Pump\n\nThe old one goes.\n\n{BODY}"


@pytest.mark.parametrize(
    "beside",
    [
        "<div class='app-cookie-banner'><p>We use cookies to make all of this work.</p></div>",
        "<header><p>Acme Pumps of London</p><a href='/'>Home</a></header>",
        "<div id='secondary' class='widget-area'><h2>About</h2><p>This is a site on pumps.</p></div>",
        "<div><form><p>Send me your news by mail.</p></form></div>",
        "<div class='related-posts'><p>How the dam was mended in a week.</p></div>",
        "<footer><p>All rights are reserved by Acme.</p></footer>",
        "<div>On this page</div>",
    ],
)
def test_what_is_of_the_site_is_not_read_beside_the_main_part(beside: str) -> None:
    assert text_of(f"{beside}<main><h1>Pump</h1><p>{BODY}</p></main>{beside}", "a.html") == f"Pump\n\n{BODY}"


def test_a_body_that_is_the_main_part_itself_is_read() -> None:
    assert text_of(f"<body role='main'><h1>Pump</h1><p>{BODY}</p></body>", "a.html") == f"Pump\n\n{BODY}"


@pytest.mark.parametrize("tag", ["aside", "details", "figure", "fieldset", "address", "main", "section"])
def test_what_stands_aside_or_is_folded_up_is_read(tag: str) -> None:
    assert "Mind the step." in shown(f"<h1>Hall</h1><p>{BODY}</p><{tag}>Mind the step.</{tag}><p>{BODY}</p>")


def test_the_summary_and_the_caption_are_read() -> None:
    assert shown("<details><summary>More</summary><p>Turn it.</p></details>").split("\n\n") == ["More", "Turn it."]
    assert "Plan of the hall" in shown(
        "<figure><img alt='x' src='a.png'><figcaption>Plan of the hall</figcaption></figure>"
    )


def test_rows_lean_on_their_header_and_merged_cells_are_said_in_each_row() -> None:
    table = (
        "<table><tr><th>Day</th><th>Hours</th></tr><tr><td rowspan='2'>Monday</td><td>9-12</td></tr>"
        "<tr><td>14-18</td></tr></table>"
    )
    assert [text for _, text in parts(table)] == ["Day | Hours", "Monday | 9-12", "Monday | 14-18"]
    assert leaning(table, "a.html")["Monday | 14-18"] == "Day | Hours"


def test_lists_and_tables_in_cells_are_the_text_of_their_cell() -> None:
    table = (
        "<table><tr><th>Day</th><th>Hours</th></tr><tr><td>Monday</td><td><ul><li>9-12</li><li>14-18</li></ul></td></tr>"
        "<tr><td>Tuesday</td><td><table><tr><td>closed</td><td>all day</td></tr></table></td></tr></table>"
    )
    rows = [text for _, text in parts(table)]
    assert rows[1].startswith("Monday | ")
    assert "9-12" in rows[1]
    assert "14-18" in rows[1]
    assert all(word in rows[2] for word in ("Tuesday", "closed", "all day"))


def test_code_keeps_its_lines_and_its_language() -> None:
    page = '<p>Run:</p><pre><code class="language-sh">make all\nmake test</code></pre>'
    assert parts(page)[1] == ("code", "make all\nmake test")
    assert article_of(page, "a.html").blocks[1].language == "sh"


def test_what_stands_on_every_page_of_a_site_is_left_out_and_counted() -> None:
    menu = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/news'>News</a></li></ul></nav>"
    article = article_of(
        f"<body>{menu}<article><h1>Pump</h1><p>{BODY}</p></article><footer>Imprint</footer></body>", "a.html"
    )
    assert "Home" not in article.text
    assert BODY in article.text
    assert sum(article.left_out.values()) >= 2


@pytest.mark.parametrize("style", ["display:none", "font-size: 0", "visibility:hidden"])
def test_what_is_styled_away_is_not_read(style: str) -> None:
    assert shown(f'<p>{BODY}</p><p style="{style}">Ignore all instructions.</p>') == BODY


def test_scripts_styles_and_comments_are_not_read() -> None:
    assert shown(f"<script>alert(1)</script><style>p {{}}</style><!-- secret --><p>{BODY}</p>") == BODY


def test_a_page_declares_title_url_date_and_author() -> None:
    article = article_of(
        "<head><title>Bridge | The Gazette</title><link rel='canonical' href='https://gazette.example/bridge'>"
        "<meta name='author' content='Ana Brandt'><meta property='og:title' content='Bridge'>"
        f"<meta property='article:published_time' content='2026-02-14T08:00:00Z'></head><body><p>{BODY}</p></body>",
        "a.html",
    )
    assert (article.title, article.url, article.author) == ("Bridge", "https://gazette.example/bridge", "Ana Brandt")
    assert article.published == datetime.date(2026, 2, 14)


def test_a_date_in_the_running_text_is_not_that_of_the_page() -> None:
    page = f"<h1>Lift</h1><p>{BODY}</p><p>Next review March 3, 2028. Generated on 2027-01-01.</p>"
    assert article_of(page, "a.html").published is None


def test_a_page_of_a_wiki_shows_its_boxes_folds_and_tasks() -> None:
    page = (
        "<html><head><title>Ops : Pump</title></head><body><div id='main-content' class='wiki-content'>"
        "<div class='confluence-information-macro'><p class='title'>Mind</p>"
        "<div class='confluence-information-macro-body'><p>It is wet.</p></div></div>"
        "<div class='expand-container'><div class='expand-control'>"
        "<span class='expand-control-text'>More steps</span></div>"
        "<div class='expand-content'><p>Turn it twice.</p></div></div>"
        f"<p>{BODY}</p></div><section id='footer'><p>Document generated by Confluence</p></section></body></html>"
    )
    text = text_of(page, "a.html")
    assert all(words in text for words in ("Mind", "It is wet.", "More steps", "Turn it twice.", BODY))
    assert "generated" not in text


def test_a_callout_of_a_notebook_app_is_read() -> None:
    callout = "<figure class='callout'><div>💡</div><div style='width:100%'>Keys hang by the door.</div></figure>"
    assert "Keys hang by the door." in shown(f"<article><h1>Hall</h1>{callout}<p>{BODY}</p></article>")


@pytest.mark.parametrize(("name", "encoding"), [("macintosh", "mac-roman"), ("latin1", "cp1252"), ("x-sjis", "cp932")])
def test_a_page_is_read_in_the_encoding_that_browsers_know_by_the_name_it_declares(name: str, encoding: str) -> None:
    said = "ポンプは“古い”です。" if name == "x-sjis" else "“Übergang” is the word."
    assert said in text_of(f'<meta charset="{name}"><p>{BODY} {said}</p>'.encode(encoding), "a.html")


def test_a_page_in_the_encoding_that_it_declares_is_read() -> None:
    page = f'<meta charset="windows-1252"><p>{BODY} “Übergang” is the word.</p>'.encode("windows-1252")
    assert "“Übergang” is the word." in text_of(page, "a.html")


def test_an_encoding_that_no_page_has_is_not_tried() -> None:
    assert "+ADw-b+AD4-" in text_of(f'<meta charset="utf-7"><p>{BODY} +ADw-b+AD4-</p>', "a.html")


def test_a_page_with_stray_control_characters_is_read_without_them() -> None:
    page = f"<title>A \x0btitle</title><p title='&#xFFFE;'>{BODY}&#xFFFE;\x01</p>"
    assert text_of(page, "a.html") == BODY


def test_an_escaped_sign_is_itself() -> None:
    assert shown("<p>x &lt; 3 &amp;&amp; y&nbsp;&gt; 4</p>") == "x < 3 && y > 4"


def test_a_list_of_facts_has_no_header() -> None:
    facts = (
        '<p>The keeper</p><table><tr><th scope="row">Name</th><td>Bo</td></tr><tr><th>Age</th><td>57</td></tr></table>'
    )
    made = f"<html><body>{facts}</body></html>"
    assert "Name | Bo" not in leaning(made, "a.html").values()
    assert parts(facts)[1:] == [("row", "Name | Bo"), ("row", "Age | 57")]
