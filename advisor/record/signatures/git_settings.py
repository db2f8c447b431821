"""What git knows of the user who signs commits: the e-mail address and the SSH key.

Only the user's own configuration is asked (`git config --global`, then `--system`), never that of the folder one is in:
a folder that somebody sent brings its own `.git/config`, which could name another person or another of one's keys.
`gpg.ssh.program` and the like are not read at all: what signs is `ssh-keygen`.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from advisor.errors import BadInput

_OWN = ("--global", "--system")


def user_email() -> str:
    """The address git writes into commits; raises BadInput when there is none."""
    return _setting("user.email") or _missing("--as PRINCIPAL or --by NAME")


def signing_key() -> Path:
    """The SSH key git signs with; raises BadInput when none is set, or it signs with something else."""
    key = _setting("user.signingkey")
    usable = _setting("gpg.format") == "ssh" and not key.startswith(("ssh-", "key::"))
    return Path(key).expanduser() if key and usable else Path(_missing("--key FILE"))


def _missing(option: str) -> str:
    words = "has no setting of yours to take this from (the configuration of a folder is not asked)"
    raise BadInput("git", words, f"give {option}")


def _setting(name: str) -> str:
    """The value in the first of the user's own configurations that has one; `--includes` follows those they include."""
    for scope in _OWN:
        command = ["git", "config", scope, "--includes", "--get", name]
        try:
            # From the root: conditions on the folder (`includeIf`) would let a received repository choose among them.
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10, cwd="/")
        except (FileNotFoundError, subprocess.TimeoutExpired):
            return ""
        if done.stdout.strip():
            return done.stdout.strip()
    return ""
