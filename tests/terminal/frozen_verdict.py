"""One interview and its verdict, frozen in files: the pictures of the screens change when the screens do, not prices.

`python -m tests.terminal.frozen_verdict` writes them again.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from advisor.assessment.model import Assessment
from advisor.interview.answers import Answers, read_answers
from advisor.interview.defaults import Assumptions
from advisor.knowledge.parameters import Range
from advisor.paths import data_directory
from advisor.record.listed_record import ListedRecord
from advisor.tui.workers.assess_process import light
from advisor.tui.workers.messages import (
    AnswerCell,
    AssessMember,
    Diff,
    Entries,
    Finished,
    GitIdentity,
    LedgerAnswer,
    LedgerRequest,
    LedgerTask,
    ListAll,
    MemberAssessed,
    Opened,
    OpenRecord,
    PortfolioRow,
    PortfolioTable,
    Progress,
    Ready,
    SolvePortfolio,
    Verify,
)
from tests.terminal.canned import VOCABULARY, CannedAssessClient, assessed

if TYPE_CHECKING:
    from advisor.tui.workers.worker_clients import OnAnswer

EXAMPLE = "contract-extraction"
FROZEN = Path(__file__).with_name("frozen")
VERDICT, ANSWERS = FROZEN / "verdict.json", FROZEN / "answers.toml"
SHA256 = "29deafba" * 8
ADA, BEN = "ada@hospital.example", "ben@hospital.example"
TITLE = "Where to run contract-extraction"
LISTED = (
    ListedRecord(1, "2026-11-20T09:00:00Z", "decision", "Where to run letters", "self-host", "superseded by record 2"),
    ListedRecord(
        2, "2026-11-20T14:00:00Z", "decision", TITLE, "hosted-api", "proposed, signed by 2", people=(ADA, BEN)
    ),
    ListedRecord(
        3, "2026-11-20T14:30:00Z", "sign-off", about=2, people=(ADA,), because="Staffing and volumes checked."
    ),
    ListedRecord(
        4, "2026-11-20T15:00:00Z", "sign-off", about=2, people=(BEN,), because="Boundary and regimes checked."
    ),
    ListedRecord(
        5, "2026-11-20T15:10:00Z", "supersede", about=1, people=(ADA,), because="The team of record 2 meets it."
    ),
    ListedRecord(6, broken="its last line is not the SHA-256 of the bytes above it: the file was changed or cut off"),
)
ROWS = (
    ("title", TITLE), ("status", "proposed, signed by 2"), ("decided by", "Ada, Ben"),
    ("reason", "The contracts hold no personal data, and nobody is on call."), ("signed by", ADA), ("signed by", BEN),
    ("made", "2026-11-20T14:00:00Z"), ("file", "records/00000002-record.toml"), ("sha256", SHA256),
)  # fmt: skip
RECORDED = ("volume.output_tokens = 20M..45M  (user)", "rule can.no-gpu-experience (can, condition): nobody runs GPUs")
VERIFIED = (
    "record     2: records/00000002-record.toml", f"sha256     {SHA256}",
    "status     proposed, signed by 2", f"chain      after sha256 {SHA256[::-1]}",
    f"pin        rules: advisor-base 1.0.0, matching, sha256 {SHA256}",
    "replay     same: 2113 of 2113 exact fields, 214 approximate ones, worst relative error 0 (tolerance 1e-09)",
    f"signer     {ADA} with SHA256:29de on 2026-11-20T14:30:00Z: valid", "result     all holds", "",
    f"head       record 5, sha256 {SHA256}",
    "not checked: whether the answers are true, and the pinned rules and prices right",
)  # fmt: skip
DIFFERS = (
    "A  records/00000002-record.toml",
    "   contract-extraction: vendor API, decided by cost, firm, as of 2026-11-20",
    "B  records/00000001-record.toml",
    "   letters: self-hosted, decided by law and contract, firm, as of 2026-11-20",
    "",
    "verdict",
    "                                A                  B",
    "  route                         vendor API         self-hosted",
    "",
    "answers",
    "                                A                  B",
    "  How far may the data travel?  Within one region  Our own cloud account",
    "",
    "rules         only in B: The data stays in your cloud account",
    "",
    "cause         enough by itself: How far may the data travel?",
)


PLANNED = {
    "redact": (
        "3 names and texts of record 7 will be deleted for good: “Ada Quist”, “Ben Okafor”, “The clinicians asked for "
        "letters to stay in the house.”",
        "A new record tells of it; no byte of a record changes, and the ledger verifies as before.",
        "Copies, backups and the history of a version control system are yours to find.",
    ),
    "archive": (
        "9 records, 1,146,880 bytes, without the program, which derives verdicts again.",
        "The archive will be written to decisions.tar.",
    ),
    "merge": (
        "2 records of the folder records will be taken over: record 8 (sign-off), record 9 (accept).",
        "Names and texts that they redact are deleted here too; whom to trust is not taken over.",
    ),
}


LLAMA, GROK = "Llama 3.3 70B, self-hosted", "Grok 4.3, cloud platform"
ON_CARDS = "Llama 3.3 70B on 2 × NVIDIA H100 SXM 80 GB, fp8, reserved for a term"
BY_TOKEN = "Grok 4.3 at Amazon Bedrock, per token"
WHY = (
    "alone $11,899 a month more than Grok 4.3 at Amazon Bedrock, per token; together with the other workloads $413 "
    "less: tokens $1,532 less, people $425 more"
)


def _member(
    name: str, alone: tuple[str, str, float], together: tuple[str, str, float], because: str, *cells: AnswerCell
) -> PortfolioRow:
    always = AnswerCell("all day", "", 24.0), AnswerCell("no adapter", "", 0.0)
    return PortfolioRow(name, *alone, *together, because, bool(because), (*cells, *always))


PORTFOLIO = PortfolioTable(
    "company",
    ("together $7,822 a month, alone $17,235, saves $9,413", "3 workloads, 2 GPUs, 0.68 FTE (one team); gap 0.0005%",
     "Saves in 100% of draws, $8,387 to $10,615 in eight of ten"),
    ("data.boundary", "volume.output_tokens", "hours", "adapter_rank"),
    (
        _member("contracts", (LLAMA, ON_CARDS, 13179.4), (LLAMA, ON_CARDS, 5256.1), "",
                AnswerCell("Our private network", "vpc"), AnswerCell("60M tokens a month", "60M/month", 60e6)),
        _member("bid-analysis", (GROK, BY_TOKEN, 3022.0), (LLAMA, ON_CARDS, 1971.0), WHY,
                AnswerCell("Our own cloud account", "tenancy"), AnswerCell("600M tokens a month", "600M/month", 6e8)),
        _member("mail-triage", (GROK, BY_TOKEN, 1034.0), (GROK, BY_TOKEN, 595.0), "",
                AnswerCell("Anywhere", "anywhere"), AnswerCell("10M tokens a month", "10M/month", 1e7)),
    ),
    (("most_gpus", ""), ("most_fte", "2"), ("discounts", "azure 10000 10% committed"), ("time_shared", "no"),
     ("sliced", "no"), ("staffing.ml_infra_fte", "1"), ("staffing.platform_fte", ""),
     ("staffing.evaluation_fte", ""), ("staffing.gpu_experience", "true"), ("staffing.on_call", ""),
     ("staffing.loaded_cost_usd", "")),
)  # fmt: skip


@cache
def frozen_assessment() -> Assessment:
    """Read the frozen verdict."""
    found = TypeAdapter(Assessment).validate_json(VERDICT.read_bytes())
    return replace(found, facts={key: TypeAdapter(Range).validate_python(value) for key, value in found.facts.items()})


@cache
def frozen_answers() -> Answers:
    """Read the frozen answers."""
    return read_answers(ANSWERS.read_bytes(), ANSWERS.name, VOCABULARY)


class FrozenAssessClient(CannedAssessClient):
    """Tells of defaults and records what never changes."""

    async def start(self) -> None:
        self.on_reply(Ready(Assumptions()))


class FrozenLedgerClient:
    """Tells of a ledger that never changes, and never comes to an end with verifying all of it."""

    def ask(self, request: LedgerRequest, on_answer: OnAnswer) -> None:
        told = _told(request)
        if told is not None:
            asyncio.get_running_loop().call_soon(on_answer, told)

    def cancel(self) -> None:
        return None

    async def stop(self) -> None:
        return None


def _told(request: LedgerRequest) -> LedgerAnswer | None:
    match request:
        case SolvePortfolio():
            return PORTFOLIO
        case AssessMember():
            return MemberAssessed(frozen_assessment())
        case ListAll():
            return Entries(LISTED)
        case OpenRecord(_, number):
            return Opened(number, "decision", "proposed, signed by 2", ROWS, frozen_assessment(), RECORDED)
        case Verify(_, number):
            return Finished(True, VERIFIED) if number else Progress(312, 800)
        case Diff():
            return Finished(True, DIFFERS)
        case LedgerTask(kind) if kind in PLANNED:
            return Finished(True, PLANNED[kind])
        case _:
            return GitIdentity(ADA, "~/.ssh/id_ed25519")


def main() -> None:
    """Freeze what the rules say today."""
    plain = TypeAdapter(Assessment).dump_python(light(assessed(EXAMPLE)), mode="json")
    VERDICT.write_text(json.dumps(plain, indent=1) + "\n", "utf-8")  # an infinity, too, is read back as one
    ANSWERS.write_bytes((data_directory("examples") / f"{EXAMPLE}.toml").read_bytes())


if __name__ == "__main__":
    main()
