"""Every file is opened by advisor/bounded_read.py; what else opens something is listed here, with the reason."""

from __future__ import annotations

import ast
from collections import Counter

import pytest

from tests.house.test_structure import FILES, ROOT

READERS = {"open", "read_text", "read_bytes", "fdopen", "ZipFile"}
ALLOWED = {
    "advisor/bounded_read.py": {"open": 1, "fdopen": 1},  # the reader itself
    "advisor/atomic_write.py": {"open": 2, "fdopen": 1},  # writes, and syncs a folder
    "advisor/record/durable_write.py": {"open": 4},  # writes, and opens folders
    "advisor/interview/session.py": {"open": 2},  # locks
    "advisor/cli/main.py": {"open": 3},  # appends to the log; /dev/null
    "advisor/portfolio/linear_program.py": {"open": 1},  # /dev/null
    "advisor/knowledge/price_lists/price_changes.py": {"ZipFile": 1, "open": 1},  # bytes that were read already
    "advisor/evidence/evaluation_files.py": {"ZipFile": 1},  # likewise
    "advisor/record/audit/standalone_verifier.py": {"open": 1, "fdopen": 1},  # runs where this program is not installed
}


def opens_in(source: str) -> Counter[str]:
    """Calls that open or read a file; a page that opens another page (`self.open`, `screen.open`) does not."""
    found: Counter[str] = Counter()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if isinstance(called, ast.Name) and called.id in READERS - {"read_bytes", "read_text"}:
            found[called.id] += 1
        elif isinstance(called, ast.Attribute) and called.attr in READERS:
            if isinstance(called.value, ast.Name) and called.value.id in ("self", "screen"):
                continue
            found[called.attr] += 1
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_file_is_opened_beside_the_bounded_reader(path: object) -> None:
    name = path.relative_to(ROOT).as_posix()  # type: ignore[attr-defined]
    found = opens_in(path.read_text("utf-8"))  # type: ignore[attr-defined]
    assert found - Counter(ALLOWED.get(name, {})) == Counter(), "use advisor/bounded_read.py"


def test_a_direct_open_is_found() -> None:
    source = "from pathlib import Path\nPath('x').read_bytes()\nopen('x')\nself.open('page')\nwheel.open('m')\n"
    assert opens_in(source) == {"read_bytes": 1, "open": 2}
