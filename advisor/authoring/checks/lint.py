"""Everything that can be found wrong with a pack without running a workload."""

from __future__ import annotations

from advisor.authoring.checks.claim_lint import claim_faults
from advisor.authoring.checks.key_lint import findings, idle, misfits, without_cases
from advisor.authoring.checks.key_usage import Reads
from advisor.authoring.checks.lint_fault import Fault
from advisor.authoring.checks.logic_lint import logical_faults
from advisor.authoring.checks.obligation_lint import obligation_faults
from advisor.authoring.checks.reference_lint import dangling
from advisor.authoring.checks.table_lint import table_faults
from advisor.authoring.checks.wording_lint import misnamed
from advisor.authoring.published_cases import unreached
from advisor.knowledge.packs.pack import Knowledge


def lint(knowledge: Knowledge, reads: Reads) -> tuple[Fault, ...]:
    """All faults of a loaded pack, by file; `reads` tells which names the program's code reads."""
    found = {
        *dangling(knowledge),
        *misfits(knowledge),
        *misnamed(knowledge),
        *findings(knowledge, reads),
        *idle(knowledge, reads),
        *without_cases(knowledge),
        *unreached(knowledge),
        *logical_faults(knowledge),
        *table_faults(knowledge),
        *claim_faults(knowledge),
        *obligation_faults(knowledge),
    }
    return tuple(sorted(found))
