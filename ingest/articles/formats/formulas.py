"""Formulas on one line: (a + b)/2, x², √(y). Knows MathML, the formulas of Word, and TeX."""

import re
from typing import Any

from ingest.articles.formats.numerals import raised

# What only says how letters are drawn, or where they stand.
_DRAWN = re.compile(
    r"\\(?:text\w{0,2}|math\w{2,3}|operatorname|boldsymbol|overline|bar|hat|vec)\s{0,3}\{([^{}]{0,500})\}"
)
_SPACED = re.compile(r"\\(?:[,;:! ]|(?:quad|qquad|displaystyle|left|right|limits)(?![A-Za-z]))")
_FRACTION = re.compile(r"\\[dt]?frac\s{0,3}\{([^{}]{0,500})\}\s{0,3}\{([^{}]{0,500})\}")
_ROOT = re.compile(r"\\sqrt\s{0,3}\{([^{}]{0,500})\}")
_DOUBLED = re.compile(r"\{\{([^{}]{0,500})\}\}")
_GROUP = re.compile(r"(?<=[_^])\{(\w{1,40})\}")
_COMMAND = re.compile(r"\\([A-Za-z]{2,20})(?![A-Za-z])\s{0,3}")
_SIGNS = dict(
    zip(
        "alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi chi psi omega"
        " Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega times cdot div pm leq le geq ge neq ne approx equiv infty"
        " sum prod int partial nabla in notin subset cup cap forall exists to rightarrow leftarrow Rightarrow"
        " ldots dots cdots degree circ percent".split(),
        "αβγδεζηθκλμνξπρστφχψωΓΔΘΛΞΠΣΦΨΩ×·÷±≤≤≥≥≠≠≈≡∞∑∏∫∂∇∈∉⊂∪∩∀∃→→←⇒………°°%",
        strict=True,
    )
)
_MOST_NESTED = 6


def formula_of(element: Any) -> str:
    """Returns what a formula says: its TeX, if the page has it and no command is left in it, else what its parts say.

    The element is one of MathML, or one that holds it.
    """
    tex = ""
    for one in element.iter():
        if _name(one) == "annotation" and "tex" in (one.get("encoding") or "").lower():
            tex = plain_tex(one.text or "")
            break
    return tex if tex and "\\" not in tex else " ".join(_said(element).split()) or tex


def office_formula(element: Any) -> str:
    """Returns what a formula of Word says (ECMA-376 part 1, section 22.1)."""
    return " ".join(_said_by_word(element).split())


def plain_tex(source: str) -> str:
    """Returns TeX as one writes a formula in a line: (a + b)/2, √(x), α ≤ 3; what it does not know stays."""
    text = _SPACED.sub(" ", source)
    for _ in range(_MOST_NESTED):
        before = text
        text = _GROUP.sub(r"\1", _DOUBLED.sub(r"{\1}", text))
        text = _DRAWN.sub(r"\1", text)
        text = _ROOT.sub(r"√(\1)", text)
        text = _FRACTION.sub(lambda found: f"{_held(found[1])}/{_held(found[2])}", text)
        if text == before:
            break
    text = _COMMAND.sub(lambda found: _SIGNS.get(found[1], found[0]) + " ", text)
    return " ".join(text.split())


def _said(element: Any) -> str:
    name, parts = _name(element), [_said(one) for one in element if isinstance(one.tag, str)]
    if name in ("annotation", "annotation-xml"):
        return ""
    if name == "mfrac" and len(parts) == 2:
        return f"{_held(parts[0])}/{_held(parts[1])}"
    if name in ("msup", "msubsup", "mover") and len(parts) > 1:
        low = f"_{_held(parts[1])}" if name == "msubsup" else ""
        return f"{parts[0]}{low}{_raised(parts[-1])}"
    if name in ("msub", "munder") and len(parts) == 2:
        return f"{parts[0]}_{_held(parts[1])}"
    if name == "msqrt":
        return f"√({' '.join(parts).strip()})"
    own = (element.text or "").strip()
    said = own if not parts else " ".join(filter(None, (own, *parts)))
    return f" {said} " if name == "mo" else said


def _said_by_word(element: Any) -> str:
    name = _name(element)
    if name == "t":
        return element.text or ""
    parts = {_name(one): _said_by_word(one) for one in element} if name in ("f", "sSup", "sSub", "rad") else {}
    if name == "f":
        return f"{_held(parts.get('num', ''))}/{_held(parts.get('den', ''))}"
    if name == "sSup":
        return parts.get("e", "") + _raised(parts.get("sup", ""))
    if name == "sSub":
        return f"{parts.get('e', '')}_{_held(parts.get('sub', ''))}"
    if name == "rad":
        return f"√({parts.get('e', '')})"
    return "".join(map(_said_by_word, element))


def _raised(part: str) -> str:
    high = raised(part.strip())
    return high if high != part.strip() else f"^{_held(part)}"


def _held(part: str) -> str:
    part = part.strip()
    return part if re.fullmatch(r"\w+|", part) else f"({part})"


def _name(element: Any) -> str:
    return element.tag.rsplit("}", 1)[-1].rsplit(":", 1)[-1] if isinstance(element.tag, str) else ""
