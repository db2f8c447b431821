"""A client that replies at once with one real verdict, so that screens are tested without waiting for the rules."""

from __future__ import annotations

import asyncio
import os
import pickle
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.api import assess
from advisor.assessment.model import Assessment
from advisor.atomic_write import write_atomically
from advisor.interview.answers import Answers, Vocabulary, read_answers
from advisor.interview.defaults import assumptions_of
from advisor.knowledge.load_pack import load_knowledge
from advisor.knowledge.questions import load_ids, load_questions
from advisor.paths import data_directory
from advisor.tui.app import AdvisorApp
from advisor.tui.settings import DEFAULT_SETTINGS, LaunchOptions, Terminal
from advisor.tui.workers.ledger_service import answer
from advisor.tui.workers.messages import Assessed, LedgerRequest, Preview, Previewed, Ready, Reply, Save, SavedReply
from advisor.tui.workers.worker_clients import LedgerClient
from tests.hermetic import SEALED

if TYPE_CHECKING:
    from advisor.tui.workers.worker_clients import OnAnswer

DAY = date(2026, 11, 21)
COLORFUL = Terminal(dumb=False, ascii=False, colors=1 << 24)
QUESTIONS, SHEETS = load_questions(data_directory("questionnaires"))
VOCABULARY = Vocabulary(QUESTIONS, {**load_ids(data_directory("rules") / "catalog"), "questionnaires": tuple(SHEETS)})


@cache
def assessed(example: str = "clinical-notes", *, flips: bool = True) -> Assessment:
    """Assess one of the shipped examples, once in all processes of a test session: flips take seconds to find."""
    kept = Path(os.environ[SEALED]) / f"{example}-{flips}.pickle" if SEALED in os.environ else None
    if kept is not None and kept.exists():
        found: Assessment = pickle.loads(kept.read_bytes())
        return found
    path = data_directory("examples") / f"{example}.toml"
    answers = read_answers(path.read_bytes(), path.name, VOCABULARY)
    assessment = assess(answers, load_knowledge(), DAY, draws=1000, flips=flips)
    if kept is not None:
        write_atomically(kept, pickle.dumps(assessment))
    return assessment


class CannedAssessClient:
    """Replies in the event loop's next turn; remembers what it was asked."""

    def __init__(self, assessment: Assessment | None = None) -> None:
        self.on_reply: Callable[[Reply], None] = lambda _reply: None
        self.assessment = assessment or assessed()
        self.asked: list[Answers] = []
        self.saved: list[Save] = []
        self.previewed: list[Preview] = []

    async def start(self) -> None:
        self.on_reply(Ready(assumptions_of(load_knowledge(), DAY)))

    def assess(self, answers: Answers) -> int:
        self.asked.append(answers)
        number = len(self.asked)
        name = answers.text("workload.name") or "unnamed"
        reply = Assessed(number, replace(self.assessment, workload=name), is_complete=True)
        asyncio.get_running_loop().call_soon(self._reply, reply)
        return number

    def save(self, request: Save) -> None:
        self.saved.append(request)
        path = f"{request.directory}/00000001-record.toml"
        self.on_reply(SavedReply(path, 1, True, f"saved {path} (sha256 {'5ea1ed' * 10}0000)"))

    def preview(self, request: Preview) -> None:
        self.previewed.append(request)
        text = f'[decision]\ntitle = "{request.stated.title}"\n\n[people]\ndeciders = ["{request.stated.deciders}"]\n'
        asyncio.get_running_loop().call_soon(self._reply, Previewed(text))

    async def stop(self) -> None:
        return None

    def _reply(self, reply: Reply) -> None:
        self.on_reply(reply)


class InlineLedgerClient:
    """Does at once, in this process, what is asked of a ledger."""

    def __init__(self) -> None:
        self.asked: list[LedgerRequest] = []

    def ask(self, request: LedgerRequest, on_answer: OnAnswer) -> None:
        self.asked.append(request)
        asyncio.get_running_loop().call_soon(lambda: on_answer(answer(request, on_answer)))

    def cancel(self) -> None:
        return None

    async def stop(self) -> None:
        return None


def app_in(
    directory: Path,
    questionnaire: str = "",
    *,
    resume: bool = False,
    terminal: Terminal = COLORFUL,
    assess_client: CannedAssessClient | None = None,
    ledger_client: LedgerClient | None = None,
    theme: str = "",
) -> AdvisorApp:
    """Open the interface over the shipped questions, with sessions and records under `directory`."""
    folders = directory / "sessions", directory / "records"
    settings = DEFAULT_SETTINGS._replace(theme=theme)
    options = LaunchOptions(VOCABULARY, SHEETS, *folders, terminal, questionnaire, resume, settings=settings)
    return AdvisorApp(options, assess_client or CannedAssessClient(), ledger_client or InlineLedgerClient())
