"""What can go wrong with a question before it is asked, and with the bot. Each error has its remedy.

BotError
├── BadBatch            a file of questions is not what it should be        exit 2
├── BadOutput           the file for the answers cannot be written          exit 1
├── SlackMisconfigured  a token, a scope or a setting is missing or wrong   exit 78
├── SlackRefused        Slack answered a call with an error                 (the bot acts on it)
├── SlackUnsure         a call may or may not have been applied             (the bot looks before it repeats)
├── InboxUnavailable    the bot's database cannot be used                   exit 78
├── AnotherBot          another bot uses the same data folder               exit 75
└── ModelFailed         the language model gave nothing to use              (never fatal: the answer is quoted)

"The articles do not say" is no error but an Answer.
"""

from ingest.errors import FootnoteError


class BotError(FootnoteError):
    """The root of this package."""


class BadBatch(BotError):
    """A file of questions cannot be read."""

    exit_code = 2


class BadOutput(BotError):
    """The file for the answers cannot be written."""


class ModelFailed(BotError):
    """The language model gave nothing, or nothing more, that could be used.

    Attributes:
        reason: what happened, as the end of a sentence that begins with "the language model".
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"the language model {reason}", "check FOOTNOTE_MODEL, OPENAI_BASE_URL and OPENAI_API_KEY")
        self.reason = reason


class SlackMisconfigured(BotError):
    """Slack does not let the bot in, or not far enough."""

    exit_code = 78


class SlackRefused(BotError):
    """Slack answered a call with an error.

    Attributes:
        code: Slack's own word for it.
    """

    def __init__(self, method: str, code: str, remedy: str) -> None:
        super().__init__(f"Slack refused {method}: {code}", remedy)
        self.code = code


class SlackUnsure(BotError):
    """A call got no answer: it may or may not have been applied."""

    def __init__(self, method: str, why: str) -> None:
        super().__init__(f"no answer from Slack to {method} ({why})", "it is looked for before it is repeated")


class InboxUnavailable(BotError):
    """The bot's database cannot be opened or fails."""

    exit_code = 78


class AnotherBot(BotError):
    """Another bot uses the same data folder."""

    exit_code = 75
