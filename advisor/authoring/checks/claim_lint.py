"""Claims that cannot be recomputed, or that belong to no system."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from advisor.authoring.checks.lint_fault import Fault
from advisor.errors import BadKnowledge, nearest
from advisor.knowledge.packs.pack import Knowledge
from advisor.published.claim_checks import audited


def claim_faults(knowledge: Knowledge) -> Iterator[Fault]:
    """Recompute every claim once; a status other than expected is a matter of the ledger's own command."""
    parameters = knowledge.parameters_at(date.max)
    for claim in knowledge.claims.values():
        file = f"rules/claims/{claim.source}.toml"
        if claim.system not in knowledge.systems:
            yield Fault(file, claim.id, f"no system {claim.system!r}; {nearest(claim.system, knowledge.systems)}")
        try:
            audited(claim, knowledge, parameters)
        except BadKnowledge as error:
            yield Fault.at(file, claim.id, error)
