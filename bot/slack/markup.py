"""What a person typed in Slack, as the words of a question. Knows Slack's markup and emoji; knows no blocks, no rules.

A mention, a channel, a date, a link, an emoji, a list number: what carries words becomes these words, all else becomes
nothing, so that none of it is taken for a name that the articles would have to mention. Words in code ticks stay as
they are. Every pattern is linear, for what arrives here was written by anybody.
"""

import datetime
import re
from collections.abc import Iterator

_LONGEST = 12_000  # three times what is answered at most; reading more would hold up the loop
_PERSON = r"<(?:@|!(?!date\^))[^<>\n]*>"
# "cc @Ana, @Marko and @here", "fyi @Ana", "+ @Ana": nobody who is mentioned has anything to do with what is asked.
_MENTIONS = re.compile(
    rf"(?:(?<![\w+])(?:/?cc|/?fyi|\+):? ?)?{_PERSON}(?:,? ?(?:and |&(?:amp;)? |\+ |/ )?{_PERSON})*(?:['’]s)?",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"<([^<>\n]*)>")
_BROADCAST = re.compile(r"(?<![\w@])@(?:here|channel|everyone)\b")
_ADDRESS = re.compile(r"(?i)\bhttps?://\S+")
_TICKS = re.compile(r"`+")
_MARK_OF_LIST = re.compile(
    r"(?:>[ \t]?)*(?:(?:(?:[Qq](?:uestion)? ?)?[(\[]?#?\d{1,2}[.):\]]{1,2}|[Qq](?:uestion)? ?:"
    r"|\(?[a-zA-Z]\)|[a-z]\.|\(?[ivxIVX]{1,4}\)|[ivx]{1,4}\.|\[[ xX]?\]|[-*•◦▪▫‣●○–—·→⇒➔]|[-=]>)(?:\s+|$)"
    r"|\d{1,2} ?[-–—] (?=[^\W\d_]))?"
)
_EMOJI = re.compile(
    "(?:[0-9#*]\ufe0f?\u20e3|[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u231a\u231b\u23cf\u23e9-\u23fa\u2460-\u24ff"
    "\u203c\u2049\u3030\u303d\u3297\u3299\ufe0f\u200d\U000e0020-\U000e007f])+"
)
# Marks that are letters' neighbours unless drawn as an emoji; and what cannot be seen, such as the joiner that `escape`
# puts into answers, from which people copy.
_DRAWN = re.compile("[\xa9\xae\u2100-\u214f\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u25ff]\ufe0f")
_UNSEEN = re.compile("[\xad\u200b\u200e\u200f\u2060-\u2064\ufeff\ufff9-\ufffc]")
_NAMED_EMOJI = re.compile(r"(?::[a-z0-9_+'-]{1,100}:)+")
_EMOTICON = re.compile(r"[:;=]'?-?[)(\]\[DPpOo/\\|*]{1,9}|[xX]D{1,9}|<3{1,9}|\^_?\^|¯\\_\(ツ\)_/¯")
_OPENS_STYLE = re.compile(r"(?<![\w*_~])(?:[*_]+|~(?=\D))(?=[\w\"'“‘(\[#$€£@&])")
_ENDS_STYLE = re.compile(r"(?<=[\w\"'”’)\].,;:!?…%])[*_~]+(?![\w*_~])")
_OPENING, _CLOSING = "([\"'“‘", ")]\"'”’.,;!?…"
_TIDY = (
    (re.compile(r"\( ?\)|\[ ?\]"), " "),
    (re.compile(r" {2,}"), " "),
    (re.compile(r" (?=[,;:.!?…]+(?:\s|$))"), ""),
    (re.compile(r"(?<![,;:])[,;:]+(?=[.!?…])"), ""),
)
_EDGES = re.compile(r"[ ,;:!?…]*(?:[.–—-](?=\s|$)[ ,;:!?…]*)?")


def plain_text(text: str) -> str:
    """Returns the words of a message, of a very long one its first, a line for each of its own lines that has any."""
    lines = (_line(line) for line in _without_controls(text[:_LONGEST]).split("\n"))
    return "\n".join(line for line in lines if line)


def mentions_others(text: str, *, bot_user: str) -> bool:
    """Tells whether a message, as Slack sent it, mentions somebody besides the bot."""
    controls = (found[1].partition("|")[0] for found in _CONTROL.finditer(text))
    return any(c[:1] in ("@", "!") and not c.startswith("!date^") and c != f"@{bot_user}" for c in controls)


def _without_controls(text: str) -> str:
    without = _MENTIONS.sub(" ", text)
    return _ADDRESS.sub(" ", _BROADCAST.sub(" ", _CONTROL.sub(lambda found: _words_of(found[1]), without)))


def _words_of(control: str) -> str:
    """The words of a channel, a date or a link."""
    target, _, label = control.partition("|")
    if target.startswith("#"):
        return " ".join(word for word in re.split(r"[-_\s]+", label) if not any(map(str.isdigit, word)))
    if target.startswith("!date^"):
        return label or _day(target.split("^")[1])
    is_address = "/" in label and len(label.split()) == 1
    return "" if is_address else label


def _day(stamp: str) -> str:
    try:
        day = datetime.datetime.fromtimestamp(int(stamp), datetime.UTC)
    except (ValueError, OverflowError, OSError):
        return ""
    return f"{day.day} {day:%B} {day.year}"


def _line(line: str) -> str:
    """One line without emoji, list mark, quotation mark and style; of an odd tick the rest is no code."""
    parts = _TICKS.split(_decoded(_UNSEEN.sub("", line)))
    code = {i for i in range(1, len(parts), 2) if i + 1 < len(parts)}
    shown = "".join(part if i in code else _prose(part, ends=i + 1 == len(parts)) for i, part in enumerate(parts))
    shown = _MARK_OF_LIST.sub("", shown.strip().lstrip(" ,:;"), count=1)
    for pattern, with_ in _TIDY:
        shown = pattern.sub(with_, shown)
    start = _EDGES.match(shown)
    return shown[start.end() if start else 0 :].rstrip(" ,;:–—-")


def _decoded(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _prose(text: str, *, ends: bool) -> str:
    tokens = re.split(r"(\s+)", _EMOJI.sub(" ", _DRAWN.sub(" ", text)))
    last = max((i for i, token in enumerate(tokens) if token.strip()), default=-1) if ends else -1
    return "".join(_tokens(tokens, last))


def _tokens(tokens: list[str], last: int) -> Iterator[str]:
    for i, token in enumerate(tokens):
        if not token or token.isspace():
            yield " " if token else ""
        elif not _EMOTICON.fullmatch(token):
            yield _ENDS_STYLE.sub("", _OPENS_STYLE.sub("", _without_emoji(token, glued=i == last)))


def _without_emoji(token: str, *, glued: bool) -> str:
    """The token without `:tada:`; `std::mem::swap` has none, and one that is glued to a word only ends a line."""
    start = token.find(":")
    named = token[start:].rstrip(_CLOSING)
    if start < 0 or (token[:start].strip(_OPENING) and not glued) or not _NAMED_EMOJI.fullmatch(named):
        return token
    return token[:start] + token[start + len(named) :]
