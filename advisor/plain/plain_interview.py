"""An interview by prompts: its lines, its state and session file, and the verdict in sentences."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

from advisor.api import assess
from advisor.atomic_write import write_atomically
from advisor.decision.compiled import interview_day
from advisor.errors import AdvisorError
from advisor.interview.answer_format import dollars, said
from advisor.interview.answers import UNKNOWN
from advisor.interview.reducer import Event, Redo, Undo, Visit, reduce
from advisor.interview.session import Resumed, write_session
from advisor.knowledge.labels import gate_name, route_name, with_route_names
from advisor.report import phrases
from advisor.report.verdict_card import status_of
from advisor.text import capitalized, visible, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from advisor.assessment.model import Assessment, Option
    from advisor.knowledge.pack import Knowledge


# Plain lines, broken between words where a terminal would break them within; pipes and files get them whole.


NARROWEST = 20


def tell(text: str) -> None:
    """Print a text of one line or more; what is indented stays so where it goes on in the next row."""
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    print("\n".join(broken(line, columns) for line in text.split("\n")), flush=True)


def broken(line: str, columns: int) -> str:
    """Wrap a line at `columns`; 0 disables wrapping."""
    if not columns or len(line) <= columns:
        return line
    indent = " " * (len(line) - len(line.lstrip(" ")) + 2)
    room = max(columns, NARROWEST)
    return "\n".join(wrap(line, room, hanging=indent))


# A verdict in sentences, one thing a line and nothing in columns, as a screen reader likes it. Pure.


MOST = 4
"""How many flips and inputs to measure are read out; all of them stand in the record."""


def screen_reader_lines(assessment: Assessment) -> list[str]:
    """Say the verdict, why, on which conditions, what each route costs, what would change it and what is to be done."""
    found = phrases.reasons(assessment)
    costs = (_cost(option, assessment) for option in assessment.options)
    return [
        *_headline(assessment),
        *_listed("Because", (f"{one.rule.title}; that {phrases.consequence(one)}" for one in found)),
        *_listed("Provided", phrases.conditions(assessment)),
        *_listed("A month, each with the range of 80% of draws", costs),
        *_listed("Would change it", phrases.flips(assessment.flips)[:MOST]),
        *_listed("Measure next", map(phrases.measure, assessment.measure_next[:MOST])),
        *_listed("To do", phrases.tasks(assessment)),
    ]


def _headline(assessment: Assessment) -> Iterator[str]:
    verdict = assessment.verdict
    gate = gate_name(verdict.decided_by)
    yield f"Verdict: {route_name(verdict.option)}, decided by {gate}, {status_of(assessment)}."
    yield from map(_ended, filter(None, (phrases.route_title(assessment), with_route_names(verdict.summary))))
    if verdict.confidence < 1:
        yield f"It is the cheapest of the routes left in {verdict.confidence:.0%} of draws."


def _cost(option: Option, assessment: Assessment) -> str:
    """Say what a route costs, and how it stands."""
    cost = option.monthly_usd
    price = (
        "has no price" if cost.p90 <= 0 else f"costs {dollars(cost.p50)}, {dollars(cost.p10)} to {dollars(cost.p90)}"
    )
    stands = phrases.standing(option, assessment)
    stands = stands if option.state == "excluded" else f"cheapest in {stands}"
    return f"{route_name(option.option)} {price}; {stands.replace(': chosen', ', chosen')}"


def _listed(title: str, sentences_of_it: Iterable[str]) -> list[str]:
    lines = [f"  {text.rstrip('.')}." for text in sentences_of_it]
    return [f"{title}:", *lines] if lines else []


def _ended(text: str) -> str:
    """Give a text the capital and the full stop that let a voice pause."""
    return f"{capitalized(text).rstrip('.')}."


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
