"""Draw every screen in every theme and size, nine to a sheet: `python -m tests.terminal.take_contact_sheets FOLDER`.

Sheets are for looking at, and compared with nothing: they belong outside the repository. PNG needs Chromium; without
it the sheets stay SVG. `--size`, `--look` and `--across` draw only some, or fewer to a sheet.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import shutil
import subprocess
from pathlib import Path

from advisor.tui.settings import Terminal
from advisor.tui.theme import THEMES
from tests.terminal.canned import COLORFUL
from tests.terminal.scenes import LOOKS, TOURS, Tour, take

SIZES = ((80, 24), (120, 40), (200, 50))
SHEETS: dict[str, tuple[Terminal, str]] = {
    **{theme.name: (COLORFUL, theme.name) for theme in THEMES},
    "no-color": (LOOKS["no-color"], ""),
    "ascii": (LOOKS["ascii"], ""),
}
MORE = (
    Tour("", {"examples": (*["down"] * 6, "enter"), "own-file": ("enter",)}),
    Tour("", {"name-interview": ("n",), "delete-interview": ("escape", "d")}),
    Tour("", {"accept": ("ctrl+r", *"ada", "enter", "a"), "supersede": ("escape", "u"), "withdraw": ("escape", "w")}),
    Tour("data.boundary", {"themes": ("ctrl+p", *"colors", "enter"), "verdict-help": ("escape", "f2", "f1")}),
    Tour(
        "data.boundary",
        {
            "tried-interview": ("f2", "w", *"boundary", "enter", "down", "enter", "escape"),
            "variant-name": ("f2", "n", "v", "down", "n"),
        },
    ),
)
"""Screens that no snapshot is compared with."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
GAP = 12
_BOX = re.compile(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"')


def sheet_of(pictures: list[tuple[str, str]], across: int) -> tuple[str, tuple[int, int]]:
    """Lay pictures out in rows under their names, as one SVG; also its width and height in pixels."""
    boxes = [_BOX.search(svg) for _, svg in pictures]
    sizes = [(float(box[1]), float(box[2])) for box in boxes if box is not None]
    width, height = max(one for one, _ in sizes), max(other for _, other in sizes)
    parts = []
    for place, (_, svg) in enumerate(pictures):
        x, y = (place % across) * (width + GAP), (place // across) * (height + GAP)
        placed = svg.replace("<svg ", f'<svg x="{x}" y="{y}" width="{width}" height="{height}" ', 1)
        parts.append(placed.replace("Fira Code", "DejaVu Sans Mono"))
    rows = -(-len(pictures) // across)
    whole = int(across * (width + GAP)), int(rows * (height + GAP))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole[0]}" height="{whole[1]}">'
    return "\n".join((head, *parts, "</svg>")), whole


def picture(svg: Path, size: tuple[int, int]) -> None:
    """Have a browser draw a sheet as PNG, where there is one."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        return
    flags = ("--headless", "--no-sandbox", "--hide-scrollbars", "--disable-gpu")
    shot = f"--screenshot={svg.with_suffix('.png')}"
    window = f"--window-size={size[0]},{size[1]}"
    subprocess.run([browser, *flags, window, shot, svg.as_uri()], check=True, capture_output=True)
    svg.unlink()


async def screens(look: str, size: tuple[int, int]) -> list[tuple[str, str]]:
    """Take every screen in one look and size."""
    terminal, theme = SHEETS[look]
    return [one for tour in (*TOURS, *MORE) async for one in take(tour, terminal, size, theme)]


def main() -> None:
    """Draw the sheets that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--look", choices=SHEETS, action="append")
    parser.add_argument("--size", choices=[f"{one}x{other}" for one, other in SIZES], action="append")
    parser.add_argument("--across", type=int, default=3)
    given = parser.parse_args()
    folder = given.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for look in given.look or SHEETS:
        for size in SIZES:
            name = f"{size[0]}x{size[1]}"
            if given.size and name not in given.size:
                continue
            taken = asyncio.run(screens(look, size))
            many = given.across**2
            for number, first in enumerate(range(0, len(taken), many), 1):
                some = taken[first : first + many]
                path = folder / f"{look}-{name}-{number}.svg"
                svg, box = sheet_of(some, given.across)
                path.write_text(svg, "utf-8")
                picture(path, box)
                print(path.stem, *(scene for scene, _ in some))


if __name__ == "__main__":
    main()
