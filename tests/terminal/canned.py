"""An assessor that replies at once with one real verdict, so that screens are tested without waiting for the rules."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from advisor.assess import assess
from advisor.assessment import Assessment
from advisor.interview.answers import Answers, Vocabulary, read_answers
from advisor.knowledge.load import load_knowledge
from advisor.knowledge.load_questions import load_ids, load_questions
from advisor.knowledge.locate import data_directory
from advisor.tui.app import AdvisorApp, Opening
from advisor.tui.exchange import Assessed, Ready, Reply, Saved, Tell
from advisor.tui.service import assumptions_of, tell
from advisor.tui.terminal import Terminal

DAY = date(2026, 11, 21)
COLORFUL = Terminal(dumb=False, ascii=False, colors=1 << 24)
QUESTIONS, SHEETS = load_questions(data_directory("questionnaires"))
VOCABULARY = Vocabulary(QUESTIONS, {**load_ids(data_directory("rules") / "catalog"), "questionnaires": tuple(SHEETS)})


@cache
def assessed(example: str = "clinical-notes") -> Assessment:
    """Assess one of the shipped examples, once."""
    path = data_directory("examples") / f"{example}.toml"
    return assess(read_answers(path.read_bytes(), path.name, VOCABULARY), load_knowledge(), DAY, draws=1000)


class CannedAssessor:
    """Replies in the event loop's next turn; remembers what it was asked."""

    def __init__(self, assessment: Assessment | None = None) -> None:
        self.on_reply: Callable[[Reply], None] = lambda _reply: None
        self.assessment = assessment or assessed()
        self.asked: list[Answers] = []
        self.saved: list[Answers] = []

    async def start(self) -> None:
        self.on_reply(Ready(assumptions_of(load_knowledge())))

    def assess(self, answers: Answers) -> int:
        self.asked.append(answers)
        number = len(self.asked)
        name = answers.text("workload.name") or "unnamed"
        reply = Assessed(number, replace(self.assessment, workload=name), is_complete=True)
        asyncio.get_running_loop().call_soon(self._reply, reply)
        return number

    def save(self, answers: Answers, directory: str) -> None:
        self.saved.append(answers)
        self.on_reply(Saved(f"{directory}/00000001-decision.toml", 1, durable=True))

    def tell(self, request: Tell) -> None:
        asyncio.get_running_loop().call_soon(self._reply, tell(request))

    async def stop(self) -> None:
        return None

    def _reply(self, reply: Reply) -> None:
        self.on_reply(reply)


def app_in(
    directory: Path,
    questionnaire: str = "",
    *,
    resume: bool = False,
    terminal: Terminal = COLORFUL,
    assessor: CannedAssessor | None = None,
) -> AdvisorApp:
    """Open the interface over the shipped questions, with sessions and records under `directory`."""
    folders = directory / "sessions", directory / "records"
    opening = Opening(VOCABULARY, SHEETS, *folders, terminal, questionnaire, resume)
    return AdvisorApp(opening, assessor or CannedAssessor())
