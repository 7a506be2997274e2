"""How numbers, symbols and formulas are shown: c, iii, 10⁶, 12.50 €, x², √(y). Knows no files.

Letters of symbol fonts: office programs keep one as a code of a private range, U+F000 and its place in the font (PDF
Reference, appendix D.5). Number formats: up to four sections (above zero, below, zero, text), each with digits to fill,
signs that are shown as they are, in quotes or behind a backslash, and currencies in brackets (ECMA-376 part 1, section
18.8.31); dates are none here. Formulas: MathML, TeX, and those of Word (section 22.1).
"""

import re
from typing import Any

# Styles of numbers, as the formats name them.
_STYLES = {
    **dict.fromkeys("a lowerLetter lower-alpha lower-latin loweralpha alphaLc".split(), "a"),
    **dict.fromkeys("A upperLetter upper-alpha upper-latin upperalpha alphaUc".split(), "A"),
    **dict.fromkeys("i lowerRoman lower-roman lowerroman romanLc".split(), "i"),
    **dict.fromkeys("I upperRoman upper-roman upperroman romanUc".split(), "I"),
}
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc")),
    *((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_RAISED = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_RAISABLE = frozenset("0123456789+-−=()n")
_SYMBOL_20 = " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
_SYMBOL_A0 = "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪ 〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭"
_SYMBOL = {0x20 + i: sign for i, sign in enumerate(_SYMBOL_20)} | {0xA0 + i: sign for i, sign in enumerate(_SYMBOL_A0)}
_WINGDINGS = dict(
    zip(
        bytes.fromhex("28 2A 4A 4C 6C 6E 6F 71 75 76 9F A7 A8 D8 DF E0 E1 E2 E8 F0 FB FC FD FE"),
        "☎✉☺☹●■□❑◆❖•▪☐➢←→↑↓➔⇨✗✓☒☑",
        strict=True,
    )
)
_PRIVATE = re.compile("[\uf000-\uf0ff]")
# What is shown as it is, what is not shown, and what stands for digits.
_TOKEN = re.compile(
    r"\"(?P<quoted>[^\"]*)\"|\\(?P<escaped>.)|\[\$(?P<currency>[^\[\]-]*+)[^\[\]]*+\]|\[[^\[\]]*+\]|_.|\*."
    r"|(?P<digits>[0#?](?:[0#?,.]|[ ](?=[0#?]))*(?:E[+-][0#?]+)?)|(?P<percent>%)|(?P<plain>.)",
    re.DOTALL,
)
# Excel takes no longer formats.
_LONGEST = 255
_GENERAL = re.compile(r"general", re.IGNORECASE)
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


def whole(text: str | None, otherwise: int = 0) -> int:
    """Returns a whole number of at most six figures that an attribute holds, or what holds where there is none."""
    return int(text) if text and re.fullmatch(r"-?\d{1,6}", text.strip(), re.ASCII) else otherwise


def numeral(number: int, style: str) -> str:
    """Returns the number in a style, whichever format names it; one that the style cannot write comes in figures."""
    kind = _STYLES.get(style)
    if kind is None or not 0 < number < 4000:
        return str(number)
    text = _roman(number) if kind in "iI" else _letters(number)
    return text.upper() if kind.isupper() else text


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
    return text.translate(_RAISED) if bare and set(bare) <= _RAISABLE else text


def symbol(font: str, code: int) -> str:
    """Returns what a letter of a symbol font shows; "" if that is not known."""
    name = font.lower()
    table = _WINGDINGS if "wingdings" in name else _SYMBOL if name in ("", "symbol") else {}
    return table.get(code & 0xFF, "")


def without_private(text: str, font: str = "") -> str:
    """Returns text with the letters of symbol fonts that stand in it as what they show."""
    return _PRIVATE.sub(lambda found: symbol(font, ord(found[0])), text)


def shown_number(value: float, form: str) -> str:
    """Returns a number as its format shows it; in a format that is not known, as it is."""
    if len(form) > _LONGEST:
        return _general(value)
    sections = _sections(form)
    index = 1 if value < 0 and len(sections) > 1 else 2 if value == 0 and len(sections) > 2 else 0
    section = sections[index]
    if not section or section == "@" or _GENERAL.search(section) or "/" in section:
        return _general(value)
    number = abs(value)
    parts = [found.groupdict() for found in _TOKEN.finditer(section)]
    patterns = [part["digits"] for part in parts if part["digits"]]
    if len(patterns) != 1:
        return _general(value) if patterns else "".join(map(_literal, parts))
    if any(part["percent"] for part in parts):
        number *= 100
    shown = "".join(_filled(number, part["digits"]) if part["digits"] else _literal(part) for part in parts)
    return f"-{shown.strip()}" if value < 0 and index == 0 and re.search(r"[1-9]", shown) else shown.strip()


def _sections(form: str) -> list[str]:
    sections = [""]
    for found in _TOKEN.finditer(form):
        if found["plain"] == ";":
            sections.append("")
        else:
            sections[-1] += found[0]
    return sections


def _literal(part: dict[str, str | None]) -> str:
    return next((text for name in ("quoted", "escaped", "currency", "plain") if (text := part[name])), "") or (
        part["percent"] or ""
    )


def _filled(number: float, pattern: str) -> str:
    """The digits of a number in a pattern such as #,##0.00; a comma at its end stands for a thousand."""
    if "E" in pattern:
        return f"{number:.{len(pattern.partition('E')[0].partition('.')[2])}E}"
    bare = pattern.rstrip(",")
    number /= 1000 ** (len(pattern) - len(bare))
    whole, _, places = bare.partition(".")
    digits = len(re.sub(r"[^0#?]", "", places))
    text = f"{number:{',' if ',' in whole else ''}.{digits}f}"
    if digits and "." in text:
        least = places.count("0")
        head, _, tail = text.partition(".")
        tail = tail[:least] + tail[least:].rstrip("0")
        text = f"{head}.{tail}" if tail else head
    head, point, tail = text.partition(".")
    return head.zfill(whole.count("0")) + point + tail if "," not in head else text


def _general(value: float) -> str:
    return f"{value:.11g}" if isinstance(value, float) else str(value)


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
