"""An assessor that answers at once with a made-up verdict, so that screens can be looked at without the rules."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from advisor import assessment as made
from advisor.interview.answers import Answers, Vocabulary
from advisor.interview.assumptions import Assumptions
from advisor.knowledge.load_questions import load_ids, load_questions
from advisor.knowledge.locate import data_directory
from advisor.knowledge.pack import Pins
from advisor.knowledge.parameters import DatedValue
from advisor.tui.app import AdvisorApp, Opening
from advisor.tui.exchange import Assessed, Ready, Reply, Saved
from advisor.tui.terminal import Terminal

DAY = date(2026, 11, 21)
COLORFUL = Terminal(dumb=False, ascii=False, colors=1 << 24)


def spread(p10: float, p50: float, p90: float) -> made.Spread:
    return made.Spread(p50, p10, p50, p90)


def option(
    route: str, state: made.State, figures: tuple[float, float, float], share: float, by: str = ""
) -> made.Option:
    lines = dict.fromkeys(made.LINES, 0.0) | {"tokens": figures[1]}
    return made.Option(route, state, (by,) if by else (), share, spread(*figures), None, lines)


def fired(rule: str, gate: str, route: str, because: str, title: str) -> made.FiredRule:
    matched = {"data.boundary": "vpc"}
    return made.FiredRule(rule, gate, "exclude", route, because, matched, ("beats-api",), "reported", title)


ASSESSMENT = made.Assessment(
    as_of=DAY,
    workload="clinical-notes",
    verdict=made.Verdict(
        "self-host",
        "must",
        "firm",
        1.0,
        "Open weights in your VPC: llama-3.3-70b, fp8, 2 × H100.",
        ("An evaluation of 120 prompts says ±5 points, too few to tell 95 %.",),
        ("Pin the model's revision by commit.",),
    ),
    options=(
        option("self-host", "chosen", (39_800, 46_100, 58_000), 1.0),
        option("hosted-api", "excluded", (3_100, 4_000, 5_200), 0.0, "must.boundary-vpc"),
        option("managed-open", "excluded", (180, 240, 410), 0.0, "must.boundary-vpc"),
    ),
    fleet=made.FleetReport(
        "llama-3.3-70b", "fp8", "h100-sxm", 2, 1, True, made.Band(700, 900, 1100), 0.13, 210.0, "fits"
    ),
    break_even=made.BreakEven("gpt-5.4", made.Band(1.4e9, 2.1e9, 3.3e9), (2.1e9,), 0.02),
    findings=(
        fired("must.boundary-vpc", "must", "hosted-api", "The data may not leave the VPC.", "data stays in our VPC"),
        fired("must.boundary-vpc", "must", "managed-open", "The data may not leave the VPC.", "data stays in our VPC"),
    ),
    licenses=(
        made.LicenseReport(
            "llama-3.3-70b", "Llama 3.3 Community", "duties", ("Below 700M users.",), ("Built with Llama",)
        ),
    ),
    checklists=(),
    methods=(made.Method("beats-api.workloads", "beats-api", ("self-host",), "Clinical notes are on its list."),),
    flips=(made.Flip("data.boundary", "vpc", "tenancy", "managed-cloud"),),
    unknowns=(
        made.Unknown("volume.input_tokens", "2–3 per output token", False, "beats-api", "modelled"),
        made.Unknown("volume.output_tokens", "200M", True, "beats-api", "modelled"),
    ),
    measure_next=(made.Measure("volume.peak_to_average", 1_900.0, 2_400.0),),
    engines=made.Agreement(31, 31, True),
    pins=Pins("sha256:aa", "sha256:bb", "sha256:cc"),
    random=made.RandomStream("PCG64", 7, 4000, "sha256:dd"),
)
DEFAULTS = {
    "default.volume.output_tokens": DatedValue(DAY, "beats-api", "modelled", low=3e8, high=7.5e8),
    "default.data.boundary": DatedValue(DAY, "beats-api", "modelled", text="anywhere"),
}


class CannedAssessor:
    """Replies at once, in the caller's turn; remembers what it was asked."""

    def __init__(self) -> None:
        self.on_reply: Callable[[Reply], None] = lambda _reply: None
        self.asked: list[Answers] = []
        self.saved: list[Answers] = []

    async def start(self) -> None:
        self.on_reply(Ready(Assumptions(DEFAULTS, {"beats-api": "When self-hosting beats the API"})))

    def assess(self, answers: Answers) -> int:
        self.asked.append(answers)
        number = len(self.asked)
        name = answers.text("workload.name") or "unnamed"
        asyncio.get_running_loop().call_soon(self._reply, Assessed(number, replace(ASSESSMENT, workload=name), True))
        return number

    def _reply(self, reply: Reply) -> None:
        self.on_reply(reply)

    def save(self, answers: Answers, directory: str) -> None:
        self.saved.append(answers)
        self.on_reply(Saved(f"{directory}/00000001-decision.toml", 1, True))

    async def stop(self) -> None:
        return None


def vocabulary() -> Vocabulary:
    questions, questionnaires = load_questions(data_directory("questionnaires"))
    ids = {**load_ids(data_directory("rules") / "catalog"), "questionnaires": tuple(questionnaires)}
    return Vocabulary(questions, ids)


def app_in(directory: Path, questionnaire: str = "", resume: bool = False, terminal: Terminal = COLORFUL) -> AdvisorApp:
    """Open the interface over the shipped questions, with sessions and records under `directory`."""
    _, questionnaires = load_questions(data_directory("questionnaires"))
    opening = Opening(
        vocabulary(), questionnaires, directory / "sessions", directory / "records", terminal, questionnaire, resume
    )
    return AdvisorApp(opening, CannedAssessor())
