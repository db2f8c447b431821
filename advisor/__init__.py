"""Decide, with evidence, where a workload's language-model inference should run.

The public API: `load_knowledge`, `read_answers`, `assess`, the `Assessment` it returns, and `AdvisorError`, the base of
every error a user can meet. Each is imported on first use, so that starting the program loads nothing it does not need.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from advisor.api import assess, read_answers
    from advisor.assessment.model import Assessment
    from advisor.errors import AdvisorError
    from advisor.knowledge.load_pack import load_knowledge

__version__ = "0.2.0"
__all__ = ["AdvisorError", "Assessment", "assess", "load_knowledge", "read_answers"]

_HOMES = {
    "assess": "advisor.api",
    "Assessment": "advisor.assessment.model",
    "AdvisorError": "advisor.errors",
    "read_answers": "advisor.api",
    "load_knowledge": "advisor.knowledge.load_pack",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'advisor' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
