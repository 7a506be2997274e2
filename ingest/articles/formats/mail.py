"""Mails: subject, sender, date and text. The home of email; attachments are left out, and counted."""

import datetime
import email
import email.policy
import email.utils
from email.message import EmailMessage, MIMEPart

from ingest.articles.declared import Declared, text_of
from ingest.articles.decode import clean, honest, to_text
from ingest.articles.formats.dom import pieces_of
from ingest.articles.formats.html import parse_html
from ingest.articles.formats.page import body_of
from ingest.articles.formats.pieces import Parsed, Piece
from ingest.articles.formats.plain import read_text
from ingest.errors import UnreadableArticle

_MOST_NESTED = 100


def read(raw: bytes) -> Parsed:
    """Returns the subject as a heading and the text below it, of HTML where the mail has both and that says something.

    Mails inside it come below their own subjects. Raises UnreadableArticle: it is no mail, or its text is in an unknown
    encoding.
    """
    if b"\0" in raw[:200]:  # a mail is bytes; some programs save it as UTF-16
        raw = to_text(raw).encode()
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    if not message.keys():
        raise UnreadableArticle("is no mail: it has no lines of sender and subject", "export it again")
    subject = text_of(_header(message, "subject"))
    name, address = email.utils.parseaddr(_header(message, "from"))
    pieces, attached = _shown(message)
    return Parsed(
        (*_headed(message), *pieces),
        Declared(title=subject, published=_date(message), author=text_of(name or address)),
        left_out={"attachments": attached} if attached else {},
    )


def _header(message: EmailMessage, name: str) -> str:
    try:
        return clean(str(message.get(name) or ""))
    except (ValueError, IndexError, AttributeError):  # a header that is none
        return ""


def _headed(message: EmailMessage) -> tuple[Piece, ...]:
    subject = text_of(_header(message, "subject"))
    return (Piece("heading", subject, level=1),) if subject else ()


def _shown(part: MIMEPart, depth: int = 0) -> tuple[tuple[Piece, ...], int]:
    """What a mail program shows of a part, one below the other, and how many attachments it only names.

    Of alternatives it shows the last that says something; a mail that is passed on inside is shown like its own text.
    """
    kind = part.get_content_type()
    if depth > _MOST_NESTED or part.get_content_disposition() == "attachment":
        return (), 1
    if kind in ("text/plain", "text/html"):
        return _pieces(part), 0
    if not part.is_multipart():
        return (), 0 if kind.startswith("multipart/") else 1
    inside = [one for one in part.iter_parts() if isinstance(one, MIMEPart)]
    if kind == "multipart/alternative":
        return next(filter(lambda found: found[0], (_shown(one, depth + 1) for one in reversed(inside))), ((), 0))
    found = [_shown(one, depth + 1) for one in inside]
    head = _headed(inside[0]) if kind == "message/rfc822" and isinstance(inside[0], EmailMessage) else ()
    return (*head, *(piece for pieces, _ in found for piece in pieces)), sum(count for _, count in found)


def _pieces(body: MIMEPart) -> tuple[Piece, ...]:
    text = _text(body)
    if not text.strip():
        return ()
    if body.get_content_subtype() == "html":
        return pieces_of(body_of(parse_html(text)))
    return read_text(clean(honest(text))).pieces


def _text(body: MIMEPart) -> str:
    """The text of a part; what declares no encoding is UTF-8, else what mail programs take it for."""
    raw = body.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    name = str(body.get_content_charset() or "us-ascii").removeprefix("x-")
    try:
        return raw.decode("utf-8" if name == "us-ascii" else name, "strict" if name == "us-ascii" else "replace")
    except UnicodeDecodeError:
        return raw.decode("windows-1252", "replace")
    except (LookupError, ValueError) as error:
        raise UnreadableArticle("has a text in an unknown encoding", "export it again as UTF-8") from error


def _date(message: EmailMessage) -> datetime.date | None:
    try:
        return email.utils.parsedate_to_datetime(_header(message, "date")).date()
    except (ValueError, TypeError, IndexError):
        return None
