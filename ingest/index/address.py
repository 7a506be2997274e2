"""Where a Chroma server is. Knows settings; connects to nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

from ingest.errors import WrongSetting
from ingest.settings import setting


@dataclass(frozen=True)
class ChromaSettings:
    """The Chroma server that holds the vectors, if any."""

    chroma_host: str | None = setting(None, help="a Chroma server to keep the vectors in, instead of the data folder")
    chroma_port: int = setting(8000, help="its port", least=1)
    chroma_ssl: bool = setting(False, help="whether to speak TLS with it")
    chroma_headers: tuple[str, ...] = setting((), help='headers it wants, as in "Authorization: Bearer …"', secret=True)
    chroma_tenant: str = setting("default_tenant", help="the tenant there")
    chroma_database: str = setting("default_database", help="the database there; one for each corpus")


@dataclass(frozen=True)
class ServerAddress:
    """A Chroma server and the database there; as a text it is the url, without the headers, which may be secret."""

    host: str
    port: int
    ssl: bool
    headers: tuple[tuple[str, str], ...]
    tenant: str
    database: str

    def __str__(self) -> str:
        return f"{'https' if self.ssl else 'http'}://{self.host}:{self.port}"

    def __repr__(self) -> str:
        return f"ServerAddress({self})"


def server_address(settings: ChromaSettings) -> ServerAddress | None:
    """Returns the server that the settings name, or None if they name none.

    Raises:
        WrongSetting: a header is not "Name: value".
    """
    if settings.chroma_host is None:
        return None
    return ServerAddress(
        host=settings.chroma_host,
        port=settings.chroma_port,
        ssl=settings.chroma_ssl,
        headers=tuple(_headers(settings.chroma_headers)),
        tenant=settings.chroma_tenant,
        database=settings.chroma_database,
    )


def _headers(lines: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for line in lines:
        name, colon, value = line.partition(":")
        if not (colon and name.strip() and value.strip()):
            raise WrongSetting(
                'FOOTNOTE_CHROMA_HEADERS has a header that is not "Name: value"', "set it to such a list"
            )
        yield name.strip(), value.strip()
