"""The cases of published methods and checklists, and the rows and items that no case reaches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from advisor.authoring.checks.lint_fault import Fault
from advisor.authoring.pack_layers import layers
from advisor.authoring.rule_cases import typed_facts
from advisor.errors import BadInput, BadKnowledge
from advisor.knowledge.articles.checklists import PublishedChecklist
from advisor.knowledge.articles.methods import PublishedMethod
from advisor.knowledge.packs.pack import Knowledge
from advisor.published.apply import first_row
from advisor.published.checklist_results import checklists
from advisor.published.method_conditions import Judge, judge_by


def panel_cases(knowledge: Knowledge) -> Iterator[Fault | None]:
    """Try every case of every method and checklist: None for one that holds."""
    for known, belongs in layers(knowledge):
        yield from _cases_of(known, belongs)


def _cases_of(knowledge: Knowledge, belongs: Callable[[str], bool]) -> Iterator[Fault | None]:
    judge = _judge(knowledge)
    for method in (one for one in knowledge.methods.values() if belongs(one.file)):
        for case in method.cases:
            said = first_row(method, judge(typed_facts(case.given, knowledge, method.id))).verdict
            wrong = f"case {case.name!r} says {', '.join(said)}, not {', '.join(case.verdict)}"
            yield None if said == case.verdict else Fault(method.file, method.id, wrong)
    for checklist in (one for one in knowledge.checklists.values() if belongs(one.file)):
        yield from _checklist_cases(checklist, knowledge, judge)


def _checklist_cases(checklist: PublishedChecklist, knowledge: Knowledge, judge: Judge) -> Iterator[Fault | None]:
    for case in checklist.cases:
        facts = typed_facts(case.given, knowledge, checklist.id)
        applied = checklists(facts, knowledge, knowledge.parameters_at(date.max), judge)
        found = next(one for one in applied if one.id == checklist.id)
        wrong = f"case {case.name!r}: {found.met} met and {found.unknown} open, not {case.met} and {case.unknown}"
        right = (found.met, found.unknown) == (case.met, case.unknown)
        yield None if right else Fault(checklist.file, checklist.id, wrong)


def unreached(knowledge: Knowledge) -> Iterator[Fault]:
    """Rows that speak in no case, and items that no case shows met or not met."""
    try:
        for known, belongs in layers(knowledge):
            judge = _judge(known)
            for method in (one for one in known.methods.values() if belongs(one.file)):
                yield from _unreached_rows(method, judge, known)
            for checklist in (one for one in known.checklists.values() if belongs(one.file)):
                yield from _unreached_items(checklist, judge, known)
    except (BadInput, BadKnowledge):
        return  # reported where conditions and cases are read


def _unreached_rows(method: PublishedMethod, judge: Judge, knowledge: Knowledge) -> Iterator[Fault]:
    spoken = [first_row(method, judge(typed_facts(case.given, knowledge, method.id))) for case in method.cases]
    for number, row in enumerate(method.rows, 1):
        if not any(row is each for each in spoken):
            yield Fault(method.file, method.id, f"row {number} applies in none of its cases")


def _unreached_items(checklist: PublishedChecklist, judge: Judge, knowledge: Knowledge) -> Iterator[Fault]:
    seen = [judge(typed_facts(case.given, knowledge, checklist.id)) for case in checklist.cases]
    for item in checklist.items:
        truths = {case.truth(item.met) is True for case in seen}
        for wanted, words in ((True, "met"), (False, "not met")):
            if wanted not in truths:
                yield Fault(checklist.file, checklist.id, f"item {item.id!r} is {words} in none of its cases")


def _judge(knowledge: Knowledge) -> Judge:
    return judge_by(knowledge, knowledge.parameters_at(date.max))
