"""The environment of programs that tests start, where it is not the test's own."""

from __future__ import annotations

import os

CLOCK = {
    name: os.environ[name]
    for name in ("LD_PRELOAD", "FAKETIME", "FAKETIME_SHARED", "NO_FAKE_STAT", "FAKETIME_DONT_FAKE_MONOTONIC")
    if name in os.environ
}
"""What carries a shifted clock (`make test CLOCK=+400d`) on to a program."""


def environment(**variables: str) -> dict[str, str]:
    """The path, a UTF-8 locale, the clock of the tests, and what the caller adds."""
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **CLOCK, **variables}
