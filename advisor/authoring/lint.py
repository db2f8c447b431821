"""Everything that can be found wrong with a pack without running a workload."""

from __future__ import annotations

from advisor.authoring.claims import claim_faults
from advisor.authoring.fault import Fault
from advisor.authoring.keys import findings, idle, misfits, without_cases
from advisor.authoring.logic import logical_faults
from advisor.authoring.panel_cases import unreached
from advisor.authoring.reads import Reads
from advisor.authoring.references import dangling
from advisor.authoring.tables import table_faults
from advisor.authoring.texts import misnamed
from advisor.knowledge.pack import Knowledge


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
    }
    return tuple(sorted(found))
