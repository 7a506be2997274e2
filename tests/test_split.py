from pathlib import Path

import pytest

from ingest.articles.article import Article
from ingest.articles.make import make_article, read_article
from ingest.split import MAX_WORDS, Chunk, split
from tests.conftest import ARTICLES, BRIDGE

LONG = " ".join(f"Sentence number {i} has seven words." for i in range(100))


def article(text: str, article_id: str = "a.md") -> Article:
    return make_article(text.encode(), None, article_id=article_id)


@pytest.mark.parametrize("text", [LONG, "One.\n\nTwo.\n" * 60, "word " * 1000, "x" * 500, "One. " * 700, "😀 é. " * 99])
def test_offsets_are_exact_and_every_sentence_is_in_one_chunk(text: str) -> None:
    read = article(text)
    text, chunks = read.text, split(read)
    assert all(text[chunk.start : chunk.end] == chunk.text for chunk in chunks)
    spans = [span for chunk in chunks for span in chunk.sentences]
    assert spans == sorted(set(spans))
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())


@pytest.mark.parametrize("name", sorted(ARTICLES))
def test_the_invented_articles_are_cut_into_whole_sentences(corpus: Path, name: str) -> None:
    chunks = split(read_article(corpus / name, name))
    assert all(chunk.text.endswith((".", "”", '"')) for chunk in chunks)
    assert (len(chunks) > 2) == (name == BRIDGE)


def test_chunks_are_as_full_as_they_can_be_and_never_longer() -> None:
    words = [len(chunk.text.split()) for chunk in split(article(LONG))]
    assert max(words) <= MAX_WORDS
    assert min(words[:-1]) > MAX_WORDS - 7


def test_a_chunk_begins_and_ends_with_a_sentence() -> None:
    for chunk in split(article(LONG)):
        assert (chunk.start, chunk.end) == (chunk.sentences[0][0], chunk.sentences[-1][1])


def test_a_text_without_words_has_no_chunks() -> None:
    assert split(Article("a.md", "A", None, None, None, "")) == ()


def test_a_chunk_never_mixes_two_sections_and_knows_the_headings_above_it() -> None:
    chunks = split(article("# Pump\n\nIt is old.\n\n## Costs\n\nTwo euros.\n\n### Tax\n\nNone."))
    assert [(chunk.text, chunk.path) for chunk in chunks] == [
        ("It is old.", ()),
        ("Two euros.", ("Costs",)),
        ("None.", ("Costs", "Tax")),
    ]


def test_a_section_without_units_between_two_others_parts_them() -> None:
    chunks = split(article("# Pump\n\nIt is old.\n\n## Costs\n\n## Tax\n\nNone.\n\n## Costs\n\nTwo euros."))
    assert [(chunk.text, chunk.path) for chunk in chunks] == [
        ("It is old.", ()),
        ("None.", ("Tax",)),
        ("Two euros.", ("Costs",)),
    ]


def test_two_sections_of_the_same_name_are_two() -> None:
    chunks = split(article("# Pump\n\n## Costs\n\nTwo euros.\n\n## Costs\n\nThree euros."))
    assert [chunk.text for chunk in chunks] == ["Two euros.", "Three euros."]


def test_a_chunk_knows_of_each_unit_what_introduces_it_also_where_that_is_in_another() -> None:
    items = "\n".join(f"- the wheel of number {i} that stands by the wall" for i in range(12))
    chunks = split(article(f"# Pump\n\nTurn these:\n\n{items}\n\nThen wait."))
    assert len(chunks) > 2
    assert all(len(chunk.leads) == len(chunk.units) for chunk in chunks)
    leads = [lead for chunk in chunks for lead in chunk.leads]
    assert leads == ["", *["Turn these:"] * 12, ""]


def test_a_unit_longer_than_a_chunk_is_one_of_its_own() -> None:
    code = "\n".join(f"turn_the_wheel {i} to_the left" for i in range(40))
    chunks = split(article(f"It is old.\n\n```\n{code}\n```\n\nThen wait."))
    assert [chunk.text for chunk in chunks] == ["It is old.", code, "Then wait."]


def test_ids_are_the_same_for_the_same_text_and_differ_between_articles_and_repeats() -> None:
    def ids(chunks: tuple[Chunk, ...]) -> list[str]:
        return [chunk.id for chunk in chunks]

    repeated = "word " * 500
    assert ids(split(article(repeated))) == ids(split(article(repeated)))
    assert len(set(ids(split(article(repeated))))) == len(split(article(repeated))) > 2
    assert not set(ids(split(article(LONG)))) & set(ids(split(article(LONG, "b.md"))))


def test_a_change_at_the_end_leaves_the_ids_of_the_chunks_before_it() -> None:
    before, after = split(article(LONG)), split(article(LONG + " One more."))
    assert [chunk.id for chunk in after[: len(before) - 1]] == [chunk.id for chunk in before[:-1]]


def test_a_line_of_a_megabyte_is_cut_into_chunks_like_any_other() -> None:
    read = article("word " * 200_000)
    text, chunks = read.text, split(read)
    assert len(chunks) == 2000
    assert text[chunks[-1].start : chunks[-1].end] == chunks[-1].text


def test_pasted_data_between_two_sentences_is_in_no_chunk() -> None:
    chunks = split(article(f"The bridge has a key. {'Zm9vYmFy' * 7_500} It is never lent."))
    assert [chunk.text for chunk in chunks] == ["The bridge has a key.", "It is never lent."]


def test_a_gap_of_blanks_is_one_blank_in_prose_and_in_code_divides_chunks() -> None:
    gap = " " * 400_000
    assert [chunk.text for chunk in split(article(f"It has a key.{gap}It is old."))] == ["It has a key. It is old."]
    assert all(len(chunk.text) < 4_000 for chunk in split(article(f"```\na = 1{gap}b = 2\n```")))
