"""An interview by prompts: its state, its session file, and the commands that only print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.api import assess
from advisor.atomic_write import write_atomically
from advisor.decision.interview_day import interview_day
from advisor.errors import AdvisorError
from advisor.interview.answers import UNKNOWN
from advisor.interview.reducer import Redo, Undo, Visit, reduce
from advisor.interview.sessions.session import write_session
from advisor.interview.wording.answer_format import said
from advisor.plain.console import tell
from advisor.plain.screen_reader import screen_reader_lines
from advisor.text import visible

if TYPE_CHECKING:
    from pathlib import Path

    from advisor.assessment.model import Assessment
    from advisor.interview.reducer import Event
    from advisor.interview.sessions.session import Resumed
    from advisor.knowledge.packs.pack import Knowledge


class PlainInterview:
    """One interview and where it is kept; `records` is the folder that its record goes to."""

    def __init__(self, resumed: Resumed, session: Path, records: Path, knowledge: Knowledge) -> None:
        self.state, self._session, self.records = resumed.state, session, records
        self._variants_and_trial = resumed.variants, resumed.trial
        self.knowledge = knowledge

    def apply(self, event: Event) -> None:
        """Reduce one event and keep the session."""
        self.state = reduce(self.state, event)
        try:
            self.keep()
        except OSError as error:
            raise AdvisorError(str(self._session), f"the answers cannot be kept: {error.strerror}") from error

    def keep(self, record: str = "") -> None:
        """Write the session, with the path of its record once there is one."""
        write_atomically(self._session, write_session(self.state, record, *self._variants_and_trial))

    def move(self, key: str, by: int) -> None:
        """Go to a neighboring question, and no further than the ends."""
        keys = self.state.open_keys
        place = keys.index(key) + by if key in keys else 0
        self.apply(Visit(keys[min(max(place, 0), len(keys) - 1)]))

    def undo(self) -> None:
        """Take the last change of an answer back."""
        self._step(Undo(), "undo", "taken back")

    def redo(self) -> None:
        """Make the change again that was undone last."""
        self._step(Redo(), "redo", "made again")

    def _step(self, event: Undo | Redo, word: str, done: str) -> None:
        """Go one step, and say which answer it changed."""
        before = self.state
        self.apply(event)
        if self.state is before:
            tell(f"  nothing to {word}")
        else:
            tell(f"  {done}: {self.state.question(self.state.at).text}")

    def review(self) -> None:
        """List every open question with its answer."""
        for section, keys in self.state.open_sections:
            tell(f"\n{section.title}")
            for key in keys:
                value = self.state.answers.get(key)
                left = UNKNOWN if key in self.state.unknown else "open"
                shown = said(value, self.state.question(key)) if value is not None else left
                tell(f"  {self.state.question(key).text} {shown}")

    def assess(self, *, flips: bool = True) -> Assessment:
        """Assess the answers that count as of today; without `flips`, only what is known soon. Raises AdvisorError."""
        day = interview_day(self.knowledge)
        return assess(self.state.counted, self.knowledge, as_of=day, flips=flips, further=flips)

    def verdict(self) -> None:
        """Print the verdict on the answers so far."""
        try:
            found = self.assess()
        except AdvisorError as error:
            tell(f"  {error.sentence}")
        else:
            tell("\n" + "\n".join(map(visible, screen_reader_lines(found))))
