"""Numbers as lists and raised letters show them: 3, c, C, iii, III; 10⁶ is not 106. Knows nothing else."""

from typing import Literal

Style = Literal["decimal", "lowerLetter", "upperLetter", "lowerRoman", "upperRoman"]
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc")),
    *((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_RAISED = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_SIGNS = frozenset("0123456789+-−=()n")


def numeral(number: int, style: Style) -> str:
    """Returns the number in the style; one that the style cannot write comes in figures."""
    if style == "decimal" or not 0 < number < 4000:
        return str(number)
    text = _roman(number) if style.endswith("Roman") else _letters(number)
    return text.upper() if style.startswith("upper") else text


def _roman(number: int) -> str:
    text = ""
    for value, sign in _ROMAN:
        text += sign * (number // value)
        number %= value
    return text


def _letters(number: int) -> str:
    """a to z, then aa to zz: the letter is repeated, as word processors do."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def raised(text: str) -> str:
    """Returns a raised figure in the signs that show it as one; what is raised and no figure comes as it is."""
    bare = text.strip()
    return text.translate(_RAISED) if bare and set(bare) <= _SIGNS else text
