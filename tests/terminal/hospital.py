"""The whole interview of one example at a real terminal, from the start screen to the ledger, by keys alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from shlex import quote
from sys import executable

import tomli

from advisor.analysis.analysis_results import ALONE
from advisor.interview.choices import SHORTEST
from advisor.paths import data_directory
from tests.terminal.canned import SHEETS
from tests.terminal.hospital_decision import open_the_ledger, read_the_verdict, save_the_record, try_something_else
from tests.terminal.interviewee import Interviewee, selected_on
from tests.terminal.tmux import Tmux

EXAMPLE = "hospital-air-gap"
RECORDS = "records"
SHEET = SHEETS["full"]
SECTION_OF = {key: section.id for section in SHEET.sections for key in section.keys}
TURNED = "45M..20M/month"
"""What is typed for the output tokens at first: a range that begins with its upper end."""
NOT_KNOWN = "finding what matters"
"""What the title says while it is not known what matters next, in an interview that asks only that."""
PAINTED_S = 0.3
"""How long a screen is still once it shows what was answered."""
MOST_TABS = 120
Look = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast keys follow each other, and how long one looks, in seconds."""

    key: float = 0.0
    look: float = 0.25


def said() -> dict[str, object]:
    """Read what the example answers, by question; "unknown" where it says so."""
    table = tomli.loads((data_directory("examples") / f"{EXAMPLE}.toml").read_text("utf-8"))
    topics = ((topic, answers) for topic, answers in table.items() if isinstance(answers, dict))
    return {f"{topic}.{name}": raw for topic, answers in topics for name, raw in answers.items()}


def open_terminal(home: Path, size: tuple[int, int], listener: str = "") -> Tmux:
    """Start the program as a newcomer does: its bare name, in a folder of one's own."""
    config = home / ".config" / "advisor"
    config.mkdir(parents=True)
    (config / "config.toml").write_text(f'records = "{RECORDS}"\n', "utf-8")
    settings = {"HOME": str(home), "LANG": "C.UTF-8", "TERM": "tmux-256color"}
    started = quote(f"cd {quote(str(home))} && exec {quote(executable)} -m advisor")
    return Tmux(home, "", settings, size, program=f"sh -c {started}", listener=listener)


@dataclass
class Tour:
    """Goes through the interview; at each moment worth a picture calls `look` with the moment's name.

    A `brief` one answers everything, and reads less of the verdict.
    """

    tmux: Tmux
    home: Path
    look: Look = lambda _name: None
    pace: Pace = field(default_factory=Pace)
    brief: bool = False

    def __post_init__(self) -> None:
        self.person = Interviewee(self.tmux, self.home / ".local/state/advisor/sessions", self.pace.key)
        self._left = said()

    def run(self) -> Path:
        """Do all of it; returns the record."""
        self._start()
        self._answer_all()
        read_the_verdict(self)
        try_something_else(self)
        save_the_record(self)
        (record,) = (self.home / RECORDS).glob("*.toml")
        open_the_ledger(self)
        return record

    def see(self, name: str) -> None:
        """Let the screen rest, and look at it."""
        self.person.rest(self.pace.look)
        self.look(name)

    def run_in_short(self) -> list[str]:
        """Answer only what still matters, until the interview stops by itself; returns what was asked, in order."""
        self._start(SHORTEST)
        person = self.person
        asked: list[str] = []
        for _ in range(MOST_TABS):
            if "Enough is known" in self.tmux.screen():
                break
            key = person.selected
            if key and key not in asked:
                person.answer(self._left.get(key, "unknown"))
                asked.append(key)
                if key == "data.boundary":
                    self.tmux.wait("self-hosted · ")
                    self.see("matters")
                person.rest(PAINTED_S)
                self.tmux.wait(_is_known)
            person.press("Tab")
            self.tmux.wait(partial(_has_gone_on, key))
        self.tmux.wait("Enough is known")
        self.see("enough")
        return asked

    def _start(self, title: str = SHEET.title) -> None:
        tmux = self.tmux
        tmux.wait(title)
        self.see("start")
        while f"▌ {title}" not in tmux.screen():
            self.person.step("Down")
        self.person.press("Enter")
        tmux.wait(lambda _screen: bool(self.person.selected))

    def _answer_all(self) -> None:
        """Answer what comes, in whatever order it comes; what never came is looked up at the end."""
        person = self.person
        while self._left:
            key = person.selected
            if not key:
                person.press("F2")
                key = next(iter(self._left))
            if key in self._left:
                self._answer(key)
            if not person.go_on() and self._left:
                person.press("F2")
                self.tmux.wait(lambda _screen: bool(person.selected))
                person.jump(next(iter(self._left)))

    def _answer(self, key: str) -> None:
        around = {
            "data.classes": self._ask_why,
            "data.boundary": self._watch_the_verdict,
            "volume.output_tokens": self._mistype,
            "license.models": self._find_a_question,
        }
        before = around.get(key)
        if before is not None:
            before()
        self.person.answer(self._left.pop(key))
        if key == "volume.cached_share":
            self.see("unknown")
        if key == "data.boundary":
            self.tmux.wait("self-hosted · ")
        section = SECTION_OF[key]
        if not any(SECTION_OF[other] == section for other in self._left):
            self.see(section)

    def _ask_why(self) -> None:
        self.person.press("F1")
        self.see("why-we-ask")
        self.person.press("Escape")

    def _watch_the_verdict(self) -> None:
        self.tmux.wait(lambda screen: "Loading rules" not in screen)
        self.see("before-the-boundary")

    def _mistype(self) -> None:
        self.person.type(TURNED)
        self.tmux.wait("is reversed")
        self.see("mistake")
        self.person.press("C-u")

    def _find_a_question(self) -> None:
        key = self.person.selected
        self.person.press("C-o")
        self.tmux.wait("Jump to a question")
        self.person.type("gpu")
        self.see("jump")
        self.person.press("Escape")
        self.tmux.wait(lambda _screen: self.person.selected == key)


def _is_known(screen: str) -> bool:
    """Whether an interview that asks only what matters knows what that is."""
    return NOT_KNOWN not in screen


def _has_gone_on(key: str, screen: str) -> bool:
    """Whether another question is asked, or none, or the one that is left is all that matters."""
    return "Enough is known" in screen or ALONE in screen or selected_on(screen) not in ("", key)
