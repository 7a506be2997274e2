"""What can go wrong with a question before it is asked. Each message names its remedy.

BotError
├── BadBatch      a file of questions is not what it should be   exit 2
├── BadOutput     the file for the answers cannot be written     exit 1
└── ModelFailed   the language model gave nothing to use         (never fatal: the answer is quoted instead)

"The articles do not say" is no error but an Answer.
"""


class BotError(Exception):
    """The root: a plain message that names the remedy, and the exit code it leads to."""

    exit_code = 1


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
        super().__init__(f"the language model {reason}; check FOOTNOTE_MODEL, OPENAI_BASE_URL and OPENAI_API_KEY")
        self.reason = reason
