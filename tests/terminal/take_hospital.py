"""Take the interview of a hospital, keys and all, as pictures, a page and a recording under docs/.

`python -m tests.terminal.take_hospital` draws everything again in three minutes; the recording is typed as people type.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from shlex import quote

from tests.terminal.cast import tidied
from tests.terminal.hospital import EXAMPLE, Pace, Tour, open_terminal
from tests.terminal.hospital_page import CAST, PAGE, PICTURES, page, picture_path
from tests.terminal.terminal_picture import picture_of
from tests.waiting import elapse

SIZE = (80, 24)
LOOKING = Pace(look=0.8)
TYPING = Pace(key=0.05, look=1.2)
TITLE = f"advisor: the interview of {EXAMPLE}"


def take_pictures(home: Path, go: Callable[[Tour], object]) -> dict[str, str]:
    """Go through an interview as fast as it goes; returns a picture for each moment."""
    pictures: dict[str, str] = {}
    with open_terminal(home, SIZE) as tmux:

        def look(name: str) -> None:
            pictures[name] = picture_of(tmux.colored(), SIZE, "advisor")

        go(Tour(tmux, home, look, LOOKING))
    return pictures


def take_cast(home: Path) -> str:
    """Go through a brief interview at a person's pace; returns a recording of it."""
    columns, rows = SIZE
    root, recording = Path(__file__).resolve().parents[2], home / "cast"
    listener = f"cd {quote(str(root))} && {quote(sys.executable)} -m tests.terminal.cast {quote(str(recording))}"
    with open_terminal(home, SIZE, f"{listener} {columns} {rows}") as tmux:
        Tour(tmux, home, pace=TYPING, brief=True).run()
        elapse(TYPING.look, "a person's pace")
    return "".join(f"{line}\n" for line in tidied(recording.read_text("utf-8").splitlines(), TITLE))


def main() -> None:
    """Draw all of it, and remove the pictures of moments that are gone."""
    pictures: dict[str, str] = {}
    for go in (Tour.run_in_short, Tour.run):
        with tempfile.TemporaryDirectory() as home:
            pictures |= take_pictures(Path(home), go)
    with tempfile.TemporaryDirectory() as home:
        CAST.write_text(take_cast(Path(home)), "utf-8")
    for name, picture in pictures.items():
        picture_path(name).write_text(picture, "utf-8")
    for path in set(PICTURES.glob("hospital-*.svg")) - set(map(picture_path, pictures)):
        path.unlink()
    PAGE.write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
