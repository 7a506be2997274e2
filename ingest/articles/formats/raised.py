"""Figures that are raised above the line: 10⁶ is not 106. Knows characters alone."""

_RAISED = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_SIGNS = frozenset("0123456789+-−=()n")


def raised(text: str) -> str:
    """Returns a raised figure in the signs that show it as one; what is raised and no figure comes as it is."""
    bare = text.strip()
    return text.translate(_RAISED) if bare and set(bare) <= _SIGNS else text
