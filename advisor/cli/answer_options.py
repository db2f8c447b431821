"""What a command is given: an answers file under today's knowledge, or a record under the knowledge it pins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from advisor.assessment.model import Assessment
    from advisor.interview.answers import Answers
    from advisor.knowledge.pack import Knowledge

SEED, DRAWS = 1, 10_000


@dataclass(frozen=True, slots=True)
class Given:
    """Answers with all that an assessment of them depends on."""

    path: str
    answers: Answers
    knowledge: Knowledge
    as_of: date
    seed: int = SEED
    draws: int = DRAWS

    def assess(self, *, flips: bool = True) -> Assessment:
        """Assess the answers, or those of the record again."""
        from advisor.api import assess

        return assess(self.answers, self.knowledge, self.as_of, self.seed, self.draws, flips=flips)


def read_given(path: str, day: date, packs: Sequence[Path] = ()) -> Given:
    """Read an answers file as of `day`, or a decision record as of its own day; raises BadInput.

    `packs` are laid over our knowledge for an answers file; a record has the packs it was made with.
    """
    from advisor.cli.answer_files import load_answers
    from advisor.cli.pack_options import knowledge_with
    from advisor.record.ledger import number_of

    if number_of(Path(path).name) and Path(path).is_file():
        return _recorded(path)
    knowledge = knowledge_with(packs)
    return Given(path, load_answers(path, knowledge), knowledge, day)


def _recorded(path: str) -> Given:
    from advisor.cli.ledger_options import found_record
    from advisor.record.replay_inputs import inputs_of

    found = inputs_of(*found_record(path, Path(path).parent))
    return Given(path, found.answers, found.knowledge, found.as_of, found.seed, found.draws)
