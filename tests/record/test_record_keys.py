"""Before a key signs it is known whether it will ask its owner for something, and whether it is a key at all."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from advisor.errors import BadInput
from advisor.record.signatures.ssh_keygen import asks_somebody, sign_bytes, signing_key, user_email


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


@pytest.mark.parametrize("name", ["key", "key.pub", "key-cert.pub"])
def test_nobody_waits_for_a_pipe_that_lies_where_a_key_should(tmp_path: Path, name: str) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "key"], check=True)
    (tmp_path / name).unlink(missing_ok=True)
    os.mkfifo(tmp_path / name)
    for use in (asks_somebody, lambda key: sign_bytes(b"a record", key)):
        with pytest.raises(BadInput, match=rf"{name}: is a pipe, not a file"):
            use(tmp_path / "key")


def test_a_key_that_others_may_read_is_refused_in_words(keys: Path) -> None:
    os.chmod(keys / "plain", 0o644)
    with pytest.raises(BadInput, match="permissions 0644 for"):
        asks_somebody(keys / "plain")


def test_a_folder_that_was_received_names_neither_signer_nor_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own .git/config, a file it includes, and a condition on its remote; the user's own settings count."""
    received, ran = tmp_path / "received", tmp_path / "ran"
    subprocess.run(["git", "init", "-q", received], check=True, timeout=60)
    (tmp_path / "employer").write_text("[user]\nemail = employee@example.org\n")
    (tmp_path / "mine").write_text(
        f'[includeIf "hasconfig:remote.*.url:https://git.example.org/**"]\npath = {tmp_path}/employer\n'
    )
    (received / "more").write_text("[gpg]\nformat = ssh\n")
    (received / ".git" / "config").write_text(
        f"[user]\nemail = mallory@example.org\nsigningkey = {tmp_path}/authority\n[include]\npath = ../more\n"
        f'[gpg "ssh"]\nprogram = touch {ran}\ndefaultKeyCommand = touch {ran}\n[remote "origin"]\nurl = https://git.example.org/x\n'
    )
    monkeypatch.chdir(received)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "mine"))
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    for asked in (user_email, signing_key):
        with pytest.raises(BadInput, match="of a folder is not asked"):
            asked()
    with (tmp_path / "mine").open("a") as file:
        file.write(f"[user]\nemail = me@example.org\nsigningkey = {tmp_path}/mine.key\n[gpg]\nformat = ssh\n")
    assert (user_email(), signing_key()) == ("me@example.org", tmp_path / "mine.key")
    assert not ran.exists()
