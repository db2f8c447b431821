"""A decision made on one machine replays on another: here without the processor's vector units, run by run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy
import pytest

import advisor

ROOT = Path(advisor.__file__).resolve().parent.parent


def dispatched() -> list[str]:
    """The processor features that numpy found and would use, best last."""
    found: list[str] = numpy.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    return found


def replayed(without: list[str]) -> dict[str, Any]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NPY_DISABLE_CPU_FEATURES": " ".join(without)}
    command = [sys.executable, "-m", "advisor", "records", "verify", "2", "--no-today", "--records", "examples/ledger"]
    done = subprocess.run(
        [*command, "--format", "json"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)["records"][0]["replay"]
    return found


@pytest.mark.parametrize("left", [0, 1])
def test_exact_fields_do_not_depend_on_vector_units(left: int) -> None:
    """All of them off, and all but the first off."""
    again = replayed(dispatched()[left:])
    assert again["verdict"] == "same"
    assert again["exact"] == again["exact_of"] > 500
    assert again["worst"] <= 1e-12
