"""Two published Textual programs to measure the interface beside, each in a virtual environment of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PEERS = {
    # With the newest tree-sitter, which nothing forbids, this release ends while it opens.
    "posting": ("posting==2.11.1", "tree-sitter==0.25.2"),
    "harlequin": ("harlequin==2.17.0",),
}


def install_peers(folder: Path) -> dict[str, list[str]]:
    """Install what is not there yet; returns the command of each, by name and version."""
    commands = {}
    for name, requirements in PEERS.items():
        program = folder / name / "bin" / name
        if not program.exists():
            print(f"installing {' '.join(requirements)} into {program.parent.parent}", file=sys.stderr)
            subprocess.run([sys.executable, "-m", "venv", folder / name], check=True)
            pip = [str(program.parent / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
            subprocess.run([*pip, *requirements], check=True)
        commands[requirements[0].replace("==", " ")] = [str(program)]
    return commands
