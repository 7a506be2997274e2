"""What the letters of symbol fonts show. Knows the fonts Symbol and Wingdings as far as text uses them; no files.

Office programs keep such a letter as a code of a private range, U+F000 and the letter's place in the font (the Symbol
encoding is that of the PDF Reference, appendix D.5).
"""

import re

_SYMBOL_20 = " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
_SYMBOL_A0 = "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪ 〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭"
_SYMBOL = {0x20 + i: sign for i, sign in enumerate(_SYMBOL_20)} | {0xA0 + i: sign for i, sign in enumerate(_SYMBOL_A0)}
_WINGDINGS = {
    0x28: "☎",
    0x2A: "✉",
    0x4A: "☺",
    0x4C: "☹",
    0x6C: "●",
    0x6E: "■",
    0x6F: "□",
    0x71: "❑",
    0x75: "◆",
    0x76: "❖",
    0x9F: "•",
    0xA7: "▪",
    0xA8: "☐",
    0xD8: "➢",
    0xDF: "←",
    0xE0: "→",
    0xE1: "↑",
    0xE2: "↓",
    0xE8: "➔",
    0xF0: "⇨",
    0xFB: "✗",
    0xFC: "✓",
    0xFD: "☒",
    0xFE: "☑",
}
_PRIVATE = re.compile("[\uf000-\uf0ff]")


def symbol(font: str, code: int) -> str:
    """Returns what a letter of a symbol font shows; "" if that is not known."""
    name = font.lower()
    table = _WINGDINGS if "wingdings" in name else _SYMBOL if name in ("", "symbol") else {}
    return table.get(code & 0xFF, "")


def without_private(text: str, font: str = "") -> str:
    """Returns text with the letters of symbol fonts that stand in it as what they show."""
    return _PRIVATE.sub(lambda found: symbol(font, ord(found[0])), text)
