"""Starting costs little: what a command does not need is not imported."""

from __future__ import annotations

import subprocess
import sys

import pytest

from advisor.cli.framework.options import COMMANDS

HEAVY = ("numpy", "textual", "pydantic", "durable", "scipy")


def imported_by(arguments: list[str]) -> set[str]:
    """Run the command line in a fresh interpreter; returns the top-level modules it had imported at exit."""
    program = (
        "import atexit, sys\n"
        "atexit.register(lambda: print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr))\n"
        f"sys.argv = ['advisor', *{arguments!r}]\n"
        "from advisor.cli.main import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["locate"], ["completions", "bash"]])
def test_light_commands_import_nothing_heavy(arguments: list[str]) -> None:
    imported = imported_by(arguments)
    assert "advisor" in imported
    assert not imported.intersection(HEAVY)


def test_help_imports_no_command() -> None:
    program = "import sys\nfrom advisor.cli.main import run\nrun(['--help'])\nprint(*sys.modules, file=sys.stderr)\n"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    modules = set(done.stderr.split())
    assert not modules.intersection(entry.target.partition(":")[0] for entry in COMMANDS.values())


def test_help_lists_every_command_with_its_summary() -> None:
    done = subprocess.run([sys.executable, "-m", "advisor", "--help"], capture_output=True, text=True, check=True)
    listed = " ".join(done.stdout.split())
    for name, entry in COMMANDS.items():
        assert f"{name} {entry.summary}" in listed
