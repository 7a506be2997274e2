"""Mails: subject, sender, date and text. The home of email; attachments are left out, and counted."""

import datetime
import email
import email.policy
import email.utils
from email.message import EmailMessage, MIMEPart

from ingest.articles.declared import Declared, text_of
from ingest.articles.decode import clean, to_text
from ingest.articles.formats.dom import pieces_of
from ingest.articles.formats.html import parse_html
from ingest.articles.formats.pieces import Parsed, Piece
from ingest.articles.formats.plain import read_text
from ingest.articles.honest import honest
from ingest.errors import UnreadableArticle


def read(raw: bytes) -> Parsed:
    """Returns the subject as a heading and the text below it, of HTML where the mail has both and that says something.

    Raises:
        UnreadableArticle: it is no mail, or its text is in an unknown encoding.
    """
    if b"\0" in raw[:200]:  # a mail is bytes; some programs save it as UTF-16
        raw = to_text(raw).encode()
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    if not message.keys():
        raise UnreadableArticle("is no mail: it has no lines of sender and subject; export it again")
    subject = text_of(_header(message, "subject"))
    name, address = email.utils.parseaddr(_header(message, "from"))
    bodies = (message.get_body(preferencelist=(kind,)) for kind in ("html", "plain"))
    pieces = next(filter(None, (_pieces(body) for body in bodies if body is not None)), ())
    attached = sum(1 for _ in message.iter_attachments())
    head = (Piece("heading", subject, level=1),) if subject else ()
    return Parsed(
        (*head, *pieces),
        Declared(title=subject, published=_date(message), author=text_of(name or address)),
        left_out={"attachments": attached} if attached else {},
    )


def _header(message: EmailMessage, name: str) -> str:
    try:
        return clean(str(message.get(name) or ""))
    except (ValueError, IndexError, AttributeError):  # a header that is none
        return ""


def _pieces(body: MIMEPart) -> tuple[Piece, ...]:
    text = _text(body)
    if not text.strip():
        return ()
    if body.get_content_subtype() == "html":
        tree = parse_html(text)
        found = tree.find("body")
        return pieces_of(tree if found is None else found)
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
        raise UnreadableArticle("has a text in an unknown encoding; export it again as UTF-8") from error


def _date(message: EmailMessage) -> datetime.date | None:
    try:
        return email.utils.parsedate_to_datetime(_header(message, "date")).date()
    except (ValueError, TypeError, IndexError):
        return None
