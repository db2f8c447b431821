"""Decide, with evidence, where a workload's language-model inference should run.

The public interface: `assess`, `read_answers`, `load_knowledge`, `Assessment` and `AdvisorError`. Each is imported when
it is first used, so that the command line starts fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from advisor.api import assess, read_answers
    from advisor.assessment.model import Assessment
    from advisor.errors import AdvisorError
    from advisor.knowledge.load_pack import load_knowledge

__version__ = "0.1.0"
__all__ = ["AdvisorError", "Assessment", "__version__", "assess", "load_knowledge", "read_answers"]

_HOMES = {
    "AdvisorError": "advisor.errors",
    "Assessment": "advisor.assessment.model",
    "assess": "advisor.api",
    "load_knowledge": "advisor.knowledge.load_pack",
    "read_answers": "advisor.api",
}


def __getattr__(name: str) -> Any:
    """Import a public name from the module that defines it."""
    if name not in _HOMES:
        raise AttributeError(f"module 'advisor' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
