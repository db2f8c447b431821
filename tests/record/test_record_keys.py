"""Before a key signs it is known whether it will ask its owner for something, and whether it is a key at all."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from advisor.errors import BadInput
from advisor.record.signatures.ssh_keygen import asks_somebody


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """A key that anyone may use, and one with a passphrase."""
    for name, passphrase in (("plain", ""), ("locked", "open sesame")):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", tmp_path / name], check=True, timeout=60
        )
    return tmp_path


def test_only_a_key_with_a_passphrase_asks(keys: Path) -> None:
    assert not asks_somebody(keys / "plain")
    assert not asks_somebody(keys / "plain.pub")
    assert asks_somebody(keys / "locked")
    assert not asks_somebody(keys / "locked.pub"), "its agent holds it open"


def test_a_key_of_hardware_asks_for_a_touch(tmp_path: Path) -> None:
    (tmp_path / "token.pub").write_text("sk-ssh-ed25519@openssh.com AAAAGnNr me@example\n")
    assert asks_somebody(tmp_path / "token.pub")


def test_what_is_no_key_is_refused_with_its_reason(tmp_path: Path) -> None:
    note = tmp_path / "note"
    note.write_text("not a key\n")
    note.chmod(0o600)
    with pytest.raises(BadInput, match="note: cannot sign: load key"):
        asks_somebody(note)
    with pytest.raises(BadInput, match="absent: no such file"):
        asks_somebody(tmp_path / "absent")


def test_a_key_that_others_may_read_is_refused_in_words(keys: Path) -> None:
    os.chmod(keys / "plain", 0o644)
    with pytest.raises(BadInput, match="permissions 0644 for"):
        asks_somebody(keys / "plain")
