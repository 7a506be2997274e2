import pytest

from ingest.sentences import MAX_CHARACTERS, MAX_WORDS, sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("Dr. Smith met the U.S. envoy. He left.", ["Dr. Smith met the U.S. envoy.", "He left."]),
        ("It cost 3.5 million. Who paid?", ["It cost 3.5 million.", "Who paid?"]),
        ("“It was late,” he said. “We left.”", ["“It was late,” he said.", "“We left.”"]),
        ("a line\nanother\n\n  third  ", ["a line", "another", "third"]),
        ("Clause 2.2 applies. See v1.2.3 of it.", ["Clause 2.2 applies.", "See v1.2.3 of it."]),
        ("", []),
        (" \n \n", []),
    ],
)
def test_sentences_end_at_their_ends_and_at_line_breaks(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_what_has_no_end_is_cut_between_words() -> None:
    text = " ".join(f"w{i}" for i in range(250))
    spans = sentence_spans(text)
    assert [len(text[start:end].split()) for start, end in spans] == [MAX_WORDS, MAX_WORDS, 50]


@pytest.mark.parametrize(
    "text", ["A. B.\n\n C d e.  F!", "x" * 500, "😀 smiles. Then “é” goes. 大きい。多い。", "word " * 3000]
)
def test_spans_are_in_order_apart_and_miss_nothing_but_white_space(text: str) -> None:
    spans = sentence_spans(text)
    ends = [0, *(end for _, end in spans)]
    gaps = [text[end:start] for end, (start, _) in zip(ends, spans, strict=False)]
    assert not "".join(gaps).strip()
    assert not text[ends[-1] :].strip()
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)


def test_a_sentence_of_thousands_of_characters_is_cut_between_words() -> None:
    text = f"Here {'donaudampfschiff' * 20} {'again-and-' * 30} " * 40 + "it ends."
    parts = sentences(text)
    assert MAX_CHARACTERS - 400 < max(map(len, parts)) <= MAX_CHARACTERS
    assert " ".join(parts).split() == text.split()


def test_what_runs_on_for_longer_than_a_word_is_in_no_sentence() -> None:
    assert sentences(f"The key is {'Zm9vYmFy' * 7_500} as everybody knows.") == ["The key is", "as everybody knows."]


def test_a_sentence_does_not_hold_a_gap_of_blanks() -> None:
    assert sentences(f"It opens{' ' * 400_000}at nine.") == ["It opens", "at nine."]


def test_a_script_without_spaces_is_cut_and_not_left_out() -> None:
    parts = sentences("桥" * 6_000)
    assert "".join(parts) == "桥" * 6_000
    assert max(map(len, parts)) <= MAX_CHARACTERS
