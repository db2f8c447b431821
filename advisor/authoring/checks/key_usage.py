"""Which names the program's own code reads: its string literals, and the names its formatted strings can build."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from advisor.bounded_read import read_file
from advisor.paths import PACKAGE


@dataclass(frozen=True, slots=True)
class Reads:
    """Names found in source code: dotted ones, single words, and patterns of names that are put together."""

    names: frozenset[str]
    words: frozenset[str]
    patterns: tuple[re.Pattern[str], ...]

    def __contains__(self, name: object) -> bool:
        return name in self.names or any(pattern.fullmatch(str(name)) for pattern in self.patterns)


def program_reads() -> Reads:
    """What the installed program reads; `authoring` only talks about rules, so it does not count."""
    paths = [path for path in sorted(PACKAGE.rglob("*.py")) if path.parent.name != "authoring"]
    return reads_in(read_file(path).decode("utf-8") for path in paths)


def reads_in(sources: Iterable[str]) -> Reads:
    """Collect from Python source texts. A module that joins a prefix with its class's field names reads those too."""
    names: set[str] = set()
    words: set[str] = set()
    patterns: set[str] = set()
    for source in sources:
        tree = ast.parse(source)
        texts = {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        names |= {text for text in texts if "." in text and " " not in text}
        words |= {text for text in texts if "." not in text and " " not in text}
        patterns |= set(_patterns(tree))
        names |= {prefix + field for prefix in _prefixes(tree) for field in _fields(tree)}
    return Reads(frozenset(names), frozenset(words), tuple(re.compile(pattern) for pattern in sorted(patterns)))


def _patterns(tree: ast.AST) -> Iterator[str]:
    """Formatted strings that begin with a literal topic; `default.…` is judged by the questions instead."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.JoinedStr) or not isinstance(node.values[0], ast.Constant):
            continue
        first = str(node.values[0].value)
        if re.match(r"[a-z_]+\.", first) and " " not in first and first != "default.":
            yield "".join(
                re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[a-z0-9._-]+"
                for part in node.values
            )


def _prefixes(tree: ast.Module) -> list[str]:
    values = [node.value for node in tree.body if isinstance(node, ast.Assign)]
    texts = [value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)]
    return [text for text in texts if text.endswith(".")]


def _fields(tree: ast.Module) -> list[str]:
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    return [
        field.target.id
        for cls in classes
        for field in cls.body
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
    ]
