"""One answer on every Python: from 3.12 on `sum` rounds floats once, before it rounded after each addition."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
ADDED_AS_BEFORE = "from operator import add\nbuiltins.sum = lambda given, start=0: functools.reduce(add, given, start)"
ADDED_AS_SINCE = """
add = builtins.sum
def rounded_once(given, start=0):
    figures = [start, *given]
    plain = all(type(each) in (int, float) for each in figures) and any(type(each) is float for each in figures)
    return math.fsum(figures) if plain else add(figures[1:], start)
builtins.sum = rounded_once
"""
ASSESS_ALL = """
from datetime import date
from pathlib import Path
from advisor import assess, load_knowledge, read_answers
from advisor.report.json_report import assessment_table
knowledge = load_knowledge()
for path in sorted(Path("examples").glob("*.toml")):
    answers = read_answers(path.read_bytes(), path.name, knowledge)
    print(json.dumps(assessment_table(assess(answers, knowledge, date(2026, 11, 29), draws=500, flips=False))))
from advisor.cli.main import run
sys.exit(run(["portfolio", "examples/portfolio/company.toml", "--as-of", "2026-11-29", "--format", "json"]))
"""


def examples(adding: str) -> str:
    script = f"import builtins, functools, json, math, sys\nsys.path.insert(0, '.')\n{adding}\n{ASSESS_ALL}"
    command = [sys.executable, "-I", "-c", script]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=120).stdout


def test_the_examples_and_a_portfolio_give_the_same_bytes_however_python_adds_floats() -> None:
    before, since = examples(ADDED_AS_BEFORE), examples(ADDED_AS_SINCE)
    assert len(before.splitlines()) > 12
    assert before == since
