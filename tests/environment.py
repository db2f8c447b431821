"""The environment of programs that tests start, where it is not the test's own."""

from __future__ import annotations

import os

from tests.clock import CLOCK


def environment(**variables: str) -> dict[str, str]:
    """The path, a UTF-8 locale, no pager, the clock of the tests, and what the caller adds."""
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PAGER": "cat", **CLOCK, **variables}
