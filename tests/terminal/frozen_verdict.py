"""One interview and its verdict, frozen in files: the pictures of the screens change when the screens do, not prices.

`python -m tests.terminal.frozen_verdict` freezes them anew.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from advisor.assessment import Assessment
from advisor.interview.answers import Answers, read_answers
from advisor.interview.assumptions import Assumptions
from advisor.knowledge.locate import data_directory
from advisor.knowledge.ranges import Range
from advisor.tui.exchange import Ready, Tell, Told
from advisor.tui.service import light
from tests.terminal.canned import VOCABULARY, CannedAssessor, assessed

EXAMPLE = "contract-extraction"
FROZEN = Path(__file__).with_name("frozen")
VERDICT, ANSWERS = FROZEN / "verdict.json", FROZEN / "answers.toml"
TOLD = {
    "list": (
        "       1  2026-11-20T09:00:00Z  decision   Where to summarize letters: self-host [superseded by record 2]",
        "       2  2026-11-20T14:00:00Z  decision   Where to summarize letters, new team: self-host [signed by 2]",
        "       3  2026-11-20T14:30:00Z  sign-off   of record 2 by ada@hospital.example: Staffing checked.",
    ),
    "show": (
        f"record 1, sha256 {'29deafba' * 8}",
        "record.schema: advisor.record/1",
        "decision.title: Where to summarize letters",
        "verdict.option: self-host",
        "verdict.tasks: Load weights only from a format that cannot run code, and document where they came from; "
        "Evaluate the open model on your own prompts before production",
        "volume.output_tokens = 20M..45M  (user)",
    ),
}


@cache
def frozen_assessment() -> Assessment:
    """Read the frozen verdict."""
    found = TypeAdapter(Assessment).validate_json(VERDICT.read_bytes())
    return replace(found, facts={key: TypeAdapter(Range).validate_python(value) for key, value in found.facts.items()})


@cache
def frozen_answers() -> Answers:
    """Read the frozen answers."""
    return read_answers(ANSWERS.read_bytes(), ANSWERS.name, VOCABULARY)


class FrozenAssessor(CannedAssessor):
    """Tells of defaults and records what never changes."""

    async def start(self) -> None:
        self.on_reply(Ready(Assumptions()))

    def tell(self, request: Tell) -> None:
        asyncio.get_running_loop().call_soon(self._reply, Told(request.what, TOLD[request.what]))


def main() -> None:
    """Freeze what the rules say today."""
    VERDICT.write_bytes(TypeAdapter(Assessment).dump_json(light(assessed(EXAMPLE)), indent=1) + b"\n")
    ANSWERS.write_bytes((data_directory("examples") / f"{EXAMPLE}.toml").read_bytes())


if __name__ == "__main__":
    main()
