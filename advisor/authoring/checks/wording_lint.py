"""Texts of methods and checklists name only what exists, and so do their thresholds."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.authoring.checks.lint_fault import Fault
from advisor.errors import nearest
from advisor.knowledge.packs.pack import Knowledge
from advisor.published.phrasing import names_in


def texts(knowledge: Knowledge) -> Iterator[tuple[str, str, str]]:
    """Every text that may name facts and parameters in braces, with its file and entry."""
    for method in knowledge.methods.values():
        reasons = [row.because for row in method.rows]
        for text in (*reasons, method.otherwise.because):
            yield method.file, method.id, text
    for checklist in knowledge.checklists.values():
        said = [text for item in checklist.items for text in (item.yes, item.no, item.open, item.next)]
        said += [checklist.reached, checklist.missed, checklist.undecided]
        for text in (*said, *(each for stage in checklist.stages for each in (stage.next, stage.takes))):
            yield checklist.file, checklist.id, text


def misnamed(knowledge: Knowledge) -> Iterator[Fault]:
    """Names in braces, thresholds and break-even figures that do not exist."""
    known = {*knowledge.questions, *knowledge.facts, *knowledge.parameters}
    for file, entry, text in texts(knowledge):
        for name in names_in(text):
            if name not in known:
                yield Fault(file, entry, f"no fact or parameter {{{name}}}; {nearest(name, known)}")
    for checklist in knowledge.checklists.values():
        if checklist.threshold not in knowledge.parameters:
            yield Fault(checklist.file, checklist.id, f"no parameter {checklist.threshold!r} for its threshold")
    for method in knowledge.methods.values():
        for name in (method.fixed_usd, method.avoided_usd_per_million, method.asserted_tokens):
            if name and name not in knowledge.parameters:
                yield Fault(method.file, method.id, f"no parameter {name!r} for its break-even")
