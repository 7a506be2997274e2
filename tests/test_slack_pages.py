"""A long answer in several messages, as values in and values out."""

from bot.slack.escape import cut, fits, pages


def test_a_page_is_cut_on_a_paragraph_and_never_exceeds_its_bytes() -> None:
    text = "\n\n".join("文字 " * 20 for _ in range(50))
    found = pages(text, 500)
    assert "".join(found) == text
    assert all(fits(page, 500) for page in found)
    assert all(page.endswith("\n\n") for page in found[:-1])


def test_a_cut_inside_a_fence_closes_and_opens_it() -> None:
    text = "```python\n" + "print(1)\n" * 50 + "```\n"
    head, tail = cut(text, limit=200)
    assert head.endswith("\n```")
    assert tail.startswith("```python\nprint")
    assert all(page.count("```") == 2 for page in pages(text, 200))


def test_a_cut_splits_no_link_and_nothing_that_is_shown_already() -> None:
    text = "x" * 150 + "[[1]](https://a.example/" + "y" * 100 + ")"
    assert cut(text, limit=200)[0] == "x" * 150
    assert len(cut("word " * 100, kept=120, limit=200)[0]) >= 120
