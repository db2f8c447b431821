"""Take the pictures of the documentation: `python -m tests.terminal.take_pictures docs/pictures`.

The interview shown is one of the examples, with the verdict the rules give on it today.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from advisor.atomic_write import write_atomically
from advisor.interview.answers import read_answers
from advisor.interview.reducer import State, Visit, begin, reduce
from advisor.interview.session import write_session
from advisor.paths import data_directory
from advisor.tui.screen_actions import keep_spaces
from tests.terminal.canned import SHEETS, VOCABULARY, CannedAssessClient, app_in, assessed

EXAMPLE = "hospital-air-gap"
PICTURES: dict[str, tuple[tuple[int, int], str, tuple[str, ...]]] = {
    "interview": ((80, 24), "data.boundary", ()),
    "quantities": ((80, 24), "volume.output_tokens", ("f1",)),
    "wide": ((120, 36), "data.boundary", ()),
    "jump": ((80, 24), "data.boundary", ("ctrl+o", *"tokens")),
    "verdict": ((80, 24), "data.boundary", ("f2",)),
    "why": ((120, 30), "data.boundary", ("f2", "1")),
    "flips": ((80, 24), "data.boundary", ("f2", "3")),
    "costs": ((120, 30), "data.boundary", ("f2", "4")),
    "methods": ((120, 30), "data.boundary", ("f2", "8", "down", "down")),
}


def interview(example: str, at: str) -> State:
    """Answer the full questionnaire as an example does."""
    path = data_directory("examples") / f"{example}.toml"
    answers = read_answers(path.read_bytes(), path.name, VOCABULARY)
    state = replace(begin(SHEETS["full"], VOCABULARY), answers=replace(answers, questionnaire="full"))
    return reduce(state, Visit(at))


async def take(name: str, directory: Path) -> None:
    """Take one picture."""
    size, at, keys = PICTURES[name]
    with tempfile.TemporaryDirectory() as home:
        write_atomically(Path(home) / "sessions" / "one.toml", write_session(interview(EXAMPLE, at)))
        app = app_in(Path(home), resume=True, assess_client=CannedAssessClient(assessed(EXAMPLE)))
        app.title = "advisor"
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await pilot.press(*keys)
            await pilot.pause()
            (directory / f"{name}.svg").write_text(keep_spaces(app.export_screenshot()), "utf-8")


def main() -> None:
    """Take all of them."""
    for name in PICTURES:
        asyncio.run(take(name, Path(sys.argv[1])))


if __name__ == "__main__":
    main()
