"""Over a real SSH connection that is cut in the middle of an answer: log in again, resume, save."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from shlex import quote

import pytest

from tests.terminal.tmux import Tmux

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def login(tmp_path: Path) -> Iterator[str]:
    """Run an SSH server on loopback with keys of its own; gives the command that logs in."""
    sshd = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")
    assert sshd is not None, "openssh-server is needed"
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / name], check=True)
    (tmp_path / "authorized").write_bytes((tmp_path / "user.pub").read_bytes())
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = (
        f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {tmp_path}/host\nPidFile none\nStrictModes no\nUsePAM no\n"
        f"AuthorizedKeysFile {tmp_path}/authorized\nPasswordAuthentication no\nPermitRootLogin prohibit-password\n"
    )
    (tmp_path / "settings").write_text(settings)
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # where a server run by root keeps its unprivileged part
    server = subprocess.Popen([sshd, "-D", "-e", "-f", tmp_path / "settings"], stderr=subprocess.DEVNULL)
    quiet = f"-o StrictHostKeyChecking=no -o UserKnownHostsFile={tmp_path}/known -o LogLevel=ERROR -i {tmp_path}/user"
    try:
        _wait_for(port)
        yield f"ssh -tt -p {port} {quiet} {getpass.getuser()}@127.0.0.1"
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the SSH server does not answer")


def connect(directory: Path, login: str, arguments: str, home: Path) -> Tmux:
    """Open a terminal and run the interface at the other end of the connection."""
    directory.mkdir()
    there = f"cd {quote(str(REPOSITORY))} && HOME={home} LANG=C.UTF-8 {quote(sys.executable)} -m advisor {arguments}"
    return Tmux(directory, "", {"TERM": "xterm-256color"}, (80, 24), program=f"{login} {quote(there)}")


def test_an_interview_goes_on_after_the_connection_was_cut(login: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    first = connect(tmp_path / "first", login, "ask --questionnaire quick", home)
    try:
        first.wait("What does the model do", seconds=30)
        first.keys("Down", "Space", "NPage", "Tab", "Down", "Down", "Down", "Space", "NPage")
        first.wait("▌ How many tokens will the model write?")
        first.type("150M..2")
        first.wait("150M..2")
        time.sleep(1.0)
    finally:
        first.stop()  # the terminal is gone, and the connection with it
    second = connect(tmp_path / "second", login, "ask --resume", home)
    try:
        shown = second.wait("▌ How many tokens will the model write?", seconds=30)
        assert "150M..2" in shown
        second.keys("C-u")
        second.type("150M..250M")
        second.wait("self-host · must", seconds=30)
        second.keys("F2", "s")
        second.wait("▌ workload", seconds=30)
        second.type("claims")
        second.keys("C-s")
        second.wait("(sha256", seconds=120)
    finally:
        second.stop()
    (record,) = (home / ".local/share/advisor/records").glob("*.toml")
    assert "150M..250M" in record.read_text("utf-8")
