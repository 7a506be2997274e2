"""PDF: letters become the words that are printed, whatever the file says between them."""

from ingest.articles.formats.letters import Letter, as_printed, lines_of


def printed(*letters: tuple[str, float], raised: str = "", inferred: bool = False) -> str:
    """The line that letters make up, 10 high and 5 wide, each so far behind the one before."""
    found, at = [], 60.0
    for sign, gap in letters:
        at += gap
        foot, top = (705.0, 711.0) if sign in raised else (700.0, 710.0)
        found.append(Letter(sign, at, foot, at + 5, top, is_inferred=inferred and sign == " "))
        at += 5 if sign.strip() else 0
    return " / ".join(line.text for line in lines_of(found, 1))


def test_words_that_stand_apart_are_apart_though_the_file_has_no_space() -> None:
    assert printed(*((sign, 2.5 if sign == "i" else 0.1) for sign in "oldironpump")) == "old ironpump"


def test_letters_that_are_printed_apart_are_one_word() -> None:
    apart = [(sign, gap) for letter in "pumphouse" for sign, gap in ((letter, 1.5), (" ", 0.0))]
    assert printed(*apart, inferred=True) == "pumphouse"
    assert printed(*((sign, 1.5 if sign != "h" else 4.5) for sign in "pumphouse")) == "pump house"


def test_a_word_is_whole_though_a_line_end_is_said_to_be_in_it() -> None:
    assert printed(("1", 0), ("6", 0), ("1", 0), ("\r", 0), ("\n", 0), ("1", -0.6), ("9", 0)) == "16119"
    assert printed(("a", 0), ("\r", 0), ("\n", 0), ("b", 4)) == "a / b"


def test_the_raised_mark_of_a_note_is_in_its_line_though_line_ends_are_said_to_be_about_it() -> None:
    break_ = (("\r", 0), ("\n", 0))
    assert printed(("o", 0), *break_, ("2", 0), *break_, (".", 0), ("i", 3), raised="2") == "o². i"
    assert printed(("o", 0), *break_, ("2", 9), *break_, ("i", 9), raised="2") == "o / 2 / i"


def test_an_accent_that_is_printed_over_a_letter_is_on_it() -> None:
    assert printed(("J", 0), ("¨", 0), ("o", -5), ("r", 0), ("g", 0)) == "Jörg"
    assert printed(("c", 0), ("¸", -5), ("a", 0)) == "ça"


def test_a_figure_that_stands_above_the_line_is_raised() -> None:
    assert printed(*((sign, 0) for sign in "about106m"), raised="6") == "about10⁶m"
    apart = [(sign, 8.0 if sign == "2" else 0.0) for sign in "since2"]
    assert printed(*apart, raised="2") == "since 2"


def test_letters_that_print_draws_as_one_are_two_again() -> None:
    assert as_printed("The ﬁnal oﬃce.") == "The final office."


def test_a_hyphen_stays_one_whatever_the_font_calls_it() -> None:
    assert as_printed("Ages 3\u00ad14, year\u00adlong") == "Ages 3-14, year-long"
