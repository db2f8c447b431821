"""The same interview by plain prompts, for screen readers, dumb terminals and scripts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from advisor.bounded_read import read_file
from advisor.interview.choices import ASKED, SHORTEST, start_choices
from advisor.interview.reducer import Arrange, begin, reduce
from advisor.interview.session import Resumed, SessionLock, new_session_path, read_session, unfinished
from advisor.knowledge.load_pack import load_knowledge
from advisor.plain.plain_interview import PlainInterview, tell
from advisor.plain.prompts import Prompts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from advisor.interview.answers import Vocabulary
    from advisor.knowledge.questions import Questionnaire


def ask_plainly(
    vocabulary: Vocabulary,
    questionnaires: Mapping[str, Questionnaire],
    questionnaire: str,
    folders: tuple[Path, Path],
    resume: bool,
    packs: Sequence[Path] = (),
    by_what_matters: bool = False,
) -> int:
    """Ask line by line until a record is saved or the input ends; returns 0, for nothing is lost either way.

    `folders` are those of sessions and of records. Raises SessionHeld where another program has the interview open.
    """
    sessions, records = folders
    waiting = unfinished(sessions) if resume else []
    path = waiting[0].path if waiting else new_session_path(sessions, datetime.now(UTC))
    lock = SessionLock(path)
    lock.take()
    try:
        if waiting:
            resumed = read_session(read_file(path), path.name, questionnaires, vocabulary)
        else:
            resumed = _begun(vocabulary, questionnaires, questionnaire)
        if by_what_matters:
            resumed = resumed._replace(state=reduce(resumed.state, Arrange(True)))
        tell("Loading rules and prices.")
        Prompts(PlainInterview(resumed, path, records, load_knowledge(packs))).run()
    except EOFError:
        tell("\nThe input ended. Answers are kept: advisor ask --plain --resume goes on.")
    finally:
        lock.release()
    return 0


def _begun(vocabulary: Vocabulary, questionnaires: Mapping[str, Questionnaire], questionnaire: str) -> Resumed:
    """Begin an interview, on the questionnaire that is named or else chosen now."""
    chosen, matters = (questionnaire, False) if questionnaire else _choose(questionnaires)
    return Resumed(begin(questionnaires[chosen], vocabulary, matters), (), "")


def _choose(questionnaires: Mapping[str, Questionnaire]) -> tuple[str, bool]:
    """Ask which questionnaire, and whether what matters comes first; Enter takes the first."""
    offered = start_choices(questionnaires)
    for place, (sheet, by_what_matters) in enumerate(offered, 1):
        whole = f"{sheet.title}: {sheet.about} {len(sheet.keys)} questions, {sheet.minutes} minutes."
        shortest = f"{SHORTEST}: {ASKED} {len(sheet.keys)}. It stops by itself."
        tell(f"  {place}  {shortest if by_what_matters else whole}")
    while True:
        reply = input("Which one? [1] ").strip() or "1"
        if reply in questionnaires:
            return reply, False
        if reply.isdecimal() and 1 <= int(reply) <= len(offered):
            chosen = offered[int(reply) - 1]
            return chosen.questionnaire.id, chosen.by_what_matters
        tell(f"  Type a number from 1 to {len(offered)}.")
