"""Over a real SSH connection that is cut in the middle of an answer: log in again, resume, save."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote

import pytest

from advisor.interview.session import holder
from tests.terminal.tmux import Tmux
from tests.waiting import wait_until

SEPARATION = Path("/run/sshd")
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
    quiet = f"-o StrictHostKeyChecking=no -o UserKnownHostsFile={tmp_path}/known -o LogLevel=ERROR -i {tmp_path}/user"
    with (
        _separation_folder(),
        subprocess.Popen([sshd, "-D", "-e", "-f", tmp_path / "settings"], stderr=subprocess.DEVNULL) as server,
    ):
        try:
            _wait_for(port)
            yield f"ssh -tt -p {port} {quiet} {getpass.getuser()}@127.0.0.1"
        finally:
            server.terminate()


@contextmanager
def _separation_folder() -> Iterator[None]:
    """The folder in which a server run by root keeps its unprivileged part; removed where the test made it."""
    made = os.geteuid() == 0 and not SEPARATION.exists()
    if made:
        SEPARATION.mkdir()
    try:
        yield
    finally:
        if made:
            SEPARATION.rmdir()


def _wait_for(port: int) -> None:
    def answers() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    wait_until(answers, "the SSH server answers")


def connect(directory: Path, login: str, arguments: str, home: Path) -> Tmux:
    """Open a terminal and run the interface at the other end of the connection."""
    directory.mkdir()
    there = f"cd {quote(str(REPOSITORY))} && HOME={home} LANG=C.UTF-8 {quote(sys.executable)} -m advisor {arguments}"
    return Tmux(directory, "", {"TERM": "xterm-256color"}, (80, 24), program=f"{login} {quote(there)}")


def test_an_interview_goes_on_after_the_connection_was_cut(login: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with connect(tmp_path / "first", login, "ask --questionnaire quick", home) as first:
        first.wait("What does the model do")
        first.keys("Down", "Space", "NPage", "Tab", "Down", "Down", "Down", "Space", "NPage")
        first.wait("▌ How many tokens will the model write?")
        first.type("150M..2")
        first.wait("150M..2")
        sessions = home / ".local/state/advisor/sessions"
        wait_until(
            lambda: any("150M..2" in path.read_text("utf-8") for path in sessions.glob("*.toml")), "the session has it"
        )
    # The terminal is gone, and the connection with it; the program is given five seconds to end.
    wait_until(lambda: not any(map(holder, sessions.glob("*.toml"))), "the program has ended")
    with connect(tmp_path / "second", login, "ask --resume", home) as second:
        shown = second.wait("▌ How many tokens will the model write?")
        assert "150M..2" in shown
        second.keys("C-u")
        second.type("150M..250M")
        second.wait("self-hosted · ")
        second.keys("F2", "s")
        second.wait("▌ workload")
        second.type("claims")
        second.keys("C-s")
        second.wait("(sha256", seconds=120)
    (record,) = (home / ".local/share/advisor/records").glob("*.toml")
    assert "150M..250M" in record.read_text("utf-8")
