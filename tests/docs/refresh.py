"""Rewrite the output printed under each command of the README and docs: `python -m tests.docs.refresh`."""

from __future__ import annotations

from pathlib import Path

from tests.docs.console import blocks, examples, pages, run, shown


def refresh(page: Path, folder: Path) -> None:
    """Run the page's commands in order and put what they print in place of what stands there."""
    text = page.read_text(encoding="utf-8")
    for block in blocks(page):
        for command in block:
            if not command.line.startswith("make "):
                old = "\n".join([f"$ {command.line}", *command.output])
                new = "\n".join([f"$ {command.line}", *shown(command, run(command.line, folder)[0])])
                text = text.replace(old, new)
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for each in pages():
        with examples() as folder:
            refresh(each, folder)
