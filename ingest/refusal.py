"""What an endpoint that refuses says of paying and of waiting. Knows words and headers; sends nothing."""

import contextlib
import email.utils
import re
import time

_UNPAID = re.compile(r"quota|billing|credit|insufficient|payment|balance", re.IGNORECASE)


def is_unpaid(said: str) -> bool:
    """Tells whether an endpoint that says it is busy means that it is not paid, so that waiting does not help."""
    return bool(_UNPAID.search(said))


def retry_after(value: str | None) -> float | None:
    """Returns in how many seconds a header says to try again, if it says so: a number, or a date."""
    with contextlib.suppress(ValueError, TypeError):
        return max(float(value or ""), 0.0)
    with contextlib.suppress(ValueError, TypeError):
        return max(email.utils.parsedate_to_datetime(value or "").timestamp() - time.time(), 0.0)
    return None
