"""Private parts of Textual are used in one file only, and are what that file takes them for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.metadata import requires, version

from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App

from advisor.paths import PACKAGE
from advisor.tui.textual_internals import MinimalRepaintApp

OURS = "textual_internals.py"
INTERFACE = PACKAGE / "tui"
PUBLIC_OF_TUPLES = {"_replace", "_fields", "_asdict", "_exit"}
USED = ("_display", "_batch_count", "_running", "_filters")


def _made(tree: ast.AST) -> Iterator[str]:
    """Private names that a file defines or sets itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


def _private(tree: ast.AST, ours: set[str]) -> Iterator[str]:
    """Imports of private modules, and private attributes that nothing of ours has made."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textual._"):
            yield str(node.module)
        name = node.attr if isinstance(node, ast.Attribute) else ""
        if name.startswith("_") and not name.startswith("__") and (name not in ours or name in USED):
            yield name


def test_only_one_file_reaches_into_textual() -> None:
    trees = {path.name: ast.parse(path.read_text("utf-8")) for path in INTERFACE.rglob("*.py")}
    ours = {name for tree in trees.values() for name in _made(tree)} | PUBLIC_OF_TUPLES
    found = {name: sorted(set(_private(tree, ours))) for name, tree in trees.items()}
    assert {name: used for name, used in found.items() if used and name != OURS} == {}
    assert found[OURS]


def test_what_it_reaches_for_is_there() -> None:
    assert all(hasattr(App(), name) for name in USED)
    assert hasattr(LayoutUpdate, "render_segments")
    assert "spans" in ChopsUpdate.__init__.__annotations__
    assert issubclass(MinimalRepaintApp, App)


def test_textual_is_pinned_to_the_version_that_is_tested() -> None:
    pinned = [line for line in requires("inference-advisor") or [] if line.startswith("textual")]
    assert pinned == [f"textual=={version('textual')}"]
