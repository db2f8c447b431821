"""The whole interview of one example at a real terminal, from the start screen to the ledger, by keys alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote
from sys import executable

import tomli

from advisor.knowledge.locate import data_directory
from advisor.tui.start_items import SHORTEST
from advisor.tui.view_table import VIEWS
from tests.terminal.canned import SHEETS
from tests.terminal.interviewee import Interviewee
from tests.terminal.tmux import Tmux

EXAMPLE = "hospital-air-gap"
RECORDS = "records"
SHEET = SHEETS["full"]
SECTION_OF = {key: section.id for section in SHEET.sections for key in section.keys}
TURNED = "45M..20M/month"
"""What is typed for the output tokens at first: a range that begins with its upper end."""
TRIED = "Our own cloud account"
"""Where the data may travel in the what-if."""
OPENED = {"view-why": "The data stays", "view-costs": "A month", "view-licenses": "llama-4-maverick"}
"""The views of which an entry is opened, too, and how that begins."""
BRIEF = ("why", "costs")
"""The views that a brief tour looks at."""
KNOWN_S = 1.5
"""How long the screen is still once what matters next is known, in an interview that asks only that."""
MOST_TABS = 40
REASON = "Patient data must not leave the wards' network."
DECIDERS = "Ada Okafor, Ben Lind"
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
        self._person = Interviewee(self.tmux, self.home / ".local/state/advisor/sessions", self.pace.key)
        self._left = said()

    def run(self) -> Path:
        """Do all of it; returns the record."""
        self._start()
        self._answer_all()
        self._read_the_verdict()
        self._try_something_else()
        record = self._save()
        self._open_the_ledger()
        return record

    def _see(self, name: str) -> None:
        self._person.rest(self.pace.look)
        self.look(name)

    def run_in_short(self) -> list[str]:
        """Answer only what still matters, until the interview stops by itself; returns what was asked, in order."""
        self._start(SHORTEST)
        person = self._person
        asked: list[str] = []
        for _ in range(MOST_TABS):
            if "Enough is known" in self.tmux.screen():
                break
            key = person.in_hand
            if key and key not in asked:
                person.answer(self._left.get(key, "unknown"))
                asked.append(key)
                if key == "data.boundary":
                    self._see("matters")
                person.rest(KNOWN_S)
            person.press("Tab")
            person.rest(KNOWN_S)
        self.tmux.wait("Enough is known")
        self._see("enough")
        return asked

    def _start(self, title: str = SHEET.title) -> None:
        tmux = self.tmux
        tmux.wait(title)
        self._see("start")
        while f"▌ {title}" not in tmux.screen():
            self._person.step("Down")
        self._person.press("Enter")
        tmux.wait(lambda _screen: bool(self._person.in_hand))

    def _answer_all(self) -> None:
        """Answer what comes, in whatever order it comes; what never came is looked up at the end."""
        person = self._person
        while self._left:
            key = person.in_hand
            if not key:
                person.press("F2")
                key = next(iter(self._left))
            if key in self._left:
                self._answer(key)
            if not person.go_on() and self._left:
                person.press("F2")
                self.tmux.wait(lambda _screen: bool(person.in_hand))
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
        self._person.answer(self._left.pop(key))
        if key == "volume.cached_share":
            self._see("unknown")
        if key == "data.boundary":
            self.tmux.wait("self-host · ", seconds=20)
        section = SECTION_OF[key]
        if not any(SECTION_OF[other] == section for other in self._left):
            self._see(section)

    def _ask_why(self) -> None:
        self._person.press("F1")
        self._see("why-we-ask")
        self._person.press("Escape")

    def _watch_the_verdict(self) -> None:
        self.tmux.wait(lambda screen: "Loading rules" not in screen, seconds=30)
        self._see("before-the-boundary")

    def _mistype(self) -> None:
        self._person.type(TURNED)
        self.tmux.wait("turned round")
        self._see("mistake")
        self._person.press("C-u")

    def _find_a_question(self) -> None:
        key = self._person.in_hand
        self._person.press("C-o")
        self.tmux.wait("Jump to a question")
        self._person.type("gpu")
        self._see("jump")
        self._person.press("Escape")
        self.tmux.wait(lambda _screen: self._person.in_hand == key)

    def _read_the_verdict(self) -> None:
        if self._person.in_hand:
            self._person.press("F2")
        self.tmux.wait("SELF-HOST")
        self._see("verdict")
        for place, view in enumerate(VIEWS):
            if not place or (self.brief and view.title not in BRIEF):
                continue
            name = f"view-{view.title.replace(' ', '-')}"
            self._person.press(str(place))
            self.tmux.wait(f" {view.title} · ")
            self._see(name)
            if name in OPENED and not self.brief:
                self._open_entry(name)
        self._person.press("0")

    def _open_entry(self, view: str) -> None:
        """Open one entry of a view's list, and close it again."""
        while f"▌ {OPENED[view]}" not in self.tmux.screen():
            self._person.step("Down")
        self._person.step("Enter")
        self._see(f"{view}-opened")
        self._person.step("Escape")

    def _try_something_else(self) -> None:
        person = self._person
        person.step("w")
        person.type("boundary")
        self.tmux.wait("find boundary")
        person.press("Enter")
        self.tmux.wait("▌ How far may the data travel?")
        while f"›( ) {TRIED}" not in self.tmux.screen():
            person.step("Up")
        person.press("Space")
        self.tmux.wait(f"(•) {TRIED}")
        self._see("what-if-tried")
        person.press("F2")
        self.tmux.wait("WHAT IF")
        self._see("what-if")
        person.press("b")
        self.tmux.wait(lambda screen: "WHAT IF" not in screen)
        person.step("v")
        self._see("variants")
        person.step("Escape")

    def _save(self) -> Path:
        person = self._person
        person.press("s")
        self.tmux.wait("Save the record")
        for text in (REASON, DECIDERS):
            person.type(text)
            self.tmux.wait(text)
            person.step("Tab")
        self._see("save")
        person.press("C-s")
        self.tmux.wait("(sha256", seconds=60)
        self._see("saved")
        (record,) = (self.home / RECORDS).glob("*.toml")
        return record

    def _open_the_ledger(self) -> None:
        person = self._person
        person.press("C-r")
        self.tmux.wait(lambda screen: "self-host · proposed" in screen)
        self._see("records")
        person.press("Enter")
        self.tmux.wait("record 1")
        self._see("record-opened")
        person.step("v")
        self.tmux.wait(lambda screen: "replay     same" in screen and "orking" not in screen, seconds=60)
        self._see("record-verified")
