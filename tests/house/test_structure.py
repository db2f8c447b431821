"""The house rules of docs/architecture.md: no import circles, one name for one thing, no layer that does not exist."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "advisor"
FILES = [path for path in sorted(PACKAGE.rglob("*.py")) if "data" not in path.relative_to(PACKAGE).parts]
SHARED_MODULE_NAMES = {"__init__", "screen", "page", "registry"}
OTHER_TESTS = {"contract", "data", "docs", "faults", "house", "packaging", "properties", "terminal"}
"""Folders of tests that are not named like a package."""
MOST_MODULES = 15
PRIVATE_TEXTUAL = "advisor/tui/textual_internals.py"
"""The one file that may import what Textual keeps to itself."""


def circles(edges: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Groups of names that can reach each other, largest first (strongly connected components)."""
    reach = {name: _reachable(name, edges) for name in edges}
    groups = {
        tuple(sorted({name, *(other for other in reach[name] if name in reach.get(other, ()))}))
        for name in edges
        if name in reach[name]
    }
    return [list(group) for group in sorted(groups, key=len, reverse=True)]


def _reachable(start: str, edges: Mapping[str, Iterable[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = list(edges.get(start, ()))
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += edges.get(name, ())
    return seen


@pytest.fixture(scope="module")
def imports() -> dict[str, set[str]]:
    """Which file imports which, imports for type checking and inside functions included."""
    graph = grimp.build_graph("advisor", cache_dir=None)
    return {name: set(graph.find_modules_directly_imported_by(name)) for name in graph.modules}


def test_no_files_import_each_other_in_a_circle(imports: dict[str, set[str]]) -> None:
    assert circles(imports) == []


def test_no_packages_import_each_other_in_a_circle(imports: dict[str, set[str]]) -> None:
    edges: dict[str, set[str]] = defaultdict(set)
    for name, imported in imports.items():
        for other in imported:
            edges[_package(name)].add(_package(other))
    between = {name: others - {name} for name, others in edges.items() if name}
    assert circles(between) == []


def _package(name: str) -> str:
    return [*name.split("."), ""][1]


def test_circles_are_found() -> None:
    edges = {"a": ["b"], "b": ["c"], "c": ["b", "d"], "d": [], "e": ["e"]}
    assert circles(edges) == [["b", "c"], ["e"]]


def test_a_folder_holds_at_most_some_fifteen_modules() -> None:
    counts = Counter(path.parent.relative_to(ROOT).as_posix() for path in FILES if path.name != "__init__.py")
    assert {folder: count for folder, count in counts.items() if count > MOST_MODULES} == {}


def test_a_module_name_occurs_once() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in FILES:
        if "cli" not in path.relative_to(PACKAGE).parts and path.stem not in SHARED_MODULE_NAMES:
            places[path.stem].append(path.relative_to(ROOT).as_posix())
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_a_public_class_name_occurs_once() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(path.relative_to(ROOT).as_posix())
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_tests_lie_in_the_folder_of_the_package_they_test() -> None:
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    folders = {path.relative_to(ROOT / "tests").parts[0] for path in (ROOT / "tests").glob("*/**/*.py")}
    assert folders - packages - OTHER_TESTS == set()


def test_every_layer_of_the_import_contract_exists() -> None:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = table["tool"]["importlinter"]["contracts"]
    named = [name for contract in contracts for name in _modules_in(contract)]
    assert len(named) > 10
    assert [name for name in named if not _exists(name)] == []


def _modules_in(contract: Mapping[str, object]) -> Iterator[str]:
    lists = (
        contract.get(key, ()) for key in ("layers", "modules", "source_modules", "forbidden_modules", "containers")
    )
    for listed in lists:
        assert isinstance(listed, (list, tuple))
        yield from (name for text in listed for name in re.findall(r"advisor[a-z_.]*[a-z_]", text))


def _exists(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def test_one_file_imports_private_parts_of_textual() -> None:
    private = re.compile(r"\btextual(\.\w+)*\._|from textual[\w.]* import .*\b_[a-z]")
    found = {path.relative_to(ROOT).as_posix() for path in FILES if private.search(path.read_text("utf-8"))}
    assert found <= {PRIVATE_TEXTUAL}


@pytest.mark.parametrize("path", sorted((ROOT / "benchmarks").rglob("*.py")), ids=lambda path: path.stem)
def test_what_a_measurement_imports_exists(path: Path) -> None:
    """Nobody runs them every day, and mypy does not read them: a name that went is found here."""
    imports = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)]
    for node in imports:
        if node.module and node.module.split(".")[0] in ("advisor", "tests"):
            module = importlib.import_module(node.module)
            gone = [one.name for one in node.names if not hasattr(module, one.name) and not _is_module(node, one)]
            assert gone == [], f"{node.module} has no {', '.join(gone)}"


def _is_module(node: ast.ImportFrom, name: ast.alias) -> bool:
    assert node.module is not None
    package = importlib.import_module(node.module)
    return hasattr(package, "__path__") and importlib.util.find_spec(f"{node.module}.{name.name}") is not None
