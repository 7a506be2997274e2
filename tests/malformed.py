"""Files of every kind from a seed: by a grammar that knows the format's own troubles, then damaged. Checks nothing."""

import io
import random
import zipfile
from collections.abc import Callable, Mapping
from html import escape

from tests.formats_fixtures import STYLES, docx, paragraph, pdf, pdf_with_stream
from tests.office_fixtures import epub, odt, pptx, shape
from tests.package_fixtures import mail, notebook, row, sheet_of

WORDS = (
    "bridge tram council 212 million euros on Saturday The Mr. e.g. 3.5 U.S. “quoted” don't naïve 東京都 ﬁne ½ Ǆ "
    "https://a.example/2026/02/14/x # ## - * | --- ``` <b> &amp; &#xFFFE; &#133; {{ [[ ]] : title: url: \\ \" ' % $ "
    "{% ::: !!! > 1. [^1] == ~~ <Tab> </ --> <!-- $$ \\frac{ +---+ .. :: `x`_ |y| =SUM(A1) @ {.x} [!NOTE]"
).split()
# What a good file may hold, however odd; and what is enough for a file to be refused.
TRICKS = [
    "\ufeff", "\u200b", "\u2028", "\x85", "\r", "\r\n", "\n\n", "\t", "\xad", "\u0301" * 20, "\u2066", "\ufffd", "Ã©",
    "\U0001f3f4\U000e0067\U000e0062\U000e007f", " " * 500, "a" * 5000, "....", "\U000f0000", "\uf0b7", "> " * 60,
    "[" * 300, "*" * 999, "- " * 80, "_a" * 300, "<div>" * 30, "`" * 77, "{" * 200, "(" * 400, "1.1." * 99,
]  # fmt: skip
POISON = ("\0", "\x0c", "\u202e", "\U000e0041", "\u0301" * 40, "\uffff", "&#x202e;", "\ud800")
TAGS = (
    "html head body div p span b h1 h2 ul li ol table tr td th thead caption pre code br img a script style title meta"
    " svg math mfrac sup details summary dl dt dd blockquote article main nav footer template button input q"
).split()
WORD = (
    "w:p w:r w:t w:tbl w:tr w:tc w:pPr w:rPr w:vanish w:del w:ins w:br w:tab w:txbxContent mc:Fallback w:numPr w:numId"
    " w:ilvl w:hyperlink w:sym w:gridSpan w:vMerge w:tcPr w:sdt w:pStyle w:outlineLvl w:oMath w:f w:num w:den"
    " w:tblHeader"
).split()
SLIDE = (
    "p:sp p:grpSp p:graphicFrame p:txBody p:nvSpPr p:nvPr p:ph a:p a:r a:t a:br a:pPr a:buAutoNum a:buChar a:tbl a:tr"
    " a:tc a:graphic a:graphicData a:rPr a:hlinkClick p:pic c:chart a:tblPr"
).split()
SHEET = "row c v is t f col mergeCell mergeCells cols sheetData r rPh".split()
TEXT = (
    "text:p text:h text:list text:list-item text:span text:a text:s text:tab text:note text:note-body text:line-break"
    " table:table table:table-row table:table-cell table:table-header-rows text:list-header text:tracked-changes"
).split()


def text(dice: random.Random, most: int = 60) -> str:
    """Words and signs that mean something to some format, in an order of chance."""
    words = dice.choices(WORDS, k=dice.randint(0, most)) + dice.choices(TRICKS, k=dice.choice((0, 0, 0, 1, 3)))
    dice.shuffle(words)
    return "".join(word + dice.choice((" ", " ", " ", ". ", "\n", "\n\n", "")) for word in words)


def plain(dice: random.Random) -> bytes:
    lines = "\n".join(text(dice) for _ in range(dice.randint(0, 8)))
    encoding = dice.choice((*["utf-8"] * 8, "utf-16", "utf-16-le", "gbk", "utf-32"))
    return _poisoned(lines, dice).encode(encoding, "surrogatepass" if encoding.startswith("utf") else "replace")


def markdown(dice: random.Random) -> bytes:
    names = ("title", "date", "url", "x", "params", "authors")
    head = "\n".join(f"{dice.choice(names)}: {text(dice, 4)}" for _ in range(dice.randint(0, 4)))
    fence = dice.choice(("---", "+++", "----", "--- ", "", "", ""))
    encoding = dice.choice((*["utf-8"] * 6, "utf-16", "utf-16-be", "utf-8-sig"))
    body = "\n".join(dice.choice(("", "", "", "> ", "    ", "- ", "1. ", "|")) + text(dice, 30) for _ in range(6))
    return _poisoned(f"{fence}\n{head}\n{fence}\n{body}", dice).encode(encoding, "surrogatepass")


def restructured(dice: random.Random) -> bytes:
    marks = (
        "",
        "",
        "* ",
        "#. ",
        ".. note:: ",
        ".. table:: ",
        ".. include:: ",
        "   ",
        ":x: ",
        "| ",
        ".. list-table::\n\n   * - ",
    )
    lines = "\n".join(dice.choice(marks) + text(dice, 12) + dice.choice(("", "\n====\n")) for _ in range(9))
    return _poisoned(lines, dice).encode("utf-8", "surrogatepass")


def page(dice: random.Random) -> bytes:
    charset = dice.choice(("", "", "utf-8", "utf-7", "windows-1252", "gbk", "no-such"))
    head = f'<meta charset="{charset}"><title>{text(dice, 5)}</title>' + "<div>" * dice.choice((*[0] * 9, 150, 5000))
    body = "".join(_html(dice, 4) for _ in range(dice.randint(1, 4)))
    encoding = charset if charset in ("windows-1252", "gbk") and dice.random() < 0.7 else "utf-8"
    return _poisoned(head + body, dice).encode(encoding, "surrogatepass" if encoding == "utf-8" else "replace")


def word_file(dice: random.Random) -> bytes:
    prose = paragraph("It is said.", dice.choice(("Ours", "Deep", "")))
    body = "".join(_xml(dice, WORD, 4) if dice.random() < 0.7 else prose for _ in range(dice.randint(1, 5)))
    styles = dice.choice((STYLES, STYLES, "<a/>", '<s><x styleId="a"><basedOn val="a"/></x></s>', "<!DOCTYPE a><a/>"))
    core = dice.choice(("", "<dc:title/>", "<dc:title>\u202e</dc:title>"))
    return _repacked(docx(_spoilt(body, dice), styles=styles, core=core), dice)


def slides(dice: random.Random) -> bytes:
    roles = ("title", "body", "", "ctrTitle", "ftr")
    boxes = [shape("It is said.", role=dice.choice(roles)) + _xml(dice, SLIDE, 4) for _ in range(dice.randint(1, 4))]
    return _repacked(pptx([_spoilt(box, dice) for box in boxes]), dice)


def sheets(dice: random.Random) -> bytes:
    rows = "".join(row(i, text(dice, 3), dice.choice((1, -0.5, 1e300))) for i in range(1, dice.randint(2, 8)))
    rows += _xml(dice, SHEET, 3) if dice.random() < 0.5 else ""
    return _repacked(sheet_of(_spoilt(rows, dice)), dice)


def open_document(dice: random.Random) -> bytes:
    body = "".join(_xml(dice, TEXT, 4) for _ in range(dice.randint(1, 4))) + "<text:p>It is said.</text:p>"
    return _repacked(odt(_spoilt(body, dice)), dice)


def book(dice: random.Random) -> bytes:
    return _repacked(epub([_spoilt(_html(dice, 3), dice) for _ in range(dice.randint(1, 3))]), dice)


def table(dice: random.Random) -> bytes:
    sign = dice.choice((",", ";", "\t", "|"))
    rows = (sign.join(text(dice, 3) for _ in range(dice.randint(1, 5))) for _ in range(dice.randint(1, 12)))
    head = dice.choice(("", "", "sep=;\n", "\ufeff"))
    return _poisoned(head + dice.choice(("\n", "\r\n", '"\n')).join(rows), dice).encode("utf-8", "surrogatepass")


def rich_text(dice: random.Random) -> bytes:
    words = (
        "\\par ",
        "\\b ",
        "{\\*\\x ",
        "}",
        "{",
        "\\u8364?",
        "\\'e9",
        "\\trowd",
        "\\cell ",
        "\\row ",
        "\\bin9 ",
        "\\uc0",
    )
    inside = "".join(dice.choice(words) + text(dice, 5) for _ in range(dice.randint(1, 20)))
    return ("{\\rtf1\\ansi{\\title A}It is said.\\par " + inside + "}").encode("ascii", "replace")


def cells(dice: random.Random) -> bytes:
    kinds = ("markdown", "code", "raw", "heading", "")
    made = [(dice.choice(kinds), text(dice)) for _ in range(dice.randint(1, 5))]
    return notebook([("markdown", "It is said."), *made], outputs=[{"x": text(dice)}])


def letter(dice: random.Random) -> bytes:
    head = "".join(f"{dice.choice(('Subject', 'From', 'Date', 'To', 'X'))}: {text(dice, 6)}\n" for _ in range(3))
    kind = dice.choice(("text/plain", "text/html", "multipart/mixed; boundary=x", "no/such", "text/plain; charset=no"))
    return mail(text(dice, 100) + dice.choice(("", "\n--x\n\nIt is said.\n--x--")), kind=kind, head=head)


def pdf_file(dice: random.Random) -> bytes:
    if dice.random() < 0.6:
        texts = [text(dice, 40).encode("latin-1", "replace").decode("latin-1") for _ in range(dice.randint(0, 4))]
        return pdf([t.split("\n") for t in texts], info={"Title": "x"}, outline=("a", "b")[: dice.randint(0, 2)])
    operators = ("BT", "ET", "Tj", "TJ", "Td", "Tf", "q", "Q", "cm", "Do", "'", "T*", "BI", "ID", "EI", "Tm")
    atoms = ("/F1", "(a)", "<41>", "[", "]", "<<", ">>", "-1", "0", "99999999999", "1e9", "(", "%", "true", "null")
    stream = " ".join(dice.choice(operators if dice.random() < 0.4 else atoms) for _ in range(dice.randint(1, 400)))
    return pdf_with_stream(b"BT /F1 9 Tf (It is said.) Tj ET " + stream.encode())


GRAMMARS: Mapping[str, Callable[[random.Random], bytes]] = {
    ".txt": plain,
    ".md": markdown,
    ".mdx": markdown,
    ".rst": restructured,
    ".html": page,
    ".docx": word_file,
    ".pptx": slides,
    ".xlsx": sheets,
    ".odt": open_document,
    ".epub": book,
    ".csv": table,
    ".tsv": table,
    ".rtf": rich_text,
    ".ipynb": cells,
    ".eml": letter,
    ".pdf": pdf_file,
    ".adoc": markdown,
    ".org": markdown,
}


def damaged(raw: bytes, dice: random.Random) -> bytes:
    """The bytes with a few places cut, flipped, doubled, exchanged or filled with what formats are wary of."""
    data = bytearray(raw)
    for _ in range(dice.choice((0, 1, 1, 2, 5, 20))):
        at, length = dice.randint(0, len(data)), dice.choice((1, 1, 4, 50, 500))
        match dice.randint(0, 6):
            case 0:
                del data[at : at + length]
            case 1:
                data[at : at + 1] = bytes([dice.randrange(256)])
            case 2:
                data[at:at] = data[at : at + length] * dice.choice((1, 2, 30))
            case 3:
                wary = (b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"obj", b"<![CDATA[", b"PK\x03\x04", b"-1", b"<x>" * 300)
                data[at:at] = dice.choice(wary)
            case 4:
                data = data[:at] if dice.random() < 0.3 else data
            case 5:
                digits = [i for i, byte in enumerate(data) if 48 <= byte <= 57]
                for i in dice.sample(digits, min(3, len(digits))):
                    data[i] = 48 + dice.randrange(10)
            case 6:
                part, rest = bytes(data[at : at + length]), data[:at] + data[at + length :]
                other = dice.randint(0, len(rest))
                data = rest[:other] + part + rest[other:]
    return bytes(data)


def _poisoned(good: str, dice: random.Random) -> str:
    """The text, sometimes with something in it that must not pass."""
    at = dice.randint(0, len(good))
    return good[:at] + dice.choice(POISON) + good[at:] if dice.random() < 0.15 else good


def _spoilt(xml: str, dice: random.Random) -> str:
    """XML that may be damaged before it is packed, where no checksum tells."""
    xml = _poisoned(xml, dice).encode("utf-8", "replace").decode()
    return damaged(xml.encode(), dice).decode("utf-8", "replace") if dice.random() < 0.3 else xml


def _xml(dice: random.Random, names: list[str], depth: int) -> str:
    name = dice.choice(names)
    prefix = name.partition(":")[0] if ":" in name else ""
    space = f' xmlns:{prefix}="urn:{prefix}"' if prefix else ""
    inner = escape(text(dice, 10), quote=False)
    inner = "".join(_xml(dice, names, depth - 1) for _ in range(dice.randint(0, 3))) if depth else inner
    number = dice.choice((-1, 0, 1, 3, 99999, 10**12))
    facts = f' val="{number}" r="{number}" type="{name}" char="F0B7" number-columns-repeated="{number}"'
    return f"<{name}{space}{facts}>{inner}</{name}>"


def _html(dice: random.Random, depth: int) -> str:
    facts = (
        "",
        "",
        "",
        " hidden",
        ' style="display:none"',
        " x='",
        ' id="&#xD800;"',
        ' rowspan="9999999"',
        ' start="-1"',
    )
    tag = dice.choice(TAGS)
    inner = "".join(_html(dice, depth - 1) for _ in range(dice.randint(0, 3))) if depth else ""
    closing = f"</{tag}>" if dice.random() < 0.8 else ""
    return f"<{tag}{dice.choice(facts)}>{text(dice, 30)}{inner}{closing}"


def _repacked(raw: bytes, dice: random.Random) -> bytes:
    """A zip, sometimes with a part lost, doubled, damaged, or exchanged with another."""
    if dice.random() < 0.6:
        return raw
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    one, other = dice.randrange(len(parts)), dice.randrange(len(parts))
    match dice.randint(0, 3):
        case 0:
            del parts[one]
        case 1:
            parts.append(parts[one])
        case 2:
            parts[one] = (parts[one][0], damaged(parts[one][1], dice))
        case 3:
            parts[one], parts[other] = (parts[one][0], parts[other][1]), (parts[other][0], parts[one][1])
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts:
            archive.writestr(zipfile.ZipInfo(name), content)
    return file.getvalue()
