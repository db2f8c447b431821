"""Draw every snapshot again: `python -m tests.terminal.take_snapshots`; look at what changed before committing it."""

from __future__ import annotations

import asyncio

from tests.terminal.scenes import FOLDER, LOOKS, SIZES, pictures


def main() -> None:
    """Draw all of them, and remove those of scenes that are gone."""
    FOLDER.mkdir(exist_ok=True)
    drawn = {path: svg for look in LOOKS for size in SIZES for path, svg in asyncio.run(pictures(look, size)).items()}
    for path, svg in drawn.items():
        path.write_text(svg, "utf-8")
    for path in set(FOLDER.glob("*.svg")) - set(drawn):
        path.unlink()


if __name__ == "__main__":
    main()
