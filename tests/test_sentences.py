import pytest

from ingest.sentences import MAX_CHARACTERS, MAX_WORDS, bounded, sentence_spans


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


def test_a_stretch_is_bounded_by_its_letters_too() -> None:
    text = "x" * 150 + " " + "y" * 900 + " end"
    parts = [text[start:end] for start, end in bounded(text, (0, len(text)))]
    assert max(map(len, parts)) <= MAX_CHARACTERS
    assert "".join("".join(parts).split()) == "".join(text.split())


@pytest.mark.parametrize(
    "text", ["A. B.\n\n C d e.  F!", "x" * 5000, "😀 smiles. Then “é” goes. 大きい。多い。", "word " * 3000]
)
def test_spans_are_in_order_apart_and_miss_nothing_but_white_space(text: str) -> None:
    spans = sentence_spans(text)
    ends = [0, *(end for _, end in spans)]
    gaps = [text[end:start] for end, (start, _) in zip(ends, spans, strict=False)]
    assert not "".join(gaps).strip()
    assert not text[ends[-1] :].strip()
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)
