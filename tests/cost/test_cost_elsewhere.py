"""Costs come out bit for bit the same without the processor's vector units."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cost.cost_digest import digest

ROOT = Path(__file__).parents[2]
PROBE = "from numpy._core._multiarray_umath import __cpu_dispatch__ as each, __cpu_features__ as has; "
VECTOR = ("AVX512", "AVX2", "FMA", "X86_V3", "X86_V4")


def python(*arguments: str, without: tuple[str, ...] = ()) -> str:
    environment = {**os.environ, "NPY_DISABLE_CPU_FEATURES": " ".join(without)}
    command = [sys.executable, "-W", "ignore", *arguments]
    return subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def dispatched() -> tuple[str, ...]:
    """Vector units that this numpy uses on this processor beyond its baseline."""
    return tuple(python("-c", PROBE + "print(*(name for name in each if has[name]))").split())


@pytest.mark.parametrize("kinds", [("AVX512", "X86_V4"), VECTOR])
def test_costs_are_the_same_without_vector_units(kinds: tuple[str, ...]) -> None:
    without = tuple(name for name in dispatched() if name.startswith(kinds))
    left = python("-c", PROBE + "print(*(name for name in each if has[name]))", without=without).split()
    assert not [name for name in left if name.startswith(kinds)]
    _, elsewhere = python("-m", "tests.cost.cost_digest", without=without).split()
    assert elsewhere == digest()
