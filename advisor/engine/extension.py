"""The one import of durable_rules: compiled into our wheel or checkout, else as the published package installed it.

It keeps its own import names, `durable_rules_engine` for the C extension and `durable` for the package around it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from advisor.errors import BadKnowledge

IN_WHEEL = Path(__file__).with_name("_durable_rules")
IN_CHECKOUT = Path(__file__).parents[2] / "build" / "engine"
"""Where hatch_build.py puts what it compiles."""


@contextmanager
def _ours_first() -> Iterator[None]:
    """Let imports find our copy before any that is installed in the same environment."""
    folder = str(IN_WHEEL if IN_WHEEL.is_dir() else IN_CHECKOUT)
    sys.path.insert(0, folder)
    try:
        yield
    except ImportError as fault:
        raise BadKnowledge(
            folder, f"the rule engine cannot be loaded: {fault}", "install advisor again; in a checkout: make run"
        ) from fault
    finally:
        sys.path.remove(folder)


with _ours_first():
    import durable_rules_engine
    from durable.engine import Ruleset

__all__ = ["Ruleset", "durable_rules_engine"]
