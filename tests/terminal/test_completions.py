"""A shell that has read its completion script completes commands, options and values at the Tab key."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from shlex import quote

import pytest

from tests.terminal.tmux import Tmux

STARTED = {
    "bash": "bash --noprofile --norc -i",
    "zsh": "zsh -f -i",
    "fish": "fish --no-config -i",
}
TAUGHT = {
    "bash": 'eval "$(advisor completions bash)"',
    "zsh": 'autoload -Uz compinit && compinit -D && eval "$(advisor completions zsh)"',
    "fish": "set -g fish_autosuggestion_enabled 0; advisor completions fish | source",
}
INSTALLED = [shell for shell in STARTED if shutil.which(shell)]
COMPLETED = {
    "advisor compl": "advisor completions",
    "advisor records veri": "advisor records verify",
    "advisor --resu": "advisor --resume",
    "advisor assess mine.toml --conf": "--confirmation",
    "advisor ask --questionnaire lic": "--questionnaire license-review",
    "advisor size qwen2.5-coder-3": "advisor size qwen2.5-coder-32b",
    "advisor size qwen2.5-coder-32b --gpu rtx-50": "--gpu rtx-5090",
    "advisor catalog show prov": "advisor catalog show providers",
    "advisor assess only-": "advisor assess only-one.toml",
    "advisor assess only-one.toml --set volume.input_tok": "--set volume.input_tokens=",
    "advisor assess only-one.toml --set data.boundary=vp": "--set data.boundary=vpc",
    "advisor why only-one.toml self-h": "advisor why only-one.toml self-host",
    "advisor rules show can.gpu-e": "advisor rules show can.gpu-experience",
    "advisor records show 1": "advisor records show 12",
    "advisor records diff 12 --records records 1": "--records records 12",
}

Open = Callable[[str], Tmux]


@pytest.fixture
def open_shell(tmp_path: Path) -> Iterator[Open]:
    """Open a shell in a folder with one file, where `advisor` is on the path."""
    opened = ExitStack()

    def start(shell: str) -> Tmux:
        (tmp_path / "only-one.toml").touch()
        (tmp_path / "records").mkdir()
        (tmp_path / "records" / "00000012-record.toml").touch()
        path = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
        settings = {"HOME": str(tmp_path), "LANG": "C.UTF-8", "TERM": "tmux-256color", "PATH": path}
        program = f"sh -c {quote(f'cd {quote(str(tmp_path))} && exec {STARTED[shell]}')}"
        tmux = opened.enter_context(Tmux(tmp_path, "", settings, (100, 50), program=program))
        tmux.wait(lambda screen: bool(screen.strip()))
        return tmux

    with opened:
        yield start


def complete(tmux: Tmux, typed: str, completed: str) -> None:
    """Type the beginning, press Tab, and wait until the line ends as it should; then empty the line."""
    tmux.type(typed)
    tmux.wait(lambda screen: screen.rstrip().endswith(typed))
    tmux.keys("Tab")
    tmux.wait(lambda screen: screen.rstrip().endswith(completed))
    tmux.keys("C-u")


@pytest.mark.parametrize("shell", INSTALLED)
def test_tab_completes(shell: str, open_shell: Open) -> None:
    tmux = open_shell(shell)
    tmux.type(f"{TAUGHT[shell]}; echo taug''ht")
    tmux.keys("Enter")
    tmux.wait("\ntaught")
    for typed, completed in COMPLETED.items():
        complete(tmux, typed, completed)


def test_a_shell_was_found() -> None:
    assert "bash" in INSTALLED
