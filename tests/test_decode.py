import codecs

import pytest

from ingest.articles.decode import MAX_BYTES, clean, clean_source, decode
from ingest.errors import UnreadableArticle

TEXT = "Vučić met the mayor – “briefly”."


@pytest.mark.parametrize(
    "raw",
    [
        TEXT.encode("utf-8"),
        codecs.BOM_UTF8 + TEXT.encode("utf-8"),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
    ],
    ids=["utf-8", "utf-8 with mark", "utf-16 with mark", "utf-16-be with mark", "utf-16-le bare", "utf-16-be bare"],
)
def test_utf8_and_utf16_are_read_with_and_without_a_mark(raw: bytes) -> None:
    assert decode(raw) == TEXT


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("Vučić – café".encode("cp1252", "replace"), r"not UTF-8 text \(byte \d+\); save the file as UTF-8"),
        (codecs.BOM_UTF16_LE + b"a", "not UTF-16 text"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "save the file as UTF-8"),
        (b"plain until here\0\0 and then not", "a binary file, not text; remove it or convert it"),
        (TEXT.encode("utf-32"), "a binary file"),
        (b"x" * (MAX_BYTES + 1), "larger than 20 MB; split it"),
    ],
    ids=["cp1252", "torn utf-16", "png", "zero bytes", "utf-32", "too large"],
)
def test_what_is_no_text_fails_with_a_reason_and_a_remedy(raw: bytes, reason: str) -> None:
    with pytest.raises(UnreadableArticle, match=reason):
        decode(raw)


@pytest.mark.parametrize(
    ("dirty", "plain"),
    [
        ("30\u00a0million\u2009euros", "30 million euros"),
        ("soft\u00adhyphen, zero\u200bwidth, mark\ufeff", "soft\u00adhyphen, zero\u200bwidth, mark"),
        ("left\u202eright\u2066", "leftright"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("bell\x07 and \x1b[31mred\x1b[0m", "bell and red"),
        ("tab\tand trailing  \nnext ", "tab and trailing\nnext"),
        ("\n\nblank lines around\n\n", "blank lines around"),
        ("cafÃ©", "café"),
        ("half a pair: \ud83d", "half a pair: ?"),
    ],
)
def test_white_space_and_invisible_characters_become_plain(dirty: str, plain: str) -> None:
    assert clean(dirty) == plain


@pytest.mark.parametrize(
    "text", ["“curly” ‘quotes’", "ﬁne ligatures", "ＦＵＬＬ width", "A &amp; B", "100 €, 5 °C – …", "Zellwege\u0301r"]
)
def test_what_a_reader_sees_is_kept_verbatim(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    "text", ["a\u00a0\n\u200b b \r\n", "cafÃ©\t\n\n", " \n x \n ", "\ufeff\n\ufeffa", "Ã\u2061©tude"]
)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_the_empty_file_is_an_empty_text() -> None:
    assert decode(b"") == ""


def test_where_the_place_of_a_line_tells_something_tabs_before_it_reach_to_places_four_apart() -> None:
    assert clean_source("- a\n\t- b\n \t\tc\td") == "- a\n    - b\n        c d"
