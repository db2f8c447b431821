"""The systems that the articles describe, what implements each here, and the test that proves it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class System:
    """One system of an article.

    `implemented_by` lists references, `rule:<id>`, `parameter:<id>`, `method:<id>`, `checklist:<id>`, `claim:<id>`,
    `license:<id>`, `model:<id>`, `gpu:<id>`, `api:<id>`, `provider:<id>` or `module:<dotted name>`; `proven_by` lists
    test nodes, `tests/….py::test_name`.
    """

    __pydantic_config__ = {"extra": "forbid"}

    id: str
    source: str
    title: str
    implemented_by: tuple[str, ...]
    proven_by: tuple[str, ...]
