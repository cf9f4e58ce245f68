"""What schemathesis calls before each request (SCHEMATHESIS_HOOKS=hooks)."""

import schemathesis

TIMEOUT = "X-Request-Timeout-Ms"
MINUTE_MS = 60_000


@schemathesis.hook
def before_call(context, case, kwargs):
    """1 ms is a valid time to wait, to which 504 is the right answer: a minute stands for all valid ones."""
    given = case.headers.get(TIMEOUT) if case.headers else None
    if given is not None and given.isascii() and given.isdigit() and 1 <= int(given) < MINUTE_MS:
        case.headers[TIMEOUT] = str(MINUTE_MS)
