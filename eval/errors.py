"""What can go wrong with an evaluation. Each error has its remedy.

EvalError
├── BadCases      the question set does not fit the articles, or is not what it should be   exit 2
├── NotInstalled  what was asked for needs an extra that is not installed                  exit 78
├── CannotWrite   a file of the evaluation cannot be written                               exit 1
└── BadRun        a run, a baseline or a list beside it is damaged or does not fit          exit 2
"""

from ingest.errors import FootnoteError


class EvalError(FootnoteError):
    """The root of this package."""


class BadCases(EvalError):
    """A case is malformed, or its evidence does not stand in its article."""

    exit_code = 2


class BadRun(EvalError):
    """A saved run, a baseline or a list that explains its changes cannot be used."""

    exit_code = 2


class NotInstalled(EvalError):
    """What was asked for comes with an extra that is not installed."""

    exit_code = 78


class CannotWrite(EvalError):
    """A file of the evaluation cannot be written."""
