"""What can go wrong with a question before it is asked. Each message names its remedy.

BotError
├── BadBatch    a file of questions is not what it should be   exit 2
└── BadOutput   the file for the answers cannot be written      exit 1

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
