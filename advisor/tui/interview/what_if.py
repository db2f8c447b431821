"""What-if variants of the answers: begun, kept under a letter, compared, taken, dropped. Nothing is ever lost.

While answers are tried out the controller works on them, and the real ones wait here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from advisor.errors import BadInput
from advisor.interview.answers import Answers, Variant, free_name, laid_over, variant_between
from advisor.interview.reducer import Adopt, Event, State

if TYPE_CHECKING:
    from advisor.assessment.model import Assessment
    from advisor.tui.workers.messages import SavedReply
    from advisor.tui.workers.worker_clients import AssessClient

REAL = ""
"""The name of the real answers among the variants."""
UNCHANGED = "Nothing is changed yet: w chooses an answer to change."


class WhatIfHost(Protocol):
    """The interview that answers are tried out in."""

    state: State
    assessment: Assessment | None
    assess_client: AssessClient
    saved: SavedReply | None
    fault: str

    @property
    def is_current(self) -> bool:
        """Whether the current verdict is that of the current answers."""

    @property
    def is_complete(self) -> bool:
        """Whether it is known what could change the current verdict."""

    def apply(self, event: Event) -> None:
        """Reduce one event."""

    def ask(self) -> None:
        """Ask for the verdict on the answers that count."""

    def keep(self) -> None:
        """Write the session, and wait for it."""


class VariantVerdicts:
    """Asks for the verdicts that are not known, whenever no other is waited for, and keeps those that are."""

    def __init__(self, controller: WhatIfHost, what_if: WhatIfState) -> None:
        self._controller, self._what_if = controller, what_if
        self._found: dict[str, tuple[Answers, Assessment]] = {}
        self._asked: dict[int, tuple[str, Answers]] = {}
        self._waiting = 0
        self._is_wanted = False

    def of(self, name: str) -> Assessment | None:
        """Give the verdict on a variant or the real answers, where it is known for the answers as they are now."""
        answers, assessment = self._found.get(name, (None, None))
        return assessment if answers == self._what_if.answers(name) else None

    def note(self, name: str) -> None:
        """Remember the selected verdict as that of a variant, or of the real answers."""
        controller = self._controller
        if controller.is_current and controller.assessment is not None:
            self._found[name] = controller.state.counted, controller.assessment

    def rename(self, name: str, wanted: str) -> None:
        """Keep the verdict on a variant that is called otherwise now."""
        if name in self._found:
            self._found[wanted] = self._found.pop(name)
        self._asked = {at: (wanted if one == name else one, answers) for at, (one, answers) in self._asked.items()}

    def want(self) -> None:
        """Have the verdicts found from the next on that is there."""
        self._is_wanted = True

    def compute(self) -> None:
        """Have the verdicts found that are not known, from now on."""
        self.want()
        self.go_on()

    def go_on(self, after: int = 0) -> None:
        """Ask for the next verdict, once the one on the selected answers is there; `after` is its number.

        A later request takes the place of one that the worker has not begun, so that one is asked for again.
        """
        if after > self._waiting:
            self._waiting = 0
        if not self._what_if.is_on:
            self.note(REAL)
        missing = next((name for name in (REAL, *self._what_if.names) if self.of(name) is None), None)
        if self._is_wanted and not self._waiting and missing is not None and self._controller.is_current:
            self._ask(missing)

    def _ask(self, name: str) -> None:
        answers = self._what_if.answers(name)
        self._waiting = self._controller.assess_client.assess(answers)
        self._asked[self._waiting] = name, answers

    def take(self, number: int, assessment: Assessment) -> bool:
        """Take a verdict that was asked for here; False where it is that of the selected answers."""
        if number not in self._asked:
            return False
        name, answers = self._asked[number]
        self._found[name] = answers, assessment
        if number == self._waiting:
            self._waiting = 0
            self.go_on()
            if not self._waiting and self._controller.is_current and not self._controller.is_complete:
                self._controller.ask()  # what could change it was given up for these
        return True


class WhatIfState:
    """The variants of one interview, and the answers being tried out, if any."""

    def __init__(self, controller: WhatIfHost) -> None:
        self._controller = controller
        self.variants: tuple[Variant, ...] = ()
        self.dropped: tuple[Variant, ...] = ()
        self._real: State | None = None
        self.saved: SavedReply | None = None
        """The record of the real answers, while others are tried out."""
        self.verdicts = VariantVerdicts(controller, self)

    @property
    def is_on(self) -> bool:
        """Whether answers are being tried out."""
        return self._real is not None

    @property
    def real(self) -> State:
        """The interview with its real answers."""
        return self._real or self._controller.state

    @property
    def trial(self) -> Variant | None:
        """What the answers tried out change; None while none are."""
        return variant_between("", self.real.answers, self._controller.state.answers) if self.is_on else None

    @property
    def names(self) -> list[str]:
        """The letters the variants are kept under."""
        return [one.name for one in self.variants]

    def answers(self, name: str) -> Answers:
        """Give the answers that count as a variant changes them, or the real ones."""
        return self.real.counted if name == REAL else self._as_changed(self._named(name)).counted

    # Trying out

    def begin(self) -> None:
        """Let the real answers wait here, and try others out."""
        controller = self._controller
        if not self.is_on:
            self.verdicts.note(REAL)
            self._real, self.saved = controller.state, controller.saved
            controller.state = replace(controller.state, past=(), future=())
            self.verdicts.want()

    def end(self) -> str:
        """Go back to the real answers, and say so; what was tried is kept as a variant."""
        if not self.is_on:
            return ""
        kept = self._put_away()
        self._show_real()
        self._controller.ask()
        return f"Back to the real answers{'; what was tried is ' + kept if kept else ''}."

    def discard(self) -> None:
        """Go back to the real answers and keep nothing of what was tried."""
        if self.is_on:
            self._show_real()
            self._controller.ask()

    def keep(self) -> str:
        """Keep the answers tried out as a variant, go on trying, and say under which letter."""
        if not self.is_on:
            return "w tries an answer out; n then keeps it as a variant."
        kept = self._put_away()
        self._controller.keep()
        return f"Kept as {kept}; v lists and compares all." if kept else UNCHANGED

    def take(self) -> str:
        """Make the answers tried out the real ones, in one step that undo takes back."""
        trial = self.trial
        if trial is None:
            return "w tries an answer out; t then takes it."
        return self._take(trial) if trial.differs else UNCHANGED

    def take_variant(self, name: str) -> str:
        """Make a variant the real answers, in one step that undo takes back."""
        return self._take(self._named(name))

    def try_on(self, name: str) -> None:
        """Try a variant out, to look at it or to change more."""
        self.end()
        self.begin()
        controller, variant = self._controller, self._named(name)
        controller.state = self._as_changed(variant)
        controller.assessment = self.verdicts.of(name) or controller.assessment
        controller.keep()
        controller.ask()

    def drop(self, name: str) -> str:
        """Take a variant off the list; it can be brought back until the program ends."""
        variant = self._named(name)
        self.variants = tuple(one for one in self.variants if one.name != name)
        self.dropped = (*self.dropped, variant)
        self._controller.keep()
        return f"Variant {name} is dropped; u brings it back."

    def rename(self, name: str, wanted: str) -> str:
        """Call a variant otherwise, and say so; raises BadInput where the name is taken."""
        if wanted != name and wanted in self.names:
            raise BadInput(wanted, "is the name of another variant", "choose another name")
        self.variants = tuple(one._replace(name=wanted) if one.name == name else one for one in self.variants)
        self.verdicts.rename(name, wanted)
        self._controller.keep()
        return f"Variant {name} is called {wanted} now."

    def bring_back(self) -> str:
        """Bring the variant back that was dropped last."""
        if not self.dropped:
            return "No variant was dropped."
        *rest, variant = self.dropped
        name = variant.name if variant.name not in self.names else free_name(self.names)
        self.variants, self.dropped = (*self.variants, variant._replace(name=name)), tuple(rest)
        self._controller.keep()
        self.verdicts.compute()
        return f"Variant {name} is back."

    def resume(self, variants: tuple[Variant, ...], trial: Variant | None) -> None:
        """Take up what a session kept: variants, and answers that were being tried out when it was cut off."""
        self.variants = variants
        if trial is not None:
            self._real = self._controller.state
            self._controller.state = self._as_changed(trial)
            self.verdicts.want()

    def _put_away(self) -> str:
        """Keep what is tried as a variant where it is none yet, and name it; empty where nothing is changed."""
        trial = self.trial
        if trial is None or not trial.differs:
            return ""
        same = next((one.name for one in self.variants if one.says_as(trial)), "")
        if same:
            return f"variant {same}"
        name = free_name(self.names)
        self.variants = (*self.variants, trial._replace(name=name))
        self.verdicts.note(name)
        return f"variant {name}"

    def _take(self, variant: Variant) -> str:
        changed = self._as_changed(variant)
        if self.is_on:
            self._put_away()
            self._show_real()
        self._controller.apply(Adopt(replace(changed.answers, passed=changed.unknown)))
        return "These are the real answers now; ctrl+z takes that back."

    def _show_real(self) -> None:
        controller = self._controller
        if self._real is not None:
            controller.state, controller.saved = self._real, self.saved
            self._real = self.saved = None
            controller.fault = ""
            controller.assessment = self.verdicts.of(REAL) or controller.assessment
            controller.keep()

    def _as_changed(self, variant: Variant) -> State:
        """Give the interview as a variant changes it."""
        real = self.real
        unknown = (real.unknown - frozenset(variant.changed)) | variant.dropped
        drafts = {key: draft for key, draft in real.drafts.items() if key not in variant.changed}
        state = replace(
            real, answers=laid_over(variant, real.answers), unknown=unknown, drafts=drafts, past=(), future=()
        )
        return state if state.at in state.open_keys else replace(state, at=next(iter(state.open_keys), ""))

    def _named(self, name: str) -> Variant:
        return next(one for one in self.variants if one.name == name)
