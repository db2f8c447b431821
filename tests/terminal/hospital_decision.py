"""What the tour does once everything is answered: the verdict and its views, a what-if, the record, the ledger."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from advisor.tui.verdict.screen import VIEWS
from tests.waiting import PATIENCE_S

if TYPE_CHECKING:
    from tests.terminal.hospital import Tour

TRIED = "Our own cloud account"
FIRST = "›( ) Anywhere"
"""Where the data may travel in the what-if."""
OPENED = {"view-why": "The data stays", "view-costs": "A month", "view-licenses": "Llama 4 Maverick"}
"""The views of which an entry is opened, too, and how that begins."""
BRIEF = ("why", "costs")
"""The views that a brief tour looks at."""
REASON = "Patient data must not leave the wards' network."
DECIDERS = "Ada Okafor, Ben Lind"


def read_the_verdict(tour: Tour) -> None:
    if tour.person.selected:
        tour.person.press("F2")
    tour.tmux.wait("SELF-HOST")
    tour.person.press("NPage")
    tour.tmux.wait("would change it", 3 * PATIENCE_S)  # found after the route is, and below the first page
    tour.person.press("PPage")
    tour.tmux.wait("SELF-HOSTED")
    tour.see("verdict")
    for place, view in enumerate(VIEWS):
        if not place or (tour.brief and view.title not in BRIEF):
            continue
        name = f"view-{view.title.replace(' ', '-')}"
        tour.person.press(str(place))
        tour.tmux.wait(f" {view.title} · ")
        tour.see(name)
        if name in OPENED and not tour.brief:
            _open_entry(tour, name)
    tour.person.press("0")


def _open_entry(tour: Tour, view: str) -> None:
    """Open one entry of a view's list, and close it again."""
    while f"▌ {OPENED[view]}" not in tour.tmux.screen():
        tour.person.step("Down")
    tour.person.step("Enter")
    tour.see(f"{view}-opened")
    tour.person.step("Escape")


def try_something_else(tour: Tour) -> None:
    person = tour.person
    person.step("w")
    person.type("boundary")
    tour.tmux.wait("find boundary")
    person.press("Enter")
    tour.tmux.wait("▌ How far may the data travel?")
    key = "Up"
    while f"›( ) {TRIED}" not in (before := _cursor(tour.tmux.screen())):
        key = "Down" if FIRST in before else key  # a key that came while the page was drawn went one row too far
        person.press(key)
        tour.tmux.wait(partial(_has_moved, before))
    person.press("Space")
    tour.tmux.wait(f"(•) {TRIED}")
    tour.see("what-if-tried")
    person.press("F2")
    tour.tmux.wait("WHAT IF")
    tour.see("what-if")
    person.press("b")
    tour.tmux.wait(lambda screen: "WHAT IF" not in screen)
    person.step("v")
    tour.see("variants")
    person.step("Escape")


def _has_moved(before: str, screen: str) -> bool:
    return _cursor(screen) != before


def _cursor(screen: str) -> str:
    """The row of the selected choice: other rows change with the verdict, which comes when it is known."""
    return next((row for row in screen.splitlines() if "›" in row), "")


def save_the_record(tour: Tour) -> None:
    person = tour.person
    person.press("s")
    tour.tmux.wait("Save the record")
    for text in (REASON, DECIDERS):
        person.type(text)
        tour.tmux.wait(text)
        person.step("Tab")
    tour.see("save")
    person.press("C-s")
    tour.tmux.wait("(sha256")
    tour.see("saved")


def open_the_ledger(tour: Tour) -> None:
    person = tour.person
    person.press("C-r")
    tour.tmux.wait(lambda screen: "self-hosted · proposed" in screen)
    tour.see("records")
    person.press("Enter")
    tour.tmux.wait("record 1")
    tour.see("record-opened")
    person.step("v")
    tour.tmux.wait(lambda screen: "replay     same" in screen and "orking" not in screen)
    tour.see("record-verified")
