"""The one import of durable_rules: as compiled into our wheel or checkout, else as the published package installed it.

The names it is imported under are its own, `durable_rules_engine` and `durable`.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from collections.abc import Iterator
from pathlib import Path

_IN_WHEEL = Path(__file__).with_name("_durable_rules")
_IN_CHECKOUT = Path(__file__).parents[2] / "build" / "engine"


@contextmanager
def _found_first() -> Iterator[None]:
    """Let an import find our copy before one that is installed beside us."""
    folder = str(_IN_WHEEL if _IN_WHEEL.is_dir() else _IN_CHECKOUT)
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        sys.path.remove(folder)


with _found_first():
    import durable_rules_engine
    from durable.engine import Ruleset

__all__ = ["Ruleset", "durable_rules_engine"]
