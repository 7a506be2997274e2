import pytest

from bot.model.parse import Claim, Parser, Quoted
from tests.model_fixtures import as_json

REPLY = as_json(("Six planes landed.", [(1, "six planes")]), ("They came from China.", [(2, "from China"), (1, "x")]))
CLAIMS = (
    Claim("Six planes landed.", (Quoted(1, "six planes"),)),
    Claim("They came from China.", (Quoted(2, "from China"), Quoted(1, "x"))),
)


def parse(text: str, size: int = 1, *, whole: bool = True) -> tuple[tuple[Claim, ...], Parser]:
    parser = Parser()
    found = [claim for i in range(0, len(text), size) for claim in parser.feed(text[i : i + size])]
    return (*found, *parser.close(whole=whole)), parser


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_json_is_read_alike_however_it_is_cut(size: int) -> None:
    assert parse(REPLY, size)[0] == CLAIMS


def test_a_claim_is_handed_on_as_soon_as_it_is_closed() -> None:
    parser = Parser()
    end = REPLY.index("}, {") + 1
    assert parser.feed(REPLY[: end - 1]) == ()
    assert parser.feed(REPLY[end - 1 : end]) == CLAIMS[:1]


@pytest.mark.parametrize(
    "wrapped",
    [
        f"```json\n{REPLY}\n```",
        f"<think>hm [1].</think>\n{REPLY}",
        f"hm.</think>\n{REPLY}",
        f"\n\n {REPLY}",
        f"Sure: {REPLY}",
    ],
)
def test_fences_and_thoughts_around_json_are_passed_over(wrapped: str) -> None:
    assert parse(wrapped)[0] == CLAIMS


@pytest.mark.parametrize(
    "sentence",
    [
        '{"text": 5}',
        '{"quotes": []}',
        '{"text": "A b.", "quotes": [{"p": 1}]}',
        '{"text": "A b.", "quotes": [5]}',
        '{"text": "..."}',
        '{"text": "' + "a" * 800 + '"}',
    ],
)
def test_what_does_not_fit_the_form_is_counted_and_left_out(sentence: str) -> None:
    claims, parser = parse('{"answerable": true, "sentences": [' + sentence + '], "missing": ""}')
    assert (claims, parser.malformed) == ((), 1)


@pytest.mark.parametrize(
    ("sentence", "quotes"),
    [
        ('{"text": "A b.", "quotes": [{"p": "1", "text": "x"}]}', (Quoted(1, "x"),)),
        ('{"text": "A b.", "quotes": [{"p": 2.0, "text": "x"}]}', (Quoted(2, "x"),)),
        ('{"text": "A b.", "quotes": [{"p": "[3]", "text": "x"}]}', (Quoted(3, "x"),)),
        ('{"text": "A b.", "quotes": {"p": 1, "text": "x"}}', (Quoted(1, "x"),)),
        ('{"text": "A b.", "quotes": [{"p": true, "text": "x"}]}', (Quoted(0, "x"),)),
        ('{"text": "A b.", "quotes": ["x", {"text": "y"}]}', (Quoted(0, "x"), Quoted(0, "y"))),
        ('{"text": "A b.", "quotes": "x"}', (Quoted(0, "x"),)),
    ],
)
@pytest.mark.parametrize(
    "around", ['{"sentences": [%s]}', "[%s]", "%s", '{"answer": {"sentences": [%s]}}', "Sure: [%s]"]
)
def test_what_says_the_same_in_another_shape_is_read(sentence: str, quotes: tuple[Quoted, ...], around: str) -> None:
    for size in (1, 1000):
        claims, parser = parse(around % sentence, size)
        assert claims == (Claim("A b.", quotes),)
        assert parser.malformed == 0


def test_shapes_and_what_is_missing_are_read() -> None:
    rows = '{"text": "A: 1. | B: 2.", "quotes": ["x"], "as": "row"}, {"text": "C d.", "quotes": ["x"], "as": "poem"}'
    claims, parser = parse('{"sentences": [' + rows + '], "missing": " the  price "}')
    assert [(claim.text, claim.shape) for claim in claims] == [("A: 1. | B: 2.", "row"), ("C d.", "sentence")]
    assert parser.missing == "the price"


def test_each_sentence_of_one_text_becomes_a_claim_of_its_own() -> None:
    claims, _ = parse(as_json(("Six planes landed. The pope was there.", [(1, "six planes")])))
    assert [claim.text for claim in claims] == ["Six planes landed.", "The pope was there."]


def test_cut_json_yields_what_was_complete() -> None:
    assert parse(REPLY[:-60], whole=False)[0] == CLAIMS[:1]


def test_json_that_says_so_refuses() -> None:
    assert parse(as_json(answerable=False))[1].refuses
    assert not parse(REPLY)[1].refuses


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_markers_belong_to_the_sentence_before_them_alone(size: int) -> None:
    claims, parser = parse("Nobody said this. Six planes landed [1]. They came from China. [2][1]", size)
    assert parser.is_plain
    assert claims == (
        Claim("Nobody said this.", ()),
        Claim("Six planes landed.", (Quoted(1, ""),)),
        Claim("They came from China.", (Quoted(2, ""), Quoted(1, ""))),
    )


def test_plain_text_without_any_marker_has_claims_that_cite_nothing() -> None:
    assert parse("Six planes landed. All were full.")[0] == (
        Claim("Six planes landed.", ()),
        Claim("All were full.", ()),
    )


def test_an_unfinished_plain_sentence_is_left_out_of_a_cut_reply() -> None:
    assert parse("Six planes landed [1]. They came fr", whole=False)[0] == (
        Claim("Six planes landed.", (Quoted(1, ""),)),
    )


def test_no_answer_in_plain_text_refuses() -> None:
    claims, parser = parse("NO_ANSWER")
    assert claims == ()
    assert parser.refuses


@pytest.mark.parametrize("text", ["", " \n", "<think>for ever", "{" * 5000, "[" * 5000, '{"sentences": [' * 300])
def test_nothing_comes_of_nothing(text: str) -> None:
    assert parse(text, 100)[0] == ()
