"""How much of a long property a test goes through: a part of it in CI, all of it in `make soak-tests`."""

from __future__ import annotations

import os

SOAK = "ADVISOR_SOAK" in os.environ


def often(in_ci: int, in_soak: int) -> int:
    """How many cases are tried."""
    return in_soak if SOAK else in_ci
