"""The page on the library: its programs run, print what the page shows, and name all that is public."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import advisor

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "library.md").read_text("utf-8")
PROGRAMS = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", PAGE, re.S)


def test_every_program_of_the_page_is_run() -> None:
    assert len(PROGRAMS) == PAGE.count("```python") > 1


@pytest.mark.parametrize(("program", "printed"), PROGRAMS, ids=["verdict", "error"])
def test_a_program_prints_what_the_page_shows(program: str, printed: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert (done.stdout, done.stderr) == (printed, "")


@pytest.mark.parametrize("name", [name for name in advisor.__all__ if name != "__version__"])
def test_a_public_name_is_importable_and_on_the_page(name: str) -> None:
    assert getattr(advisor, name).__module__.startswith("advisor.")
    assert f"`{name}" in PAGE


def test_what_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'asess'"):
        _ = advisor.asess


def test_importing_the_package_imports_nothing_heavy() -> None:
    program = "import sys, advisor; print({'numpy', 'pydantic', 'durable'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "set()\n"
