"""What can go wrong with articles and indexes. Each error has its remedy; facts are attributes.

IngestError (a FootnoteError, as the roots of the other packages are)
├── WrongSetting         a setting that is unknown or has a bad value            exit 78
├── EmbedderUnavailable  the model's files are missing or not the expected ones  exit 78
├── WrongEmbedder        the index was built with another embedder               exit 78
├── CorpusMissing        no such folder, or nothing in it to read                exit 2
├── IndexNotFound        nothing has been published yet                          exit 2
├── ArticleNotFound      no article of this name is published, or several        exit 2
├── AnotherIngest        another ingest holds the lock                           exit 75
├── MassDelete           most of the corpus has vanished                         exit 1
├── UnreadableArticle    one file cannot become an article                       (collected, never fatal)
│   └── NoText           it holds no text, which is no fault                     (counted as empty)
├── PageNotFetched      a web page cannot be brought into the corpus            exit 1
├── IndexBroken          a generation cannot be opened or does not hold together exit 1
├── BackupFailed         a home cannot be exported, or an export not imported    exit 1
├── ServerUnavailable    the Chroma server does not do what it is asked          exit 1
└── PublishFailed        writing the next generation failed; the old one stays   exit 1
    └── NotFit           it was written, and did not pass its check              exit 1
"""

from collections.abc import Sequence


class FootnoteError(Exception):
    """What went wrong, in plain words, what to do about it ("" if there is nothing), and the exit code it leads to."""

    exit_code = 1

    def __init__(self, text: str, remedy: str = "") -> None:
        super().__init__(f"{text}; {remedy}" if remedy else text)
        self.text, self.remedy = text, remedy


class IngestError(FootnoteError):
    """The root of this package."""


class WrongSetting(IngestError):
    """A setting is unknown or has a value of the wrong kind."""

    exit_code = 78


class EmbedderUnavailable(IngestError):
    """The embedder's files are not there or are not the ones expected."""

    exit_code = 78


class WrongEmbedder(IngestError):
    """The published index was built with another embedder than the one that is set."""

    exit_code = 78


class CorpusMissing(IngestError):
    """The corpus folder does not exist or holds no readable kind of file."""

    exit_code = 2


class IndexNotFound(IngestError):
    """No generation has been published in this home."""

    exit_code = 2


class ArticleNotFound(IngestError):
    """No article of this name is published, or several are.

    Attributes:
        name: what was asked for.
        candidates: the ids that it may mean.
    """

    exit_code = 2

    def __init__(self, name: str, candidates: Sequence[str]) -> None:
        if candidates:
            super().__init__(f"{name} is not one article: it may mean {', '.join(candidates[:8])}", "name one of them")
        else:
            super().__init__(f"no article {name}", "print all of them with: footnote show --all")
        self.name, self.candidates = name, tuple(candidates)


class AnotherIngest(IngestError):
    """Another process is ingesting into the same home."""

    exit_code = 75


class MassDelete(IngestError):
    """So many articles have vanished that the folder is more likely wrong than the articles gone."""


class PageNotFetched(IngestError):
    """A web page is not public, not a page, too large, too slow, or not there.

    Attributes:
        url: the address that was asked for.
    """

    def __init__(self, url: str, reason: str, remedy: str = "") -> None:
        super().__init__(f"{url}: {reason}", remedy)
        self.url = url


class IndexBroken(IngestError):
    """A generation cannot be opened, or its parts do not belong together."""


class PublishFailed(IngestError):
    """The next generation could not be written or did not pass verification; what was published stays."""


class NotFit(PublishFailed):
    """The next generation did not pass its check."""


class BackupFailed(IngestError):
    """A home cannot be exported, or an exported file cannot be imported."""


class ServerUnavailable(IngestError):
    """The Chroma server cannot be reached, or refuses what it is asked."""


class UnreadableArticle(IngestError):
    """One file cannot become an article; the message comes without the file's name."""


class UndecodableText(UnreadableArticle):
    """The bytes of a file are not text in the encoding that it declares, or in UTF-8."""


class NoText(UnreadableArticle):
    """A file is as it should be, but there is nothing in it to quote."""
