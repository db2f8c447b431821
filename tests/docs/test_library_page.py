"""The Python of docs/library.md runs as a reader would run it, from top to bottom."""

from __future__ import annotations

import contextlib
import io
import os
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.M | re.S)


def test_the_examples_run_and_print_verdicts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    text = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    scope: dict[str, Any] = {}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        for block in _BLOCK.findall(text):
            exec(compile(block, "docs/library.md", "exec"), scope)
    lines = printed.getvalue().splitlines()
    assert len(lines) == 5
    routes = {"hosted-api", "managed-cloud", "managed-open", "self-host", "hybrid", "none"}
    assert all(routes & set(line.split()) for line in lines), lines


def test_importing_the_package_imports_nothing_heavy() -> None:
    import subprocess
    import sys

    program = "import sys, advisor; print(*({'numpy', 'pydantic', 'textual', 'durable'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.strip() == ""
