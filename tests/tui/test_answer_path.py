"""An answer crosses few files on its way to the screen, and draws the page once."""

from __future__ import annotations

import asyncio
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from benchmarks.interface.answer_path import ANSWERS, SHEETS, SIZES, answer_path, counted_calls

MOST_OF_A_KEY = 132
MOST_WITH_A_VERDICT = {"quick": 154, "full": 215}
"""In a narrow window; a wide one draws the whole verdict beside the questions when another comes."""


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize(("question", "key"), ANSWERS)
def test_an_answer_crosses_few_files_and_draws_the_page_once(
    sheet: str, size: tuple[int, int], question: str, key: str
) -> None:
    path = asyncio.run(answer_path(sheet, question, key, size))
    assert path.drawn == 1
    assert 0 < path.crossings <= MOST_OF_A_KEY, path.calls.most_common(5)


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize(("question", "key"), ANSWERS)
def test_the_verdict_that_follows_draws_it_once_more(sheet: str, question: str, key: str) -> None:
    path = asyncio.run(answer_path(sheet, question, key, SIZES[0], with_reply=True))
    assert path.drawn == 2
    assert path.crossings <= MOST_WITH_A_VERDICT[sheet], path.calls.most_common(5)


def test_calls_between_files_are_counted(tmp_path: Path) -> None:
    callee = _module(tmp_path, "callee", "def helper(value): return value\nclass Part:\n    size = property(helper)\n")
    caller = _module(tmp_path, "caller", "def run(callee): return [callee.helper(1), callee.Part().size, own()]\n"
                     "def own(): return list(map(abs, [1]))\n")  # fmt: skip
    with counted_calls(str(tmp_path)) as calls:
        caller.run(callee)
    assert calls == {(str(tmp_path / "caller.py"), str(tmp_path / "callee.py")): 2}


def _module(folder: Path, name: str, source: str) -> ModuleType:
    path = folder / f"{name}.py"
    path.write_text(source, "utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
