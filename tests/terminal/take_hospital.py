"""Take the interview of a hospital, keys and all, as pictures, a page and a recording under docs/.

`python -m tests.terminal.take_hospital` draws everything anew, in two minutes: it types at a person's pace.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from shlex import quote

from tests.terminal.cast import tidied
from tests.terminal.hospital import EXAMPLE, Pace, Tour, open_terminal
from tests.terminal.hospital_page import CAST, PAGE, PICTURES, page, picture_path
from tests.terminal.terminal_picture import picture_of

SIZE = (80, 24)
READING = Pace(key=0.05, look=1.2)
TITLE = f"advisor: the interview of {EXAMPLE}"


def take(home: Path, recording: Path) -> dict[str, str]:
    """Go through the interview; returns a picture for each moment, and leaves a recording."""
    columns, rows = SIZE
    root = Path(__file__).resolve().parents[2]
    listener = f"cd {quote(str(root))} && {quote(sys.executable)} -m tests.terminal.cast {quote(str(recording))}"
    tmux = open_terminal(home, SIZE, f"{listener} {columns} {rows}")
    pictures: dict[str, str] = {}

    def look(name: str) -> None:
        pictures[name] = picture_of(tmux.colored(), SIZE, "advisor")

    try:
        Tour(tmux, home, look, READING).run()
    finally:
        tmux.stop()
    return pictures


def main() -> None:
    """Draw all of it, and remove the pictures of moments that are gone."""
    with tempfile.TemporaryDirectory() as directory:
        recording = Path(directory) / "cast"
        home = Path(directory) / "home"
        home.mkdir()
        pictures = take(home, recording)
        lines = tidied(recording.read_text("utf-8").splitlines(), TITLE)
        CAST.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    for name, picture in pictures.items():
        picture_path(name).write_text(picture, "utf-8")
    for path in set(PICTURES.glob("hospital-*.svg")) - set(map(picture_path, pictures)):
        path.unlink()
    PAGE.write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
