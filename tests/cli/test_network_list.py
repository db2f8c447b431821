"""`make network-check` runs every command there is."""

from __future__ import annotations

import re
from pathlib import Path

from tests.cli.test_cli_shared_options import all_commands

SCRIPT = Path(__file__).resolve().parents[2] / "maintenance" / "check_network.sh"


def test_every_command_is_run_without_a_network() -> None:
    lines = re.findall(r"^[0-9]+ (.+)$", SCRIPT.read_text(), re.MULTILINE)
    run = {name for name in all_commands() for line in lines if f"{line} ".startswith(f"{name} ")}
    assert sorted(set(all_commands()) - run) == []
    assert len(lines) >= len(all_commands())
