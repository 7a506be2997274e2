"""Markdown of every dialect: what a reader sees is stored, in blocks, and none of the marks."""

import pytest

from ingest.articles.blocks import Link
from tests.reading_fixtures import article_of, blocks_of, leaning, text_of


def test_code_is_without_the_tags_that_only_say_that_it_is_code() -> None:
    raw = "{% raw %}{{ page.title }}{% endraw %}"
    assert text_of(f"Write `{raw}` there:\n\n```\n{raw}\n```\n") == (
        "Write {{ page.title }} there:\n\n{{ page.title }}"
    )


def test_what_looks_like_a_mark_stays_in_code_and_goes_around_it() -> None:
    raw = "Compare with `!==`, never with `==`; write `:bug:`, `[[Deck 4]]` and `pump[<side>:][<speed>]`."
    assert text_of(raw) == raw.replace("`", "")
    assert text_of("A ==`valve` is== open, see [[Decks|`deck`]] and [`pumps`][all].") == (
        "A valve is open, see deck and pumps."
    )


def test_signs_that_stand_for_nothing_are_left_out() -> None:
    assert text_of("\U00100005 The \U000f0001valve `is\U0010fffd` [[Deck|open]]&#x100000;.") == "The valve is open."


def test_a_paragraph_is_one_however_its_lines_are_wrapped() -> None:
    wrapped = "Close the valve now but do\nnot drain the tank, for\nit is needed at once.\n" + "x" * 130
    assert text_of(wrapped).startswith("Close the valve now but do not drain the tank, for it is needed at once. x")


@pytest.mark.parametrize("end", ["  ", "     ", "\\", "<br>"])
def test_a_line_that_is_broken_by_its_author_is_broken(end: str) -> None:
    assert text_of(f"**Owner:** Kim{end}\n**Due:** 2024-05-01") == "Owner: Kim\nDue: 2024-05-01"
    assert text_of("It is \nold.") == "It is old."


def test_steps_lean_on_their_lead_in_and_what_is_nested_on_its_step() -> None:
    steps = "To refill:\n\n1. Open the lid.\n   - half a turn\n2. Pour.\n\n   Slowly.\n"
    assert blocks_of(steps) == [
        ("paragraph", "To refill:"),
        ("item", "1. Open the lid."),
        ("item", "• half a turn"),
        ("item", "2. Pour."),
        ("paragraph", "Slowly."),
    ]
    assert leaning(steps)["• half a turn"] == "1. Open the lid."
    assert leaning(steps)["2. Pour."] == "To refill:"
    assert leaning(steps)["Slowly."] == "2. Pour."


def test_numbers_of_a_list_are_those_that_are_shown() -> None:
    assert blocks_of("7) Seven.\n8) Eight.") == [("item", "7) Seven."), ("item", "8) Eight.")]


def test_a_row_leans_on_its_header() -> None:
    table = "| Grade | Days |\n|---|---:|\n| Junior | 25 |\n| Senior | `30` |"
    assert blocks_of(table)[0] == ("row", "Grade | Days")
    assert leaning(table) == {"Junior | 25": "Grade | Days", "Senior | 30": "Grade | Days"}


@pytest.mark.parametrize("code", ["```sh\nmake all\nmake test\n```", "~~~ sh\nmake all\nmake test\n~~~"])
def test_code_keeps_its_lines_and_its_language(code: str) -> None:
    block = article_of(f"Run:\n\n{code}").blocks[1]
    assert (block.kind, block.language) == ("code", "sh")
    assert leaning(f"Run:\n\n{code}") == {"make all\nmake test": "Run:"}


def test_what_is_set_in_by_four_spaces_is_code() -> None:
    assert blocks_of("Run:\n\n    make all\n    make test")[1] == ("code", "make all\nmake test")


def test_a_quotation_is_one() -> None:
    assert blocks_of("> The pump is\n> to be oiled.") == [("quotation", "The pump is to be oiled.")]


def test_tasks_say_whether_they_are_done() -> None:
    assert blocks_of("- [x] Order oil\n- [ ] Change oil") == [("item", "☑ Order oil"), ("item", "☐ Change oil")]


def test_a_definition_leans_on_its_term() -> None:
    assert leaning("Lead time\n: Days from order to delivery.") == {"Days from order to delivery.": "Lead time"}


def test_a_footnote_is_text_and_its_mark_is_none() -> None:
    text = text_of("It costs 40 euros.[^1]\n\n[^1]: Since May.")
    assert text.startswith("It costs 40 euros.")
    assert "Since May." in text
    assert "^" not in text


@pytest.mark.parametrize(
    "box",
    [
        '!!! warning "Mind the step"\n    It is wet.',
        "> [!WARNING] Mind the step\n> It is wet.",
        "::: warning Mind the step\nIt is wet.\n:::",
        ":::{warning} Mind the step\nIt is wet.\n:::",
        "```{warning} Mind the step\nIt is wet.\n```",
        "<details><summary>Mind the step</summary>\n\nIt is wet.\n\n</details>",
    ],
)
def test_the_title_and_the_text_of_a_box_are_read_and_its_marks_are_not(box: str) -> None:
    assert text_of(box) == "Mind the step\n\nIt is wet."


@pytest.mark.parametrize("box", ["!!! note\n    It is wet.", "> [!NOTE]\n> It is wet.", ":::note\nIt is wet.\n:::"])
def test_of_a_box_without_a_title_its_text_is_read(box: str) -> None:
    assert text_of(box) in ("It is wet.", "NOTE\n\nIt is wet.")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{% include note.html type="x" content="It *runs*\nat 2." %}\n', "It runs at 2."),
        ("- a\n\n  {% include alert.html content='Stop.' %}\n", "• a\nStop."),
        ('See {% include ref.html label="Pumps" file="pumps.md" %} there.', "See Pumps there."),
        ("It is {% include part.md %}old.{{ site.name }}", "It is old."),
        ('{% include a.html content=page.x %}It is `{% include a.html content="x" %}`.', None),
    ],
)
def test_what_is_handed_to_an_included_part_by_name_is_shown(text: str, shown: str | None) -> None:
    assert text_of(text) == (shown or 'It is {% include a.html content="x" %}.')


def test_labels_of_tags_around_text_stand_apart_and_those_in_a_sentence_do_not() -> None:
    tabs = '{{< tabs >}}{{% tab "Mac" %}}Brew it.{{% /tab %}}{{% tab "Linux" %}}Build it.{{% /tab %}}{{< /tabs >}}\n\n'
    assert text_of(tabs + '{{< term text="Pods" id="pod" >}} turn.\n').split("\n\n") == [
        *("Mac", "Brew it.", "Linux", "Build it.", "Pods turn."),
    ]


def test_html_that_breaks_a_line_parts_words_in_a_sentence_too() -> None:
    assert text_of("one<hr>two <details><summary>three</summary>four</details>five").split() == [
        *("one", "two", "three", "four", "five"),
    ]


def test_tabs_of_code_and_changes_are_read_as_shown() -> None:
    assert text_of("@tab:active Node\n\nIt costs {~~5~>6~~} now.\n") == "Node\n\nIt costs 6 now."


def test_since_when_something_holds_is_said_as_a_reader_sees_it() -> None:
    boxes = ":::{deprecated} 2.0 Use water\n:::\n\n:::{versionchanged} 3\nIt turns.\n:::\n"
    text = f"```{{versionadded}} 1.4\nThe *pump*.\n```\n\n{boxes}"
    assert text_of(text).split("\n\n") == [
        "New in version 1.4: The pump.",
        "Deprecated since version 2.0: Use water",
        "Changed in version 3.",
        "It turns.",
    ]


def test_html_in_markdown_is_read_as_a_browser_shows_it() -> None:
    text = text_of("<div align='center'>Opening <b>hours</b></div>\n\nPress <kbd>F1</kbd>.<br>Wait.<!-- secret -->")
    assert text == "Opening hours\n\nPress F1.\nWait."


def test_components_and_modules_of_mdx_are_not_text() -> None:
    page = 'import Box from "./box"\n\n<Box title="Hours">\n\nOpen at {1 + 1}.\n\n</Box>\n\nexport const a = 1\n'
    text = text_of(page, "a.mdx")
    assert "Open at" in text
    assert "Hours" in text
    assert not any(mark in text for mark in ("import", "export", "<", "Box title"))


def test_what_is_seen_of_the_attributes_of_a_component_is_text_of_its_own() -> None:
    fields = (
        '<ParamField path="limit" type="integer" default={50} required>\n  Rows to return.\n</ParamField>\n\n'
        '<ResponseField name="id" type="string" required={false}>\n  The key.\n</ResponseField>\n\n'
    )
    tabs = '<Tabs items={[\'Mac\', "Linux"]}>\n<Tab value="Mac">\nBrew it.\n</Tab>\n</Tabs>\n\n'
    steps = '<Steps><Step title="Open">Do a.</Step> <Step title={"Shut"} icon={<I title="no" />}>Do b.</Step></Steps>\n'
    assert text_of(fields + tabs + steps, "a.mdx").split("\n\n") == [
        *("limit (integer, default: 50, required)", "Rows to return.", "id (string)", "The key."),
        *("Mac, Linux", "Brew it.", "Open", "Do a.", "Shut", "Do b."),
    ]


def test_attributes_that_only_work_are_no_text_and_a_label_in_a_line_stays_in_it() -> None:
    text = 'It is\n<Badge text="new" color="red" /> here.\n\n<Route path="/a/b" />\n\n<Icon name="trash" /> Trash it.\n'
    assert text_of(text, "a.mdx") == "It is new here.\n\nTrash it."


def test_lists_and_code_that_are_set_in_far_below_a_line_of_mdx_are_lists_and_code() -> None:
    steps = "    Do so:\n    1. One\n\n       More.\n    2. Two\n    # Then\n    Run:\n    ```sh\n    run\n    ```\n"
    text = f"<Step>\n{steps}</Step>\n"
    assert blocks_of(text, "a.mdx") == [
        *(("paragraph", "Do so:"), ("item", "1. One"), ("paragraph", "More."), ("item", "2. Two")),
        *(("heading", "Then"), ("paragraph", "Run:"), ("code", "run")),
    ]


def test_labels_of_objects_are_read_and_what_is_for_programs_is_not() -> None:
    table = '<TypeTable type={{\n  "id": { description: "The key.", type: "string" },\n\n  "b": { title: "B" },\n}} />'
    repos = "<Hero repos={[\n  { title: 'Pump', link: 'https://a.example' },\n]} rss={{ title: 'no' }} />"
    assert text_of(f"{table}\n\n{repos}\n\nIt is {{a\n\nb}} old.\n", "a.mdx").split("\n\n") == [
        *("The key.; B", "Pump", "It is {a", "b} old."),
    ]


def test_a_module_that_is_brought_in_on_several_lines_is_no_text() -> None:
    assert text_of("import {\n  A,\n  B,\n} from 'x';\nimport C from 'y'\n\nIt is old.\n", "a.mdx") == "It is old."


def test_a_module_ends_with_its_last_brace_whatever_lines_are_empty_in_it() -> None:
    text = "export const meta = {\n  a: 1,\n\n  b: { c: 2 }\n};\n\nIt is old.\n\nexport const open = {\n\nIt turns.\n"
    assert text_of(text, "a.mdx") == "It is old.\n\nIt turns."


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{% raw %}Open at nine.{% endraw %}", "Open at nine."),
        ('{{< alert title="Mind" >}}Open at nine.{{< /alert >}}', "Open at nine."),
        ("{{% pageinfo %}}\nOpen at nine.\n{{% /pageinfo %}}", "Open at nine."),
        ("Open at nine. {.lead}", "Open at nine."),
        ("Open at nine.\n{: .lead}", "Open at nine."),
        ("Open at ==nine==.", "Open at nine."),
        ("Open at nine. ^block-1", "Open at nine."),
        ("Open at %%not ten%%nine.", "Open at nine."),
        ("## Hours {#hours}\n\nOpen at nine.", "Hours\n\nOpen at nine."),
        ("[[toc]]\n\nOpen at nine.", "Open at nine."),
    ],
)
def test_tags_and_marks_of_tools_are_not_text(source: str, shown: str) -> None:
    assert text_of(source).endswith(shown)
    assert not set("{}%<>=^[]") & set(text_of(source))


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("[Send](x){ .md-button }", "Send"),
        ('![Alt](a.png){ width="300" }', "Alt"),
        ("Mind the gap. { .note }", "Mind the gap."),
        ("Say { .x } in code and {name } as it is.", "Say { .x } in code and {name } as it is."),
    ],
)
def test_attributes_may_stand_off_their_braces(source: str, shown: str) -> None:
    assert text_of(source) == shown


def test_links_of_wikis_show_their_other_name() -> None:
    assert text_of("See [[pumps/Main pump|the pump]] and [[Valves#Red|]]. ![[plan.png]]").startswith("See the pump and")


def test_a_link_shows_its_words_and_keeps_its_target_beside_them() -> None:
    article = article_of("Fill in [the form](https://example.org/form) or [that][1].\n\n[1]: https://example.org/b")
    assert article.text == "Fill in the form or that."
    assert article.links == (Link(8, 16, "https://example.org/form"), Link(20, 24, "https://example.org/b"))


def test_a_picture_shows_what_is_written_in_its_stead() -> None:
    assert text_of("![Plan of the hall](hall.png) It is large.") == "Plan of the hall It is large."
    assert "base64" not in text_of(f"Seen. ![](data:image/png;base64,{'iVBORw0KGgo' * 1000})")


def test_headings_stand_above_what_follows_but_not_in_code() -> None:
    article = article_of("# Pump\n\nOld.\n\n## Costs ##\n\nMuch.\n\n```\n# no heading\n```\n\nTax\n---\n\nNone.")
    paths = {article.text[block.start : block.end]: block.path for block in article.blocks}
    assert paths["Old."] == ()
    assert paths["# no heading"] == ("Costs",)
    assert paths["None."] == ("Tax",)


def test_signs_that_are_no_marks_stay() -> None:
    for text in ("2 * 3 * 4 = 24", "a_b_c and $HOME", "It takes 5 ~ 6 days.", "if x < 3 and y > 4", "C++ or C#"):
        assert text_of(text) == text


def test_what_stands_between_two_rules_in_the_middle_is_no_front_matter() -> None:
    assert "title: not mine" in text_of("It rained.\n\n---\n\ntitle: not mine\n\n---\n\nIt poured.")


def test_a_list_of_forty_levels_is_read_to_its_end() -> None:
    assert "level 39" in text_of("\n".join(f"{'  ' * i}- level {i}" for i in range(40)))


def test_a_brace_that_is_escaped_is_a_brace_of_the_text() -> None:
    text = "Send it to /users/\\{id\\} and to {nobody}.\n"
    assert text_of(text, "a.mdx").strip() == "Send it to /users/{id} and to ."
