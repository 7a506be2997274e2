"""Names that a sentence may not bring in: missing only if the text holds them in no form."""

import pytest

from bot.compare.propernames import missing_names, names, one_name


@pytest.mark.parametrize(
    ("sentence", "text", "missing"),
    [
        ("The Serbian army has the HQ22.", "Serbia’s army has the HQ-22", ()),
        ("The UN met.", "The United Nations met", ()),
        ("The European Union met.", "The EU met", ()),
        ("It flew over Austria.", "It flew over Australia", ("Austria",)),
        ("It has the HQ-22.", "It has the FK-3", ("HQ-22",)),
        ("They saw Öcalan.", "They saw Erdoğan.", ("Öcalan",)),
        ("Officials received it.", "Ministers received it", ()),
        ("Beijing opposes it.", "China opposes it", ()),
        ("Washington had warned Belgrade.", "the United States warned Serbia", ()),
        ("U.S. officials agreed.", "Officials from America agreed", ()),
        ("The Chinese left Western suppliers.", "China left the West's suppliers", ()),
    ],
)
def test_a_name_is_missing_only_if_the_text_holds_it_in_no_form(
    sentence: str, text: str, missing: tuple[str, ...]
) -> None:
    assert missing_names(sentence, text) == missing


def test_a_country_counts_as_a_name_where_a_sentence_begins_with_it() -> None:
    assert missing_names("Germany received it.", "Serbia received it")
    assert names("Planes from China landed. Experts watched.") == ("China",)


@pytest.mark.parametrize("opener", ["Unlike", "Despite", "Since", "Among", "Several", "Neither", "Mr", "Ms"])
def test_a_word_that_opens_a_sentence_before_a_name_is_none(opener: str) -> None:
    assert missing_names(f"{opener} Roth did not agree.", "Ines Roth agreed.") == ()
    assert missing_names(f"{opener} Petit did not agree.", "Ines Roth agreed.") == ("Petit",)


def test_a_country_is_not_called_as_one_whose_name_begins_with_it() -> None:
    assert missing_names("Nigeria agreed.", "Niger agreed.") == ("Nigeria",)


def test_a_country_has_one_name_whatever_it_is_called() -> None:
    called = "Dutch, the Netherlands, Amsterdam, UK, Britain, U.S., Americans, Kosovo, North Macedonia"
    assert one_name(called).split(", ") == [
        *("Netherlands", "the Netherlands", "Netherlands", "UnitedKingdom", "UnitedKingdom"),
        *("UnitedStates", "UnitedStates", "Kosovo", "RepublicofMacedonia"),
    ]
