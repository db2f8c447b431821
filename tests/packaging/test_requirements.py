"""What is installed is pinned: exact versions, by hash, from no named place."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PINNED = sorted((ROOT / "requirements").glob("*.txt"))
PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==[0-9][0-9a-z.]*( ; .+)?(?P<hashes>( --hash=sha256:[0-9a-f]{64})+)$")


def pins(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").replace(" \\\n   ", "").splitlines() if line]


@pytest.mark.parametrize("path", PINNED, ids=lambda path: path.name)
def test_every_line_is_an_exact_version_with_hashes(path: Path) -> None:
    lines = [line for line in pins(path) if not line.startswith("#")]
    assert lines
    assert [line for line in lines if not PIN.match(line)] == []


@pytest.mark.parametrize("path", PINNED, ids=lambda path: path.name)
def test_no_line_names_a_download_address(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^-", text, re.MULTILINE)


def test_a_package_has_one_version_everywhere() -> None:
    versions: dict[str, set[str]] = {}
    for path in PINNED:
        for line in pins(path):
            name, _, version = line.split()[0].partition("==")
            versions.setdefault(name, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_every_dependency_of_the_program_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {re.split(r"[<>=!~ ]", need)[0] for need in project["dependencies"]}
    assert wanted <= {line.split("==")[0] for line in pins(ROOT / "requirements" / "run.txt")}
