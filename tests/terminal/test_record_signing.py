"""Who signs at a terminal sees what the key asks of them: a hardware key waits for a touch."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import advisor

ROOT = Path(advisor.__file__).resolve().parent.parent
PROMPT = "Confirm user presence for key ECDSA-SK"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A ledger, a key, and an ssh-keygen on the path that asks for a touch before it signs."""
    shutil.copytree(ROOT / "examples" / "ledger", tmp_path / "ledger")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "key"], check=True)
    with (tmp_path / "ledger" / "allowed_signers").open("a") as allowed:
        allowed.write(f"me {(tmp_path / 'key.pub').read_text()}")
    asking = tmp_path / "bin" / "ssh-keygen"
    asking.parent.mkdir()
    asking.write_text(f"#!/bin/sh\necho '{PROMPT}' >&2\nexec {shutil.which('ssh-keygen')} \"$@\"\n")
    asking.chmod(0o755)
    return tmp_path


def sign(place: Path, key: str, error: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "advisor", "records", "sign", "5", "--key", key, "--as", "me", "--because", "x"]
    environment = {**os.environ, "PATH": f"{place / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [*command, "--records", "ledger"],
        cwd=place,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=error,
        text=True,
        check=False,
        timeout=60,
    )


def at_a_terminal(place: Path, key: str) -> tuple[subprocess.CompletedProcess[str], str]:
    ours, theirs = pty.openpty()
    try:
        done = sign(place, key, theirs)
        return done, os.read(ours, 4096).decode()
    finally:
        os.close(ours)
        os.close(theirs)


def test_at_a_terminal_the_prompt_of_the_key_is_seen(place: Path) -> None:
    done, seen = at_a_terminal(place, "key")
    assert (done.returncode, seen.strip()) == (0, PROMPT)
    assert "\nsaved ledger/00000006-record.toml" in done.stdout


def test_at_a_terminal_the_reason_of_a_failure_is_seen(place: Path) -> None:
    done, seen = at_a_terminal(place, "absent")
    assert done.returncode == 2
    assert "No such file or directory" in seen
    assert "absent: cannot sign: ssh-keygen said why above" in seen


def test_without_a_terminal_nothing_but_the_result_is_printed(place: Path) -> None:
    done = sign(place, "key", subprocess.PIPE)
    assert (done.returncode, done.stderr) == (0, "")
    refused = sign(place, "absent", subprocess.PIPE)
    assert refused.stderr.count("\n") == 1
    assert "absent: cannot sign: " in refused.stderr
