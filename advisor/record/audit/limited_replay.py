"""Derive a decision, or solve a portfolio, again in an isolated process of its own, with limits."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

from advisor.errors import AdvisorError
from advisor.isolated import isolated_command
from advisor.record.field_diff import FieldChange, Replay
from advisor.record.formats.parse import NotARecord
from advisor.record.policies.policy import ReplayLimits

_MODULE = "advisor.record.audit.derive_child"


def replay_in_child(ledger: Path, data: bytes, limits: ReplayLimits, solver: str = "") -> Replay:
    """Derive the decision that these bytes hold again; raises NotARecord where it cannot be, or not within limits.

    The bytes of a portfolio take a `solver`, as `module:function`: its answer is found again by the members' records.
    """
    where, most = "replay", f"{limits.seconds} second{'s' if limits.seconds > 1 else ''} and {limits.megabytes} MB"
    done = "solved" if solver else "derived"
    arguments = (str(ledger.resolve()), str(limits.seconds), str(limits.megabytes), solver)
    try:
        with subprocess.Popen(
            isolated_command(_MODULE, arguments),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True, cwd="/",
        ) as child:  # fmt: skip
            try:
                out, _ = child.communicate(data, timeout=limits.seconds)
            except subprocess.TimeoutExpired:
                raise NotARecord(where, f"it was not {done} again within {most}") from None
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
    except OSError as error:
        raise AdvisorError(where, f"no process could be started: {error}") from None
    try:
        found = json.loads(out)
        if "refused" in found:
            raise NotARecord(where, str(found["refused"]))
        return _replay(found)
    except (KeyError, TypeError, ValueError):
        raise NotARecord(where, f"it was not {done} again: the process ended within {most}") from None


def _replay(found: dict[str, Any]) -> Replay:
    """The result as the child printed it."""
    lists: dict[str, Any] = {name: tuple(found[name]) for name in ("differs", "reworded")}
    lists["changes"] = tuple(FieldChange(**one) for one in found["changes"])
    return Replay(**{**found, **lists})
