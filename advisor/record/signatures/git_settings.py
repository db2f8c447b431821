"""What git knows of the user who signs commits: the e-mail address and the SSH key."""

from __future__ import annotations

import subprocess
from pathlib import Path

from advisor.errors import BadInput


def user_email() -> str:
    """The address git writes into commits; raises BadInput when there is none."""
    return _setting("user.email") or _missing("--as PRINCIPAL")


def signing_key() -> Path:
    """The SSH key git signs with; raises BadInput when none is set, or it signs with something else."""
    key = _setting("user.signingkey")
    usable = _setting("gpg.format") == "ssh" and not key.startswith(("ssh-", "key::"))
    return Path(key).expanduser() if key and usable else Path(_missing("--key FILE"))


def _missing(option: str) -> str:
    raise BadInput("git", "has no setting to take this from", f"give {option}")


def _setting(name: str) -> str:
    try:
        done = subprocess.run(["git", "config", "--get", name], capture_output=True, text=True, check=False, timeout=10)
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()
